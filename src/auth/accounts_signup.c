/* Signing up: look at the fields, hash the password, make person and session in one write. */
#include <errno.h>

#include "auth/account_rules.h"
#include "auth/invite_code.h"
#include "auth/name_filter.h"
#include "auth/session_start.h"
#include "auth/signup_policy.h"
#include "core/clock.h"
#include "core/random.h"
#include "core/unicode.h"

static struct problem missing(struct str field)
{
    return problem_field(ERR_FIELD_MISSING, field, STR_NONE);
}

static struct problem check_fields(const struct auth *auth, const struct auth_call *call)
{
    const struct limits *limits = auth->options.limits;
    if (!call->username.ptr)
        return missing(STR("username"));
    if (!call->password.ptr)
        return missing(STR("password"));
    struct problem problem = account_check_username(limits, call->username, call->arena);
    if (problem.err == ERR_OK)
        problem = account_check_password(limits, STR("password"), call->password, call->arena);
    if (problem.err == ERR_OK && call->display_name.ptr)
        problem = account_check_display_name(limits, call->display_name, call->arena);
    if (problem.err == ERR_OK && call->email.ptr)
        problem = account_check_email(limits, call->email, call->arena);
    if (problem.err == ERR_OK && call->locale.ptr)
        problem = account_check_locale(limits, call->locale, call->arena);
    return problem;
}

static enum err check_policy(const struct auth_call *call)
{
    if (call->signup.policy == SIGNUP_CLOSED)
        return ERR_SIGNUP_CLOSED;
    if (call->signup.policy == SIGNUP_INVITE && call->invite_code.len == 0)
        return ERR_SIGNUP_INVITE_REQUIRED;
    return ERR_OK;
}

static struct problem check_rate(struct auth *auth, const struct auth_call *call)
{
    if (call->trusted)
        return problem_of(ERR_OK);
    uint64_t wait = throttle_signup(auth->throttle, &call->peer, clock_monotonic_ms());
    return wait == 0 ? problem_of(ERR_OK)
                     : (struct problem){.err = ERR_RATE_LIMITED, .retry_after_s = wait};
}

static int use_invite(struct auth_work *work, struct store_conn *conn)
{
    if (work->call->signup.policy != SIGNUP_INVITE)
        return 0;
    struct str key = invite_code_key(work->call->invite_code, work->call->arena);
    int rc = key.len == 0 ? -ENOENT : store_invite_use(conn, key, work->now);
    return rc == -ENOENT ? work_cancel(work, ERR_SIGNUP_INVITE_INVALID) : rc;
}

static int require_policy(struct auth_work *work, struct store_conn *conn)
{
    int rc = signup_policy_read(work, conn, &work->call->signup);
    enum err err = rc == 0 ? check_policy(work->call) : ERR_OK;
    return err == ERR_OK ? rc : work_cancel(work, err);
}

/* One transaction: who does not get the name has not used the invitation, and after sign-up was closed nobody
 * comes whose password was being hashed. */
static int create(struct auth_work *work, struct store_conn *conn)
{
    const struct auth_call *call = work->call;
    int rc = require_policy(work, conn);
    if (rc == 0)
        rc = name_filter_check(work, conn, STR("username"), call->username);
    if (rc == 0)
        rc = name_filter_check(work, conn, STR("display_name"), call->display_name);
    if (rc == 0)
        rc = use_invite(work, conn);
    if (rc != 0)
        return rc;
    struct user *user = &work->credentials.user;
    *user = (struct user){
        .id = {random_id()},
        .username = call->username,
        .display_name = call->display_name.ptr ? call->display_name : call->username,
        .email = call->email,
        .locale = call->locale,
        .created_at = work->now,
    };
    rc = store_user_create(conn, user, work->login_key, str_from_c(work->password.hash));
    if (rc == -EEXIST)
        return work_cancel(work, ERR_USER_USERNAME_TAKEN);
    return rc == 0 ? session_start(work, conn, user->id) : rc;
}

static void created(struct auth_work *work)
{
    session_give_tokens(work, &work->credentials.user, work->session.generation);
    work_finish(work, problem_of(ERR_OK));
}

static void hashed(struct auth_work *work)
{
    work_write(work, create, created);
}

/* Sign-up is open, or by invitation. */
static void admitted(struct auth_work *work)
{
    struct auth_call *call = work->call;
    struct problem problem = check_fields(work->auth, call);
    if (problem.err == ERR_OK)
        problem = check_rate(work->auth, call);
    if (problem.err != ERR_OK) {
        work_finish(work, problem);
        return;
    }
    REQUIRE(unicode_fold(call->username, call->arena, &work->login_key));
    work_password(work, PASSWORD_HASH, call->password, STR_NONE, hashed);
}

void auth_signup(struct auth *auth, struct auth_call *call)
{
    struct auth_work *work = work_new(auth, call);
    const struct auth_options *options = &auth->options;
    enum err err = store_admits(options->store, options->limits, true);
    if (err != ERR_OK)
        work_refuse(work, problem_of(err));
    else
        work_read(work, require_policy, admitted);
}
