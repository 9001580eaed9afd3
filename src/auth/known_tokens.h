/* known_tokens.h - access tokens whose signature was compared a while ago, so that a client that comes back with the
 * one it has is let in without the key making it again (23 of the 70 microseconds that making a connection ready
 * takes), and without its text being parsed.
 *
 * A token is known by a keyed hash of 128 bits over all of its text: nobody else can find one that
 * passes for it. What it says is kept, so times and the end of its session are judged each time
 * anew by the caller. A table with two sets of four places for each hash; where both are full of what has not expired,
 * and five eighths of all places are taken, it grows to twice as many, while all wait for a millisecond or some; else a
 * newcomer takes the place of the one of the second that expires first. Places are guarded by a few locks, each held for
 * the time of four comparisons, one at a time; with an owner per worker instead, a token would be new to every
 * worker.
 * Owns:   its table, which begins with 256 places of 40 bytes and grows as tokens come.
 * Thread: any. */
#pragma once

#include "auth/jwt.h"

struct known_tokens;

/* At most so many places, or the next power of two. */
struct known_tokens *known_tokens_new(size_t most) MUST_USE;
void known_tokens_free(struct known_tokens *known); /* NULL is fine */

/* False: verify it. */
bool known_tokens_get(struct known_tokens *known, struct str token, struct jwt_claims *out);
/* After it was verified, at `now` (seconds). */
void known_tokens_put(struct known_tokens *known, struct str token, const struct jwt_claims *claims,
                      int64_t now);
size_t known_tokens_places(struct known_tokens *known); /* now: for tests */
