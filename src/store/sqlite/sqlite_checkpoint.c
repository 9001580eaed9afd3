#include "store/sqlite/sqlite_checkpoint.h"

enum {
    CACHE_KIB = 64,          /* it moves pages and never reads one twice */
    CHECKPOINT_PAGES = 4000, /* new ones in the log (16 MB) that are worth a checkpoint */
    CHECKPOINT_AGAIN = 1000, /* after which one that came to nothing is tried again */
    WAL_PAGES_MOST = 12000,  /* 48 MB: beyond, the writer itself sees to it that it starts anew */
    MOVING_WAIT_MS = 2000,   /* how long it then waits for us, whom the log must not outrun */
};

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

static void ask(struct checkpointer *checkpointer)
{
    if (!atomic_exchange_explicit(&checkpointer->busy, true, memory_order_acq_rel))
        inbox_post(&checkpointer->inbox, &checkpointer->wake);
}

/* Under load the checkpointer never catches up with the writer, and only a log that is all moved is
 * used again from its start; overwriting one is also twice as fast as growing it. */
static int restart(struct checkpointer *checkpointer, sqlite3 *db)
{
    bool moving = atomic_load_explicit(&checkpointer->busy, memory_order_acquire);
    sqlite3_busy_timeout(db, moving ? MOVING_WAIT_MS : READERS_WAIT_MS);
    int code = sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_RESTART, NULL, NULL);
    sqlite3_busy_timeout(db, SQLITE_BUSY_MS);
    return code;
}

void checkpointer_tend(struct checkpointer *checkpointer, sqlite3 *db, int pages)
{
    if (pages < checkpointer->pages_asked)
        checkpointer->pages_asked = 0; /* it started anew */
    if (pages - checkpointer->pages_asked < CHECKPOINT_PAGES)
        return;
    if (pages <= WAL_PAGES_MOST)
        ask(checkpointer);
    else if (restart(checkpointer, db) != SQLITE_OK)
        pages -= CHECKPOINT_PAGES - CHECKPOINT_AGAIN;
    checkpointer->pages_asked = pages;
}
