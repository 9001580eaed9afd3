/* keys.h - the secrets of this server: the Ed25519 key that signs access tokens and the key of the
 * MAC inside refresh tokens. Made at first start in DATA/keys/, one file each.
 *
 * Whoever has the files can sign in as anybody: they are readable by the server's own user alone,
 * and a server whose key files others can read refuses to start rather than to warn. In memory
 * they lie in locked pages with guards around (sodium_malloc), and are wiped at the end.
 * Owns:   the key memory.
 * Thread: keys_open and keys_free on the main thread; the rest any, nothing changes after open. */
#pragma once

#include "core/base.h"
#include "core/buf.h"
#include "core/str.h"

enum {
    KEYS_SEED_LEN = 32,
    KEYS_SIGNATURE_LEN = 64,
    KEYS_MAC_LEN = 32,
    KEYS_KID_LEN = 43, /* base64url of a SHA-256 */
    KEYS_WHY_SIZE = 256,
};

struct keys;

/* Reads the keys, or makes those that are absent. 0, or -errno with a sentence in `why`. Blocks. */
int keys_open(struct keys **out, const char *data_dir, char *why);
/* Puts the keys where keys_open() finds them: 0, also where these are there already; -EEXIST: others are.
 * A sentence in `why`. Blocks. */
int keys_keep(const struct keys *keys, const char *data_dir, char *why) MUST_USE;
/* Keys from given secrets, kept nowhere: for tests with known vectors. */
struct keys *keys_from(const uint8_t seed[KEYS_SEED_LEN], const uint8_t mac_key[KEYS_MAC_LEN])
    MUST_USE;
/* The secrets that keys_from() makes the same keys of; for the caller to wipe. */
void keys_secrets(const struct keys *keys, uint8_t seed[KEYS_SEED_LEN],
                  uint8_t mac_key[KEYS_MAC_LEN]);
void keys_free(struct keys *keys); /* wipes them; NULL is fine */
OWN_DEFINE(keys_free, struct keys *)

/* Names the signing key: its JWK thumbprint (RFC 7638; RFC 8037, appendix A.3). */
struct str keys_kid(const struct keys *keys);
/* The public half as a JWK (RFC 7517). */
void keys_jwk(const struct keys *keys, struct buf *out);

void keys_sign(const struct keys *keys, struct str message, uint8_t out[KEYS_SIGNATURE_LEN]);
/* Whether the signature is one that keys_sign() makes. Ed25519 makes the same one each time (RFC 8032, section
 * 5.1.6), so whoever has the key makes it anew and compares, in constant time; of its halves R and S only S, since R
 * goes into the hash that S is made with: to another R, as to another message, only the key knows the S. R alone is
 * what takes a multiplication of a point, so this is an eighth of the work of signing, which is a third of that
 * of verifying with the public half. */
bool keys_verify(const struct keys *keys, struct str message,
                 const uint8_t signature[KEYS_SIGNATURE_LEN]);
void keys_mac(const struct keys *keys, const void *message, size_t len, uint8_t out[KEYS_MAC_LEN]);
