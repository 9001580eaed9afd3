#include "store/mongo/mongo_writer.h"

#include <errno.h>

#include "core/clock.h"
#include "store/engine.h"
#include "store/mongo/mongo_transact.h"

enum {
    PROBE_MS = 1000,      /* while the database cannot be written, how often we look */
    CLEAN_MS = 20000,     /* how often we look for versions whose time has come */
    BYTES_MOST = 8 << 20, /* of payload in one command: far below what a message may have */
};

/* No job is run so: the writer itself does what an append says. */
static int run_append(struct store_job *job UNUSED, struct store_conn *conn UNUSED)
{
    REQUIRE(!"an append is no transaction");
    return -EINVAL;
}

static bool is_append(const struct store_job *job)
{
    return job->run == run_append;
}

static size_t bytes_of(const struct append *append)
{
    size_t bytes = 0;
    for (size_t i = 0; i < append->count; i++)
        bytes += append->events[i]->payload.len;
    return bytes;
}

/* ---- one group ------------------------------------------------------------------------------- */

static void note(struct mongo_writer *writer)
{
    if (writer->conn->lost)
        atomic_fetch_add_explicit(&writer->figures->failures, 1, memory_order_relaxed);
    atomic_store_explicit(&writer->figures->works, !writer->conn->lost, memory_order_relaxed);
}

static void append_all(struct mongo_writer *writer)
{
    if (!mongo_gives_up(writer->figures)) {
        mongo_conn_begin(writer->conn);
        mongo_append_all(writer, writer->appends, writer->append_count);
        note(writer);
        return;
    }
    for (size_t i = 0; i < writer->append_count; i++) {
        writer->appends[i]->job.rc = -EBUSY;
        writer->appends[i]->stored = 0;
    }
}

static void run_appends(struct mongo_writer *writer)
{
    if (writer->append_count == 0)
        return;
    append_all(writer);
    for (size_t i = 0; i < writer->append_count; i++) {
        struct append *append = writer->appends[i];
        atomic_fetch_add_explicit(&writer->figures->events, append->stored, memory_order_relaxed);
        store_job_finish(&append->job);
    }
}

static void run_jobs(struct mongo_writer *writer)
{
    for (size_t i = 0; i < writer->job_count; i++) {
        struct store_job *job = writer->jobs[i];
        if (mongo_gives_up(writer->figures)) {
            job->rc = -EBUSY;
        } else {
            job->rc = mongo_transact(writer->conn, job, &writer->figures->reruns,
                                     &writer->figures->hurried);
            note(writer);
        }
        store_job_finish(job);
    }
}

static void run_group(struct mongo_writer *writer)
{
    uint64_t start = clock_monotonic_us();
    struct mongo_figures *figures = writer->figures;
    run_appends(writer);
    run_jobs(writer);
    atomic_fetch_add_explicit(&figures->groups, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&figures->jobs, writer->append_count + writer->job_count,
                              memory_order_relaxed);
    atomic_fetch_add_explicit(&figures->group_us, clock_monotonic_us() - start,
                              memory_order_relaxed);
}

/* All that has arrived, within bounds. False: nothing has. */
static bool gather(struct mongo_writer *writer)
{
    struct inbox_item *item;
    size_t events = 0, bytes = 0;
    writer->append_count = writer->job_count = 0;
    while (writer->append_count + writer->job_count < WRITER_JOBS && events < writer->batch &&
           bytes < BYTES_MOST && (item = inbox_take(&writer->inbox))) {
        struct store_job *job = CONTAINER_OF(item, struct store_job, item);
        if (job == &writer->stop) {
            writer->stopping = true;
            break;
        }
        if (!is_append(job)) {
            writer->jobs[writer->job_count++] = job;
            continue;
        }
        struct append *append = CONTAINER_OF(job, struct append, job);
        events += append->count;
        bytes += bytes_of(append);
        writer->appends[writer->append_count++] = append;
    }
    return writer->append_count + writer->job_count > 0;
}

/* ---- when nothing arrives ------------------------------------------------------------------------ */

/* A small write of our own, durable like any other. */
static int write_something(struct store_job *job UNUSED, struct store_conn *conn)
{
    return mongo_meta_put(conn, STR("probe"), STR(""));
}

static void probe(struct mongo_writer *writer)
{
    struct store_job job = {.run = write_something};
    bool works = mongo_transact(writer->conn, &job, &writer->figures->reruns,
                                &writer->figures->hurried) == 0;
    atomic_store_explicit(&writer->figures->works, works, memory_order_relaxed);
}

static void clean(struct mongo_writer *writer)
{
    mongo_conn_begin(writer->conn);
    (void)mongo_versions_clean(writer->conn, clock_now_ms()); /* the next time, if not now */
    writer->cleaned_at = clock_monotonic_ms();
}

static void tend(struct mongo_writer *writer)
{
    if (!writer->cleans || mongo_gives_up(writer->figures))
        return;
    if (!atomic_load_explicit(&writer->figures->works, memory_order_relaxed))
        probe(writer);
    else if (clock_monotonic_ms() - writer->cleaned_at >= CLEAN_MS)
        clean(writer);
}

static void *thread_main(void *arg)
{
    struct mongo_writer *writer = arg;
    pthread_setname_np(pthread_self(), "store writer");
    while (!writer->stopping) {
        if (gather(writer))
            run_group(writer);
        else if (!writer->stopping)
            inbox_wait(&writer->inbox, writer->cleans ? PROBE_MS : -1);
        if (!writer->stopping)
            tend(writer);
    }
    return NULL;
}

/* ---- doors ----------------------------------------------------------------------------------- */

int mongo_writer_open(struct mongo_writer *writer)
{
    int rc = inbox_init(&writer->inbox);
    if (rc != 0)
        return rc;
    writer->cleaned_at = clock_monotonic_ms() - CLEAN_MS; /* due as soon as there is time */
    rc = -pthread_create(&writer->thread, NULL, thread_main, writer);
    if (rc != 0)
        inbox_deinit(&writer->inbox);
    return rc;
}

void mongo_writer_close(struct mongo_writer *writer)
{
    inbox_post(&writer->inbox, &writer->stop.item);
    pthread_join(writer->thread, NULL);
    inbox_deinit(&writer->inbox);
    map_deinit(&writer->applied);
}

void mongo_writer_post(struct mongo_writer *writer, struct store_job *job)
{
    inbox_post(&writer->inbox, &job->item);
}

void mongo_writer_post_append(struct mongo_writer *writer, struct append *append)
{
    append->job.run = run_append;
    mongo_writer_post(writer, &append->job);
}
