/* Any bytes: whatever is an emoji is short, and two of it are none. */
#include <stddef.h>
#include <stdint.h>

#include "model/reaction.h"
#include "proto/emoji.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = str_of((const char *)data, size);
    if (!emoji_is_valid(text))
        return 0;
    REQUIRE(size > 0 && size <= EMOJI_BYTES_MAX && str_is_utf8(text));
    char twice[2 * EMOJI_BYTES_MAX];
    memcpy(twice, data, size);
    memcpy(twice + size, data, size);
    REQUIRE(!emoji_is_valid(str_of(twice, 2 * size)));
    return 0;
}
