/* blocks.h - whom a person does not want to hear of them: the entries block:USER of their feed.
 * Thread: a store thread, inside run. Private to chat. */
#pragma once

#include "store/store.h"

/* Sorted, at most `most`. */
int blocks_of(struct store_conn *conn, user_id user, size_t most, struct arena *arena,
              user_id **out, size_t *count);
/* Has `user` blocked `other`? */
int blocks_has(struct store_conn *conn, user_id user, user_id other, struct arena *arena,
               bool *out);
