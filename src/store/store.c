#include "store/store.h"

#include "store/engine.h"

static void take(struct store *store, struct store_job *job)
{
    job->store = store;
    atomic_fetch_add(&store->under_way, 1);
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
    take(store, job);
    store->engine->read(store, job);
}

void store_write(struct store *store, struct store_job *job)
{
    REQUIRE(job->home && job->run && job->done);
    take(store, job);
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
    take(store, &append->job);
    store->engine->append(store, append);
}

bool store_is_ready(struct store *store)
{
    return store->engine->is_ready(store);
}

bool store_is_idle(struct store *store)
{
    return atomic_load(&store->under_way) == 0;
}

void store_metrics(struct store *store, struct buf *out)
{
    store->engine->metrics(store, out);
}

void store_close(struct store *store)
{
    if (store)
        store->engine->close(store);
}

void store_job_done(struct store_job *job)
{
    struct store *store = job->store;
    job->done(job); /* the job may be gone, or under way again */
    atomic_fetch_sub(&store->under_way, 1);
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
