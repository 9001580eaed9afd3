/* jwt.h - access tokens: JSON Web Tokens (RFC 7519) signed with Ed25519 (RFC 7515, RFC 8037).
 *
 *     {"alg":"EdDSA","typ":"JWT","kid":K} . {"iss":"natternet","sub":U,"sid":S,"iat":T,"exp":T}
 *
 * Others may verify them with the published key; we take only what we made. So the header is not
 * parsed but compared byte for byte with those that we write: no other algorithm, key or
 * extension (`crit`, `jku`, `jwk` …) has a way in. The signature is checked next, and only claims
 * that we signed reach a parser.
 * A token older than limits.access_token_s is refused whatever its `exp`, so that a shorter life
 * counts at once, and the set of revoked sessions never has to reach further back than it.
 * Owns:   nothing; texts go to the arena given.
 * Fails:  false. Why is nobody's business but ours.
 * Thread: any. */
#pragma once

#include "core/arena.h"
#include "core/base.h"
#include "model/ids.h"

struct keys;

enum {
    JWT_MAX = 512,    /* characters of a token that is looked at */
    JWT_LEEWAY_S = 5, /* how far the clock of who issued it may be ahead of ours */
};

struct jwt_claims {
    user_id user;                  /* sub */
    session_id session;            /* sid */
    int64_t issued_at, expires_at; /* seconds since 1970 */
};

enum { JWT_KEYS_MOST = 8 };

struct jwt_key {
    const struct keys *keys; /* borrowed */
    int64_t from_ms;         /* signs from then on */
    char head[128];          /* the encoded header */
    size_t head_len;
};

struct jwt_issuer {
    int64_t life_s;
    struct jwt_key keys[JWT_KEYS_MOST]; /* by from_ms */
    size_t count;
};

void jwt_issuer_init(struct jwt_issuer *issuer, const struct keys *keys, uint64_t life_s);
/* One more: it signs from then on, and what the others signed is believed still. */
void jwt_issuer_add(struct jwt_issuer *issuer, const struct keys *keys, int64_t from_ms);

/* A token from now_s on for the issuer's life. */
struct str jwt_sign(const struct jwt_issuer *issuer, user_id user, session_id session,
                    int64_t now_s, struct arena *arena);
bool jwt_verify(const struct jwt_issuer *issuer, struct str token, int64_t now_s,
                struct jwt_claims *out);

/* The times alone, of claims that were verified before. */
bool jwt_is_current(const struct jwt_issuer *issuer, const struct jwt_claims *claims,
                    int64_t now_s);
