/* The sessions of somebody who is signed in: list them, end one, end one's own. */
#include <errno.h>

#include "auth/admin_rights.h"

static void ended(struct auth_work *work)
{
    work_tell_ended(work);
    work_finish(work, problem_of(ERR_OK));
}

/* ---- sign out -------------------------------------------------------------------------------- */

/* One that is not there any more is told about all the same: an answer may have been lost. */
static int sign_out(struct auth_work *work, struct store_conn *conn)
{
    struct identity self = work->call->self;
    int rc = store_session_end(conn, self.session, work->now);
    struct session own = {.id = self.session, .user = self.user};
    struct session_list list = {&own, 1};
    work_ends(work, &list);
    return rc == -ENOENT ? 0 : rc;
}

void auth_signout(struct auth *auth, struct auth_call *call)
{
    work_write(work_new(auth, call), sign_out, ended);
}

/* ---- end one --------------------------------------------------------------------------------- */

static int end_one(struct auth_work *work, struct store_conn *conn)
{
    const struct auth_call *call = work->call;
    struct session session;
    int rc = store_session_get(conn, call->session, call->arena, &session);
    if (rc == 0 && (!user_id_eq(session.user, call->self.user) || session.ended_at != 0))
        rc = -ENOENT;
    if (rc == 0)
        rc = store_session_end(conn, session.id, work->now);
    if (rc == -ENOENT)
        return work_cancel(work, ERR_SESSION_NOT_FOUND);
    struct session_list list = {&session, 1};
    work_ends(work, &list);
    return rc;
}

void auth_end_session(struct auth *auth, struct auth_call *call)
{
    work_write(work_new(auth, call), end_one, ended);
}

/* ---- list ------------------------------------------------------------------------------------ */

static int list_living_of(struct auth_work *work, struct store_conn *conn, user_id user)
{
    struct auth_call *call = work->call;
    return store_sessions_of(conn, user, call->after, work_idle_since(work), call->limit,
                             call->arena, &call->sessions);
}

static int list_living(struct auth_work *work, struct store_conn *conn)
{
    return list_living_of(work, conn, work->call->self.user);
}

static int list_of_subject(struct auth_work *work, struct store_conn *conn)
{
    struct user subject;
    int rc = admin_require(work, conn);
    if (rc == 0)
        rc = admin_read_subject(work, conn, &subject);
    return rc == 0 ? list_living_of(work, conn, subject.id) : rc;
}

static void listed(struct auth_work *work)
{
    work_finish(work, problem_of(ERR_OK));
}

void auth_list_sessions(struct auth *auth, struct auth_call *call)
{
    work_read(work_new(auth, call), list_living, listed);
}

void auth_list_sessions_of(struct auth *auth, struct auth_call *call)
{
    work_read(work_new(auth, call), list_of_subject, listed);
}
