/* unicode.h - what names in any script need: folding and classes. ASCII takes a short way that
 * reads no tables; other text goes through ICU.
 * Thread: any. */
#pragma once

#include "core/arena.h"

/* NFKC_Casefold (Unicode Standard 3.13, UAX #31): two names are the same if these are. False if
 * `text` is not UTF-8. */
bool unicode_fold(struct str text, struct arena *arena, struct str *out);

/* min to max characters (code points), each a letter, mark within a word, or decimal digit of any
 * script, or one of `_` `.` `-`; at least one letter or digit. Letters that are drawn as nothing
 * (the Hangul fillers) are none: folding would drop them. */
bool unicode_is_username(struct str text, size_t min, size_t max);

/* What a name looks like, in one case: two names with equal skeletons can be taken for one another
 * because letters of one script stand in for those of another (Unicode TS 39, 4). Of ASCII it is
 * the fold. Never shown itself. False if `text` is not UTF-8. */
bool unicode_skeleton(struct str text, struct arena *arena, struct str *out);

/* Something to see, no control characters or line separators, no bidirectional embeddings,
 * overrides or isolates (UAX #9, 2): left open, they would turn the text around a name. For display
 * names and room names. */
bool unicode_is_label(struct str text);

/* Nothing but white space (Unicode property White_Space). False if `text` is not UTF-8. */
bool unicode_is_blank(struct str text);
