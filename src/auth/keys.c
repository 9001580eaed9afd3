#include "auth/keys.h"

#include <errno.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>

#include "auth/key_file.h"
#include "core/base64url.h"
#include "core/private_file.h"

#define SIGNING_KIND "ed25519-seed"
#define MAC_KIND "hmac-sha512-256"

_Static_assert(KEYS_SEED_LEN == crypto_sign_SEEDBYTES, "the seed is libsodium's");
_Static_assert((int)KEYS_SEED_LEN == (int)KEY_FILE_SECRET_LEN, "a seed is one secret");
_Static_assert(KEYS_SIGNATURE_LEN == crypto_sign_BYTES, "so is the signature");
_Static_assert(KEYS_MAC_LEN == crypto_auth_BYTES, "and the MAC");
_Static_assert(KEYS_MAC_LEN == crypto_auth_KEYBYTES, "and its key");

enum { SCALAR_LEN = crypto_core_ed25519_SCALARBYTES, POINT_LEN = crypto_core_ed25519_BYTES };

struct keys { /* in memory of sodium_malloc */
    uint8_t signing[crypto_sign_SECRETKEYBYTES];
    uint8_t scalar[SCALAR_LEN], prefix[SCALAR_LEN]; /* what signing makes of the seed */
    uint8_t mac[crypto_auth_KEYBYTES];
    char x[BASE64URL_SIZE(crypto_sign_PUBLICKEYBYTES)]; /* the public key as text */
    char kid[KEYS_KID_LEN + 1];
};

/* RFC 7638: the required members alone, in the order of their names, without white space. */
static void make_kid(struct keys *keys)
{
    char jwk[128];
    int len =
        snprintf(jwk, sizeof(jwk), "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"%s\"}", keys->x);
    REQUIRE(len > 0 && (size_t)len < sizeof(jwk));
    uint8_t hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, (const uint8_t *)jwk, (size_t)len);
    base64url_print(hash, sizeof(hash), keys->kid);
}

/* RFC 8032, 5.1.5 */
static void expand_seed(struct keys *keys, const uint8_t seed[KEYS_SEED_LEN])
{
    uint8_t hash[crypto_hash_sha512_BYTES];
    crypto_hash_sha512(hash, seed, KEYS_SEED_LEN);
    memcpy(keys->scalar, hash, SCALAR_LEN);
    keys->scalar[0] &= 248;
    keys->scalar[31] &= 127;
    keys->scalar[31] |= 64;
    memcpy(keys->prefix, hash + SCALAR_LEN, SCALAR_LEN);
    sodium_memzero(hash, sizeof(hash));
}

/* libsodium can be compiled to add chance to each signature, which keys_verify() would not know again. */
static void require_known_signature(const struct keys *keys)
{
    uint8_t signature[KEYS_SIGNATURE_LEN];
    keys_sign(keys, STR("natternet"), signature);
    REQUIRE(keys_verify(keys, STR("natternet"), signature));
}

struct keys *keys_from(const uint8_t seed[KEYS_SEED_LEN], const uint8_t mac_key[KEYS_MAC_LEN])
{
    REQUIRE(sodium_init() >= 0);
    struct keys *keys = sodium_malloc(sizeof(*keys));
    REQUIRE(keys);
    uint8_t public[crypto_sign_PUBLICKEYBYTES];
    crypto_sign_seed_keypair(public, keys->signing, seed);
    expand_seed(keys, seed);
    memcpy(keys->mac, mac_key, sizeof(keys->mac));
    base64url_print(public, sizeof(public), keys->x);
    make_kid(keys);
    require_known_signature(keys);
    sodium_mprotect_readonly(keys);
    return keys;
}

void keys_secrets(const struct keys *keys, uint8_t seed[KEYS_SEED_LEN],
                  uint8_t mac_key[KEYS_MAC_LEN])
{
    crypto_sign_ed25519_sk_to_seed(seed, keys->signing);
    memcpy(mac_key, keys->mac, sizeof(keys->mac));
}

void keys_free(struct keys *keys)
{
    sodium_free(keys);
}

/* The secret in the file, or a fresh one that is now in the file. */
static int open_secret(const char *folder, const char *name, const char *kind, uint8_t *secret,
                       char *why)
{
    char path[PATH_MAX];
    int len = snprintf(path, sizeof(path), "%s/%s", folder, name);
    if (len < 0 || (size_t)len >= sizeof(path)) {
        snprintf(why, KEYS_WHY_SIZE, "the name of the data directory is too long");
        return -ENAMETOOLONG;
    }
    int rc = key_file_read(path, kind, secret, why);
    if (rc != -ENOENT)
        return rc;
    randombytes_buf(secret, KEY_FILE_SECRET_LEN);
    return key_file_write(path, kind, secret, why);
}

static int make_folder(const char *data_dir, char *folder, size_t size, char *why)
{
    int len = snprintf(folder, size, "%s/keys", data_dir);
    if (len < 0 || (size_t)len >= size) {
        snprintf(why, KEYS_WHY_SIZE, "the name of the data directory is too long");
        return -ENAMETOOLONG;
    }
    int rc = 0;
    if (mkdir(folder, 0700) == 0)
        rc = private_file_sync_folder_of(folder);
    else if (errno != EEXIST)
        rc = -errno;
    if (rc != 0)
        snprintf(why, KEYS_WHY_SIZE, "cannot make the folder %.160s: %s", folder, strerror(-rc));
    return rc;
}

int keys_open(struct keys **out, const char *data_dir, char *why)
{
    REQUIRE(sodium_init() >= 0);
    char folder[PATH_MAX];
    int rc = make_folder(data_dir, folder, sizeof(folder), why);
    if (rc != 0)
        return rc;
    uint8_t seed[KEYS_SEED_LEN], mac[KEYS_MAC_LEN];
    rc = open_secret(folder, "signing.key", SIGNING_KIND, seed, why);
    if (rc == 0)
        rc = open_secret(folder, "mac.key", MAC_KIND, mac, why);
    if (rc == 0)
        *out = keys_from(seed, mac);
    sodium_memzero(seed, sizeof(seed));
    sodium_memzero(mac, sizeof(mac));
    return rc;
}

static int keep_secret(const char *folder, const char *name, const char *kind,
                       const uint8_t *secret, char *why)
{
    char path[PATH_MAX];
    uint8_t there[KEY_FILE_SECRET_LEN];
    int len = snprintf(path, sizeof(path), "%s/%s", folder, name);
    REQUIRE(len > 0 && (size_t)len < sizeof(path)); /* the folder was made */
    int rc = key_file_read(path, kind, there, why);
    if (rc == -ENOENT)
        return key_file_write(path, kind, secret, why);
    if (rc == 0 && sodium_memcmp(there, secret, sizeof(there)) != 0) {
        snprintf(why, KEYS_WHY_SIZE, "%.200s is another key: move it away", path);
        rc = -EEXIST;
    }
    sodium_memzero(there, sizeof(there));
    return rc;
}

int keys_keep(const struct keys *keys, const char *data_dir, char *why)
{
    char folder[PATH_MAX - 16]; /* and a file's name */
    uint8_t seed[KEYS_SEED_LEN], mac[KEYS_MAC_LEN];
    int rc = make_folder(data_dir, folder, sizeof(folder), why);
    keys_secrets(keys, seed, mac);
    if (rc == 0)
        rc = keep_secret(folder, "signing.key", SIGNING_KIND, seed, why);
    if (rc == 0)
        rc = keep_secret(folder, "mac.key", MAC_KIND, mac, why);
    sodium_memzero(seed, sizeof(seed));
    sodium_memzero(mac, sizeof(mac));
    return rc;
}

struct str keys_kid(const struct keys *keys)
{
    return str_of(keys->kid, KEYS_KID_LEN);
}

void keys_jwk(const struct keys *keys, struct buf *out)
{
    buf_printf(out,
               "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"use\":\"sig\",\"alg\":\"EdDSA\","
               "\"kid\":\"%s\",\"x\":\"%s\"}",
               keys->kid, keys->x);
}

void keys_sign(const struct keys *keys, struct str message, uint8_t out[KEYS_SIGNATURE_LEN])
{
    crypto_sign_detached(out, NULL, (const uint8_t *)message.ptr, message.len, keys->signing);
}

static void hash_to_scalar(crypto_hash_sha512_state *hash, struct str message,
                           uint8_t out[SCALAR_LEN])
{
    uint8_t digest[crypto_hash_sha512_BYTES];
    crypto_hash_sha512_update(hash, (const uint8_t *)message.ptr, message.len);
    crypto_hash_sha512_final(hash, digest);
    crypto_core_ed25519_scalar_reduce(out, digest);
    sodium_memzero(digest, sizeof(digest));
}

/* S of a signature that begins with this R (RFC 8032, 5.1.6). */
static void make_scalar_half(const struct keys *keys, struct str message,
                             const uint8_t point[POINT_LEN], uint8_t out[SCALAR_LEN])
{
    crypto_hash_sha512_state hash;
    uint8_t nonce[SCALAR_LEN], challenge[SCALAR_LEN];
    crypto_hash_sha512_init(&hash);
    crypto_hash_sha512_update(&hash, keys->prefix, sizeof(keys->prefix));
    hash_to_scalar(&hash, message, nonce);

    crypto_hash_sha512_init(&hash);
    crypto_hash_sha512_update(&hash, point, POINT_LEN);
    crypto_hash_sha512_update(&hash, keys->signing + KEYS_SEED_LEN, crypto_sign_PUBLICKEYBYTES);
    hash_to_scalar(&hash, message, challenge);

    crypto_core_ed25519_scalar_mul(out, challenge, keys->scalar);
    crypto_core_ed25519_scalar_add(out, out, nonce);
    sodium_memzero(nonce, sizeof(nonce));
}

bool keys_verify(const struct keys *keys, struct str message,
                 const uint8_t signature[KEYS_SIGNATURE_LEN])
{
    uint8_t own[SCALAR_LEN];
    make_scalar_half(keys, message, signature, own);
    bool same = sodium_memcmp(own, signature + POINT_LEN, sizeof(own)) == 0;
    sodium_memzero(own, sizeof(own)); /* of what anybody asked, it would be good */
    return same;
}

void keys_mac(const struct keys *keys, const void *message, size_t len, uint8_t out[KEYS_MAC_LEN])
{
    crypto_auth(out, message, len, keys->mac);
}
