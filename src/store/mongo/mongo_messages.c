#include <errno.h>

#include "store/mongo/mongo_rows.h"

/* Pages of messages alone, over an index that has no other rows (mongo_schema.c). */

/* At most `limit` messages in (after, through], and whether there are more; newest first if back. */
static int read_messages(struct store_conn *conn, room_id room, uint64_t after, uint64_t through,
                         bool back, size_t limit, struct event_list *out, bool *more)
{
    bson_t *filter = BCON_NEW("room", U64(room.v), "type", I64(EVENT_MESSAGE_CREATED), "seq", "{",
                              "$gt", U64(after), "$lte", U64(through), "}");
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows = db_find(conn, EVENTS, filter, sorted("seq", back ? -1 : 1, limit + 1));
    size_t cap = 0;
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1 && out->count < limit)
        mongo_event_push(out, &cap, mongo_event_read(doc));
    *more = rc == 1;
    return rc < 0 ? rc : 0;
}

/* Older ones were found newest first. Takes both lists. */
static struct event_list join(struct event_list *older, struct event_list *newer)
{
    size_t count = older->count + newer->count;
    struct event_list list = {xcalloc(count ? count : 1, sizeof(struct event *)), count};
    for (size_t i = 0; i < older->count; i++)
        list.items[i] = older->items[older->count - 1 - i];
    for (size_t i = 0; i < newer->count; i++)
        list.items[older->count + i] = newer->items[i];
    xfree(older->items);
    xfree(newer->items);
    return list;
}

/* The page is `older` messages before `from` and `newer` ones from there on. */
static int page_at(struct store_conn *conn, room_id room, uint64_t from, size_t older, size_t newer,
                   struct message_page *out)
{
    struct event_list before = {0}, behind = {0};
    struct log_end end;
    bool has_older = false, has_newer = false;
    int rc = mongo_log_end(conn, room, &end);
    if (rc != 0)
        return rc;
    uint64_t before_end = from - 1 < end.seq ? from - 1 : end.seq;
    rc = read_messages(conn, room, 0, before_end, true, older, &before, &has_older);
    if (rc == 0)
        rc = read_messages(conn, room, from - 1, end.seq, false, newer, &behind, &has_newer);
    if (rc != 0) {
        event_list_deinit(&before);
        event_list_deinit(&behind);
        return rc;
    }
    *out = (struct message_page){join(&before, &behind), has_older, has_newer};
    return 0;
}

int mongo_messages(struct store_conn *conn, room_id room, enum position position, uint64_t seq,
                   size_t limit, struct message_page *out)
{
    REQUIRE(limit > 0);
    const uint64_t end = INT64_MAX;
    uint64_t from = seq > end ? end : seq < 1 ? 1 : seq; /* before 1 is as empty as before 0 */
    switch (position) {
    case POSITION_NEWEST:
        return page_at(conn, room, end, limit, 0, out);
    case POSITION_BEFORE:
        return page_at(conn, room, from, limit, 0, out);
    case POSITION_AFTER:
        return page_at(conn, room, seq < end ? seq + 1 : end, 0, limit, out);
    case POSITION_AROUND:
        return page_at(conn, room, from, limit / 2, limit - limit / 2, out);
    default:
        REQUIRE(!"a known position");
    }
    return 0;
}
