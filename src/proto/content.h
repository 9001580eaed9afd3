/* content.h - what a message says: {"type": T, ...}, checked, and made canonical.
 *
 * Canonical: the type first, then the type's own fields in a fixed order, no white space, nothing
 * else, escapes only where RFC 8259 demands them. So two messages that say the same are the same
 * bytes, a field nobody checked is never stored or passed on, and canonical content is canonical
 * content of itself. A new type is one row in content.c.
 * Owns:   the result lies in the arena.
 * Thread: any. */
#pragma once

#include "core/arena.h"
#include "core/limits.h"
#include "model/mentions.h"
#include "model/problem.h"

struct event;
struct json;

/* STR_NONE, with *problem set, if it is no content that we know: `field` names what is wrong within
 * the object that holds it, such as "content.text". *mentions, unless NULL, is whom it mentions; that
 * they are in the room is for the room's home to say. */
struct str content_canonical(const struct json *content, struct arena *arena,
                             const struct limits *limits, struct problem *problem,
                             struct mentions *mentions);

/* What a message says, to be said again elsewhere: its words, and whose they are; for struct forward. */
struct str content_forwarded(const struct event *message, struct arena *arena);

/* The same for filters: STR_NONE if it has none. */
struct str content_words(struct str canonical, struct arena *arena);

/* The words of canonical content, for who searches; false if it has none that the server may read. */
bool content_text(struct str canonical, struct arena *arena, struct str *out);
