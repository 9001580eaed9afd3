/* admins.h - who administers the server. Thread: a store thread. Private to chat. */
#pragma once

#include "store/store.h"

/* 0 and in *out whether this person is an administrator who is not suspended, now; -errno of the store. */
int admin_is(struct store_conn *conn, user_id user, struct arena *arena, bool *out) MUST_USE;
