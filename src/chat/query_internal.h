/* query_internal.h - what the files of queries share. Private to chat. */
#pragma once

#include "chat/query.h"

/* To the store, if it admits; `done` when it is back. -ENOENT of run: there is no such room. */
void query_post(struct chat *chat, struct query *query,
                int (*run)(struct store_job *job, struct store_conn *conn));
