/* sync_query.h - what somebody missed, page by page. Private to chat.
 *
 * Pages go through the person's rooms in the order of their ids, and through the feed beside them;
 * the cursor says how far both have come, so that a page needs nothing of the one before.
 * Thread: a store thread's. */
#pragma once

#include "model/sync.h"
#include "store/store.h"

int sync_query_run(struct store_job *job, struct store_conn *conn);
void sync_room_deinit(struct sync_room *room);
