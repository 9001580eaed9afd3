/* If-Match, If-None-Match, If-Range: a tag that is named is found behind whatever is a list before
 * it, nothing else is found, and a weak one is as good only where that is allowed. Input: a header's
 * value. */
#include "net/http_conditions.h"

#include "core/base.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct str tag = STR_INIT("\"e-tag\"");

static int check(const char *name, struct str value, struct str more)
{
    const struct http_header headers[] = {{str_from_c(name), value}, {str_from_c(name), more}};
    const struct http_request request = {.headers = headers, .header_count = more.ptr ? 2 : 1};
    return http_conditions_check(&request, tag);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str value = str_of((const char *)data, size);
    bool named = memmem(data, size, tag.ptr, tag.len), any = str_eq(value, STR("*"));
    int match = check("If-Match", value, STR_NONE);
    int none_match = check("If-None-Match", value, STR_NONE);
    REQUIRE(match == 0 || match == 412);
    REQUIRE(none_match == 0 || none_match == 304);
    REQUIRE(named || any || (match == 412 && none_match == 0));
    REQUIRE(match == 412 || none_match == 304); /* what is found strongly is found weakly */
    REQUIRE(check("If-Match", value, tag) == 0);
    REQUIRE(check("If-None-Match", value, STR("W/\"e-tag\"")) == 304);

    const struct http_header range = {STR("If-Range"), value};
    const struct http_request request = {.headers = &range, .header_count = 1};
    REQUIRE(http_range_applies(&request, tag) == str_eq(value, tag));
    return 0;
}
