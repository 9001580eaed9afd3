/* filter_current.h - the filter of the whole server, compiled once for each change, for all who judge by it: the homes
 * of rooms, and whoever looks at a name inside a transaction, which must not wait for a compilation.
 *
 * The last two are kept, since what is being set stands beside what still holds.
 * Owns:   itself and a reference to each.
 * Thread: any. There is a lock, held while texts are compared and a reference is taken: names are set seldom, and homes
 *         keep a reference of their own. */
#pragma once

#include "filter/filter.h"

struct filter_current;

struct filter_current *filter_current_new(void) MUST_USE;
void filter_current_free(struct filter_current *current); /* NULL is fine */

/* What these rules compile to, a reference; NULL: they say nothing, or there are none. Compiled here where nobody has
 * asked for them before; without `current` each time. */
struct filter *filter_current_get(struct filter_current *current, struct str canonical) MUST_USE;
/* How often something was compiled: for tests. */
uint64_t filter_current_compiled(const struct filter_current *current);
