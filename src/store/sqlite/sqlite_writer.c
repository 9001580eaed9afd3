#include "store/sqlite/sqlite_writer.h"

#include <errno.h>

#include "core/clock.h"
#include "store/engine.h"
#include "store/sqlite/sqlite_rows.h"

enum {
    PROBE_MS = 1000,
    WIPE_IDLE_MS = 500, /* how long after words were removed the log is emptied if nothing comes */
    WIPE_MS = 10000,    /* and if more and more does */
    CLEAN_MS = 20000,   /* how often we look for versions whose time has come */
    CLEAN_BUSY_MS = 50000, /* and while jobs keep coming */
};

/* ---- one job --------------------------------------------------------------------------------- */

static int run_append(struct store_job *job, struct store_conn *conn)
{
    return sqlite_append(conn, CONTAINER_OF(job, struct append, job));
}

static bool is_append(const struct store_job *job)
{
    return job->run == run_append;
}

/* An append that met a nonce leaves what stands before it; one that failed otherwise has left a
 * part of itself in the transaction, which cannot stay. Returns what the group is to fail with. */
static int do_append(struct store_conn *conn, struct store_job *job)
{
    job->rc = job->run(job, conn);
    return job->rc == -EEXIST ? 0 : job->rc;
}

static int do_write(struct store_conn *conn, struct store_job *job)
{
    int rc = sql_do(conn, SQL_SAVEPOINT);
    if (rc != 0)
        return rc;
    job->rc = job->run(job, conn);
    if (sqlite3_get_autocommit(conn->db))
        return job->rc ? job->rc : -EIO; /* an error so bad that all was rolled back at once */
    if (job->rc != 0)
        rc = sql_do(conn, SQL_SAVEPOINT_UNDO);
    return rc ? rc : sql_do(conn, SQL_SAVEPOINT_KEEP);
}

static int do_job(struct store_conn *conn, struct store_job *job)
{
    return is_append(job) ? do_append(conn, job) : do_write(conn, job);
}

/* ---- one transaction ------------------------------------------------------------------------- */

/* The outcome of a COMMIT that failed is unknown to us: a new connection sees what stands. One
 * event of the group that is there says that the group is; without one, SQLite never publishes
 * what it could not commit. */
static int resolve(struct writer *writer, struct store_job **jobs, size_t count, int commit_rc)
{
    sqlite_conn_close(TAKE(writer->conn));
    if (sqlite_conn_open(&writer->conn, writer->path, CONN_WRITER, writer->cache_kib) != 0)
        return -EAGAIN;
    for (size_t i = 0; i < count; i++) {
        struct append *append = CONTAINER_OF(jobs[i], struct append, job);
        if (!is_append(jobs[i]) || append->stored == 0)
            continue;
        int stands = sqlite_append_stands(writer->conn, append);
        if (stands < 0)
            return -EAGAIN;
        return stands ? 0 : commit_rc;
    }
    return commit_rc;
}

static void roll_back(struct store_conn *conn)
{
    if (!sqlite3_get_autocommit(conn->db))
        (void)sql_do(conn, SQL_ROLLBACK); /* if that fails too, the next BEGIN says so */
}

/* Where a transaction failed. */
enum stage { STAGE_BEGIN, STAGE_JOB, STAGE_COMMIT };

/* All of them or none; what each job has to say itself is in its rc. */
static int transact(struct writer *writer, struct store_job **jobs, size_t count, enum stage *stage)
{
    int rc = 0;
    *stage = STAGE_BEGIN;
    if (!writer->conn)
        rc = sqlite_conn_open(&writer->conn, writer->path, CONN_WRITER, writer->cache_kib);
    if (rc == 0)
        rc = sql_do(writer->conn, SQL_BEGIN_WRITE);
    if (rc != 0)
        return rc;
    *stage = STAGE_JOB;
    for (size_t i = 0; rc == 0 && i < count; i++)
        rc = do_job(writer->conn, jobs[i]);
    if (rc != 0) {
        roll_back(writer->conn);
        return rc;
    }
    *stage = STAGE_COMMIT;
    rc = sql_do(writer->conn, SQL_COMMIT);
    if (rc == 0)
        return 0;
    roll_back(writer->conn);
    return resolve(writer, jobs, count, rc);
}

/* Is it only this job that failed, not the disk? */
static bool still_works(int rc)
{
    return rc == 0 || rc == -ESTALE;
}

static void finish(struct writer *writer, struct store_job **jobs, size_t count, int rc)
{
    atomic_store_explicit(&writer->works, still_works(rc), memory_order_relaxed);
    for (size_t i = 0; i < count; i++) {
        struct store_job *job = jobs[i];
        struct append *append = is_append(job) ? CONTAINER_OF(job, struct append, job) : NULL;
        if (rc != 0) {
            job->rc = rc;
            if (append)
                append->stored = 0;
        }
        if (append)
            atomic_fetch_add_explicit(&writer->events, append->stored, memory_order_relaxed);
        store_job_finish(job);
    }
}

/* ---- one group ------------------------------------------------------------------------------- */

/* A job that cannot be done (its page is damaged, say) fails alone: the others are run again, each
 * in a transaction of its own, until one fails for a reason that all of them share. */
static int run_one_by_one(struct writer *writer)
{
    int rc = 0;
    for (size_t i = 0; i < writer->group_count; i++) {
        enum stage stage;
        rc = transact(writer, &writer->group[i], 1, &stage);
        if (rc != 0 && stage != STAGE_JOB) {
            finish(writer, &writer->group[i], writer->group_count - i, rc);
            return rc;
        }
        finish(writer, &writer->group[i], 1, rc);
    }
    return rc;
}

static void tend_wal(struct writer *writer)
{
    int pages = writer->conn ? writer->conn->wal_pages : 0;
    atomic_store_explicit(&writer->wal_pages, (uint64_t)pages, memory_order_relaxed);
    if (writer->conn)
        checkpointer_tend(writer->checkpointer, writer->conn->db, pages);
}

/* Words that were removed still stand in the write-ahead log, in pages as they were before: it is
 * moved into the file and cut to nothing. Busy readers put it off to the next time. */
static void wipe_wal(struct writer *writer)
{
    struct store_conn *conn = writer->conn;
    sqlite3_busy_timeout(conn->db, READERS_WAIT_MS);
    int code = sqlite3_wal_checkpoint_v2(conn->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    sqlite3_busy_timeout(conn->db, SQLITE_BUSY_MS);
    if (code == SQLITE_OK) {
        conn->forgets = false;
        conn->wal_pages = writer->checkpointer->pages_asked = 0;
    }
    writer->wiped_at = clock_monotonic_ms();
}

static int run_clean(struct store_job *job, struct store_conn *conn)
{
    (void)job;
    bool forgotten;
    int rc = sqlite_versions_clean(conn, clock_now_ms(), &forgotten);
    conn->forgets |= forgotten;
    return rc;
}

static void clean(struct writer *writer)
{
    struct store_job job = {.run = run_clean};
    struct store_job *jobs[] = {&job};
    enum stage stage;
    (void)transact(writer, jobs, 1, &stage); /* the next time, if not now */
    writer->cleaned_at = clock_monotonic_ms();
}

static bool is_forgetting(const struct writer *writer)
{
    return writer->conn && writer->conn->forgets;
}

/* What can wait until nothing arrives, but not for ever. */
static void tend(struct writer *writer, bool idle)
{
    uint64_t now = clock_monotonic_ms();
    if (!writer->still && now - writer->cleaned_at >= (idle ? CLEAN_MS : CLEAN_BUSY_MS))
        clean(writer);
    if (is_forgetting(writer) && now - writer->wiped_at >= (idle ? WIPE_IDLE_MS : WIPE_MS))
        wipe_wal(writer);
}

static void run_group(struct writer *writer)
{
    uint64_t start = clock_monotonic_us();
    enum stage stage;
    int rc = transact(writer, writer->group, writer->group_count, &stage);
    if (rc != 0 && stage == STAGE_JOB && writer->group_count > 1)
        rc = run_one_by_one(writer);
    else
        finish(writer, writer->group, writer->group_count, rc);
    tend_wal(writer);

    atomic_fetch_add_explicit(&writer->groups, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&writer->failures, rc != 0, memory_order_relaxed);
    atomic_fetch_add_explicit(&writer->jobs, writer->group_count, memory_order_relaxed);
    atomic_fetch_add_explicit(&writer->group_us, clock_monotonic_us() - start,
                              memory_order_relaxed);
}

/* All that has arrived, within bounds. False: nothing has. */
static bool gather(struct writer *writer)
{
    struct inbox_item *item;
    size_t events = 0;
    writer->group_count = 0;
    while (writer->group_count < GROUP_JOBS && events < writer->batch &&
           (item = inbox_take(&writer->inbox))) {
        struct store_job *job = CONTAINER_OF(item, struct store_job, item);
        if (job == &writer->stop) {
            writer->stopping = true;
            break;
        }
        if (is_append(job))
            events += CONTAINER_OF(job, struct append, job)->count;
        writer->group[writer->group_count++] = job;
    }
    return writer->group_count > 0;
}

/* A small write of our own, durable like any other. */
static int write_something(struct store_job *job, struct store_conn *conn)
{
    (void)job;
    return sqlite_meta_put(conn, STR("probe"), STR(""));
}

static void probe(struct writer *writer)
{
    struct store_job job = {.run = write_something};
    struct store_job *jobs[] = {&job};
    enum stage stage;
    bool works = transact(writer, jobs, 1, &stage) == 0 && job.rc == 0;
    atomic_store_explicit(&writer->works, works, memory_order_relaxed);
}

static void *thread_main(void *arg)
{
    struct writer *writer = arg;
    pthread_setname_np(pthread_self(), "store writer");
    while (!writer->stopping) {
        bool works = atomic_load_explicit(&writer->works, memory_order_relaxed);
        if (gather(writer)) {
            run_group(writer);
            if (works)
                tend(writer, false);
        } else if (!writer->stopping) {
            uint64_t before = clock_monotonic_ms();
            int wait = !works ? PROBE_MS : is_forgetting(writer) ? WIPE_IDLE_MS : CLEAN_MS;
            inbox_wait(&writer->inbox, wait);
            if (clock_monotonic_ms() - before < (uint64_t)wait)
                continue;
            if (works)
                tend(writer, true);
            else
                probe(writer);
        }
    }
    sqlite_conn_close(TAKE(writer->conn));
    return NULL;
}

/* ---- doors ----------------------------------------------------------------------------------- */

int writer_open(struct writer *writer, struct store_conn *conn, const char *path,
                struct checkpointer *checkpointer)
{
    int rc = inbox_init(&writer->inbox);
    if (rc != 0)
        return rc;
    writer->conn = conn;
    writer->path = path;
    writer->checkpointer = checkpointer;
    writer->wiped_at = clock_monotonic_ms();
    writer->cleaned_at = writer->wiped_at - CLEAN_MS; /* due as soon as there is time */
    atomic_init(&writer->works, true);
    rc = -pthread_create(&writer->thread, NULL, thread_main, writer);
    if (rc != 0) {
        inbox_deinit(&writer->inbox);
        return rc;
    }
    return 0;
}

void writer_close(struct writer *writer)
{
    inbox_post(&writer->inbox, &writer->stop.item);
    pthread_join(writer->thread, NULL);
    inbox_deinit(&writer->inbox);
}

void writer_post(struct writer *writer, struct store_job *job)
{
    inbox_post(&writer->inbox, &job->item);
}

void writer_post_append(struct writer *writer, struct append *append)
{
    append->job.run = run_append;
    writer_post(writer, &append->job);
}
