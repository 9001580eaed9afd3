/* blocks.h - whom a person does not want to hear of them: the entries block:USER of their feed; and who
 * may bring them into rooms: all others, or with the entry settings:contacts-only those of contact:USER.
 * Thread: a store thread, inside run. Private to chat. */
#pragma once

#include "store/store.h"

/* Sorted, at most `most`. */
int blocks_of(struct store_conn *conn, user_id user, size_t most, struct arena *arena,
              user_id **out, size_t *count);
/* `user` has `other` among the contacts. */
int blocks_has_contact(struct store_conn *conn, user_id user, user_id other, struct arena *arena,
                       bool *out);
/* May `other` begin a direct room with `user`, or bring them into a group? Why not is theirs alone. */
int blocks_reach(struct store_conn *conn, user_id user, user_id other, struct arena *arena,
                 bool *out);
/* Whom an entry with this key blocks. False: it is of another family. */
bool blocks_key(struct str key, user_id *out);
/* Is there such an entry: what the person chose, by its being there. */
int blocks_has_entry(struct store_conn *conn, user_id user, struct str key, struct arena *arena,
                     bool *out);
/* Has `user` blocked `other`? */
int blocks_has(struct store_conn *conn, user_id user, user_id other, struct arena *arena,
               bool *out);
