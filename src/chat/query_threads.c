#include <errno.h>

#include "chat/chat_internal.h"
#include "chat/query_internal.h"
#include "model/thread.h"

/* The threads that somebody follows, by their keys: room by room, and in each from the oldest on. */

struct reading_threads {
    struct query *query;
    struct store_conn *conn;
    room_id room; /* that was asked for last: as they lie by room, it is asked for once */
    bool is_member;
};

/* 1: they are in the room. */
static int is_in(struct reading_threads *reading, room_id room)
{
    struct member member;
    if (room_id_eq(reading->room, room))
        return reading->is_member;
    int rc = store_member_get(reading->conn, room, reading->query->self, &member);
    if (rc != 0 && rc != -ENOENT)
        return rc;
    reading->room = room;
    reading->is_member = rc == 0;
    return reading->is_member;
}

/* 1: it is one that they follow, of a room that they are in. */
static int read_thread(struct reading_threads *reading, const struct feed_entry *entry,
                       struct thread_view *out)
{
    struct thread_mark mark;
    room_id room;
    uint64_t root;
    if (!thread_key_read(entry->key, &room, &root) || !thread_mark_read(entry->value, &mark) ||
        mark.off)
        return 0;
    int rc = is_in(reading, room);
    if (rc != 1)
        return rc;
    rc = store_event_get(reading->conn, room, root, &out->root);
    if (rc != 0)
        return rc == -ENOENT ? 0 : rc;
    out->read = mark.read;
    if (event_is_room_message(out->root))
        return 1;
    event_unref(TAKE(out->root));
    return 0;
}

static int run_threads(struct store_job *job, struct store_conn *conn)
{
    static const struct str family = FEED_THREAD;
    struct query *query = QUERY_OF(job);
    struct reading_threads reading = {.query = query, .conn = conn};
    struct feed_entry_list entries = {0};
    int rc = store_feed_list(conn, query->self, family, query->cursor, query->limit + 1,
                             query->arena, &entries);
    if (rc != 0)
        return rc;
    if (entries.count > query->limit) {
        entries.count = query->limit;
        query->next = entries.items[query->limit - 1].key;
    }
    struct thread_view_list *threads = &query->threads;
    threads->items = arena_take_array(query->arena, entries.count, sizeof(*threads->items));
    for (size_t i = 0; rc >= 0 && i < entries.count; i++) {
        threads->items[threads->count] = (struct thread_view){0};
        rc = read_thread(&reading, &entries.items[i], &threads->items[threads->count]);
        threads->count += rc == 1;
    }
    return rc < 0 ? rc : 0;
}

void query_threads(struct chat *chat, struct query *query)
{
    query_post(chat, query, run_threads);
}
