/* message_span.h - which messages a page of history has, whatever engine reads them. Private to store. */
#pragma once

#include "store/store.h"

/* The page is `older` messages before `from` (a seq, 1 to INT64_MAX) and `newer` ones from there on. */
struct message_span {
    uint64_t from;
    size_t older, newer;
};

/* limit: 1 or more; a seq of any size. Nothing before `first` is newer than the page. */
struct message_span message_span_at(enum position position, uint64_t first, uint64_t seq,
                                    size_t limit) MUST_USE;

/* One list in the order of the log, from older messages found newest first and newer ones found
 * oldest first. Takes what both lists have. */
struct event_list message_span_join(struct event_list *older, struct event_list *newer) MUST_USE;
