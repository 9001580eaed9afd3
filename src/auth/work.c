#include "auth/work.h"

#include <errno.h>

#include "bus/bus.h"
#include "core/clock.h"

enum { BUSY_RETRY_S = 5 };

struct auth_work *work_new(struct auth *auth, struct auth_call *call)
{
    struct auth_work *work = ARENA_NEW(call->arena, struct auth_work);
    work->auth = auth;
    work->call = call;
    work->now = clock_now_ms();
    call->work = work;
    return work;
}

void work_finish(struct auth_work *work, struct problem problem)
{
    struct auth_call *call = work->call;
    password_wipe(call->password);
    password_wipe(call->new_password);
    call->problem = problem;
    call->work = NULL;
    call->done(call);
}

static void finish_refused(struct inbox_item *item)
{
    struct auth_work *work = CONTAINER_OF(item, struct auth_work, refusal_item);
    work_finish(work, work->refusal);
}

void work_refuse(struct auth_work *work, struct problem problem)
{
    work->refusal = problem;
    work->refusal_item.run = finish_refused;
    inbox_post(work->call->home, &work->refusal_item);
}

int work_cancel(struct auth_work *work, enum err err)
{
    work->refusal = problem_of(err);
    return -ECANCELED;
}

int64_t work_idle_since(const struct auth_work *work)
{
    return session_idle_since(work->now, work->auth->options.limits->session_idle_s);
}

int work_cancel_with(struct auth_work *work, struct problem problem)
{
    work->refusal = problem;
    return -ECANCELED;
}

/* ---- the store ------------------------------------------------------------------------------- */

static struct problem problem_of_store(int rc)
{
    switch (rc) {
    case -EBUSY:
    case -EAGAIN:
    case -ENOSPC:
    case -EROFS:
    case -EIO:
        return (struct problem){.err = ERR_STORE_UNAVAILABLE, .retry_after_s = BUSY_RETRY_S};
    default:
        return problem_of(ERR_SERVER_INTERNAL);
    }
}

static int run_job(struct store_job *job, struct store_conn *conn)
{
    struct auth_work *work = CONTAINER_OF(job, struct auth_work, job);
    work->refusal = problem_of(ERR_OK); /* it may be the second time */
    work->ended = (struct session_list){0};
    int rc = work->run(work, conn);
    if (rc == 0 && work->writes && work->call->unmet && work->refusal.err == ERR_OK)
        return work_cancel(work, ERR_PRECONDITION_FAILED);
    return rc;
}

static int find_ended(struct auth_work *work, struct store_conn *conn)
{
    return store_sessions_ended_since(conn, work->now - 1, work->call->arena, &work->ended);
}

static void finish_unknown(struct auth_work *work)
{
    work_tell_ended(work);
    work_finish(work, problem_of_store(-EAGAIN));
}

static void job_done(struct store_job *job)
{
    struct auth_work *work = CONTAINER_OF(job, struct auth_work, job);
    if (job->rc == 0) {
        work->then(work);
        return;
    }
    /* Nobody knows whether the sessions are ended: if they are, it must not stay a secret. */
    if (job->rc == -EAGAIN && work->writes) {
        work_read(work, find_ended, finish_unknown);
        return;
    }
    work_finish(work, job->rc == -ECANCELED ? work->refusal : problem_of_store(job->rc));
}

static void prepare(struct auth_work *work, bool writes,
                    int (*run)(struct auth_work *work, struct store_conn *conn),
                    void (*then)(struct auth_work *work))
{
    work->writes = writes;
    work->run = run;
    work->then = then;
    work->job = (struct store_job){.home = work->call->home, .run = run_job, .done = job_done};
}

void work_read(struct auth_work *work, int (*run)(struct auth_work *work, struct store_conn *conn),
               void (*then)(struct auth_work *work))
{
    prepare(work, false, run, then);
    store_read(work->auth->options.store, &work->job);
}

void work_write(struct auth_work *work, int (*run)(struct auth_work *work, struct store_conn *conn),
                void (*then)(struct auth_work *work))
{
    prepare(work, true, run, then);
    store_write(work->auth->options.store, &work->job);
}

/* ---- the password pool ----------------------------------------------------------------------- */

struct problem work_busy(struct auth_work *work)
{
    return (struct problem){.err = ERR_SERVER_BUSY,
                            .retry_after_s = password_pool_wait_s(work->auth->passwords)};
}

/* Not the guesser's fault. */
static void forgive(struct auth_work *work)
{
    if (work->guess_name.len > 0)
        throttle_untried(work->auth->throttle, &work->call->peer, work->guess_name);
}

static void password_done(struct password_job *job)
{
    struct auth_work *work = CONTAINER_OF(job, struct auth_work, password);
    if (job->rc == 0 || job->rc == -EACCES) {
        work->then(work);
        return;
    }
    forgive(work);
    work_finish(work, work_busy(work));
}

void work_password(struct auth_work *work, enum password_act act, struct str password,
                   struct str hash, void (*then)(struct auth_work *work))
{
    work->then = then;
    work->password = (struct password_job){
        .home = work->call->home,
        .done = password_done,
        .act = act,
        .peer = work->call->peer,
        .password = password,
    };
    if (hash.len < PASSWORD_HASH_SIZE && hash.len > 0)
        memcpy(work->password.hash, hash.ptr, hash.len);
    if (password_pool_submit(work->auth->passwords, &work->password))
        return;
    forgive(work);
    work_refuse(work, work_busy(work));
}

/* ---- sessions that end ----------------------------------------------------------------------- */

void work_ends(struct auth_work *work, const struct session_list *ended)
{
    struct session_list *all = &work->ended;
    struct session *items =
        arena_take_array(work->call->arena, all->count + ended->count, sizeof(*items));
    if (all->count > 0)
        memcpy(items, all->items, all->count * sizeof(*items));
    if (ended->count > 0)
        memcpy(items + all->count, ended->items, ended->count * sizeof(*items));
    *all = (struct session_list){items, all->count + ended->count};
}

void work_tell_ended(struct auth_work *work)
{
    struct auth *auth = work->auth;
    uint64_t now = clock_monotonic_ms();
    uint64_t until = now + (auth->options.limits->access_token_s + JWT_LEEWAY_S) * 1000;
    for (size_t i = 0; i < work->ended.count; i++) {
        const struct session *session = &work->ended.items[i];
        revoked_add(auth->revoked, session->id, now, until);
        bus_publish_session_ended(auth->options.bus, session->user, session->id);
    }
    work->ended = (struct session_list){0};
}
