/* What administrators set while the server runs: who may sign up, what is not wanted anywhere, and what holds for
 * newcomers. It stands in the store, for all servers and over restarts. */
#include <errno.h>
#include <inttypes.h>

#include "auth/admin_rights.h"
#include "auth/signup_policy.h"
#include "filter/filter_current.h"

static void done(struct auth_work *work)
{
    work_finish(work, problem_of(ERR_OK));
}

static int read_text(struct auth_work *work, struct store_conn *conn, struct str key,
                     struct str *out)
{
    *out = STR("");
    int rc = store_meta_get(conn, key, work->call->arena, out);
    return rc == -ENOENT ? 0 : rc;
}

static int read_all(struct auth_work *work, struct store_conn *conn)
{
    struct auth_call *call = work->call;
    struct str number;
    int rc = signup_policy_read(work, conn, &call->signup);
    if (rc == 0)
        rc = read_text(work, conn, META_FILTERS, &call->filters);
    if (rc == 0)
        rc = read_text(work, conn, META_NEWCOMERS, &number);
    if (rc == 0 && !str_to_u64(number, &call->newcomers))
        call->newcomers = 0;
    return rc;
}

static int read_settings(struct auth_work *work, struct store_conn *conn)
{
    int rc = admin_require(work, conn);
    return rc == 0 ? read_all(work, conn) : rc;
}

void auth_read_settings(struct auth *auth, struct auth_call *call)
{
    work_read(work_new(auth, call), read_settings, done);
}

static int set_wanted(const struct auth_call *call, struct store_conn *conn)
{
    int rc = 0;
    if (call->sets_signup)
        rc = signup_policy_write(conn, call->signup_wanted);
    if (rc == 0 && call->filters_wanted.ptr)
        rc = store_meta_put(conn, META_FILTERS, call->filters_wanted);
    if (rc == 0 && call->newcomers_wanted >= 0)
        rc = store_meta_put(conn, META_NEWCOMERS,
                            arena_printf(call->arena, "%" PRId64, call->newcomers_wanted));
    return rc;
}

static int set_settings(struct auth_work *work, struct store_conn *conn)
{
    const struct auth_call *call = work->call;
    int rc = admin_require(work, conn);
    if (rc == 0)
        rc = set_wanted(call, conn);
    if (rc == 0)
        rc = read_all(work, conn);
    if (rc != 0)
        return rc;
    return admin_write_down(work, conn, AUDIT_SETTINGS_UPDATED, (user_id){0}, call->payload);
}

/* Filters are compiled before they hold, on a reader: not in the transaction of the first name behind it. */
static int compile_wanted(struct auth_work *work, struct store_conn *conn)
{
    int rc = admin_require(work, conn);
    if (rc == 0)
        filter_unref(filter_current_get(work->auth->options.filter, work->call->filters_wanted));
    return rc;
}

static void compiled(struct auth_work *work)
{
    work_write(work, set_settings, done);
}

void auth_set_settings(struct auth *auth, struct auth_call *call)
{
    struct auth_work *work = work_new(auth, call);
    if (call->filters_wanted.len)
        work_read(work, compile_wanted, compiled);
    else
        work_write(work, set_settings, done);
}
