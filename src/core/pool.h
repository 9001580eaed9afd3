/* pool.h - a few threads for work that may block or take long; results go back by inbox.
 * Owns:   its threads; a task belongs to the pool from submit until done runs.
 * Thread: pool_submit from any. `run` happens on a pool thread, `done` on the thread that owns
 *         `home`. */
#pragma once

#include "core/inbox.h"

struct pool;

struct task {
    struct inbox_item item; /* private */
    struct task *next;      /* private */
    struct inbox *home;     /* where done is to run */
    void (*run)(struct task *task, void *thread_state);
    void (*done)(struct task *task);
};

/* thread_start makes what each thread keeps for itself (a database connection, say) and may be
 * NULL; thread_rest is given it when there is nothing more to do for now, thread_stop at the end; either may be
 * NULL. nice_level lowers the threads' priority (0 leaves it). */
struct pool_options {
    const char *name; /* at most 15 bytes, shown by the system's tools */
    unsigned threads;
    int nice_level;
    void *(*thread_start)(void *ctx);
    void (*thread_rest)(void *thread_state);
    void (*thread_stop)(void *thread_state);
    void *ctx;
};

/* Starts the threads; where the system has none, the program ends. `options` need not outlive the call, what it points
 * to must. */
struct pool *pool_new(const struct pool_options *options) MUST_USE;
/* Behind all that was submitted before; a free thread takes it. Never blocks for long, never fails. */
void pool_submit(struct pool *pool, struct task *task);

/* For a thread that submits many tasks in a row, so that it wakes the pool's threads less often. From pool_hold() on
 * threads that are awake take what this thread submits, but sleeping ones are woken only with every POOL_HELD_MOST
 * tasks, and by pool_wake(). pool_wake() must follow before this thread waits for anything. */
enum { POOL_HELD_MOST = 16 };
void pool_hold(void);
void pool_wake(void);
void pool_free(
    struct pool *
        pool); /* finishes what was submitted, then joins; NULL is fine. Nobody may still be in pool_submit() */
