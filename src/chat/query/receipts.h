/* receipts.h - who lets whom see how far they have read: nobody of whom FEED_NO_RECEIPTS is an entry, and
 * they see nobody either; nor in a direct room where one has blocked the other.
 * Thread: a store thread, inside run. Private to chat. */
#pragma once

#include "store/store.h"

int receipts_are_hidden(struct store_conn *conn, user_id user, struct arena *arena, bool *out);
