/* test_double.h - a store that does as a test tells it: holds appends back, fails them, or makes
 * them durable and says that it does not know. Behind it is a real one. For tests only. */
#pragma once

#include <errno.h>

#include "store/engine.h"
#include "store/queries.h"

enum { DOUBLE_HELD = 64 };

struct store_double {
    struct store store;
    struct store *real;
    bool holds; /* appends wait for double_let_go() */
    struct append *held[DOUBLE_HELD];
    size_t held_count;
    bool holds_reads; /* they wait for double_read_on() */
    struct store_job *held_reads[DOUBLE_HELD];
    size_t held_read_count;
    int fail;                        /* what the next append answers; nothing of it stands */
    bool fails_on;                   /* and all others */
    bool doubtful;                   /* the next append stands, and answers -EAGAIN */
    bool halves;                     /* of the next append only the first event stands, likewise */
    size_t whole, whole_projections; /* what that one had */
    int fail_reads;                  /* what every read answers; 0: they are done */
    uint64_t shown;   /* reads show the logs up to here, as after a failover; 0: all */
    room_id lagging;  /* of this room alone; 0: of all */
    atomic_uint lags; /* so often; then all is shown again */
    struct {
        struct store_job *job;
        int (*run)(struct store_job *job, struct store_conn *conn);
    } late[DOUBLE_HELD]; /* that were asked for meanwhile */
    atomic_size_t late_count;
    atomic_size_t appends;               /* that came */
    void (*done)(struct store_job *job); /* of the doubtful one */
};

static inline struct store_double *double_of(struct store *store)
{
    return CONTAINER_OF(store, struct store_double, store);
}

static void double_answer(struct store_job *job, int rc)
{
    job->rc = rc;
    store_job_finish(job);
}

static void double_doubt(struct store_job *job)
{
    CONTAINER_OF(job, struct append, job)->stored = 0;
    job->rc = -EAGAIN;
    job->done = double_of(job->store)->done;
    job->done(job);
}

static void double_doubt_half(struct store_job *job)
{
    struct append *append = CONTAINER_OF(job, struct append, job);
    append->count = double_of(job->store)->whole;
    append->projection_count = double_of(job->store)->whole_projections;
    double_doubt(job);
}

/* As if the engine was killed between two rows. */
static void double_halve(struct store_double *twin, struct append *append)
{
    size_t kept = 0;
    while (kept < append->projection_count &&
           append->projections[kept].seq == append->events[0]->seq)
        kept++;
    twin->whole = append->count;
    twin->whole_projections = append->projection_count;
    append->count = 1;
    append->projection_count = kept;
    twin->done = append->job.done;
    append->job.done = double_doubt_half;
    twin->halves = false;
}

static void double_deliver(struct store_double *twin, struct append *append)
{
    if (twin->fail) {
        append->stored = 0;
        double_answer(&append->job, twin->fail);
        if (!twin->fails_on)
            twin->fail = 0;
        return;
    }
    if (twin->halves) {
        double_halve(twin, append);
    } else if (twin->doubtful) {
        twin->doubtful = false;
        twin->done = append->job.done;
        append->job.done = double_doubt;
    }
    twin->real->engine->append(twin->real, append);
}

static void double_append(struct store *store, struct append *append)
{
    struct store_double *twin = double_of(store);
    twin->appends++;
    if (!twin->holds) {
        double_deliver(twin, append);
        return;
    }
    REQUIRE(twin->held_count < DOUBLE_HELD);
    twin->held[twin->held_count++] = append;
}

/* Those that are held now. */
static UNUSED void double_let_go(struct store_double *twin)
{
    size_t count = twin->held_count;
    twin->held_count = 0;
    for (size_t i = 0; i < count; i++)
        double_deliver(twin, twin->held[i]);
}

/* ---- reads that lag ------------------------------------------------------------------------------ */

static _Thread_local const struct store_queries *lag_real;
static _Thread_local struct store_double *lag_twin;

static void lag_end(room_id room, uint64_t *last_seq)
{
    unsigned left = atomic_load(&lag_twin->lags);
    bool lags = lag_twin->lagging.v == 0 || room_id_eq(lag_twin->lagging, room);
    if (!lags || *last_seq <= lag_twin->shown || left == 0)
        return;
    *last_seq = lag_twin->shown;
    atomic_store(&lag_twin->lags, left - 1);
}

static int lag_room_get(struct store_conn *conn, room_id id, struct arena *arena, struct room *out)
{
    int rc = lag_real->room_get(conn, id, arena, out);
    if (rc == 0)
        lag_end(id, &out->last_seq);
    return rc;
}

static int lag_room_view(struct store_conn *conn, room_id room, user_id user, struct arena *arena,
                         struct room_view *out)
{
    int rc = lag_real->room_view(conn, room, user, arena, out);
    if (rc == 0)
        lag_end(room, &out->room.last_seq);
    return rc;
}

static int lag_rooms_of(struct store_conn *conn, user_id user, room_id after, size_t limit,
                        struct arena *arena, struct room_view_list *out)
{
    int rc = lag_real->rooms_of(conn, user, after, limit, arena, out);
    for (size_t i = 0; rc == 0 && i < out->count; i++)
        lag_end(out->items[i].room.id, &out->items[i].room.last_seq);
    return rc;
}

static int lag_ends_of(struct store_conn *conn, const room_id *rooms, size_t room_count,
                       struct arena *arena, struct room_end **out, size_t *count)
{
    int rc = lag_real->ends_of(conn, rooms, room_count, arena, out, count);
    for (size_t i = 0; rc == 0 && i < *count; i++)
        lag_end((*out)[i].room, &(*out)[i].last_seq);
    return rc;
}

static int lag_events(struct store_conn *conn, room_id room, uint64_t after, size_t limit,
                      size_t max_bytes, struct event_list *out, bool *has_more)
{
    int rc = lag_real->events(conn, room, after, limit, max_bytes, out, has_more);
    uint64_t last = rc == 0 && out->count ? out->items[out->count - 1]->seq : 0, shown = last;
    lag_end(room, &shown);
    while (shown < last && out->count && out->items[out->count - 1]->seq > shown)
        event_unref(out->items[--out->count]);
    *has_more = *has_more && shown == last;
    return rc;
}

static int double_lag(struct store_job *job, struct store_conn *conn)
{
    struct store_double *twin = double_of(job->store);
    const struct store_queries **queries = (const struct store_queries **)(void *)conn;
    size_t at = atomic_load(&twin->late_count);
    while (twin->late[--at].job != job)
        REQUIRE(at > 0);
    lag_twin = twin;
    lag_real = *queries;
    struct store_queries lagging = *lag_real;
    lagging.room_get = lag_room_get;
    lagging.room_view = lag_room_view;
    lagging.rooms_of = lag_rooms_of;
    lagging.ends_of = lag_ends_of;
    lagging.events = lag_events;
    *queries = &lagging;
    int rc = twin->late[at].run(job, conn);
    *queries = lag_real;
    return rc;
}

static void double_read_late(struct store_double *twin, struct store_job *job)
{
    size_t count = atomic_load(&twin->late_count);
    REQUIRE(count < DOUBLE_HELD);
    twin->late[count].job = job;
    twin->late[count].run = job->run;
    atomic_store(&twin->late_count, count + 1);
    job->run = double_lag;
    twin->real->engine->read(twin->real, job);
}

/* From now on logs are shown up to `seq`, so many times. */
static UNUSED void double_show(struct store_double *twin, uint64_t seq, unsigned times)
{
    twin->shown = seq;
    atomic_store(&twin->lags, times);
    atomic_store(&twin->late_count, 0);
}

static void double_read(struct store *store, struct store_job *job)
{
    struct store_double *twin = double_of(store);
    if (twin->holds_reads) {
        REQUIRE(twin->held_read_count < DOUBLE_HELD);
        twin->held_reads[twin->held_read_count++] = job;
    } else if (twin->fail_reads)
        double_answer(job, twin->fail_reads);
    else if (atomic_load(&twin->lags))
        double_read_late(twin, job);
    else
        twin->real->engine->read(twin->real, job);
}

/* Those that are held now. */
static UNUSED void double_read_on(struct store_double *twin)
{
    size_t count = twin->held_read_count;
    twin->held_read_count = 0;
    for (size_t i = 0; i < count; i++)
        if (atomic_load(&twin->lags))
            double_read_late(twin, twin->held_reads[i]);
        else
            twin->real->engine->read(twin->real, twin->held_reads[i]);
}

static void double_write(struct store *store, struct store_job *job)
{
    struct store_double *twin = double_of(store);
    twin->real->engine->write(twin->real, job);
}

static bool double_is_ready(struct store *store)
{
    return store_is_ready(double_of(store)->real);
}

static void double_metrics(struct store *store, struct buf *out)
{
    store_metrics(double_of(store)->real, out);
}

static void double_close(struct store *store)
{
    store_close(double_of(store)->real);
    store_deinit(store);
}

static const struct engine double_engine = {
    .read = double_read,
    .write = double_write,
    .append = double_append,
    .is_ready = double_is_ready,
    .metrics = double_metrics,
    .close = double_close,
};

static UNUSED int double_init(struct store_double *twin, struct store *real)
{
    *twin = (struct store_double){.real = real};
    return store_init(&twin->store, &double_engine);
}
