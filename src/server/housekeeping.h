/* housekeeping.h - what a worker does from time to time for its rooms, and the first of them for all: who is there
 * is told, other servers are told and caught up with, what is too old goes.
 * Thread: made by the main thread before the worker's runs; the rest is the worker's. Private to server. */
#pragma once

#include "net/loop.h"

struct api_shared;

struct housekeeping {
    const struct api_shared *shared;
    struct loop *loop;
    unsigned worker;
    struct loop_timer presence;
    struct loop_timer gather, sweep; /* run where there are other servers */
    struct loop_timer prune;         /* of the first worker */
};

/* The worker must be attached to chat. */
void housekeeping_start(struct housekeeping *keeping, const struct api_shared *shared,
                        unsigned worker, struct loop *loop);
void housekeeping_drain(struct housekeeping *keeping); /* begins nothing long any more */
void housekeeping_stop(struct housekeeping *keeping);  /* zeroed, with its loop, is fine */
