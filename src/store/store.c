#include "store/store.h"

#include "store/engine.h"

void store_read(struct store *store, struct store_job *job)
{
    REQUIRE(job->home && job->run && job->done);
    store->engine->read(store, job);
}

void store_write(struct store *store, struct store_job *job)
{
    REQUIRE(job->home && job->run && job->done);
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
    store->engine->append(store, append);
}

bool store_is_ready(struct store *store)
{
    return store->engine->is_ready(store);
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

static void run_done(struct inbox_item *item)
{
    struct store_job *job = CONTAINER_OF(item, struct store_job, item);
    job->done(job);
}

void store_job_finish(struct store_job *job)
{
    job->item.run = run_done;
    inbox_post(job->home, &job->item);
}
