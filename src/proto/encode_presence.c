#include "proto/parts.h"

static void put_state(struct json_writer *w, enum presence_state state)
{
    static const struct str names[] = {[STATE_OFFLINE] = STR_INIT("\"offline\""),
                                       [STATE_AWAY] = STR_INIT("\"away\""),
                                       [STATE_ONLINE] = STR_INIT("\"online\""),
                                       [STATE_BUSY] = STR_INIT("\"busy\"")};
    json_put_raw(w, names[state]);
}

static void put_choice(struct json_writer *w, enum presence_choice choice)
{
    static const struct str names[] = {[PRESENCE_AUTO] = STR_INIT("\"auto\""),
                                       [PRESENCE_BUSY] = STR_INIT("\"busy\""),
                                       [PRESENCE_INVISIBLE] = STR_INIT("\"invisible\"")};
    json_put_raw(w, names[choice]);
}

/* Within an object that is open. */
static void put_presence(struct json_writer *w, const struct presence *presence, bool own)
{
    json_name(w, "user_id"), put_id(w, presence->user.v);
    json_name(w, "presence"), put_state(w, presence->state);
    if (own)
        json_name(w, "choice"), put_choice(w, presence->choice);
    if (presence->text.len)
        json_name(w, "text"), json_put_text(w, presence->text);
    if (presence->emoji.len)
        json_name(w, "emoji"), json_put_text(w, presence->emoji);
    if (presence->until)
        json_name(w, "until"), put_time(w, presence->until);
    if (presence->last_seen_at)
        json_name(w, "last_seen"), put_time(w, presence->last_seen_at);
}

void encode_presence_changed(struct buf *out, const struct presence *presence, bool own)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    json_name(&w, "type"), json_put_text(&w, STR("presence.changed"));
    put_presence(&w, presence, own);
    json_close(&w, '}');
}

void encode_own_presence(struct buf *out, const struct presence *presence)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    put_presence(&w, presence, true);
    json_close(&w, '}');
}

void put_own_presence(struct json_writer *w, const struct presence *presence)
{
    put_presence(w, presence, true);
}

void put_presences(struct json_writer *w, const struct presence_list *presences, user_id self)
{
    json_name(w, "presences");
    json_open(w, '[');
    for (size_t i = 0; i < presences->count; i++) {
        const struct presence *presence = &presences->items[i];
        if (presence->user.v == 0)
            continue; /* what was asked for was no id */
        json_open(w, '{');
        put_presence(w, presence, user_id_eq(presence->user, self));
        json_close(w, '}');
    }
    json_close(w, ']');
}

void encode_presences(struct buf *out, const struct presence_list *presences, user_id self)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    put_presences(&w, presences, self);
    json_close(&w, '}');
}
