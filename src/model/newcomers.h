/* newcomers.h - what holds for people who have just come, to a room or to the server: for so long after they
 * came they write more slowly, and some things not at all.
 *
 * Packed into one number, so that it is stored and told like any other setting.
 * Thread: any. */
#pragma once

#include "core/str.h"

enum newcomers_bar {                      /* stored: never renumber */
                     BAR_LINKS = 1,       /* no links */
                     BAR_MENTION_ALL = 2, /* nobody mentions everybody */
                     BAR_STRANGERS =
                         4, /* no talks with, and nobody brought along of, those with whom they share no
                                           * room and who are no contacts of theirs; of the server alone */
};
enum { NEWCOMERS_BARS = 3 };

struct newcomers {
    uint64_t seconds;     /* since they came; 0: nothing holds for anybody */
    uint64_t slow_mode_s; /* between two messages in one room; 0: no waiting */
    unsigned bars;        /* enum newcomers_bar */
};

uint64_t newcomers_pack(const struct newcomers *newcomers);
struct newcomers newcomers_unpack(
    uint64_t packed); /* of what a later program wrote, what we know */

/* "links": stable, for machines; and 0 for what is none. */
struct str newcomers_bar_name(enum newcomers_bar bar);
unsigned newcomers_bar_of(struct str name);
