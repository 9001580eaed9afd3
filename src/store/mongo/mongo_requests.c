#include <errno.h>

#include "store/mongo/mongo_rows.h"

/* Who has asked to be let into which room: room, user; seq, of the event that asked, 0 where nothing is
 * open or refused; at; refused, when, or 0; text, only of what is open; applied, the event that last
 * changed it. */

/* Once the row has them, those on their way to it are in the log no longer. */
static int forget_words(struct store_conn *conn, room_id room, uint64_t seq)
{
    struct key2 key = key2(room.v, seq);
    int64_t met =
        db_update(conn, EVENTS, BCON_NEW("_id", KEY(key), "room", U64(room.v)),
                  BCON_NEW("$unset", "{", "projections.0.text", BCON_UTF8(""), "}"), false);
    return met < 0 ? (int)met : 0;
}

int mongo_request(struct store_conn *conn, room_id room, const struct projection *projection)
{
    struct key2 key = key2(room.v, projection->user.v);
    bool asks = projection->kind == PROJECT_REQUEST;
    uint64_t applied = projection->seq;
    bson_t *change =
        asks ? BCON_NEW("$set", "{", "room", U64(room.v), "user", U64(projection->user.v), "seq",
                        U64(applied), "at", I64(projection->at), "refused", I64(0), "text",
                        TEXT(conn, projection->text), "applied", U64(applied), "}")
        : projection->at ? BCON_NEW("$set", "{", "refused", I64(projection->at), "text",
                                    BCON_UTF8(""), "applied", U64(applied), "}")
                         : BCON_NEW("$set", "{", "seq", I64(0), "refused", I64(0), "text",
                                    BCON_UTF8(""), "applied", U64(applied), "}");
    int64_t met = db_update(conn, REQUESTS,
                            BCON_NEW("_id", KEY(key), "applied", "{", "$lt", U64(applied), "}"),
                            change, false);
    if (met < 0 || !asks)
        return met < 0 ? (int)met : 0;
    if (met > 0)
        return forget_words(conn, room, applied);
    int rc =
        db_insert(conn, REQUESTS,
                  BCON_NEW("_id", KEY(key), "room", U64(room.v), "user", U64(projection->user.v),
                           "seq", U64(applied), "at", I64(projection->at), "refused", I64(0),
                           "text", TEXT(conn, projection->text), "applied", U64(applied)));
    return rc == 0 || rc == -EEXIST ? forget_words(conn, room, applied) : rc; /* done before */
}

static int read_requests(struct store_conn *conn, bson_t *filter, const char *order, size_t limit,
                         struct arena *arena, struct join_request_list *out)
{
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows = db_find(conn, REQUESTS, filter, sorted(order, 1, limit));
    OWN(buf_deinit) struct buf found = BUF_INIT;
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1) {
        struct join_request request = {.room = {doc_u64(doc, "room")},
                                       .user = {doc_u64(doc, "user")},
                                       .seq = doc_u64(doc, "seq"),
                                       .created_at = doc_i64(doc, "at"),
                                       .refused_at = doc_i64(doc, "refused"),
                                       .text = doc_text(doc, "text", arena)};
        buf_put(&found, &request, sizeof(request));
    }
    if (rc < 0)
        return rc;
    out->count = found.len / sizeof(struct join_request);
    out->items = rows_to_arena(&found, arena);
    return 0;
}

int mongo_requests(struct store_conn *conn, room_id room, uint64_t after, size_t limit,
                   struct arena *arena, struct join_request_list *out)
{
    struct log_end end;
    int rc = mongo_log_end(conn, room, &end);
    if (rc != 0)
        return rc;
    return read_requests(conn,
                         BCON_NEW("room", U64(room.v), "seq", "{", "$gt", U64(after), "$lte",
                                  U64(end.seq), "}", "refused", I64(0)),
                         "seq", limit, arena, out);
}

int mongo_requests_of(struct store_conn *conn, user_id user, room_id after, size_t limit,
                      struct arena *arena, struct join_request_list *out)
{
    return read_requests(conn,
                         BCON_NEW("user", U64(user.v), "room", "{", "$gt", U64(after.v), "}", "seq",
                                  "{", "$gt", I64(0), "}"),
                         "room", limit, arena, out);
}
