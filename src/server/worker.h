/* worker.h - a thread with its loop, its listener and its connections.
 * Thread: made and freed by the main thread; the loop runs on its own. Private to server. */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "api/api.h"
#include "server/housekeeping.h"

struct worker {
    struct loop *loop;
    struct api *api;
    struct housekeeping housekeeping;
    pthread_t thread;
    bool running;
    struct inbox_item stop; /* tells the loop to drain */
    struct loop_timer draining;
    atomic_bool idle; /* drained: nothing connected, nothing under way */
};

int worker_init(struct worker *worker, struct api_shared *shared, unsigned index);
int worker_start(struct worker *worker);
/* Its new connections speak TLS with this context. After worker_start(). */
void worker_secure(struct worker *worker, struct ssl_ctx_st *context);
void worker_drain(struct worker *worker);  /* begins; worker->idle says when it is done */
void worker_join(struct worker *worker);   /* stops the loop, waits for the thread */
bool worker_finish(struct worker *worker); /* runs what is left in the inbox; false: nothing was */
void worker_deinit(struct worker *worker);
