/* admin_rights.h - inside auth: what administrators may do, and that it is written down.
 * For the runs of acts, on a store thread. */
#pragma once

#include "auth/work.h"

/* 0: who asks is an administrator and not suspended, now and in this transaction. */
int admin_require(struct auth_work *work, struct store_conn *conn);
/* The person to whom it is done. -ENOENT and deleted ones: ERR_USER_NOT_FOUND. */
int admin_read_subject(struct auth_work *work, struct store_conn *conn, struct user *out);
/* Somebody else is an administrator who is not suspended; else ERR_ADMIN_LAST. */
int admin_require_another(struct auth_work *work, struct store_conn *conn);
/* One more entry of the audit log; user 0: it is done to nobody, payload empty: there is nothing to say. */
int admin_write_down(struct auth_work *work, struct store_conn *conn, enum audit_type type,
                     user_id user, struct str payload);

/* ERR_AUTH_SUSPENDED, with reason and end, if somebody is suspended now. */
int suspension_refuse(struct auth_work *work, struct store_conn *conn, user_id user);
