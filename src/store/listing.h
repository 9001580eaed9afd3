/* listing.h - by which words a public group is found: what every engine puts into its index, and what it
 * looks for there. A word of many scripts ends at a space; in those that write without any, one begins at
 * each character.
 * Owns:   nothing; words and keys are parts of the text given.
 * Thread: any. */
#pragma once

#include "core/base.h"
#include "core/str.h"

enum {
    LISTING_WORDS = 64,      /* of one room; more are not worth their places */
    LISTING_WORD_BYTES = 48, /* of a longer one its beginning */
    LISTING_KEY_BYTES = 96,  /* of a name, by which rooms are in order */
    LISTING_ASKED = 4,       /* words of one question */
};

struct listing_words {
    struct str items[LISTING_WORDS];
    size_t count;
};

/* Adds the words of a folded text, for the index. */
void listing_index(struct listing_words *words, struct str folded);
/* The words of a folded question; false: there are more than LISTING_ASKED. */
bool listing_ask(struct listing_words *words, struct str folded) MUST_USE;
/* Cut to so many bytes, at the end of a character. */
struct str listing_cut(struct str text, size_t bytes);
