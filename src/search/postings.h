/* postings.h - the messages of one room that have one term, newest first.
 *
 * Asked for the newest at or before a place that goes back all the time; answers from the block of them that it has
 * read, as long as that is in it.
 * Owns:   nothing; blocks lie in the arena of the search.
 * Thread: one, within one state of the index (index_begin). Private to search. */
#pragma once

#include "search/index.h"

/* What all postings of a search share. */
struct postings_source {
    struct index_conn *conn;
    struct arena *arena;
    size_t kept_bytes; /* taken for blocks; past a bound others are read anew each time */
};

struct postings {
    struct str term;
    struct block *block; /* the one that was read last; NULL: it was not asked for often */
    uint64_t answer;     /* the last one; 0: there was none yet */
    uint8_t reads;       /* until a block is kept */
    bool ended;          /* there are none before `answer` */
};

/* The newest message at or before `most`, which is no later than the time before. -ENOENT: there is none;
 * *seq stays. */
int postings_seek(struct postings_source *source, room_id room, struct postings *postings,
                  uint64_t most, uint64_t *seq) MUST_USE;
