#include "auth/signup_policy.h"

#include <errno.h>

#include "auth/admin_rights.h"

static const struct str key = STR_INIT("signup");

static const struct str names[] = {[SIGNUP_AUTO] = STR_INIT("default"),
                                   [SIGNUP_OPEN] = STR_INIT("open"),
                                   [SIGNUP_INVITE] = STR_INIT("invite"),
                                   [SIGNUP_CLOSED] = STR_INIT("closed")};

struct str signup_policy_name(enum signup_policy policy)
{
    return names[policy];
}

bool signup_policy_of(struct str name, enum signup_policy *out)
{
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (str_eq(names[i], name)) {
            *out = (enum signup_policy)i;
            return true;
        }
    return false;
}

/* What a later program may have put there and this one does not know counts as nothing. */
int signup_policy_read(struct auth_work *work, struct store_conn *conn, struct signup_state *out)
{
    struct str value;
    enum signup_policy set = SIGNUP_AUTO;
    int rc = store_meta_get(conn, key, work->call->arena, &value);
    if (rc != 0 && rc != -ENOENT)
        return rc;
    if (rc == 0 && !signup_policy_of(value, &set))
        set = SIGNUP_AUTO;
    out->by_default = work->auth->options.signup;
    out->is_set = set != SIGNUP_AUTO;
    out->policy = out->is_set ? set : out->by_default;
    return 0;
}

int signup_policy_write(struct store_conn *conn, enum signup_policy policy)
{
    return store_meta_put(conn, key, names[policy]);
}

/* ---- the acts -------------------------------------------------------------------------------- */

static void done(struct auth_work *work)
{
    work_finish(work, problem_of(ERR_OK));
}

static int read_policy(struct auth_work *work, struct store_conn *conn)
{
    return signup_policy_read(work, conn, &work->call->signup);
}

void auth_read_signup(struct auth *auth, struct auth_call *call)
{
    struct auth_work *work = work_new(auth, call);
    enum err err = store_admits(auth->options.store, auth->options.limits, true);
    if (err != ERR_OK)
        work_refuse(work, problem_of(err));
    else
        work_read(work, read_policy, done);
}
