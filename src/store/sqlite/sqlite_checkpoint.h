/* sqlite_checkpoint.h - moves what is durable in the write-ahead log into the file, beside the
 * writer, on a thread of its own. Private to store/sqlite; the benchmarks' bare SQLite has it too.
 * Thread: open and close from the main thread; tend from the writer's. */
#pragma once

#include <pthread.h>

#include "core/inbox.h"
#include "store/sqlite/sqlite_conn.h"

enum { READERS_WAIT_MS = 100 }; /* how long who needs the whole log moved waits for readers */

struct checkpointer {
    const char *path;        /* borrowed */
    struct store_conn *conn; /* NULL while it cannot be opened */
    struct inbox inbox;
    struct inbox_item wake, stop;
    atomic_bool busy; /* asked, or at work */
    _Atomic uint64_t done, failed;
    int pages_asked; /* of the log when a checkpoint was last asked for; the writer's */
    pthread_t thread;
};

int checkpointer_open(struct checkpointer *checkpointer, const char *path) MUST_USE;
void checkpointer_close(struct checkpointer *checkpointer);
/* After each commit on the writer's connection: the log has so many pages. */
void checkpointer_tend(struct checkpointer *checkpointer, sqlite3 *db, int pages);
