/* session_start.h - inside auth: a session that begins, and what its owner gets in hand. */
#pragma once

#include "auth/work.h"

/* Inside run: makes work->session for that person. Where the person has as many as allowed, those
 * that were not used for longest end (they are in work->ended then). 0 or negative errno. */
int session_start(struct auth_work *work, struct store_conn *conn, user_id user);

/* Puts user and tokens into the call, the refresh token of the generation given. */
void session_give_tokens(struct auth_work *work, const struct user *user, uint32_t generation);
