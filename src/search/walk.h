/* walk.h - the messages of one room that may be what is looked for, newest first.
 *
 * Each word is a set of terms of which the message has one; the sets are walked in step, each leaping
 * to where the others are, so that a rare word makes a common one cheap.
 * Thread: one. Private to search. */
#pragma once

#include "search/postings.h"
#include "search/search_internal.h"

struct walk_set { /* the message has one of these */
    struct postings *items;
    size_t count;
};

struct walk {
    struct postings_source *source;
    room_id room;
    struct walk_set *sets; /* empty: all messages */
    size_t set_count;
    uint64_t seq; /* where it stands: a message that may be one */
    int64_t at;   /* when that was sent */
};

/* What the index must hold for a word of a phrase: with its neighbour if both are dense, and then the
 * neighbour needs nothing of its own. False: nothing. */
struct want {
    struct str term;
    bool may_go_on;
};
bool want_of(const struct phrase *phrase, size_t at, struct arena *arena, struct want *out);

/* Prepares the sets of the room. -ENOENT: it has none. */
int walk_init(struct walk *walk, struct postings_source *source, room_id room,
              const struct search_request *request, const struct limits *limits);
/* Goes to the newest candidate at or before `most`. -ENOENT: there is no more. */
int walk_to(struct walk *walk, uint64_t most);
/* The newest message sent at or before `at`, of all there are; *seq 0: none. */
int walk_find_time(struct walk *walk, int64_t at, uint64_t *seq);
