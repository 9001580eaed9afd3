/* throttle.h - how often somebody may guess passwords and make accounts.
 *
 * Three rates, all of one customer's address (a whole IPv4 address, the /64 of IPv6):
 *   sign-ups, and sign-ins right or wrong: a burst, then a steady rate;
 *   wrong passwords for one name: a burst, then a wait that doubles from one second up to the
 *   steady rate (3600 / signin_failures_per_hour seconds); it heals at the same rate, and a right
 *   password clears it.
 * Every entry is of one address, so nothing that happens at address A is ever looked at when B
 * asks: a guess from A delays B by nothing here (and by one hash a round in the password pool).
 * The price is that guessing from N addresses is N times as fast; Argon2id and the pool's size
 * bound that, and locking the name would let anybody lock anybody out.
 * A guess is counted before it is tried, so that a thousand at once are not all first.
 * Memory is bounded (limits.rate_entries), the entry unused for longest goes first. Who wants its
 * own forgotten has to fill the table from as many addresses and names, at one hash each.
 * Keys are hashed with a secret, so that no two can be made to collide.
 * Trusted peers are not brought here at all.
 * Several servers have one budget: each tells the others what it counts, and counts what it hears, under
 * keys that all of them make alike. What is on its way between two servers is not counted yet, and while the bus is
 * lost each counts for itself.
 * Thread: any; a lock is held for one look-up. Times are monotonic ms. */
#pragma once

#include "core/address.h"
#include "core/limits.h"
#include "core/str.h"

struct throttle;

enum throttle_act { /* told to other servers: never renumber */
                    THROTTLE_SIGNUP = 1,
                    THROTTLE_SIGNIN,
                    THROTTLE_GUESS,
                    THROTTLE_RIGHT,
                    THROTTLE_UNTRIED,
};
enum { THROTTLE_SECRET_LEN = 16 };

/* Where there are other servers. */
struct throttle_peers {
    void (*tell)(struct throttle_peers *peers, enum throttle_act act, uint64_t key);
    uint8_t secret[THROTTLE_SECRET_LEN]; /* the same on all */
};

struct throttle *throttle_new(const struct limits *limits) MUST_USE;
void throttle_free(struct throttle *throttle); /* NULL is fine */
OWN_DEFINE(throttle_free, struct throttle *)

/* Before the first act; `peers` stays the caller's. */
void throttle_share(struct throttle *throttle, struct throttle_peers *peers);
/* Another server counted this; what is no act is ignored. */
void throttle_hear(struct throttle *throttle, unsigned act, uint64_t key, uint64_t now_ms);

/* Each returns 0, and it is counted; or how many seconds to wait, and nothing is counted. */
uint64_t throttle_signup(struct throttle *throttle, const struct ip_address *peer, uint64_t now_ms)
    MUST_USE;
uint64_t throttle_signin(struct throttle *throttle, const struct ip_address *peer, uint64_t now_ms)
    MUST_USE;
/* A password is about to be tried for that name: counted as wrong until we hear better. */
uint64_t throttle_guess(struct throttle *throttle, const struct ip_address *peer, struct str name,
                        uint64_t now_ms) MUST_USE;

/* It was right: forgets the guesses. */
void throttle_right(struct throttle *throttle, const struct ip_address *peer, struct str name);
/* It could not be tried (we were too busy): takes one guess back. */
void throttle_untried(struct throttle *throttle, const struct ip_address *peer, struct str name);

size_t throttle_entries(struct throttle *throttle); /* remembered now: for tests */
