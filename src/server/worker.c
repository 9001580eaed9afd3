#include "server/worker.h"

#include "net/tls_context.h"

enum { DRAIN_LOOK_MS = 10 };

int worker_init(struct worker *worker, struct api_shared *shared, unsigned index)
{
    int rc = loop_new(&worker->loop);
    if (rc != 0)
        return rc;
    rc = api_new(&worker->api, shared, index, worker->loop);
    if (rc != 0)
        return rc;
    housekeeping_start(&worker->housekeeping, shared, index, worker->loop);
    return 0;
}

static void *thread_main(void *arg)
{
    struct worker *worker = arg;
    pthread_setname_np(pthread_self(), "natternet-loop");
    loop_run(worker->loop);
    return NULL;
}

int worker_start(struct worker *worker)
{
    int rc = pthread_create(&worker->thread, NULL, thread_main, worker);
    if (rc != 0)
        return -rc;
    worker->running = true;
    return 0;
}

struct new_context {
    struct inbox_item item;
    struct worker *worker;
    struct ssl_ctx_st *context;
};

static void take_context(struct inbox_item *item)
{
    struct new_context *given = CONTAINER_OF(item, struct new_context, item);
    api_secure(given->worker->api, given->context);
    tls_context_unref(given->context);
    xfree(given);
}

void worker_secure(struct worker *worker, struct ssl_ctx_st *context)
{
    struct new_context *given = NEW(struct new_context);
    given->item.run = take_context;
    given->worker = worker;
    given->context = tls_context_ref(context);
    inbox_post(loop_inbox(worker->loop), &given->item);
}

/* Connections go one after the other, and an answer may wake another worker's, so it looks again
 * and again, in both directions. */
static void look_whether_idle(struct loop_timer *timer)
{
    struct worker *worker = CONTAINER_OF(timer, struct worker, draining);
    atomic_store(&worker->idle, api_is_idle(worker->api));
    loop_timer_start(worker->loop, timer, DRAIN_LOOK_MS);
}

static void begin_drain(struct inbox_item *item)
{
    struct worker *worker = CONTAINER_OF(item, struct worker, stop);
    housekeeping_drain(&worker->housekeeping);
    api_stop(worker->api);
    worker->draining.on_due = look_whether_idle;
    loop_timer_start(worker->loop, &worker->draining, DRAIN_LOOK_MS);
}

void worker_drain(struct worker *worker)
{
    worker->stop.run = begin_drain;
    inbox_post(loop_inbox(worker->loop), &worker->stop);
}

void worker_join(struct worker *worker)
{
    if (!worker->running)
        return;
    loop_stop(worker->loop);
    pthread_join(worker->thread, NULL);
    worker->running = false;
}

bool worker_finish(struct worker *worker)
{
    return worker->loop && inbox_run(loop_inbox(worker->loop), SIZE_MAX) > 0;
}

void worker_deinit(struct worker *worker)
{
    if (!worker->loop)
        return;
    loop_timer_stop(worker->loop, &worker->draining);
    housekeeping_stop(&worker->housekeeping);
    api_free(worker->api);
    loop_free(worker->loop);
}
