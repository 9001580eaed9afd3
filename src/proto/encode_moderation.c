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

void put_link(struct json_writer *w, const struct room_link *link, struct str code)
{
    json_name(w, "seq"), json_put_u64(w, link->seq);
    json_name(w, "code"), json_put_text(w, code);
    json_name(w, "by"), put_id(w, link->by.v);
    json_name(w, "created_at"), put_time(w, link->created_at);
    if (link->expires_at != LINK_FOR_EVER)
        json_name(w, "expires_at"), put_time(w, link->expires_at);
    if (link->most)
        json_name(w, "uses"), json_put_u64(w, link->most);
    json_name(w, "used"), json_put_u64(w, link->used);
}

void put_links(struct json_writer *w, const struct room_link_list *links, const struct str *codes)
{
    json_name(w, "links");
    json_open(w, '[');
    for (size_t i = 0; i < links->count; i++) {
        json_open(w, '{');
        put_link(w, &links->items[i], codes[i]);
        json_close(w, '}');
    }
    json_close(w, ']');
}

void encode_link(struct buf *out, const struct room_link *link, struct str code)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    put_link(&w, link, code);
    json_close(&w, '}');
}

void encode_links(struct buf *out, const struct room_link_list *links, const struct str *codes)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    put_links(&w, links, codes);
    json_close(&w, '}');
}

/* ---- who asks to be let in ----------------------------------------------------------------------- */

static void put_request(struct json_writer *w, const struct join_request *request,
                        const struct user *user)
{
    json_open(w, '{');
    put_person(w, request->user, user);
    json_name(w, "seq"), json_put_u64(w, request->seq);
    json_name(w, "created_at"), put_time(w, request->created_at);
    if (request->text.len)
        json_name(w, "text"), json_put_text(w, request->text);
    json_close(w, '}');
}

void encode_requests(struct buf *out, const struct join_request_list *requests,
                     const struct user_list *users, struct str next)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    json_name(&w, "requests");
    json_open(&w, '[');
    for (size_t i = 0; i < requests->count; i++)
        put_request(&w, &requests->items[i], user_among(users, i, requests->items[i].user));
    json_close(&w, ']');
    put_next(&w, next);
    json_close(&w, '}');
}

static void put_own_request(struct json_writer *w, const struct join_request *request,
                            int64_t again_ms)
{
    json_open(w, '{');
    json_name(w, "room"), put_id(w, request->room.v);
    json_name(w, "created_at"), put_time(w, request->created_at);
    json_name(w, "state");
    json_put_text(w, request->refused_at ? STR("refused") : STR("open"));
    if (request->refused_at)
        json_name(w, "ask_again_at"), put_time(w, request->refused_at + again_ms);
    json_close(w, '}');
}

void encode_own_requests(struct buf *out, const struct join_request_list *requests,
                         int64_t again_ms, struct str next)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    json_name(&w, "requests");
    json_open(&w, '[');
    for (size_t i = 0; i < requests->count; i++)
        put_own_request(&w, &requests->items[i], again_ms);
    json_close(&w, ']');
    put_next(&w, next);
    json_close(&w, '}');
}

/* ---- what was done to keep the peace --------------------------------------------------------------- */

static void put_audit(struct json_writer *w, const struct audit_entry *entry)
{
    json_open(w, '{');
    struct str other = audit_type_name(entry->type);
    if (entry->room.v)
        json_name(w, "room"), put_id(w, entry->room.v);
    if (!other.len)
        json_name(w, "seq"), json_put_u64(w, entry->seq);
    json_name(w, "created_at"), put_time(w, entry->at);
    json_name(w, "type"), json_put_text(w, other.len ? other : event_type_name(entry->type));
    if (entry->by.v)
        json_name(w, "by"), put_id(w, entry->by.v);
    if (entry->user.v)
        json_name(w, "user_id"), put_id(w, entry->user.v);
    if (entry->role != ROLE_NONE)
        json_name(w, "role"), put_role(w, (enum role)entry->role);
    if (entry->about)
        json_name(w, "about"), json_put_u64(w, entry->about);
    json_name(w, "details");
    json_put_raw(w, entry->payload.len ? entry->payload : STR("{}"));
    json_close(w, '}');
}

void encode_audit(struct buf *out, const struct audit_list *audit, const struct user_list *users,
                  struct str next)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    json_name(&w, "entries");
    json_open(&w, '[');
    for (size_t i = 0; i < audit->count; i++)
        put_audit(&w, &audit->items[i]);
    json_close(&w, ']');
    json_name(&w, "users");
    json_open(&w, '[');
    for (size_t i = 0; i < users->count; i++)
        put_user(&w, &users->items[i], false);
    json_close(&w, ']');
    put_next(&w, next);
    json_close(&w, '}');
}

void put_deleted(struct json_writer *w, size_t deleted, uint64_t next)
{
    json_name(w, "deleted"), json_put_u64(w, deleted);
    json_name(w, "has_more"), json_put_flag(w, next != 0);
    if (next)
        json_name(w, "next"), json_put_u64(w, next);
}

void encode_deleted(struct buf *out, size_t deleted, uint64_t next)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    put_deleted(&w, deleted, next);
    json_close(&w, '}');
}
