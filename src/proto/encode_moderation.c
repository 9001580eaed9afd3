#include "proto/parts.h"

static void put_ban(struct json_writer *w, const struct ban *ban, const struct user *user)
{
    json_open(w, '{');
    put_person(w, ban->user, user);
    json_name(w, "by"), put_id(w, ban->by.v);
    json_name(w, "seq"), json_put_u64(w, ban->seq);
    json_name(w, "created_at"), put_time(w, ban->created_at);
    if (ban->until != BANNED_FOR_GOOD)
        json_name(w, "until"), put_time(w, ban->until);
    put_settings(w, ban->payload);
    json_close(w, '}');
}

void encode_bans(struct buf *out, const struct ban_list *bans, const struct user_list *users,
                 struct str next)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    json_name(&w, "bans");
    json_open(&w, '[');
    for (size_t i = 0; i < bans->count; i++)
        put_ban(&w, &bans->items[i], user_among(users, i, bans->items[i].user));
    json_close(&w, ']');
    put_next(&w, next);
    json_close(&w, '}');
}
