#include "store/store_wait.h"

#include "core/pool.h"
#include "store/engine.h"

static void do_nothing(struct store_job *job)
{
    (void)job;
}

/* The inbox is the store's, not one of this call: whoever posts into it touches it for a moment
 * longer than the job needs to come out. */
static int wait_for(struct store *store, struct store_job *job,
                    void (*submit)(struct store *store, struct store_job *job))
{
    job->home = &store->waiting;
    job->done = do_nothing;
    submit(store, job);
    pool_wake();
    while (inbox_run(&store->waiting, 1) == 0)
        inbox_wait(&store->waiting, -1);
    return job->rc;
}

int store_read_wait(struct store *store, struct store_job *job)
{
    return wait_for(store, job, store_read);
}

int store_write_wait(struct store *store, struct store_job *job)
{
    return wait_for(store, job, store_write);
}

int store_fill_wait(struct store *store, struct store_job *job)
{
    return wait_for(store, job, store_fill);
}
