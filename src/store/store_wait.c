#include "store/store_wait.h"

static void do_nothing(struct store_job *job)
{
    (void)job;
}

static int wait_for(struct store *store, struct store_job *job,
                    void (*submit)(struct store *store, struct store_job *job))
{
    struct inbox inbox;
    int rc = inbox_init(&inbox);
    if (rc != 0)
        return rc;
    job->home = &inbox;
    job->done = do_nothing;
    submit(store, job);
    while (inbox_run(&inbox, 1) == 0)
        inbox_wait(&inbox, -1);
    inbox_deinit(&inbox);
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
