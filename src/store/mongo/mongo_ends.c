#include <errno.h>

#include "core/clock.h"
#include "store/mongo/mongo_rows.h"

enum { FINISHED_MOST = 1 << 20 }; /* 16 MB; past it we begin to learn anew */

void mongo_shared_init(struct mongo_shared *shared, uint64_t knows_for_ms)
{
    *shared = (struct mongo_shared){.knows_for_ms = knows_for_ms};
    pthread_mutex_init(&shared->lock, NULL);
}

void mongo_shared_deinit(struct mongo_shared *shared)
{
    map_deinit(&shared->finished);
    pthread_mutex_destroy(&shared->lock);
}

bool mongo_is_finished(struct mongo_shared *shared, room_id room)
{
    pthread_mutex_lock(&shared->lock);
    uint64_t since = (uint64_t)(uintptr_t)map_get(&shared->finished, room.v);
    pthread_mutex_unlock(&shared->lock);
    return since && (!shared->knows_for_ms || clock_monotonic_ms() - since < shared->knows_for_ms);
}

static void set_finished(struct mongo_shared *shared, room_id room)
{
    pthread_mutex_lock(&shared->lock);
    if (shared->finished.len >= FINISHED_MOST)
        map_deinit(&shared->finished);
    map_put(&shared->finished, room.v, (void *)(uintptr_t)(clock_monotonic_ms() + 1));
    pthread_mutex_unlock(&shared->lock);
}

void mongo_unfinish(struct mongo_shared *shared, room_id room)
{
    pthread_mutex_lock(&shared->lock);
    (void)map_remove(&shared->finished, room.v);
    pthread_mutex_unlock(&shared->lock);
}

/* What somebody asks for may be no id at all: as a room that is not there. */
static bool is_no_room(room_id room)
{
    return room.v == 0;
}

static struct log_end end_read(const bson_t *room)
{
    return (struct log_end){.seq = doc_u64(room, "applied"),
                            .count = doc_u64(room, "last_count"),
                            .at = doc_i64(room, "last_at"),
                            .first_seq = doc_u64(room, "first_seq"),
                            .first_count = doc_u64(room, "first_count"),
                            .first_at = mongo_first_at(room),
                            .retention_s = doc_u64(room, "retention")};
}

static int read_end(struct store_conn *conn, room_id room, struct log_end *out)
{
    OWN(bson_destroy) bson_t *doc = NULL;
    int rc = db_find_one(conn, ROOMS, BCON_NEW("_id", U64(room.v)), NULL, &doc);
    *out = (struct log_end){0};
    if (rc == 0)
        *out = end_read(doc);
    return rc == -ENOENT ? 0 : rc;
}

static void know_end(struct store_conn *conn, room_id room, const struct log_end *end)
{
    struct log_end *known = map_get(&conn->ends, room.v);
    if (!known) {
        known = ARENA_NEW(&conn->arena, struct log_end);
        map_put(&conn->ends, room.v, known);
    }
    *known = *end;
}

int mongo_log_end(struct store_conn *conn, room_id room, struct log_end *out)
{
    *out = (struct log_end){0};
    if (is_no_room(room))
        return 0;
    struct log_end *known = map_get(&conn->ends, room.v);
    if (known) {
        *out = *known;
        return 0;
    }
    uint64_t seq;
    int rc = 0;
    if (!conn->session && !mongo_is_finished(conn->shared, room))
        rc = mongo_catch_up(conn, room, &seq);
    if (rc == 0)
        rc = read_end(conn, room, out);
    if (rc != 0)
        return rc;
    know_end(conn, room, out);
    return 0;
}

/* Rooms whose end the job does not know yet, each once. */
static size_t find_unknown(struct store_conn *conn, const room_id *rooms, size_t count,
                           room_id *out)
{
    struct map seen = {0};
    size_t unknown = 0;
    for (size_t i = 0; i < count; i++) {
        if (is_no_room(rooms[i]) || map_get(&conn->ends, rooms[i].v) || map_get(&seen, rooms[i].v))
            continue;
        map_put(&seen, rooms[i].v, out);
        out[unknown++] = rooms[i];
    }
    map_deinit(&seen);
    return unknown;
}

/* Of rooms that are not there, 0. */
static int read_ends(struct store_conn *conn, const room_id *rooms, size_t count)
{
    OWN(bson_destroy) bson_t *wanted = bson_new();
    uint32_t asked = 0;
    for (size_t i = 0; i < count; i++) {
        know_end(conn, rooms[i], &(struct log_end){0});
        mongo_put_id(wanted, &asked, rooms[i].v);
    }
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows =
        db_find(conn, ROOMS, BCON_NEW("_id", "{", "$in", BCON_ARRAY(wanted), "}"),
                BCON_NEW("projection", "{", "applied", BOOL(true), "last_count", BOOL(true),
                         "last_at", BOOL(true), "first_seq", BOOL(true), "first_count", BOOL(true),
                         "first_at", BOOL(true), "at", BOOL(true), "retention", BOOL(true), "}"));
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1) {
        struct log_end end = end_read(doc);
        know_end(conn, (room_id){doc_u64(doc, "_id")}, &end);
    }
    return rc;
}

/* What is behind the ends of those rooms of which it is not known that nothing is: a filter. */
static bson_t *behind_ends(struct store_conn *conn, const room_id *rooms, size_t count,
                           uint32_t *asked)
{
    OWN(bson_destroy) bson_t *ranges = bson_new();
    *asked = 0;
    for (size_t i = 0; i < count; i++) {
        const struct log_end *end = map_get(&conn->ends, rooms[i].v);
        if (mongo_is_finished(conn->shared, rooms[i]))
            continue;
        OWN(bson_destroy) bson_t *range = mongo_events_between(rooms[i], end->seq, INT64_MAX);
        char number[12];
        snprintf(number, sizeof(number), "%u", (*asked)++);
        bson_append_document(ranges, number, -1, range);
    }
    return BCON_NEW("$or", BCON_ARRAY(ranges));
}

/* Finishes the rooms that are not, few of them; the others are known to be finished from now on. */
static int finish_all(struct store_conn *conn, const room_id *rooms, size_t count)
{
    uint32_t asked;
    struct map undone = {0};
    bson_t *filter = behind_ends(conn, rooms, count, &asked);
    if (asked == 0) {
        bson_destroy(filter);
        return 0;
    }
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows =
        db_find(conn, EVENTS, filter, BCON_NEW("projection", "{", "room", BOOL(true), "}"));
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1)
        map_put(&undone, doc_u64(doc, "room"), conn);
    for (size_t i = 0; rc == 0 && i < count; i++) {
        struct log_end end;
        uint64_t seq;
        if (!map_get(&undone, rooms[i].v)) {
            set_finished(conn->shared, rooms[i]);
            continue;
        }
        rc = mongo_catch_up(conn, rooms[i], &seq);
        if (rc == 0)
            rc = read_end(conn, rooms[i], &end);
        if (rc == 0)
            know_end(conn, rooms[i], &end);
    }
    map_deinit(&undone);
    return rc;
}

int mongo_log_ends(struct store_conn *conn, const room_id *rooms, size_t count)
{
    enum { AT_ONCE = 200 };
    room_id *unknown = arena_take_array(&conn->arena, count, sizeof(*unknown));
    size_t left = find_unknown(conn, rooms, count, unknown);
    int rc = 0;
    for (size_t at = 0; rc == 0 && at < left; at += AT_ONCE) {
        size_t some = left - at < AT_ONCE ? left - at : AT_ONCE;
        rc = read_ends(conn, unknown + at, some);
        if (rc == 0 && !conn->session)
            rc = finish_all(conn, unknown + at, some);
    }
    return rc;
}

/* ---- finishing what somebody began ------------------------------------------------------------------ */

enum { STEP = 500 }; /* events that are done at once */

/* The next events behind `after`; *count 0: there are none. */
static int read_undone(struct store_conn *conn, room_id room, uint64_t after, struct logged *items,
                       size_t *count)
{
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows =
        db_find(conn, EVENTS, mongo_events_between(room, after, INT64_MAX), sorted("_id", 1, STEP));
    const bson_t *doc;
    int rc;
    *count = 0;
    while ((rc = db_next(conn, rows, &doc)) == 1)
        items[(*count)++] = mongo_logged_read(doc, &conn->arena);
    return rc;
}

int mongo_catch_up(struct store_conn *conn, room_id room, uint64_t *seq)
{
    *seq = 0;
    if (is_no_room(room))
        return 0;
    struct log_end end;
    struct logged *items = xcalloc(STEP, sizeof(*items));
    size_t count = 0;
    int rc = read_end(conn, room, &end);
    do {
        *seq = end.seq;
        if (rc == 0)
            rc = read_undone(conn, room, end.seq, items, &count);
        if (rc == 0 && count > 0) {
            end.seq = items[count - 1].event->seq;
            rc = mongo_apply(conn, &(struct appended){room, items, count}, 1);
        }
        for (size_t i = 0; i < count; i++)
            event_unref(items[i].event);
    } while (rc == 0 && count > 0);
    xfree(items);
    if (rc == 0)
        set_finished(conn->shared, room);
    return rc;
}
