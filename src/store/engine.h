/* engine.h - what an engine gives to the two doors of store.h. Private to store.
 *
 * An engine embeds `struct store` first in its own and fills in the table. Only the doors go
 * through it: inside `run` the caller speaks to the connection that the engine handed it. */
#pragma once

#include "store/store.h"

struct buf;

struct engine {
    void (*read)(struct store *store, struct store_job *job);
    void (*write)(struct store *store, struct store_job *job);
    void (*fill)(struct store *store, struct store_job *job); /* NULL: as write */
    void (*append)(struct store *store, struct append *append);
    bool (*is_ready)(struct store *store);
    void (*hurry)(struct store *store); /* NULL: it never waits for anybody */
    void (*metrics)(struct store *store, struct buf *out);
    void (*close)(struct store *store);
};

/* Reads and writes wait for different threads, and either may be slow while the other is not. */
enum { STORE_READS, STORE_WRITES, STORE_DOORS };
struct store_door {
    atomic_size_t under_way;   /* jobs taken and not given back */
    _Atomic uint64_t delay_us; /* of the job that came back last, from the door to its done */
};

struct store {
    const struct engine *engine;
    struct store_door doors[STORE_DOORS];
    struct inbox waiting; /* home of the jobs of store_wait.h */
};

int store_init(struct store *store, const struct engine *engine) MUST_USE;
/* After the engine's threads have ended: until then one may still be posting. */
void store_deinit(struct store *store);

/* Jobs taken and not given back, by both doors. Any thread. */
size_t store_jobs(const struct store *store);

/* The job is finished: done runs on its home's thread. From any store thread. */
void store_job_finish(struct store_job *job);
/* The same where that is this thread. */
void store_job_done(struct store_job *job);

/* A figure of /metrics, natternet_store_NAME; kind: "gauge" or "counter". */
void store_figure(struct buf *out, const char *name, const char *kind, const char *help,
                  uint64_t value);
