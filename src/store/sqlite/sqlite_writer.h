/* sqlite_writer.h - the one thread that writes, and its group commit. Private to store/sqlite.
 *
 * It takes all jobs that have arrived, runs them in one transaction, and reports each done after
 * the COMMIT that makes them durable; meanwhile the next group gathers. Nobody waits for a timer.
 * Fails: when the disk does, the group is rolled back and told so; the next group tries anew, on a
 *        new connection after a COMMIT that failed, so writing recovers by itself. While it fails
 *        and nothing comes, a write of our own once a second finds out when it works again.
 * Thread: open and close from the main thread; post from any; figures are read from any. */
#pragma once

#include <pthread.h>

#include "core/inbox.h"
#include "store/sqlite/sqlite_checkpoint.h"

enum { GROUP_JOBS = 1024 };

struct writer {
    const char *path;        /* borrowed */
    size_t batch, cache_kib; /* rows in one transaction, of pages; the caller sets both */
    struct checkpointer *checkpointer;
    struct store_conn *conn; /* NULL while it cannot be opened */
    struct inbox inbox;
    struct store_job *group[GROUP_JOBS];
    size_t group_count;
    bool stopping;
    bool still;                    /* forgets nothing whose time has come */
    uint64_t wiped_at, cleaned_at; /* when that was last tried, ms of the monotonic clock */
    struct store_job stop;
    pthread_t thread;

    /* For /readyz and /metrics. */
    atomic_bool works;
    _Atomic uint64_t groups, group_us, failures, jobs, events, wal_pages;
};

/* Takes over `conn`; batch and cache_kib are set. */
int writer_open(struct writer *writer, struct store_conn *conn, const char *path,
                struct checkpointer *checkpointer) MUST_USE;
/* Finishes what was posted. */
void writer_close(struct writer *writer);
void writer_post(struct writer *writer, struct store_job *job);
void writer_post_append(struct writer *writer, struct append *append);
