/* reaction.h - what people put on a message: emoji, each counted, and pins.
 * Texts are borrowed from the arena of whoever read them. */
#pragma once

#include "core/str.h"
#include "model/ids.h"
#include "model/poll.h"

enum { EMOJI_BYTES_MAX = 64 };

struct reaction { /* one emoji on one message */
    struct str emoji;
    uint64_t count; /* people */
    uint64_t seq;   /* the event that last changed it */
    bool mine;      /* one's own is among them */
};

/* What is on one message. */
struct reaction_list {
    struct reaction *items;
    size_t count;
    const struct poll_state *poll; /* of one that asks: how it stands; else NULL */
};

/* What a verdict about one emoji of one person, or about a pin, needs to know of a message. */
struct message_marks {
    uint64_t own_seq; /* the event that put this person's emoji there; 0: it is not */
    uint64_t count;   /* people with this emoji */
    uint64_t kinds;   /* emoji on the message */
    uint64_t pin_seq; /* the event that pinned it; 0: it is not pinned */
    uint64_t pins;    /* messages pinned in the room */
};
