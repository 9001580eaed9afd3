/* words.h - a text as the words that people look for, in any script.
 *
 * Folded: case, width, accents and vowel points make no difference (NFKC_Casefold, then the marks of
 * Latin, Greek, Cyrillic, Arabic and Hebrew letters fall away). A word is a run of letters and digits;
 * of scripts that write without spaces, and of emoji, each character is a word of its own, and the
 * index keeps pairs of neighbours (docs/design/search.md).
 * Owns:   all of it lies in the arena.
 * Thread: any. */
#pragma once

#include "core/arena.h"

enum { WORD_MAX_BYTES = 64 }; /* longer ones are cut there, in messages and in queries alike */

struct word {
    struct str text; /* folded */
    size_t from, to; /* bytes of the original */
    bool dense;      /* one character of a script without spaces */
    bool glued;      /* dense, and right behind another that is */
};

struct words {
    struct word *items;
    size_t count;
};

/* text: UTF-8; broken bytes part words. */
void words_read(struct str text, struct arena *arena, struct words *out);

/* What the index keeps of them: each word once, sorted; dense ones as pairs, the last of a run
 * alone. */
struct terms {
    struct str *items;
    size_t count;
};
void words_terms(const struct words *words, struct arena *arena, struct terms *out);
/* The term of the word at `at`: itself or, dense, with its neighbour. */
struct str words_term(const struct words *words, size_t at, struct arena *arena);
