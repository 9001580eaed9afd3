/* key_ring.h - the keys of a database whose servers share them, as it keeps them: one for MACs, which stays,
 * and those that sign access tokens, each followed by another when it is old enough.
 *
 * A new one is there for a while before anybody signs with it, so that all servers know it by then; an old one
 * stays until its last token has ended. So no token is refused in the turn.
 * Owns:   nothing; whoever has one wipes it. Thread: any. */
#pragma once

#include "auth/keys.h"

enum {
    KEY_RING_MOST = 8,
    KEY_RING_KEY_SIZE = KEYS_SEED_LEN + 8,
    KEY_RING_SIZE = KEYS_MAC_LEN + KEY_RING_MOST * KEY_RING_KEY_SIZE,
};

struct key_ring {
    uint8_t mac[KEYS_MAC_LEN];
    struct {
        uint8_t seed[KEYS_SEED_LEN];
        int64_t from;      /* ms since 1970: signs from then on */
    } keys[KEY_RING_MOST]; /* by from; at least one */
    size_t count;
};

/* How long things take, ms. */
struct key_ages {
    int64_t age;   /* of a key when the next is made */
    int64_t ahead; /* from then until that signs */
    int64_t life;  /* of what was signed */
};

/* What the database has; also of the form that had one key and no times, which is then of `now`. */
bool key_ring_read(struct str stored, int64_t now, struct key_ring *out) MUST_USE;
struct str key_ring_print(const struct key_ring *ring, uint8_t out[KEY_RING_SIZE]);
/* Adds the next key where it is time, forgets those that nothing is signed with any more. True: it is
 * another ring now. */
bool key_ring_turn(struct key_ring *ring, int64_t now, const struct key_ages *ages);
/* The key that signs at `now`. */
size_t key_ring_signing(const struct key_ring *ring, int64_t now);
