/* newcomer.h - who has just come to the server, for the limits that hold for them.
 *
 * Whose account is old enough is remembered in a table of fixed size, so that while nothing holds for anybody nothing
 * is asked, and of who has been here for long hardly ever. Private to chat. */
#pragma once

#include "chat/act.h"

struct newcomer_memory;
struct newcomer_memory *newcomer_memory_new(void) MUST_USE;
void newcomer_memory_free(struct newcomer_memory *memory); /* NULL is fine */

/* Something holds for newcomers, and this may be one: newcomer_read() before the act goes to its home. Any thread. */
bool newcomer_maybe(struct chat *chat, user_id user);
/* On a store thread: since when there is an account, in act->since, where that is not long. */
int newcomer_read(struct act *act, struct store_conn *conn);
/* The same: none of these is a stranger to a newcomer, or the problem is set. */
int newcomer_meets(struct act *act, struct store_conn *conn, const struct user_list *people);
