#include "store/sqlite/sqlite_store.h"

#include <errno.h>
#include <malloc.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/clock.h"
#include "core/memory.h"
#include "store/sqlite/sqlite_error.h"
#include "store/sqlite/sqlite_files.h"
#include "store/sqlite/sqlite_migrate.h"
#include "store/sqlite/sqlite_writer.h"
#include "store/store_readers.h"

enum { USUAL_BATCH = 4096 };

struct sqlite_store {
    struct store store;
    char path[SQLITE_PATH_SIZE];
    int lock_fd;
    struct writer writer;
    struct checkpointer checkpointer;
    struct store_readers *readers;
    size_t reader_cache_kib;
};

static struct sqlite_store *of(struct store *store)
{
    return CONTAINER_OF(store, struct sqlite_store, store);
}

/* ---- reading --------------------------------------------------------------------------------- */

static int reader_open(void *ctx, struct store_conn **out)
{
    const struct sqlite_store *sqlite = ctx;
    return sqlite_conn_open(out, sqlite->path, CONN_READER, sqlite->reader_cache_kib);
}

static void reader_rest(void *ctx, struct store_conn *conn)
{
    (void)ctx;
    if (conn->began_us && !sqlite3_get_autocommit(conn->db))
        (void)sql_do(conn, SQL_ROLLBACK); /* nothing to keep */
    conn->began_us = 0;
}

/* A job sees what was committed when it was asked for, or later. Where many wait, one transaction does for those that
 * were asked for before it began: locks are taken once, and pages that were read are good for all of them. Not for
 * long, since what it sees has to stay in the write-ahead log. */
static int reader_begin(void *ctx, struct store_conn *conn, const struct store_job *job)
{
    enum { SHARED_US = 10000 };
    uint64_t now_us = clock_monotonic_us();
    if (job->taken_us < conn->began_us && now_us - conn->began_us < SHARED_US)
        return 0;
    reader_rest(ctx, conn);
    int rc = sql_do(conn, SQL_BEGIN_READ);
    if (rc == 0)
        conn->began_us = now_us;
    return rc;
}

static int reader_run(void *ctx, struct store_conn *conn, struct store_job *job)
{
    int rc = reader_begin(ctx, conn, job);
    if (rc != 0)
        return rc;
    rc = job->run(job, conn);
    if (rc != 0 || sqlite3_get_autocommit(conn->db)) /* some errors end a transaction */
        reader_rest(ctx, conn);
    return rc;
}

static void reader_close(void *ctx, struct store_conn *conn)
{
    (void)ctx;
    sqlite_conn_close(conn);
}

static void engine_read(struct store *store, struct store_job *job)
{
    store_readers_read(of(store)->readers, job);
}

/* ---- the other doors ------------------------------------------------------------------------- */

static void engine_write(struct store *store, struct store_job *job)
{
    writer_post(&of(store)->writer, job);
}

static void engine_append(struct store *store, struct append *append)
{
    writer_post_append(&of(store)->writer, append);
}

static bool engine_is_ready(struct store *store)
{
    return atomic_load_explicit(&of(store)->writer.works, memory_order_relaxed);
}

static void engine_metrics(struct store *store, struct buf *out)
{
    struct sqlite_store *sqlite = of(store);
    struct writer *writer = &sqlite->writer;
    struct checkpointer *checkpointer = &sqlite->checkpointer;
    store_figure(out, "ready", "gauge", "1 if the last group could be written.",
                 engine_is_ready(store));
    store_figure(out, "events_total", "counter", "Events made durable.",
                 atomic_load(&writer->events));
    store_figure(out, "writes_total", "counter", "Appends and other writes done.",
                 atomic_load(&writer->jobs));
    store_figure(out, "reads_total", "counter", "Reads asked for.",
                 store_readers_count(sqlite->readers));
    store_figure(out, "group_failures_total", "counter", "Groups that could not be written.",
                 atomic_load(&writer->failures));
    store_figure(out, "wal_pages", "gauge", "Pages of 4 KiB in the write-ahead log.",
                 atomic_load(&writer->wal_pages));
    store_figure(out, "checkpoints_total", "counter", "Checkpoints beside the writer.",
                 atomic_load(&checkpointer->done));
    store_figure(out, "checkpoint_failures_total", "counter", "Checkpoints that failed.",
                 atomic_load(&checkpointer->failed));
    buf_printf(out,
               "# HELP natternet_store_group_seconds Time to write a group of jobs and sync it.\n"
               "# TYPE natternet_store_group_seconds summary\n"
               "natternet_store_group_seconds_sum %.6f\nnatternet_store_group_seconds_count %llu\n",
               (double)atomic_load(&writer->group_us) / 1e6,
               (unsigned long long)atomic_load(&writer->groups));
}

/* ---- open and close -------------------------------------------------------------------------- */

static void engine_close(struct store *store)
{
    struct sqlite_store *sqlite = of(store);
    store_readers_free(sqlite->readers);
    writer_close(&sqlite->writer); /* it asks the checkpointer, so that one goes after it */
    checkpointer_close(&sqlite->checkpointer);
    close(sqlite->lock_fd);
    store_deinit(&sqlite->store);
    xfree(sqlite);
}

static const struct engine engine = {
    .read = engine_read,
    .write = engine_write,
    .append = engine_append,
    .is_ready = engine_is_ready,
    .metrics = engine_metrics,
    .close = engine_close,
};

/* The switch to a write-ahead log is kept in the file. */
static int use_wal(struct store_conn *conn)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(conn->db, "PRAGMA journal_mode = WAL", -1, &statement, NULL);
    int rc = code == SQLITE_OK ? sql_step(conn, statement) : sqlite_errno(conn->db, code);
    if (rc == 1)
        rc = str_eq_nocase(column_str(statement, 0), STR("wal")) ? 0 : -ENOTSUP;
    sqlite3_finalize(statement);
    return rc;
}

static int open_writer(struct sqlite_store *sqlite, char *why)
{
    struct store_conn *conn = NULL;
    int rc = sqlite_conn_open(&conn, sqlite->path, CONN_WRITER, sqlite->writer.cache_kib);
    if (rc == 0)
        rc = use_wal(conn);
    if (rc != 0) {
        sqlite_conn_close(conn);
        return why_say(why, rc, "cannot use %s: %s", sqlite->path, sqlite_errno_text(rc));
    }
    rc = checkpointer_open(&sqlite->checkpointer, sqlite->path);
    if (rc != 0) {
        sqlite_conn_close(conn);
        return why_say(why, rc, "cannot start a thread: %s", sqlite_errno_text(rc));
    }
    rc = writer_open(&sqlite->writer, conn, sqlite->path, &sqlite->checkpointer);
    if (rc != 0) {
        checkpointer_close(&sqlite->checkpointer);
        sqlite_conn_close(conn);
        return why_say(why, rc, "cannot start a thread: %s", sqlite_errno_text(rc));
    }
    return 0;
}

/* From nothing to a file of today's version that nobody else uses. */
static int prepare_files(struct sqlite_store *sqlite, const char *dir, char *why)
{
    int rc = data_dir_make(dir, why);
    if (rc == 0)
        rc = data_dir_lock(dir, &sqlite->lock_fd, why);
    if (rc == 0)
        rc = data_path(sqlite->path, dir, SQLITE_FILE, why);
    if (rc == 0)
        rc = data_file_make(dir, SQLITE_FILE, why);
    if (rc == 0)
        rc = sqlite_migrate(dir, sqlite_migrations, sqlite_migration_count, why);
    return rc;
}

/* ---- memory: as everybody's, with the reserve's help ----------------------------------------------- */

static void *memory_take(int size)
{
    return memory_try(NULL, (size_t)size);
}

static void *memory_resize(void *old, int size)
{
    return memory_try(old, (size_t)size);
}

static int memory_size(void *ptr)
{
    return ptr ? (int)malloc_usable_size(ptr) : 0;
}

static int memory_round_up(int size)
{
    return (size + 15) & ~15;
}

static int memory_init(void *ctx)
{
    (void)ctx;
    return SQLITE_OK;
}

static void memory_shut_down(void *ctx)
{
    (void)ctx;
}

static const sqlite3_mem_methods sqlite_memory = {
    memory_take,     xfree,       memory_resize,    memory_size,
    memory_round_up, memory_init, memory_shut_down, NULL,
};

int sqlite_store_open(struct store **out, const struct sqlite_options *options, char *why)
{
    REQUIRE(options->readers > 0);
    /* Its count of bytes in use is a lock that all threads would share. Only the first call in a
     * process can say so. */
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    (void)sqlite3_config(SQLITE_CONFIG_MALLOC, &sqlite_memory);
    /* Pages are taken as they come, not twenty of them with each connection. */
    (void)sqlite3_config(SQLITE_CONFIG_PAGECACHE, NULL, 0, 0);

    struct sqlite_store *sqlite = NEW(struct sqlite_store);
    sqlite->lock_fd = -1;
    sqlite->writer.batch = options->batch ? options->batch : USUAL_BATCH;
    sqlite->writer.cache_kib = options->cache_kib;
    sqlite->writer.still = options->still;
    sqlite->reader_cache_kib = options->reader_cache_kib;
    int rc = store_init(&sqlite->store, &engine);
    if (rc != 0) {
        xfree(sqlite);
        return why_say(why, rc, "too many open files: raise the limit (ulimit -n)");
    }
    rc = prepare_files(sqlite, options->data_dir, why);
    if (rc == 0)
        rc = open_writer(sqlite, why);
    if (rc != 0) {
        if (sqlite->lock_fd >= 0)
            close(sqlite->lock_fd);
        store_deinit(&sqlite->store);
        xfree(sqlite);
        return rc;
    }
    sqlite->readers = store_readers_new(&(struct store_readers_options){
        .threads = options->readers,
        .open = reader_open,
        .run = reader_run,
        .rest = reader_rest,
        .close = reader_close,
        .ctx = sqlite,
    });
    *out = &sqlite->store;
    return 0;
}
