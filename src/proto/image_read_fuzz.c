/* Any bytes: what is an image has a size, and is none any more without its last byte. */
#include <stddef.h>
#include <stdint.h>

#include "proto/image_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct image image;
    if (!image_read(str_of((const char *)data, size), &image))
        return 0;
    REQUIRE(image.type > IMAGE_NONE && image.type < IMAGE_TYPES);
    REQUIRE(image.width > 0 && image.height > 0 && image.frames > 0 && image.frames <= size);
    REQUIRE(image_media_type(image.type).len > 0);
    REQUIRE(!image_read(str_of((const char *)data, size - 1), &image));
    return 0;
}
