/* filter.h - the words and links that a room, or the whole server, does not want: compiled once from what was set,
 * then asked of each text.
 *
 * Words are compared as search compares them (core/words.h): case, accents and vowel points make no difference. An
 * entry is a word or several in a row, whole ones; `*` before or behind it lets the word go on there. A text costs
 * one pass over its folded bytes, however many entries there are; nothing is tried again, so no entry can make it
 * slow.
 * Owns:   itself, counted; it never changes.
 * Thread: any, without locks. */
#pragma once

#include "core/arena.h"

struct filter;

enum filter_verdict {
    FILTER_PASSES,
    FILTER_REPORTS,
    FILTER_REFUSES
}; /* each goes before those before it */

/* What proto made of what somebody set (proto/filter_read.h). NULL: it says nothing, and everything passes. */
struct filter *filter_new(struct str canonical) MUST_USE;
struct filter *filter_ref(struct filter *filter); /* NULL is fine, and so below */
void filter_unref(struct filter *filter);

/* NULL lets everything pass. */
enum filter_verdict filter_judge(const struct filter *filter, struct str text);

/* The memory that it takes. */
size_t filter_bytes(const struct filter *filter);
/* What of that an entry takes at most; 0: it is none. One is a word at least, and `*` stands at its ends alone. */
size_t filter_entry_bytes(struct str entry);
size_t filter_host_bytes(struct str host);
