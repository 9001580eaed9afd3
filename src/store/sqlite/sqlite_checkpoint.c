#include "store/sqlite/sqlite_checkpoint.h"

enum { CACHE_KIB = 64 }; /* it moves pages and never reads one twice */

/* PASSIVE never waits for anybody and nobody waits for it: it moves what it can. */
static void checkpoint(struct checkpointer *checkpointer)
{
    int rc = 0;
    if (!checkpointer->conn)
        rc =
            sqlite_conn_open(&checkpointer->conn, checkpointer->path, CONN_CHECKPOINTER, CACHE_KIB);
    if (rc == 0)
        rc = sqlite3_wal_checkpoint_v2(checkpointer->conn->db, NULL, SQLITE_CHECKPOINT_PASSIVE,
                                       NULL, NULL);
    atomic_fetch_add_explicit(rc == 0 ? &checkpointer->done : &checkpointer->failed, 1,
                              memory_order_relaxed);
}

static void *thread_main(void *arg)
{
    struct checkpointer *checkpointer = arg;
    pthread_setname_np(pthread_self(), "checkpoint");
    for (;;) {
        struct inbox_item *item = inbox_take(&checkpointer->inbox);
        if (item == &checkpointer->stop)
            return NULL;
        if (item) {
            checkpoint(checkpointer);
            atomic_store_explicit(&checkpointer->busy, false, memory_order_release);
        } else {
            inbox_wait(&checkpointer->inbox, -1);
        }
    }
}

int checkpointer_open(struct checkpointer *checkpointer, const char *path)
{
    int rc = inbox_init(&checkpointer->inbox);
    if (rc != 0)
        return rc;
    checkpointer->path = path;
    rc = -pthread_create(&checkpointer->thread, NULL, thread_main, checkpointer);
    if (rc != 0) {
        inbox_deinit(&checkpointer->inbox);
        return rc;
    }
    return 0;
}

void checkpointer_close(struct checkpointer *checkpointer)
{
    inbox_post(&checkpointer->inbox, &checkpointer->stop);
    pthread_join(checkpointer->thread, NULL);
    sqlite_conn_close(checkpointer->conn);
    inbox_deinit(&checkpointer->inbox);
}

void checkpointer_ask(struct checkpointer *checkpointer)
{
    if (!atomic_exchange_explicit(&checkpointer->busy, true, memory_order_acq_rel))
        inbox_post(&checkpointer->inbox, &checkpointer->wake);
}

bool checkpointer_is_busy(struct checkpointer *checkpointer)
{
    return atomic_load_explicit(&checkpointer->busy, memory_order_acquire);
}
