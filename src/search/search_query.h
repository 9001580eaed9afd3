/* search_query.h - what somebody looks for, as they typed it:
 *
 *     words  "a phrase"  from:anna  in:ROOM  before:2026-11-01  after:2026-10-01T08:00Z  has:link
 *
 * All of it must hold. A bare word matches words that begin with it, one in quotation marks the whole
 * word; a word that has signs within (`e-mail`, `3.14`) is a phrase. An operator's value may stand in
 * quotation marks. What looks like an operator but is none, `http://…`, is words.
 * Owns:   all of it lies in the arena.
 * Thread: any. */
#pragma once

#include "core/limits.h"
#include "core/words.h"
#include "model/ids.h"
#include "model/problem.h"

/* Words that must follow each other; one of them, mostly. */
struct phrase {
    struct words words; /* at least one */
    bool exact;         /* else its last word may go on */
};

struct search_query {
    struct phrase *phrases;
    size_t phrase_count;
    struct str from; /* a username; ptr NULL: anybody */
    struct str in;   /* an id or how a room's name begins; ptr NULL: anywhere */
    int64_t before;  /* ms, exclusive; INT64_MAX: no end */
    int64_t after;   /* ms, inclusive; INT64_MIN: no beginning */
    bool has_link;
};

/* Never fails on odd text; *problem (with field `q`) where it has too many words, an operator twice or
 * with a value that is none, or is not UTF-8. */
void search_query_parse(struct str text, const struct limits *limits, struct arena *arena,
                        struct search_query *out, struct problem *problem);
