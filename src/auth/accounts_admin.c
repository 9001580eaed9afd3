/* What administrators do to the accounts of others. */
#include <errno.h>

#include "auth/admin_rights.h"

static void done(struct auth_work *work)
{
    work_tell_ended(work);
    work_finish(work, problem_of(ERR_OK));
}

/* Who does it to others keeps their own session, which they would need to see what came of it. */
static int end_sessions(struct auth_work *work, struct store_conn *conn)
{
    struct auth_call *call = work->call;
    struct session_list list;
    bool own = user_id_eq(call->subject, call->self.user);
    session_id keep = own ? call->self.session : (session_id){0};
    int rc = store_sessions_end(conn, call->subject, keep, work->now, call->arena, &list);
    if (rc != 0)
        return rc;
    work_ends(work, &list);
    call->ended = list.count;
    return 0;
}

/* ---- suspending ------------------------------------------------------------------------------ */

static int suspend(struct auth_work *work, struct store_conn *conn)
{
    struct auth_call *call = work->call;
    struct user subject;
    int rc = admin_require(work, conn);
    if (rc == 0)
        rc = admin_read_subject(work, conn, &subject);
    if (rc == 0 && user_id_eq(call->subject, call->self.user))
        rc = work_cancel(work, ERR_ADMIN_ONESELF);
    if (rc != 0)
        return rc;
    call->suspension = (struct suspension){
        .user = call->subject,
        .by = call->self.user,
        .at = work->now,
        .until = call->seconds ? work->now + (int64_t)call->seconds * 1000 : SUSPENDED_FOR_GOOD,
        .reason = call->reason,
    };
    rc = store_suspension_put(conn, &call->suspension);
    if (rc == 0)
        rc = end_sessions(work, conn);
    return rc == 0
               ? admin_write_down(work, conn, AUDIT_USER_SUSPENDED, call->subject, call->payload)
               : rc;
}

void auth_suspend(struct auth *auth, struct auth_call *call)
{
    work_write(work_new(auth, call), suspend, done);
}

/* One whose time is over is none: that it stands there still is nobody's business. */
static int unsuspend(struct auth_work *work, struct store_conn *conn)
{
    struct auth_call *call = work->call;
    struct user subject;
    struct suspension_list list;
    int rc = admin_require(work, conn);
    if (rc == 0)
        rc = admin_read_subject(work, conn, &subject);
    if (rc == 0)
        rc = store_suspensions_get(conn, &call->subject, 1, work->now, call->arena, &list);
    if (rc == 0 && list.count == 0)
        rc = work_cancel(work, ERR_SUSPENSION_NOT_FOUND);
    if (rc == 0)
        rc = store_suspension_lift(conn, call->subject);
    return rc == 0 ? admin_write_down(work, conn, AUDIT_USER_UNSUSPENDED, call->subject, STR_NONE)
                   : rc;
}

void auth_unsuspend(struct auth *auth, struct auth_call *call)
{
    work_write(work_new(auth, call), unsuspend, done);
}

/* ---- their sessions -------------------------------------------------------------------------- */

static int end_all(struct auth_work *work, struct store_conn *conn)
{
    struct user subject;
    int rc = admin_require(work, conn);
    if (rc == 0)
        rc = admin_read_subject(work, conn, &subject);
    if (rc == 0)
        rc = end_sessions(work, conn);
    return rc == 0
               ? admin_write_down(work, conn, AUDIT_SESSIONS_ENDED, work->call->subject, STR_NONE)
               : rc;
}

void auth_end_sessions_of(struct auth *auth, struct auth_call *call)
{
    work_write(work_new(auth, call), end_all, done);
}

/* ---- who is one ------------------------------------------------------------------------------ */

static int set_admin(struct auth_work *work, struct store_conn *conn)
{
    struct auth_call *call = work->call;
    bool admin = call->admin;
    int rc = admin_require(work, conn);
    if (rc == 0)
        rc = admin_read_subject(work, conn, &call->user);
    if (rc != 0 || call->user.admin == admin)
        return rc;
    /* Who does it is one, and stays it unless they do it to themselves. */
    if (!admin && user_id_eq(call->subject, call->self.user))
        rc = admin_require_another(work, conn);
    if (rc == 0)
        rc = store_user_set_admin(conn, call->subject, admin);
    if (rc != 0)
        return rc;
    call->user.admin = admin;
    return admin_write_down(work, conn, admin ? AUDIT_ADMIN_MADE : AUDIT_ADMIN_UNMADE,
                            call->subject, STR_NONE);
}

void auth_set_admin(struct auth *auth, struct auth_call *call)
{
    work_write(work_new(auth, call), set_admin, done);
}
