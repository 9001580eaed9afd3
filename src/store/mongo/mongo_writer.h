/* mongo_writer.h - the threads that write. Private to store/mongo.
 *
 * Each room belongs to one of them, and so does what comes from one home: both are done in the order
 * in which they were posted. A thread takes all appends that have arrived, of all its rooms, as one
 * command; other jobs are a transaction each, run again where another's was in the way.
 * Thread: open and close from the main thread; post from any; figures are read from any. */
#pragma once

#include "core/inbox.h"
#include "store/mongo/mongo_rows.h"

enum { WRITERS = 4, WRITER_JOBS = 512 };

struct mongo_figures {
    atomic_bool works;
    atomic_bool hurried; /* nobody waits for a database that does not answer */
    _Atomic uint64_t groups, group_us, failures, jobs, events, reruns;
};

/* What is asked now is not tried: the database does not answer, and the server is to stop. */
static inline bool mongo_gives_up(const struct mongo_figures *figures)
{
    return atomic_load_explicit(&figures->hurried, memory_order_relaxed) &&
           !atomic_load_explicit(&figures->works, memory_order_relaxed);
}

struct mongo_writer {
    struct inbox inbox;
    struct store_conn *conn;
    struct mongo_figures *figures;
    size_t batch; /* rows in one command */
    bool cleans;  /* looks after what is to be forgotten, and for a database that comes back */
    bool stopping;
    uint64_t cleaned_at;
    struct map applied; /* of rooms that are this writer's: the last event that is done */
    struct append *appends[WRITER_JOBS]; /* of this turn */
    struct store_job *jobs[WRITER_JOBS];
    size_t append_count, job_count;
    struct store_job stop;
    pthread_t thread;
};

/* conn, figures, batch and cleans are set. */
int mongo_writer_open(struct mongo_writer *writer) MUST_USE;
void mongo_writer_close(struct mongo_writer *writer); /* finishes what was posted */
void mongo_writer_post(struct mongo_writer *writer, struct store_job *job);
void mongo_writer_post_append(struct mongo_writer *writer, struct append *append);

/* All of them, and what they do elsewhere: rc and stored of each (mongo_append.c). */
void mongo_append_all(struct mongo_writer *writer, struct append **appends, size_t count);
