/* signup_policy.h - inside auth: who may sign up just now. What administrators set stands in the store, for
 * all servers and over restarts, and goes before the setting of the program. */
#pragma once

#include "auth/work.h"

/* Inside run: what holds now, and whether it was set by an administrator. */
int signup_policy_read(struct auth_work *work, struct store_conn *conn, struct signup_state *out);
/* Inside run: SIGNUP_AUTO takes away what was set. */
int signup_policy_write(struct store_conn *conn, enum signup_policy policy);
