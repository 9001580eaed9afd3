/* accounts_keys.h - inside auth: the keys that sign and verify now, and how they are followed by others.
 *
 * Readers take the newest issuer without a lock; what another took the place of stays to the end, since
 * somebody may be at it: 200 bytes and a locked page a key, a few times a year.
 * Thread: load and turn on one thread; auth_issuer() any. */
#pragma once

#include "auth/jwt.h"
#include "auth/key_ring.h"

struct auth;
struct inbox;

struct signers {
    struct jwt_issuer issuer;
    struct keys *keys[KEY_RING_MOST];
    size_t count;
    struct signers *before;
};

/* Of keys that nobody shares: good for ever. */
void auth_signers_alone(struct auth *auth);
void auth_signers_load(struct auth *auth, const struct key_ring *ring);
void auth_signers_free(struct auth *auth);
const struct jwt_issuer *auth_issuer(const struct auth *auth);

/* Looks, now and then, whether another server turned the ring, and turns it where it is time. */
void auth_keys_sweep(struct auth *auth, struct inbox *home);
