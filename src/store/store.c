#include "store/store.h"

#include "core/buf.h"
#include "core/clock.h"
#include "store/engine.h"
#include "store/queries.h"

/* So few jobs are no queue, however long the last one took: it may be long ago. */
enum { NO_QUEUE = 32 };

static void take(struct store *store, struct store_job *job, size_t door)
{
    job->store = store;
    job->door = &store->doors[door];
    job->taken_us = clock_monotonic_us();
    atomic_fetch_add(&job->door->under_way, 1);
}

size_t store_jobs(const struct store *store)
{
    size_t jobs = 0;
    for (size_t i = 0; i < STORE_DOORS; i++)
        jobs += atomic_load(&store->doors[i].under_way);
    return jobs;
}

static bool is_slow(const struct store_door *door, uint64_t most_us)
{
    return atomic_load_explicit(&door->under_way, memory_order_relaxed) >= NO_QUEUE &&
           atomic_load_explicit(&door->delay_us, memory_order_relaxed) > most_us;
}

enum err store_admits(struct store *store, const struct limits *limits, bool newcomer)
{
    if (store_jobs(store) >= (newcomer ? limits->store_queue / 2 : limits->store_queue)) {
        LIMIT_HIT(limits, store_queue);
        return ERR_SERVER_BUSY;
    }
    uint64_t most_us = limits->newcomer_delay_ms * 1000;
    if (newcomer && (is_slow(&store->doors[STORE_READS], most_us) ||
                     is_slow(&store->doors[STORE_WRITES], most_us))) {
        LIMIT_HIT(limits, newcomer_delay_ms);
        return ERR_SERVER_BUSY;
    }
    return ERR_OK;
}

int store_init(struct store *store, const struct engine *engine)
{
    store->engine = engine;
    return inbox_init(&store->waiting);
}

void store_deinit(struct store *store)
{
    inbox_deinit(&store->waiting);
}

void store_read(struct store *store, struct store_job *job)
{
    REQUIRE(job->home && job->run && job->done);
    take(store, job, STORE_READS);
    store->engine->read(store, job);
}

void store_write(struct store *store, struct store_job *job)
{
    REQUIRE(job->home && job->run && job->done);
    take(store, job, STORE_WRITES);
    store->engine->write(store, job);
}

void store_fill(struct store *store, struct store_job *job)
{
    REQUIRE(job->home && job->run && job->done);
    take(store, job, STORE_WRITES);
    if (store->engine->fill)
        store->engine->fill(store, job);
    else
        store->engine->write(store, job);
}

void store_append(struct store *store, struct append *append)
{
    REQUIRE(append->job.home && append->job.done && append->count > 0);
    for (size_t i = 0; i < append->count; i++) {
        const struct event *event = append->events[i];
        REQUIRE(room_id_eq(event->room, append->room));
        REQUIRE(event->seq == append->events[0]->seq + i && event->seq > 0);
        REQUIRE(event->nonce.len > 0 && event->nonce.len <= NONCE_MAX);
    }
    take(store, &append->job, STORE_WRITES);
    store->engine->append(store, append);
}

void store_hurry(struct store *store)
{
    if (store->engine->hurry)
        store->engine->hurry(store);
}

bool store_is_ready(struct store *store)
{
    return store->engine->is_ready(store);
}

bool store_is_idle(struct store *store)
{
    return store_jobs(store) == 0;
}

void store_metrics(struct store *store, struct buf *out)
{
    store_figure(out, "jobs", "gauge", "Reads and writes asked for and not answered yet.",
                 store_jobs(store));
    store->engine->metrics(store, out);
}

void store_close(struct store *store)
{
    if (store)
        store->engine->close(store);
}

void store_job_done(struct store_job *job)
{
    struct store_door *door = job->door;
    atomic_store_explicit(&door->delay_us, clock_monotonic_us() - job->taken_us,
                          memory_order_relaxed);
    job->done(job); /* the job may be gone, or under way again */
    atomic_fetch_sub(&door->under_way, 1);
}

static void run_done(struct inbox_item *item)
{
    store_job_done(CONTAINER_OF(item, struct store_job, item));
}

void store_job_finish(struct store_job *job)
{
    job->item.run = run_done;
    inbox_post(job->home, &job->item);
}

/* ---- questions -------------------------------------------------------------------------------- */

#define X(name, parameters, arguments)                                                             \
    int store_##name parameters                                                                    \
    {                                                                                              \
        const struct store_queries *const *queries = (const void *)conn;                           \
        return (*queries)->name arguments;                                                         \
    }
STORE_QUERIES(X)
#undef X

void store_figure(struct buf *out, const char *name, const char *kind, const char *help,
                  uint64_t value)
{
    buf_printf(out, "# HELP natternet_store_%s %s\n# TYPE natternet_store_%s %s\n", name, help,
               name, kind);
    buf_printf(out, "natternet_store_%s %llu\n", name, (unsigned long long)value);
}
