#include "auth/password.h"

#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>

_Static_assert(PASSWORD_HASH_SIZE == crypto_pwhash_STRBYTES, "the size is libsodium's");

int password_hash(struct password_cost cost, struct str password, char out[PASSWORD_HASH_SIZE])
{
    if (crypto_pwhash_str_alg(out, password.ptr, password.len, cost.passes, cost.memory_kib * 1024,
                              crypto_pwhash_ALG_ARGON2ID13) != 0)
        return -ENOMEM;
    return 0;
}

static int verify(struct str password, const char *hash)
{
    errno = 0;
    if (crypto_pwhash_str_verify(hash, password.ptr, password.len) == 0)
        return 0;
    /* libsodium sets EINVAL for a mismatch only; else it had no memory or cannot read the hash. */
    return errno == EINVAL ? -EACCES : -ENOMEM;
}

/* A hash of today's cost that no password is known for: its salt and hash are all zero bits. */
static void make_dummy(struct password_cost cost, char out[PASSWORD_HASH_SIZE])
{
    memset(out, 0, PASSWORD_HASH_SIZE);
    snprintf(out, PASSWORD_HASH_SIZE,
             "$argon2id$v=19$m=%" PRIu64 ",t=%" PRIu64 ",p=1$AAAAAAAAAAAAAAAAAAAAAA$"
             "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
             cost.memory_kib, cost.passes);
}

int password_verify(struct password_cost cost, struct str password, struct str hash)
{
    char text[PASSWORD_HASH_SIZE] = {0};
    if (hash.len == 0 || hash.len >= sizeof(text)) {
        make_dummy(cost, text);
        int rc = verify(password, text);
        return rc == 0 ? -EACCES : rc;
    }
    memcpy(text, hash.ptr, hash.len);
    return verify(password, text);
}

/* Reads "m=19456" and the like, up to the separator. */
static bool read_number(struct str *rest, struct str name, char separator, uint64_t *out)
{
    struct str part = str_cut(rest, separator);
    return str_starts(part, name) &&
           str_to_u64(str_of(part.ptr + name.len, part.len - name.len), out);
}

static bool read_cost(struct str hash, struct password_cost *out)
{
    struct str head = STR("$argon2id$v=19$");
    if (!str_starts(hash, head))
        return false;
    struct str rest = str_of(hash.ptr + head.len, hash.len - head.len);
    return read_number(&rest, STR("m="), ',', &out->memory_kib) &&
           read_number(&rest, STR("t="), ',', &out->passes);
}

bool password_hash_is_weak(struct password_cost cost, struct str hash)
{
    struct password_cost was;
    return !read_cost(hash, &was) || was.memory_kib * was.passes < cost.memory_kib * cost.passes;
}

bool password_hash_is_usable(struct password_cost most, struct str hash)
{
    struct password_cost cost;
    char text[PASSWORD_HASH_SIZE] = {0};
    if (hash.len >= sizeof(text) || !read_cost(hash, &cost))
        return false;
    if (cost.memory_kib > most.memory_kib || cost.passes > most.passes)
        return false;
    memcpy(text, hash.ptr, hash.len);
    /* -1: it is not one at all; the cost that it compares with does not matter. */
    return crypto_pwhash_str_needs_rehash(text, crypto_pwhash_OPSLIMIT_MIN,
                                          crypto_pwhash_MEMLIMIT_MIN) >= 0;
}

void password_wipe(struct str password)
{
    if (password.len > 0)
        sodium_memzero((void *)(uintptr_t)password.ptr, password.len);
}
