/* What administrators of the server see. */
#include "model/suspension.h"
#include "proto/filter_read.h"
#include "proto/newcomers.h"
#include "proto/parts.h"

static void put_suspension(struct json_writer *w, const struct suspension *suspension)
{
    json_open(w, '{');
    if (suspension->by.v)
        json_name(w, "by"), put_id(w, suspension->by.v);
    json_name(w, "created_at"), put_time(w, suspension->at);
    if (suspension->until != SUSPENDED_FOR_GOOD)
        json_name(w, "until"), put_time(w, suspension->until);
    if (suspension->reason.len)
        json_name(w, "reason"), json_put_text(w, suspension->reason);
    json_close(w, '}');
}

void encode_suspension(struct buf *out, const struct suspension *suspension)
{
    struct json_writer w = json_writer(out);
    put_suspension(&w, suspension);
}

static const struct suspension *suspension_of(const struct suspension_list *list, user_id user)
{
    for (size_t i = 0; i < list->count; i++)
        if (user_id_eq(list->items[i].user, user))
            return &list->items[i];
    return NULL;
}

/* Within an object that is open. */
static void put_person_standing(struct json_writer *w, const struct user *user,
                                int64_t last_seen_at, const struct suspension *suspension)
{
    json_name(w, "user"), put_profile(w, user, false);
    if (last_seen_at)
        json_name(w, "last_seen"), put_time(w, last_seen_at);
    if (suspension)
        json_name(w, "suspension"), put_suspension(w, suspension);
}

void encode_people(struct buf *out, const struct people *people, struct str next)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    json_name(&w, "people");
    json_open(&w, '[');
    for (size_t i = 0; i < people->users.count; i++) {
        const struct user *user = &people->users.items[i];
        json_open(&w, '{');
        put_person_standing(&w, user, people->presences.items[i].last_seen_at,
                            suspension_of(&people->suspensions, user->id));
        json_close(&w, '}');
    }
    json_close(&w, ']');
    put_next(&w, next);
    json_close(&w, '}');
}

void encode_one_person(struct buf *out, const struct people *people, size_t sessions)
{
    struct json_writer w = json_writer(out);
    const struct user *user = &people->users.items[0];
    json_open(&w, '{');
    put_person_standing(&w, user, people->presences.items[0].last_seen_at,
                        suspension_of(&people->suspensions, user->id));
    json_name(&w, "sessions"), json_put_u64(&w, sessions);
    json_close(&w, '}');
}

/* ---- groups -------------------------------------------------------------------------------------- */

static const struct {
    uint64_t bit;
    struct str name;
} holds[] = {{HELD_LOCKED, STR_INIT("locked")},
             {HELD_ARCHIVED, STR_INIT("archived")},
             {HELD_UNLISTED, STR_INIT("unlisted")}};

void put_holds(struct json_writer *w, uint64_t held)
{
    json_name(w, "held");
    json_open(w, '[');
    for (size_t i = 0; i < ARRAY_LEN(holds); i++)
        if (held & holds[i].bit)
            json_put_text(w, holds[i].name);
    json_close(w, ']');
}

static void put_group(struct json_writer *w, const struct room *room, user_id owner,
                      const struct user_list *users)
{
    json_open(w, '{');
    json_name(w, "id"), put_id(w, room->id.v);
    json_name(w, "kind"), put_kind(w, room->kind);
    json_name(w, "name"), json_put_text(w, room->name);
    if (room->topic.len)
        json_name(w, "topic"), json_put_text(w, room->topic);
    json_name(w, "created_at"), put_time(w, room->created_at);
    json_name(w, "last_at"), put_time(w, room->last_at);
    json_name(w, "last_seq"), json_put_u64(w, room->last_seq);
    json_name(w, "messages"), json_put_u64(w, room->last_count);
    json_name(w, "member_count"), json_put_u64(w, room->member_count);
    if (owner.v) {
        const struct user *user = user_among(users, 0, owner);
        struct user gone = {.id = owner, .deleted = true};
        json_name(w, "owner"), put_user(w, user ? user : &gone, false);
    }
    json_name(w, "visibility"), json_put_text(w, room->is_public ? STR("public") : STR("private"));
    json_name(w, "locked"), json_put_flag(w, room->locked);
    json_name(w, "archived"), json_put_flag(w, room->archived);
    put_holds(w, room->held);
    json_close(w, '}');
}

void encode_groups(struct buf *out, const struct groups *groups, struct str next)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    json_name(&w, "rooms");
    json_open(&w, '[');
    for (size_t i = 0; i < groups->rooms.count; i++)
        put_group(&w, &groups->rooms.items[i], groups->owners[i], &groups->users);
    json_close(&w, ']');
    put_next(&w, next);
    json_close(&w, '}');
}

void encode_group(struct buf *out, const struct groups *groups)
{
    struct json_writer w = json_writer(out);
    put_group(&w, &groups->rooms.items[0], groups->owners[0], &groups->users);
}

static void put_set(struct json_writer *w, const char *name, const struct oversight *oversight,
                    uint64_t bit)
{
    if ((oversight->hold | oversight->release) & bit) {
        json_put_name(w, str_from_c(name));
        json_put_flag(w, (oversight->hold & bit) != 0);
    }
}

struct str encode_oversight(struct arena *arena, const struct oversight *oversight)
{
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct json_writer w = json_writer(&out);
    json_open(&w, '{');
    put_set(&w, "locked", oversight, HELD_LOCKED);
    put_set(&w, "archived", oversight, HELD_ARCHIVED);
    if (oversight->hold & HELD_UNLISTED)
        json_name(&w, "visibility"), json_put_text(&w, STR("private"));
    put_set(&w, "unlisted", oversight, HELD_UNLISTED);
    json_name(&w, "by_server"), json_put_flag(&w, true);
    if (oversight->reason.len)
        json_name(&w, "reason"), json_put_text(&w, oversight->reason);
    json_close(&w, '}');
    return arena_copy(arena, buf_str(&out));
}

void encode_ended(struct buf *out, size_t ended)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    json_name(&w, "ended"), json_put_u64(&w, ended);
    json_close(&w, '}');
}

/* What names and passwords may be. */
static void put_account_limits(struct json_writer *w, const struct limits *limits)
{
    json_open(w, '{');
    json_name(w, "username_min"), json_put_u64(w, limits->username_min);
    json_name(w, "username_max"), json_put_u64(w, limits->username_max);
    json_name(w, "display_name_bytes"), json_put_u64(w, limits->display_name_bytes);
    json_name(w, "password_min"), json_put_u64(w, limits->password_min);
    json_name(w, "password_max"), json_put_u64(w, limits->password_max);
    json_close(w, '}');
}

void encode_service(struct buf *out, struct str signup, uint64_t newcomers,
                    const struct limits *limits)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    json_name(&w, "name"), json_put_text(&w, STR("NatterNet"));
    json_name(&w, "version"), json_put_text(&w, STR(NATTERNET_VERSION));
    json_name(&w, "signup"), json_put_text(&w, signup);
    json_name(&w, "account"), put_account_limits(&w, limits);
    if (newcomers)
        json_name(&w, "newcomers"), put_newcomers(&w, newcomers);
    json_close(&w, '}');
}

static void put_filters(struct json_writer *w, struct str filters)
{
    json_name(w, "filters"), json_put_raw(w, filters.len ? filters : FILTERS_NONE);
}

void encode_settings(struct buf *out, const struct server_settings *settings)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    json_name(&w, "signup"), json_put_text(&w, settings->signup);
    json_name(&w, "signup_default"), json_put_text(&w, settings->signup_default);
    json_name(&w, "signup_set"), json_put_flag(&w, settings->signup_set);
    put_filters(&w, settings->filters);
    json_name(&w, "newcomers"), put_newcomers(&w, settings->newcomers);
    json_close(&w, '}');
}

struct str encode_settings_change(struct arena *arena, struct str signup, struct str filters,
                                  int64_t newcomers)
{
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct json_writer w = json_writer(&out);
    json_open(&w, '{');
    if (signup.len)
        json_name(&w, "signup"), json_put_text(&w, signup);
    if (filters.ptr)
        json_name(&w, "filters"), json_put_flag(&w, filters.len > 0);
    if (newcomers >= 0)
        json_name(&w, "newcomers"), put_newcomers(&w, (uint64_t)newcomers);
    json_close(&w, '}');
    return arena_copy(arena, buf_str(&out));
}

void encode_filters(struct buf *out, struct str filters)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    put_filters(&w, filters);
    json_close(&w, '}');
}
