/* What people change about their own account: the password, the profile, that it is there. */
#include <errno.h>

#include "auth/account_rules.h"
#include "auth/admin_rights.h"
#include "auth/guess.h"
#include "auth/name_filter.h"

static void done(struct auth_work *work)
{
    work_tell_ended(work);
    work_finish(work, problem_of(ERR_OK));
}

/* Inside run: ends all of the person's sessions but one. */
static int end_sessions(struct auth_work *work, struct store_conn *conn, session_id keep)
{
    struct session_list list;
    int rc =
        store_sessions_end(conn, work->call->self.user, keep, work->now, work->call->arena, &list);
    if (rc == 0)
        work_ends(work, &list);
    return rc;
}

/* ---- password -------------------------------------------------------------------------------- */

static int set_password(struct auth_work *work, struct store_conn *conn)
{
    if (!guess_still_holds(work, conn))
        return work_cancel(work, ERR_AUTH_INVALID_CREDENTIALS);
    int rc = store_user_set_password(conn, work->call->self.user, str_from_c(work->password.hash));
    return rc == 0 ? end_sessions(work, conn, work->call->self.session) : rc;
}

static void hashed(struct auth_work *work)
{
    work_write(work, set_password, done);
}

static void proved_for_password(struct auth_work *work)
{
    work_password(work, PASSWORD_HASH, work->call->new_password, STR_NONE, hashed);
}

void auth_change_password(struct auth *auth, struct auth_call *call)
{
    struct auth_work *work = work_new(auth, call);
    struct problem problem = account_check_password(auth->options.limits, STR("new_password"),
                                                    call->new_password, call->arena);
    if (problem.err != ERR_OK)
        work_refuse(work, problem);
    else
        guess_own(work, proved_for_password);
}

/* ---- the end of the account ------------------------------------------------------------------ */

static int delete_account(struct auth_work *work, struct store_conn *conn)
{
    if (!guess_still_holds(work, conn))
        return work_cancel(work, ERR_AUTH_INVALID_CREDENTIALS);
    struct user self;
    int rc = store_user_get(conn, work->call->self.user, work->call->arena, &self);
    if (rc == 0 && self.admin)
        rc = admin_require_another(work, conn);
    if (rc == 0)
        rc = end_sessions(work, conn, (session_id){0});
    return rc == 0 ? store_user_delete(conn, work->call->self.user, work->now) : rc;
}

static void proved_for_deletion(struct auth_work *work)
{
    work_write(work, delete_account, done);
}

void auth_delete_account(struct auth *auth, struct auth_call *call)
{
    guess_own(work_new(auth, call), proved_for_deletion);
}

/* ---- profile --------------------------------------------------------------------------------- */

static int check_words(struct auth_work *work, struct store_conn *conn)
{
    const struct auth_call *call = work->call;
    int rc = name_filter_check(work, conn, STR("display_name"), call->display_name);
    if (rc == 0)
        rc = name_filter_check(work, conn, STR("about"), call->about);
    return rc == 0 ? name_filter_check(work, conn, STR("pronouns"), call->pronouns) : rc;
}

static int update(struct auth_work *work, struct store_conn *conn)
{
    struct auth_call *call = work->call;
    int rc = store_user_get(conn, call->self.user, call->arena, &call->user);
    if (rc == -ENOENT || (rc == 0 && call->user.deleted))
        return work_cancel(work, ERR_AUTH_SESSION_ENDED);
    if (rc == 0)
        rc = check_words(work, conn);
    if (rc != 0)
        return rc;
    if (call->display_name.ptr)
        call->user.display_name = call->display_name;
    if (call->locale.ptr)
        call->user.locale = call->locale;
    if (call->about.ptr)
        call->user.about = call->about;
    if (call->pronouns.ptr)
        call->user.pronouns = call->pronouns;
    if (call->time_zone.ptr)
        call->user.time_zone = call->time_zone;
    return store_user_update(conn, &call->user);
}

/* What is to be removed needs no check; a name cannot be. */
static struct problem check_profile(const struct limits *limits, const struct auth_call *call)
{
    struct problem problem = problem_of(ERR_OK);
    if (call->display_name.ptr)
        problem = account_check_display_name(limits, call->display_name, call->arena);
    if (problem.err == ERR_OK && call->locale.ptr)
        problem = account_check_locale(limits, call->locale, call->arena);
    if (problem.err == ERR_OK && call->about.len)
        problem = account_check_about(limits, call->about, call->arena);
    if (problem.err == ERR_OK && call->pronouns.len)
        problem = account_check_pronouns(limits, call->pronouns, call->arena);
    if (problem.err == ERR_OK && call->time_zone.len)
        problem = account_check_time_zone(call->time_zone);
    return problem;
}

void auth_update_profile(struct auth *auth, struct auth_call *call)
{
    struct auth_work *work = work_new(auth, call);
    struct problem problem = check_profile(auth->options.limits, call);
    if (problem.err != ERR_OK)
        work_refuse(work, problem);
    else
        work_write(work, update, done);
}
