/* newcomer.h - who has just come to the server, for the limits that hold for them.
 *
 * Whose account is old enough is remembered in a table of fixed size, so that while nothing holds for anybody nothing
 * is asked, and of who has been here for long hardly ever. Private to chat. */
#pragma once

#include "chat/act.h"

struct newcomer_memory;
struct newcomer_memory *newcomer_memory_new(void) MUST_USE;
void newcomer_memory_free(struct newcomer_memory *memory); /* NULL is fine */

/* Something holds for newcomers, who does this may be one, and says something: newcomers_read() before the verdict. It
 * stays so until that was done. Read for the judge and not on the way to the home, where what one connection sends
 * keeps its order. The home's thread. */
bool newcomer_asks(struct act *act);
/* On a store thread, of those that ask: since when there is their account, in act->since, where that is not long. */
int newcomers_read(struct act **acts, size_t count, struct store_conn *conn);
/* The same: none of these is a stranger to a newcomer, or the problem is set. */
int newcomer_meets(struct act *act, struct store_conn *conn, const struct user_list *people);
