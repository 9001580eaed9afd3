/* poll.h - what a message asks, and how it stands.
 *
 * Who votes in an anonymous poll is known by a name that the server makes of the person and the poll with a
 * key of its own: it is the same each time, so nobody has two votes, and leads back to nobody. */
#pragma once

#include "core/base.h"
#include "model/ids.h"

enum { POLL_OPTIONS_MAX = 32 };

enum message_kind { /* values are stored: never renumber */
                    MESSAGE_TEXT = 0,
                    MESSAGE_POLL = 1
};

enum vote_kind { /* values are stored: never renumber */
                 VOTE_OPEN = 0,
                 VOTE_SECRET = 1
};

struct poll {
    uint8_t options; /* how many there are; 0: it is no poll */
    bool multiple, anonymous;
    int64_t closes_at; /* ms; 0: not by itself */
};

/* Which options somebody chose is a bit for each of them. */

struct tally {
    uint64_t voters;
    uint64_t counts[POLL_OPTIONS_MAX]; /* people who chose it */
};

/* What somebody wants to have chosen. With a base it says what their device took for chosen, and means no more than what it
 * changes of that: what they chose on another device meanwhile stays. */
struct ballot {
    uint64_t choices; /* 0: takes it back */
    uint64_t base;
    bool has_base; /* false: it takes the place of whatever is chosen by then */
};

/* One vote on its way to the store. */
struct vote {
    uint64_t choices;   /* 0: taken back */
    uint8_t options;    /* that the poll has */
    struct tally tally; /* with it */
};

struct poll_state {
    struct poll poll;
    struct tally tally;
    uint64_t seq;        /* the event that last changed it; 0: none */
    uint64_t closed_seq; /* the event that closed it; 0: none */
    int64_t closed_at;
    user_id closed_by;
    uint64_t own;     /* of who asks */
    uint64_t own_seq; /* the event that says so; 0: none */
};

static inline bool poll_is_closed(const struct poll_state *state, int64_t now)
{
    return state->closed_seq || (state->poll.closes_at && now >= state->poll.closes_at);
}

/* What is chosen with it, by whom state->own is of. Of a poll of one choice another one takes the place of the first. */
uint64_t ballot_on(const struct ballot *ballot, const struct poll_state *state);

/* Somebody chooses `to` who had chosen `from`. */
void tally_move(struct tally *tally, uint64_t from, uint64_t to);
