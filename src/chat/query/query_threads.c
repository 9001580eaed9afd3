#include "chat/chat_internal.h"
#include "chat/query/query_internal.h"
#include "model/thread.h"

/* The threads that somebody follows, by their keys: room by room, and in each from the oldest on. */

/* A page of them, for two questions of all at once. */
struct reading_threads {
    struct query *query;
    struct store_conn *conn;
    struct event_place *roots;
    struct member_place *members;
    uint64_t *reads;
    size_t count;
};

/* Those that they follow. */
static void choose(struct reading_threads *reading, const struct feed_entry_list *entries)
{
    struct arena *arena = reading->query->arena;
    reading->roots = arena_take_array(arena, entries->count, sizeof(*reading->roots));
    reading->members = arena_take_array(arena, entries->count, sizeof(*reading->members));
    reading->reads = arena_take_array(arena, entries->count, sizeof(*reading->reads));
    for (size_t i = 0; i < entries->count; i++) {
        struct event_place *root = &reading->roots[reading->count];
        struct thread_marker marker;
        if (!thread_key_read(entries->items[i].key, &root->room, &root->seq) ||
            !thread_marker_read(entries->items[i].value, &marker) || marker.off)
            continue;
        reading->members[reading->count] = (struct member_place){root->room, reading->query->self};
        reading->reads[reading->count++] = marker.read;
    }
}

/* Where what they may read begins in each of the rooms: one question, however many there are. */
static int read_firsts(const struct reading_threads *reading, const struct member *members,
                       uint64_t *firsts)
{
    const struct ageing ageing = chat_ageing(reading->query->chat);
    room_id *rooms = arena_take_array(reading->query->arena, reading->count, sizeof(*rooms));
    for (size_t i = 0; i < reading->count; i++)
        rooms[i] = reading->roots[i].room;
    return store_readable_of(reading->conn, rooms, members, reading->count, &ageing, firsts);
}

/* Of rooms that they are in. */
static int read_threads(struct reading_threads *reading, struct thread_view_list *out)
{
    struct arena *arena = reading->query->arena;
    struct member *members = arena_take_array(arena, reading->count, sizeof(*members));
    struct event **roots = arena_take_array(arena, reading->count, sizeof(struct event *));
    uint64_t *firsts = arena_take_array(arena, reading->count, sizeof(*firsts));
    int rc = store_members_get(reading->conn, reading->members, reading->count, members);
    if (rc == 0)
        rc = read_firsts(reading, members, firsts);
    if (rc == 0)
        rc = store_events_get(reading->conn, reading->roots, reading->count, roots);
    if (rc != 0)
        return rc;
    for (size_t i = 0; i < reading->count; i++) {
        if (roots[i] && roots[i]->seq >= firsts[i] && event_is_room_message(roots[i]))
            out->items[out->count++] = (struct thread_view){TAKE(roots[i]), reading->reads[i]};
        event_unref(TAKE(roots[i]));
    }
    return rc;
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
    query->threads.items =
        arena_take_array(query->arena, entries.count, sizeof(*query->threads.items));
    choose(&reading, &entries);
    return reading.count ? read_threads(&reading, &query->threads) : 0;
}

void query_threads(struct chat *chat, struct query *query)
{
    query_post(chat, query, run_threads);
}
