/* postings.h - the messages of one room that have one term, newest first.
 *
 * Asked for the newest at or before a place that goes back all the time. Where a walk goes from one to the next it
 * reads ahead, more each time, and answers from memory; where it leaps it reads few.
 * Owns:   nothing; what is read ahead lies in the arena of the search.
 * Thread: one, within one state of the index (index_begin). Private to search. */
#pragma once

#include "search/index.h"

/* What all postings of a search share. */
struct postings_source {
    struct index_conn *conn;
    struct arena *arena;
    size_t ahead_bytes; /* taken for what is read ahead; past a bound others read one at a time */
};

struct postings {
    struct str term;
    uint64_t *ahead; /* newest first; NULL: it was not asked for often */
    uint8_t at, count, used,
        most;      /* in `ahead`; used: were answers; most: are read the next time */
    bool answered; /* ahead[at] was an answer */
    bool ended;    /* there are none behind those */
};

/* The newest message at or before `most`, which is no later than the time before. -ENOENT: there is none. */
int postings_seek(struct postings_source *source, room_id room, struct postings *postings,
                  uint64_t most, uint64_t *seq) MUST_USE;
