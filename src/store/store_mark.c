#include "store/store_mark.h"

#include <errno.h>
#include <stdio.h>

#include "store/store_wait.h"

struct mark_job {
    struct store_job job;
    struct arena *arena;
    struct str mark;
};

static int run_mark(struct store_job *job, struct store_conn *conn)
{
    struct mark_job *mark = CONTAINER_OF(job, struct mark_job, job);
    int rc = store_meta_get(conn, STR(KIND_MARK), mark->arena, &mark->mark);
    return rc == -ENOENT ? 0 : rc;
}

static int read_mark(struct store *store, struct arena *arena, struct str *out)
{
    struct mark_job job = {.job.run = run_mark, .arena = arena, .mark = STR_NONE};
    int rc = store_read_wait(store, &job.job);
    *out = job.mark;
    return rc;
}

int store_is_whole(struct store *store, char *why, size_t size)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct str mark;
    int rc = read_mark(store, &arena, &mark);
    if (rc == 0 && mark.len == 0)
        return 0;
    snprintf(why, size, "%s",
             rc == 0 ? "it is the target of a `natternet migrate` that is not finished: run the "
                       "same command again, which goes on where it was"
                     : "it opens, but cannot be read");
    return rc == 0 ? -EINPROGRESS : rc;
}
