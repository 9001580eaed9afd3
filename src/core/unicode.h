/* unicode.h - what names in any script need: folding and classes. ASCII takes a short way that
 * reads no tables; other text goes through ICU.
 * Thread: any. */
#pragma once

#include "core/arena.h"

/* NFKC_Casefold (Unicode Standard 3.13, UAX #31): two names are the same if these are. False if
 * `text` is not UTF-8. */
bool unicode_fold(struct str text, struct arena *arena, struct str *out);

/* min to max characters (code points), each a letter, mark within a word, or decimal digit of any
 * script, or one of `_` `.` `-`; begins with a letter or digit. Letters that are drawn as nothing
 * (the Hangul fillers) are none: folding would drop them. */
bool unicode_is_username(struct str text, size_t min, size_t max);

/* Nothing in it that passes for something else (Unicode TS 39): at most the scripts that people do
 * mix, which is one, or Latin with Chinese, Japanese or Korean (5.2, highly restrictive); digits of
 * one kind (5.3); no mark twice on a letter, none that hides on it (5.4). For UTF-8 only. */
bool unicode_is_unmixed(struct str text);

/* What a name looks like: two names with equal skeletons can be taken for one another (Unicode
 * TS 39, 4), whatever case either is shown in. Never shown itself. False if `text` is not UTF-8. */
bool unicode_skeleton(struct str text, struct arena *arena, struct str *out);

/* Something to see, no control characters or line separators, no bidirectional embeddings,
 * overrides or isolates (UAX #9, 2): left open, they would turn the text around a name. For display
 * names and room names. */
bool unicode_is_label(struct str text);

/* Nothing but white space (Unicode property White_Space). False if `text` is not UTF-8. */
bool unicode_is_blank(struct str text);
