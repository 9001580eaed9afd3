/* Signing in: find the person, compare the password, make a session.
 *
 * A name that nobody has goes the same way: its guess is counted, a password is compared (with a
 * dummy hash), and the answer is the same. */
#include <errno.h>

#include "auth/admin_rights.h"
#include "auth/guess.h"
#include "auth/session_start.h"
#include "core/clock.h"
#include "core/unicode.h"

enum { LOGIN_MAX = 320 }; /* bytes: the longest e-mail address, local part and domain */

static int find(struct auth_work *work, struct store_conn *conn)
{
    work->credentials = (struct credentials){0};
    int rc =
        store_credentials_by_login(conn, work->login_key, work->call->arena, &work->credentials);
    return rc == -ENOENT ? 0 : rc;
}

static int begin(struct auth_work *work, struct store_conn *conn)
{
    user_id user = work->credentials.user.id;
    if (!guess_still_holds(work, conn))
        return work_cancel(work, ERR_AUTH_INVALID_CREDENTIALS);
    int rc = suspension_refuse(work, conn, user);
    if (rc == 0 && work->new_hash.len > 0)
        rc = store_user_set_password(conn, user, work->new_hash);
    return rc == 0 ? session_start(work, conn, user) : rc;
}

static void begun(struct auth_work *work)
{
    work_tell_ended(work);
    session_give_tokens(work, &work->credentials.user, work->session.generation);
    work_finish(work, problem_of(ERR_OK));
}

static void hashed_again(struct auth_work *work)
{
    work->new_hash = str_from_c(work->password.hash);
    work_write(work, begin, begun);
}

/* The password is in hand now only: a hash that has become cheap is replaced. */
static void proved(struct auth_work *work)
{
    struct password_cost cost = password_pool_cost(work->auth->passwords);
    if (password_hash_is_weak(cost, work->credentials.password_hash))
        work_password(work, PASSWORD_HASH, work->call->password, STR_NONE, hashed_again);
    else
        work_write(work, begin, begun);
}

static void found(struct auth_work *work)
{
    guess_check(work, proved);
}

static struct problem check_signin(struct auth *auth, const struct auth_call *call)
{
    if (!call->login.ptr)
        return problem_field(ERR_FIELD_MISSING, STR("login"), STR_NONE);
    if (!call->password.ptr)
        return problem_field(ERR_FIELD_MISSING, STR("password"), STR_NONE);
    if (call->login.len > LOGIN_MAX || call->password.len > auth->options.limits->password_max)
        return problem_of(ERR_AUTH_INVALID_CREDENTIALS);
    /* Nobody is looked up, nor one of the tries taken, for what there is no place to compare. */
    if (!password_pool_has_room(auth->passwords, &call->peer))
        return work_busy(call->work);
    if (call->trusted)
        return problem_of(ERR_OK);
    uint64_t wait = throttle_signin(auth->throttle, &call->peer, clock_monotonic_ms());
    if (wait == 0)
        return problem_of(ERR_OK);
    return (struct problem){.err = ERR_RATE_LIMITED, .retry_after_s = wait};
}

void auth_signin(struct auth *auth, struct auth_call *call)
{
    struct auth_work *work = work_new(auth, call);
    const struct auth_options *options = &auth->options;
    struct problem problem = problem_of(store_admits(options->store, options->limits, true));
    if (problem.err == ERR_OK)
        problem = check_signin(auth, call);
    if (problem.err == ERR_OK && !unicode_fold(call->login, call->arena, &work->login_key))
        problem = problem_of(ERR_AUTH_INVALID_CREDENTIALS);
    if (problem.err != ERR_OK)
        work_refuse(work, problem);
    else if (guess_may_try(work, work->login_key))
        work_read(work, find, found);
}
