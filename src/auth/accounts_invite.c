/* Invitations, made by admins. */
#include <errno.h>
#include <inttypes.h>

#include "auth/admin_rights.h"
#include "auth/invite_code.h"

static struct problem check_range(const struct auth_call *call, struct str field, uint64_t value,
                                  uint64_t most)
{
    if (value >= 1 && value <= most)
        return problem_of(ERR_OK);
    return problem_field(ERR_FIELD_INVALID, field,
                         arena_printf(call->arena, "It is a number from 1 to %" PRIu64 ".", most));
}

static int create(struct auth_work *work, struct store_conn *conn)
{
    struct auth_call *call = work->call;
    int rc = admin_require(work, conn);
    if (rc != 0)
        return rc;
    struct invite stored = call->invite;
    stored.code = invite_code_key(call->invite.code, call->arena);
    rc = store_invite_create(conn, &stored);
    if (rc != 0)
        return rc;
    struct str payload = arena_printf(call->arena, "{\"uses\":%" PRIu64 ",\"seconds\":%" PRIu64 "}",
                                      call->invite_uses, call->invite_lifetime_s);
    return admin_write_down(work, conn, AUDIT_INVITE_CREATED, (user_id){0}, payload);
}

static void created(struct auth_work *work)
{
    work_finish(work, problem_of(ERR_OK));
}

void auth_make_invite(struct auth *auth, struct auth_call *call)
{
    const struct limits *limits = auth->options.limits;
    struct auth_work *work = work_new(auth, call);
    struct problem problem = check_range(call, STR("uses"), call->invite_uses, limits->invite_uses);
    if (problem.err == ERR_OK)
        problem = check_range(call, STR("expires_in"), call->invite_lifetime_s, limits->invite_s);
    if (problem.err != ERR_OK) {
        work_refuse(work, problem);
        return;
    }
    char code[INVITE_CODE_SIZE];
    call->invite = (struct invite){
        .code = arena_copy(call->arena, invite_code_make(code)),
        .maker = call->self.user,
        .uses_left = call->invite_uses,
        .created_at = work->now,
        .expires_at = work->now + (int64_t)call->invite_lifetime_s * 1000,
    };
    work_write(work, create, created);
}
