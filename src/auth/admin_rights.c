#include "auth/admin_rights.h"

#include <errno.h>

#include "core/random.h"

int admin_require(struct auth_work *work, struct store_conn *conn)
{
    struct user self;
    struct suspension_list suspended = {0};
    int rc = store_user_get(conn, work->call->self.user, work->call->arena, &self);
    if (rc == -ENOENT || (rc == 0 && (!self.admin || self.deleted)))
        return work_cancel(work, ERR_AUTH_FORBIDDEN);
    if (rc == 0)
        rc = store_suspensions_get(conn, &self.id, 1, work->now, work->call->arena, &suspended);
    return rc == 0 && suspended.count ? work_cancel(work, ERR_AUTH_FORBIDDEN) : rc;
}

int admin_read_subject(struct auth_work *work, struct store_conn *conn, struct user *out)
{
    int rc = store_user_get(conn, work->call->subject, work->call->arena, out);
    if (rc == -ENOENT || (rc == 0 && out->deleted))
        return work_cancel(work, ERR_USER_NOT_FOUND);
    return rc;
}

/* 1: one of these may act. */
static int one_is_free(struct auth_work *work, struct store_conn *conn,
                       const struct user_list *admins)
{
    struct arena *arena = work->call->arena;
    struct suspension_list suspended;
    for (size_t i = 0; i < admins->count; i++) {
        const struct user *admin = &admins->items[i];
        if (user_id_eq(admin->id, work->call->self.user))
            continue;
        int rc = store_suspensions_get(conn, &admin->id, 1, work->now, arena, &suspended);
        if (rc != 0 || suspended.count == 0)
            return rc != 0 ? rc : 1;
    }
    return 0;
}

int admin_require_another(struct auth_work *work, struct store_conn *conn)
{
    enum { PAGE = 50 };
    struct user_list admins;
    user_id after = {0};
    do {
        int rc = store_admins(conn, after, PAGE, work->call->arena, &admins);
        int found = rc == 0 ? one_is_free(work, conn, &admins) : rc;
        if (found != 0)
            return found < 0 ? found : 0;
        if (admins.count > 0)
            after = admins.items[admins.count - 1].id;
    } while (admins.count == PAGE);
    return work_cancel(work, ERR_ADMIN_LAST);
}

int admin_write_down(struct auth_work *work, struct store_conn *conn, enum audit_type type,
                     user_id user, struct str payload)
{
    return store_audit_put(conn, &(struct audit_entry){.seq = random_id(),
                                                       .at = work->now,
                                                       .type = (uint8_t)type,
                                                       .by = work->call->self.user,
                                                       .user = user,
                                                       .payload = payload});
}

int suspension_refuse(struct auth_work *work, struct store_conn *conn, user_id user)
{
    struct suspension_list list;
    int rc = store_suspensions_get(conn, &user, 1, work->now, work->call->arena, &list);
    if (rc != 0 || list.count == 0)
        return rc;
    const struct suspension *suspension = &list.items[0];
    bool ends = suspension->until != SUSPENDED_FOR_GOOD;
    return work_cancel_with(work, (struct problem){.err = ERR_AUTH_SUSPENDED,
                                                   .reason = suspension->reason,
                                                   .until = ends ? suspension->until : 0});
}
