#include <errno.h>

#include "store/mongo/mongo_rows.h"

/* What a room holds against people, in it or not. A ban is one row of room and person: seq, the event
 * that did it; until, 0 where it was lifted; applied, the event that last changed it. */

int mongo_ban(struct store_conn *conn, room_id room, const struct projection *projection)
{
    struct key2 key = key2(room.v, projection->user.v);
    uint64_t seq = projection->seq;
    int64_t met =
        db_update(conn, BANS, BCON_NEW("_id", KEY(key), "applied", "{", "$lt", U64(seq), "}"),
                  BCON_NEW("$set", "{", "seq", U64(seq), "until", I64(projection->at), "applied",
                           U64(seq), "}"),
                  false);
    if (met != 0)
        return met < 0 ? (int)met : 0;
    int rc = db_insert(conn, BANS,
                       BCON_NEW("_id", KEY(key), "user", U64(projection->user.v), "seq", U64(seq),
                                "until", I64(projection->at), "applied", U64(seq)));
    return rc == -EEXIST ? 0 : rc; /* done before, or what came later is there */
}

int mongo_member_past(struct store_conn *conn, room_id room, user_id user, struct member_past *out)
{
    struct log_end end;
    struct key2 key = key2(room.v, user.v);
    *out = (struct member_past){0};
    int rc = mongo_log_end(conn, room, &end);
    if (rc != 0)
        return rc;
    OWN(bson_destroy) bson_t *member = NULL;
    rc = db_find_one(conn, MEMBERS, BCON_NEW("_id", KEY(key)), NULL, &member);
    if (rc != 0 && rc != -ENOENT)
        return rc;
    OWN(bson_destroy) bson_t *ban = NULL;
    rc = db_find_one(conn, BANS, BCON_NEW("_id", KEY(key)), NULL, &ban);
    if (rc != 0 && rc != -ENOENT)
        return rc;
    OWN(bson_destroy) bson_t *request = NULL;
    rc = db_find_one(conn, REQUESTS, BCON_NEW("_id", KEY(key)), NULL, &request);
    if (rc != 0 && rc != -ENOENT)
        return rc;
    if (request)
        out->asked_seq = doc_u64(request, "seq"), out->refused_at = doc_i64(request, "refused");
    if (member)
        out->sent_at = doc_i64(member, "sent_at"),
        out->muted_until = doc_i64(member, "muted_until"),
        out->was_guest = doc_i64(member, "role") == ROLE_GUEST;
    if (ban)
        out->banned_until = doc_i64(ban, "until");
    return 0;
}

/* What the event says of it. -ENOENT: it is not shown yet. */
static int read_event(struct store_conn *conn, room_id room, struct arena *arena, struct ban *ban)
{
    OWN(event_unref) struct event *event = NULL;
    int rc = mongo_event_get(conn, room, ban->seq, &event);
    if (rc != 0)
        return rc;
    ban->by = event->sender;
    ban->created_at = event->created_at;
    ban->payload = arena_copy(arena, event->payload);
    return 0;
}

int mongo_bans(struct store_conn *conn, room_id room, user_id after, int64_t now, size_t limit,
               struct arena *arena, struct ban_list *out)
{
    struct key2 from = key2(room.v, after.v), to = key2(room.v, INT64_MAX);
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows = db_find(conn, BANS,
                                    BCON_NEW("_id", "{", "$gt", KEY(from), "$lte", KEY(to), "}",
                                             "until", "{", "$gt", I64(now), "}"),
                                    sorted("_id", 1, limit));
    OWN(buf_deinit) struct buf found = BUF_INIT;
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1) {
        struct ban ban = {.user = {doc_u64(doc, "user")},
                          .seq = doc_u64(doc, "seq"),
                          .until = doc_i64(doc, "until")};
        rc = read_event(conn, room, arena, &ban);
        if (rc == 0)
            buf_put(&found, &ban, sizeof(ban));
        else if (rc != -ENOENT)
            return rc;
    }
    if (rc < 0)
        return rc;
    out->count = found.len / sizeof(struct ban);
    out->items = rows_to_arena(&found, arena);
    return 0;
}
