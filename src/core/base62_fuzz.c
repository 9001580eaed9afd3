/* Ids: one text for each number, one number for each text, and the order of both is the same.
 * Input: the text. */
#include "core/base62.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = str_of((const char *)data, size);
    uint64_t value, next;
    char printed[BASE62_LEN];
    if (!base62_parse(text, &value))
        return 0;
    REQUIRE(value >= 1 && value <= INT64_MAX);
    base62_print(value, printed);
    REQUIRE(str_eq(str_of(printed, sizeof(printed)), text));
    if (value == INT64_MAX)
        return 0;
    base62_print(value + 1, printed);
    REQUIRE(str_compare(text, str_of(printed, sizeof(printed))) < 0);
    REQUIRE(base62_parse(str_of(printed, sizeof(printed)), &next) && next == value + 1);
    return 0;
}
