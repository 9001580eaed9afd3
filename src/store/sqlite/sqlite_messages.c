#include <errno.h>

#include "store/message_span.h"
#include "store/sqlite/sqlite_rows.h"

/* Pages of messages alone, without an index of their own: one would cost each message a second
 * page to write (docs/design/store.md has the figures). Nearly all events are messages, so a walk
 * along the log finds them; and where it meets a long run of others, `count` leads past it: it
 * grows by one at each message and nowhere else, so the event where it first reaches a value is a
 * message, and is found by halving. */

enum { RUN_MOST = 32 }; /* others in a row that are read one by one before we leap */

struct walk {
    struct store_conn *conn;
    room_id room;
    uint64_t thread; /* 0: of the room itself */
    bool back;
    uint64_t from;  /* the next one is past this */
    uint64_t first; /* none before this one */
    size_t most;
    struct event_list found;
    size_t cap;
};

/* The first event in (low, high] whose count is `count` or more; high is known to be one. What was
 * pruned has none, and counts as smaller. */
static int first_with_count(struct walk *walk, uint64_t low, uint64_t high, uint64_t count,
                            uint64_t *out)
{
    while (high - low > 1) {
        uint64_t middle = low + (high - low) / 2, at_middle = 0;
        int rc = sqlite_event_count(walk->conn, walk->room, middle, &at_middle);
        if (rc != 0 && rc != -ENOENT)
            return rc;
        if (at_middle >= count)
            high = middle;
        else
            low = middle;
    }
    *out = high;
    return 0;
}

/* The run began before `seq`, where the count is `count`. 1: go on from walk->from, just short of
 * the next message; 0: there is none. */
static int leap(struct walk *walk, uint64_t seq, uint64_t count)
{
    uint64_t found = 0, last = 0, last_count = 0;
    int rc;
    if (walk->back) {
        if (count == 0)
            return 0;
        rc = first_with_count(walk, walk->first - 1, seq, count, &found);
        walk->from = found + 1;
        return rc < 0 ? rc : 1;
    }
    OWN(statement_done) sqlite3_stmt *s = sql(walk->conn, SQL_EVENT_LAST_SEQ);
    bind_u64(s, 1, walk->room.v);
    rc = sql_step(walk->conn, s);
    if (rc < 0)
        return rc;
    last = column_u64(s, 0);
    rc = sqlite_event_count(walk->conn, walk->room, last, &last_count);
    if (rc != 0 || last_count == count)
        return rc;
    rc = first_with_count(walk, seq, last, count + 1, &found);
    walk->from = found - 1;
    return rc < 0 ? rc : 1;
}

/* Takes messages until there are enough (0), the log ends (0), or a run of others is too long (1:
 * call again). */
static int stride(struct walk *walk)
{
    OWN(statement_done)
    sqlite3_stmt *s = sql(walk->conn, walk->back ? SQL_EVENTS_BEFORE : SQL_EVENTS_AFTER);
    bind_u64(s, 1, walk->room.v);
    bind_u64(s, 2, walk->from);
    if (walk->back)
        bind_u64(s, 3, walk->first);
    int run = 0, rc = 0;
    while (walk->found.count < walk->most && (rc = sql_step(walk->conn, s)) == 1) {
        if (sqlite3_column_int(s, 1) == EVENT_MESSAGE_CREATED && column_u64(s, 3) == 0) {
            event_list_push(&walk->found, &walk->cap, event_read(s, walk->room));
            run = 0;
        } else if (++run == RUN_MOST) {
            return leap(walk, column_u64(s, 0), column_u64(s, 5));
        }
    }
    return rc < 0 ? rc : 0;
}

/* Answers have an index of their own. */
static int walk_thread(struct walk *walk)
{
    OWN(statement_done)
    sqlite3_stmt *s = sql(walk->conn, walk->back ? SQL_ANSWERS_BEFORE : SQL_ANSWERS_AFTER);
    bind_u64(s, 1, walk->room.v);
    bind_u64(s, 2, walk->from);
    bind_u64(s, 3, walk->thread);
    bind_limit(s, 4, walk->most);
    if (walk->back)
        bind_u64(s, 5, walk->first);
    int rc = 0;
    while (walk->found.count < walk->most && (rc = sql_step(walk->conn, s)) == 1)
        event_list_push(&walk->found, &walk->cap, event_read(s, walk->room));
    return rc < 0 ? rc : 0;
}

/* At most `most` messages past walk->from, in the order of the walk. */
static int walk_messages(struct walk walk, size_t most, struct event_list *out)
{
    walk.most = most;
    int rc;
    do
        rc = walk.thread ? walk_thread(&walk) : stride(&walk);
    while (rc == 1);
    if (rc < 0)
        event_list_deinit(&walk.found);
    else
        *out = walk.found;
    return rc;
}

/* `limit` messages and whether there are more. */
static int walk_page(const struct walk *walk, size_t limit, struct event_list *out, bool *more)
{
    int rc = walk_messages(*walk, limit + 1, out);
    if (rc != 0)
        return rc;
    *more = out->count > limit;
    if (*more)
        event_unref(out->items[--out->count]);
    return 0;
}

static int walk_exists(const struct walk *walk, bool *out)
{
    struct event_list none = {0};
    int rc = walk_page(walk, 0, &none, out);
    if (rc == 0)
        event_list_deinit(&none);
    return rc;
}

/* ---- pages ----------------------------------------------------------------------------------- */

int sqlite_messages(struct store_conn *conn, room_id room, uint64_t thread, uint64_t first,
                    enum position position, uint64_t seq, size_t limit, struct message_page *out)
{
    const struct message_span span = message_span_at(position, first, seq, limit);
    struct event_list before = {0}, behind = {0};
    bool has_older = false, has_newer = false;
    const struct walk back = {.conn = conn,
                              .room = room,
                              .thread = thread,
                              .back = true,
                              .from = span.from,
                              .first = first ? first : 1};
    const struct walk on = {.conn = conn, .room = room, .thread = thread, .from = span.from - 1};
    int rc = span.older ? walk_page(&back, span.older, &before, &has_older)
                        : walk_exists(&back, &has_older);
    if (rc == 0)
        rc = span.newer ? walk_page(&on, span.newer, &behind, &has_newer)
                        : walk_exists(&on, &has_newer);
    if (rc != 0) {
        event_list_deinit(&before);
        event_list_deinit(&behind);
        return rc;
    }
    *out = (struct message_page){message_span_join(&before, &behind), has_older, has_newer};
    return 0;
}

int sqlite_messages_of(struct store_conn *conn, room_id room, user_id sender, int64_t since,
                       uint64_t after, uint64_t through, size_t limit, struct arena *arena,
                       uint64_t **out, size_t *count)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_MESSAGES_OF);
    bind_u64(s, 1, room.v);
    bind_u64(s, 2, after);
    bind_u64(s, 3, through);
    bind_u64(s, 4, sender.v);
    bind_i64(s, 5, since);
    bind_limit(s, 6, limit);
    OWN(buf_deinit) struct buf rows = BUF_INIT;
    int rc;
    while ((rc = sql_step(conn, s)) == 1) {
        uint64_t seq = column_u64(s, 0);
        buf_put(&rows, &seq, sizeof(seq));
    }
    if (rc < 0)
        return rc;
    *count = rows.len / sizeof(**out);
    *out = rows_to_arena(&rows, arena);
    return 0;
}
