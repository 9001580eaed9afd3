/* match.h - whether a text is what somebody looks for, where, how well, and the part to show.
 *
 * The index only proposes: what is answered was looked at here, in the words as they stand in the log.
 * Owns:   all of it lies in the arena, excerpts point into the text.
 * Thread: any. */
#pragma once

#include "model/found.h"
#include "search/search_query.h"

struct hit {
    size_t from, to; /* bytes of the text */
};

struct match {
    struct hit *hits; /* in order, none overlaps another */
    size_t count;
    uint64_t score; /* larger is better; only of one query's matches is one larger than another */
};

/* All phrases, and a link if one is asked for; who, where and when are not looked at. */
bool match_text(const struct search_query *query, struct str text, struct arena *arena,
                struct match *out);

/* http:// or https:// and something behind it. */
bool match_has_link(struct str text);

enum { EXCERPT_BYTES = 320, EXCERPT_BEFORE_BYTES = 80 };

/* What stands around the first hit: about EXCERPT_BYTES of it, with whole characters; "…" where the
 * text goes on. */
void match_excerpt(struct str text, const struct match *match, struct arena *arena,
                   struct excerpt *out);
