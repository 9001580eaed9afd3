/* outpost.h - a process of the server's own that may do what the server gave up: make connections
 * outwards. It knows nothing of the server's but what it was started with, and they speak by parcels
 * (core/parcel.h), which the server judges like anything from outside.
 *
 *   server --- keeper -+- worker
 *                      `- spare
 *
 * Forked before the sandbox closes, since nothing can be started after that. The keeper reads nothing
 * from anybody, and starts the worker anew, a little later each time, should it die. The spare sleeps;
 * should the keeper be killed, it is the keeper, with a worker and a spare of its own. So all comes
 * back but where both are killed within the same second. They end with the server, however that ends
 * (PR_SET_PDEATHSIG; the server is the subreaper that a spare falls to). For other errands outwards
 * (push, mail, sign-in elsewhere) start another outpost: they need not trust each other.
 * Owns:   the server's end of the socket.
 * Thread: main; start it before the first thread. */
#pragma once

#include "core/base.h"

struct outpost_plan {
    const char *name; /* for the log and the process list, at most 15 bytes */
    /* The worker: serves until its end of the socket is closed. What it returns goes to the log. */
    int (*run)(int fd, void *ctx);
    void *ctx;
    const char *const *reads; /* to NULL: files beside which it may read */
    bool sandbox;
};

/* *fd: ours, non-blocking; parcels come to it from each worker anew. 0 or -errno. */
int outpost_start(const struct outpost_plan *plan, int *fd) MUST_USE;
