#include "core/derive.h"

#include <sodium.h>
#include <string.h>

_Static_assert(DERIVE_KEY_LEN == crypto_shorthash_KEYBYTES, "SipHash takes a key of 16 bytes");

uint64_t derive_id(const uint8_t key[DERIVE_KEY_LEN], const void *data, size_t len)
{
    uint64_t id;
    crypto_shorthash((unsigned char *)&id, data, len, key);
    id &= INT64_MAX;
    return id ? id : 1;
}
