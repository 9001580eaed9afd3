#include "core/digest.h"

#include <sodium.h>

static const char digits[] = "0123456789abcdef";

void digest_print(struct str bytes, char out[DIGEST_LEN])
{
    uint8_t hash[crypto_hash_sha256_BYTES];
    _Static_assert(2 * sizeof(hash) == DIGEST_LEN, "two digits a byte");
    crypto_hash_sha256(hash, (const uint8_t *)bytes.ptr, bytes.len);
    for (size_t i = 0; i < sizeof(hash); i++) {
        out[2 * i] = digits[hash[i] >> 4];
        out[2 * i + 1] = digits[hash[i] & 0xf];
    }
}

bool digest_is_one(struct str text)
{
    if (text.len != DIGEST_LEN)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (!memchr(digits, text.ptr[i], sizeof(digits) - 1))
            return false;
    return true;
}
