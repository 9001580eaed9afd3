/* Any bytes: a key that is valid is short, printable, and of a known family. */
#include <stddef.h>
#include <stdint.h>

#include "core/base.h"
#include "proto/feed_key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str key = str_of((const char *)data, size);
    if (!feed_key_is_valid(key))
        return 0;
    REQUIRE(size <= FEED_KEY_MAX && feed_family_is_known(feed_key_family(key)));
    for (size_t i = 0; i < size; i++)
        REQUIRE(data[i] > ' ' && data[i] < 0x7f);
    return 0;
}
