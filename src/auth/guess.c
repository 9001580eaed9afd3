#include "auth/guess.h"

#include <errno.h>

#include "core/clock.h"

bool guess_may_try(struct auth_work *work, struct str name)
{
    struct auth_call *call = work->call;
    if (call->trusted)
        return true;
    uint64_t wait = throttle_guess(work->auth->throttle, &call->peer, name, clock_monotonic_ms());
    if (wait > 0) {
        work_refuse(work, (struct problem){.err = ERR_RATE_LIMITED, .retry_after_s = wait});
        return false;
    }
    work->guess_name = name;
    return true;
}

static void judge(struct auth_work *work)
{
    if (work->password.rc != 0) {
        work_finish(work, problem_of(ERR_AUTH_INVALID_CREDENTIALS));
        return;
    }
    if (work->guess_name.len > 0)
        throttle_right(work->auth->throttle, &work->call->peer, work->guess_name);
    work->guess_name = STR_NONE;
    work->proved(work);
}

void guess_check(struct auth_work *work, void (*proved)(struct auth_work *work))
{
    work->proved = proved;
    work_password(work, PASSWORD_VERIFY, work->call->password, work->credentials.password_hash,
                  judge);
}

static int read_own(struct auth_work *work, struct store_conn *conn)
{
    int rc =
        store_credentials_get(conn, work->call->self.user, work->call->arena, &work->credentials);
    if (rc == -ENOENT || (rc == 0 && work->credentials.user.deleted))
        return work_cancel(work, ERR_AUTH_SESSION_ENDED);
    return rc;
}

static void check_own(struct auth_work *work)
{
    guess_check(work, work->proved);
}

void guess_own(struct auth_work *work, void (*proved)(struct auth_work *work))
{
    char id[BASE62_LEN];
    base62_print(work->call->self.user.v, id);
    work->proved = proved;
    /* No username begins with #: these guesses are counted apart from those at signing in. */
    if (guess_may_try(work, arena_printf(work->call->arena, "#%.*s", BASE62_LEN, id)))
        work_read(work, read_own, check_own);
}

bool guess_still_holds(struct auth_work *work, struct store_conn *conn)
{
    struct credentials now;
    int rc = store_credentials_get(conn, work->credentials.user.id, work->call->arena, &now);
    return rc == 0 && !now.user.deleted && now.password_hash.len > 0 &&
           str_eq(now.password_hash, work->credentials.password_hash);
}
