/* deadline.h - the moment at which a server that stops is gone, whatever it still waits for.
 *
 * A database that takes questions and answers none, a disk that hangs: nobody can call back what was asked of them.
 * When the time is up the process ends where it stands, as by a crash, which loses nothing acknowledged; the log
 * says so, and the status is 0, as it was told to stop.
 * Thread: set and lifted by the main thread; a thread of its own waits. */
#pragma once

#include <pthread.h>

#include "core/base.h"

struct deadline {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t lifted_now;
    uint64_t at; /* ms of the monotonic clock */
    bool is_set, lifted;
};

/* Where no thread can be had there is no deadline. */
void deadline_set(struct deadline *deadline, uint64_t in_ms);
/* In time: nothing happens. One that was never set is fine. */
void deadline_lift(struct deadline *deadline);
