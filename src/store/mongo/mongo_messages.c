#include <errno.h>

#include "store/message_span.h"
#include "store/mongo/mongo_rows.h"

/* Pages of messages alone, over an index that has no other rows (mongo_schema.c). */

/* Of the room itself, or of one thread: over the same index, where they lie apart. */
static bson_t *messages_between(room_id room, uint64_t thread, uint64_t after, uint64_t through)
{
    bson_t *filter = BCON_NEW("room", U64(room.v), "type", I64(EVENT_MESSAGE_CREATED), "seq", "{",
                              "$gt", U64(after), "$lte", U64(through), "}");
    if (thread)
        BCON_APPEND(filter, "thread", U64(thread));
    else
        BCON_APPEND(filter, "thread", BCON_NULL);
    return filter;
}

/* At most `limit` messages in (after, through], and whether there are more; newest first if back. */
static int read_messages(struct store_conn *conn, bson_t *filter, bool back, size_t limit,
                         struct event_list *out, bool *more)
{
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows = db_find(conn, EVENTS, filter, sorted("seq", back ? -1 : 1, limit + 1));
    size_t cap = 0;
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1 && out->count < limit)
        event_list_push(out, &cap, mongo_event_read(doc));
    *more = rc == 1;
    return rc < 0 ? rc : 0;
}

int mongo_messages(struct store_conn *conn, room_id room, uint64_t thread, uint64_t first,
                   enum position position, uint64_t seq, size_t limit, struct message_page *out)
{
    const struct message_span span = message_span_at(position, first, seq, limit);
    struct event_list before = {0}, behind = {0};
    struct log_end end;
    bool has_older = false, has_newer = false;
    int rc = mongo_log_end(conn, room, &end);
    if (rc != 0)
        return rc;
    uint64_t before_end = span.from - 1 < end.seq ? span.from - 1 : end.seq;
    rc = read_messages(conn, messages_between(room, thread, first ? first - 1 : 0, before_end),
                       true, span.older, &before, &has_older);
    if (rc == 0 && span.from <= end.seq) /* else nothing is behind, and nobody is asked for it */
        rc = read_messages(conn, messages_between(room, thread, span.from - 1, end.seq), false,
                           span.newer, &behind, &has_newer);
    if (rc != 0) {
        event_list_deinit(&before);
        event_list_deinit(&behind);
        return rc;
    }
    *out = (struct message_page){message_span_join(&before, &behind), has_older, has_newer};
    return 0;
}

int mongo_messages_of(struct store_conn *conn, room_id room, user_id sender, int64_t since,
                      uint64_t after, uint64_t through, size_t limit, struct arena *arena,
                      uint64_t **out, size_t *count)
{
    bson_t *filter = mongo_events_between(room, after, through);
    BCON_APPEND(filter, "sender", U64(sender.v), "type", I64(EVENT_MESSAGE_CREATED), "at", "{",
                "$gte", I64(since), "}", "payload", "{", "$ne", BLOB(STR_NONE), "}");
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows = db_find(conn, EVENTS, filter, sorted("_id", -1, limit));
    OWN(buf_deinit) struct buf found = BUF_INIT;
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1) {
        uint64_t seq = doc_u64(doc, "seq");
        buf_put(&found, &seq, sizeof(seq));
    }
    if (rc < 0)
        return rc;
    *count = found.len / sizeof(**out);
    *out = rows_to_arena(&found, arena);
    return 0;
}
