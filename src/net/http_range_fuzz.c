/* Range: a part lies within the whole and is not empty; a larger whole changes only where it ends.
 * Input: a byte that is the size, then the header. */
#include "net/http_range.h"

#include "core/base.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    struct str text = str_of((const char *)data + 1, size - 1);
    size_t whole = data[0], first = 0, len = 0, first_more = 0, len_more = 0;
    enum http_range range = http_range_parse(text, whole, &first, &len);
    enum http_range more = http_range_parse(text, whole + 1, &first_more, &len_more);
    REQUIRE((range == HTTP_RANGE_NONE) == (more == HTTP_RANGE_NONE));
    if (range == HTTP_RANGE_PART) {
        REQUIRE(len > 0 && first < whole && len <= whole - first);
        REQUIRE(more == HTTP_RANGE_PART && len_more >= len && first_more >= first);
    }
    return 0;
}
