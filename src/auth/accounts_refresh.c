/* The next access token for a refresh token (RFC 6749, section 6; rotation as RFC 9700, 4.14.2).
 *
 * Each token is good once; the session counts generations. A token comes again for two reasons:
 * the answer with its successor was lost (or two tabs asked at once), or somebody stole it. While
 * the successor is unused and the rotation is fresh it is the first, and the same successor is
 * given again, so that whoever asked keeps one line of tokens. Anything else ends the session: of
 * thief and owner, we cannot tell which one asks. */
#include <errno.h>

#include "auth/admin_rights.h"
#include "auth/session_start.h"

static int end_it(struct auth_work *work, struct store_conn *conn)
{
    int rc = store_session_end(conn, work->session.id, work->now);
    struct session_list ended = {&work->session, 1};
    work_ends(work, &ended);
    work->refusal = problem_of(ERR_AUTH_SESSION_ENDED); /* and it stands */
    return rc;
}

static bool is_within_grace(const struct auth_work *work)
{
    int64_t grace_ms = (int64_t)work->auth->options.limits->refresh_grace_s * 1000;
    int64_t age = work->now - work->session.rotated_at;
    /* A token of the last generation at all shows that its successor is unused. */
    return work->token.generation + 1 == work->session.generation && age < grace_ms;
}

/* Whose session ended because they were suspended is told so, with the reason: the token is theirs. */
static int refuse_ended(struct auth_work *work, struct store_conn *conn)
{
    int rc = suspension_refuse(work, conn, work->session.user);
    return rc == 0 ? work_cancel(work, ERR_AUTH_SESSION_ENDED) : rc;
}

static int look_up(struct auth_work *work, struct store_conn *conn)
{
    int rc = store_session_get(conn, work->token.session, work->call->arena, &work->session);
    if (rc == -ENOENT)
        return work_cancel(work, ERR_AUTH_INVALID_TOKEN);
    if (rc != 0)
        return rc;
    if (!refresh_token_is_genuine(work->auth->keys, &work->session, &work->token))
        return work_cancel(work, ERR_AUTH_INVALID_TOKEN);
    return work->session.ended_at != 0 ? refuse_ended(work, conn) : 0;
}

static int rotate(struct auth_work *work, struct store_conn *conn)
{
    int rc = look_up(work, conn); /* again: it may have changed since */
    if (rc != 0)
        return rc;
    rc = store_user_get(conn, work->session.user, work->call->arena, &work->credentials.user);
    if (rc == -ENOENT || (rc == 0 && work->credentials.user.deleted))
        return work_cancel(work, ERR_AUTH_SESSION_ENDED);
    if (rc != 0)
        return rc;
    if (session_is_idle(&work->session, work_idle_since(work)))
        return end_it(work, conn);
    if (work->token.generation == work->session.generation)
        return store_session_rotate(conn, work->session.id, work->token.generation, work->now);
    return is_within_grace(work) ? 0 : end_it(work, conn);
}

static void rotated(struct auth_work *work)
{
    work_tell_ended(work);
    if (work->refusal.err == ERR_OK)
        session_give_tokens(work, &work->credentials.user, work->token.generation + 1);
    work_finish(work, work->refusal);
}

static void looked_up(struct auth_work *work)
{
    work_write(work, rotate, rotated);
}

void auth_refresh(struct auth *auth, struct auth_call *call)
{
    struct auth_work *work = work_new(auth, call);
    enum err err = store_admits(auth->options.store, auth->options.limits, false);
    if (err != ERR_OK) {
        work_refuse(work, problem_of(err));
        return;
    }
    /* Read first: what is no token of ours never reaches the one thread that writes. */
    if (refresh_token_parse(call->refresh_token, &work->token))
        work_read(work, look_up, looked_up);
    else
        work_refuse(work, problem_of(ERR_AUTH_INVALID_TOKEN));
}
