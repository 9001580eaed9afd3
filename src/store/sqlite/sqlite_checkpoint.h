/* sqlite_checkpoint.h - moves what is durable in the write-ahead log into the file, beside the
 * writer, on a thread of its own. Private to store/sqlite.
 * Thread: open and close from the main thread; ask from the writer's. */
#pragma once

#include <pthread.h>

#include "core/inbox.h"
#include "store/sqlite/sqlite_conn.h"

struct checkpointer {
    const char *path;        /* borrowed */
    struct store_conn *conn; /* NULL while it cannot be opened */
    struct inbox inbox;
    struct inbox_item wake, stop;
    atomic_bool busy; /* asked, or at work */
    _Atomic uint64_t done, failed;
    pthread_t thread;
};

int checkpointer_open(struct checkpointer *checkpointer, const char *path) MUST_USE;
void checkpointer_close(struct checkpointer *checkpointer);
void checkpointer_ask(struct checkpointer *checkpointer);
bool checkpointer_is_busy(struct checkpointer *checkpointer);
