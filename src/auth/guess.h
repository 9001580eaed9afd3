/* guess.h - inside auth: one try at somebody's password, for signing in and for the acts that ask
 * for it again: the throttle before, the comparison in the pool, the verdict after. */
#pragma once

#include "auth/work.h"

/* May a password be tried for that name now? False: the act was refused. */
bool guess_may_try(struct auth_work *work, struct str name);
/* Compares call->password with work->credentials; ends the act if it is wrong. */
void guess_check(struct auth_work *work, void (*proved)(struct auth_work *work));
/* Both, for the person who is signed in. */
void guess_own(struct auth_work *work, void (*proved)(struct auth_work *work));

/* Inside a later run: is the password still the one that was compared? Two acts may have been on
 * their way at once; what a change of password ended must not begin after it. */
bool guess_still_holds(struct auth_work *work, struct store_conn *conn);
