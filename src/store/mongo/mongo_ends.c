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

static int read_end(struct store_conn *conn, room_id room, struct log_end *out)
{
    OWN(bson_destroy) bson_t *doc = NULL;
    int rc = db_find_one(conn, ROOMS, BCON_NEW("_id", U64(room.v)), NULL, &doc);
    *out = (struct log_end){0};
    if (rc == 0)
        *out = (struct log_end){doc_u64(doc, "applied"), doc_u64(doc, "last_count"),
                                doc_i64(doc, "last_at")};
    return rc == -ENOENT ? 0 : rc;
}

int mongo_log_end(struct store_conn *conn, room_id room, struct log_end *out)
{
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
    known = ARENA_NEW(&conn->arena, struct log_end);
    *known = *out;
    map_put(&conn->ends, room.v, known);
    return 0;
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
