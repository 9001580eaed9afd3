/* known_tokens.h - access tokens whose signature was compared a while ago, so that a client that comes back with the
 * one it has is let in without the key making it again (23 of the 70 microseconds that making a connection ready
 * takes), and without its text being parsed.
 *
 * A token is known by a keyed hash of 128 bits over all of its text: nobody else can find one that
 * passes for it. What it says is kept, so times and the end of its session are judged each time
 * anew by the caller. A table of fixed size with two sets of four places for each hash; where both are
 * full, a newcomer takes the place of the one of the second that expires first. Places are guarded by a few locks, each held for
 * the time of four comparisons, one at a time; with an owner per worker instead, a token would be new to every
 * worker.
 * Owns:   its table, which takes memory only as it fills.
 * Thread: any. */
#pragma once

#include "auth/jwt.h"

struct known_tokens;

struct known_tokens *known_tokens_new(size_t count) MUST_USE; /* at least so many places */
void known_tokens_free(struct known_tokens *known);           /* NULL is fine */

/* False: verify it. */
bool known_tokens_get(struct known_tokens *known, struct str token, struct jwt_claims *out);
void known_tokens_put(struct known_tokens *known, struct str token,
                      const struct jwt_claims *claims); /* after it was verified */
