/* room_filters.h - the compiled filters of a home's rooms, no more than they may take together: the one that was used
 * the longest ago goes, and is read and compiled again, off the home's thread, when something is said in its room.
 * Owns:   a reference to each.
 * Thread: the home's. Private to chat. */
#pragma once

#include "core/list.h"
#include "filter/filter.h"

struct room_filters {
    struct list used; /* the longest unused first */
    size_t bytes;     /* that they take */
    size_t most;      /* that they may take; the last one stays, whatever it takes */
};
void room_filters_init(struct room_filters *all, size_t most);

/* That of one room. */
struct room_filter {
    struct filter *filter; /* a reference; NULL: there is none, or it is away */
    bool away;             /* there is one, or may be one: to be read before something is judged */
    struct room_filters *all;
    struct list link;
};
void room_filter_init(struct room_filter *one, struct room_filters *all);
/* Takes the reference. */
void room_filter_set(struct room_filter *one, struct filter *filter);
/* What is compiled is let go; `away`: there is one all the same. */
void room_filter_drop(struct room_filter *one, bool away);
/* To judge by, while nothing else is set; NULL: there is none. Not while it is away. */
const struct filter *room_filter_use(struct room_filter *one);
