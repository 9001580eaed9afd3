#include "server/deadline.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/log.h"

static _Noreturn void end_here(void)
{
    LOG(LOG_WARN, "stop.cut_short",
        KV_C("why",
             "What was asked of the database or a disk is not answered in the time that "
             "stopping may take. It ends without an answer; what was acknowledged is kept."));
    _exit(EXIT_SUCCESS);
}

static void *wait_for_it(void *arg)
{
    struct deadline *deadline = arg;
    const struct timespec at = {.tv_sec = (time_t)(deadline->at / 1000),
                                .tv_nsec = (long)(deadline->at % 1000) * 1000000};
    int rc = 0;
    pthread_mutex_lock(&deadline->lock);
    while (!deadline->lifted && rc != ETIMEDOUT)
        rc = pthread_cond_timedwait(&deadline->lifted_now, &deadline->lock, &at);
    if (!deadline->lifted)
        end_here();
    pthread_mutex_unlock(&deadline->lock);
    return NULL;
}

void deadline_set(struct deadline *deadline, uint64_t in_ms)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&deadline->lifted_now, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&deadline->lock, NULL);
    deadline->at = clock_monotonic_ms() + in_ms;
    deadline->is_set = pthread_create(&deadline->thread, NULL, wait_for_it, deadline) == 0;
}

void deadline_lift(struct deadline *deadline)
{
    if (!deadline->is_set)
        return;
    pthread_mutex_lock(&deadline->lock);
    deadline->lifted = true;
    pthread_cond_signal(&deadline->lifted_now);
    pthread_mutex_unlock(&deadline->lock);
    pthread_join(deadline->thread, NULL);
    pthread_cond_destroy(&deadline->lifted_now);
    pthread_mutex_destroy(&deadline->lock);
    deadline->is_set = false;
}
