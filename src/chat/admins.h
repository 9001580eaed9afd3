/* admins.h - who administers the server. Thread: a store thread. Private to chat. */
#pragma once

#include "store/store.h"

/* 0 and whether this person is an administrator who is not suspended, now. */
int admin_is(struct store_conn *conn, user_id user, struct arena *arena, bool *out);
