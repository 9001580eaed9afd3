#include "store/store_readers.h"

#include <errno.h>

#include "core/memory.h"
#include "core/pool.h"

struct store_readers {
    struct store_readers_options options;
    struct pool *pool;
    _Atomic uint64_t count;
};

/* A thread and its connection. */
struct reader {
    const struct store_readers_options *options;
    struct store_conn *conn;
};

struct read_task {
    struct task task;
    struct store_job *job;
};

static void *reader_start(void *ctx)
{
    struct reader *reader = NEW(struct reader);
    reader->options = &((struct store_readers *)ctx)->options;
    return reader;
}

static void reader_rest(void *state)
{
    struct reader *reader = state;
    if (reader->conn && reader->options->rest)
        reader->options->rest(reader->options->ctx, reader->conn);
}

static void reader_stop(void *state)
{
    struct reader *reader = state;
    reader->options->close(reader->options->ctx, reader->conn);
    xfree(reader);
}

static int read_job(struct reader *reader, struct store_job *job)
{
    const struct store_readers_options *options = reader->options;
    int rc = reader->conn ? 0 : options->open(options->ctx, &reader->conn);
    return rc == 0 ? options->run(options->ctx, reader->conn, job) : rc;
}

static void run_read(struct task *task, void *state)
{
    struct store_job *job = CONTAINER_OF(task, struct read_task, task)->job;
    memory_look();
    /* What is read stays in memory until it is sent: a queue of large pages is let go of. */
    job->rc = memory_is_tight() ? -EBUSY : read_job(state, job);
}

static void read_done(struct task *task)
{
    struct read_task *read = CONTAINER_OF(task, struct read_task, task);
    struct store_job *job = read->job;
    xfree(read);
    store_job_done(job);
}

struct store_readers *store_readers_new(const struct store_readers_options *options)
{
    REQUIRE(options->threads > 0);
    struct store_readers *readers = NEW(struct store_readers);
    readers->options = *options;
    readers->pool = pool_new(&(struct pool_options){
        .name = "store reader",
        .threads = options->threads,
        .thread_start = reader_start,
        .thread_rest = reader_rest,
        .thread_stop = reader_stop,
        .ctx = readers,
    });
    return readers;
}

void store_readers_read(struct store_readers *readers, struct store_job *job)
{
    struct read_task *read = NEW(struct read_task);
    read->job = job;
    read->task = (struct task){.home = job->home, .run = run_read, .done = read_done};
    atomic_fetch_add_explicit(&readers->count, 1, memory_order_relaxed);
    pool_submit(readers->pool, &read->task);
}

uint64_t store_readers_count(const struct store_readers *readers)
{
    return atomic_load_explicit(&readers->count, memory_order_relaxed);
}

void store_readers_free(struct store_readers *readers)
{
    if (!readers)
        return;
    pool_free(readers->pool);
    xfree(readers);
}
