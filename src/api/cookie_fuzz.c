/* Cookies: what is found stands in the header as it was asked for, and is found behind any others
 * that are not of its name. Input: the header's value. */
#include "api/cookie.h"

#include "core/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct str get(struct str value)
{
    const struct http_header header = {STR("Cookie"), value};
    return cookie_get(&(struct http_request){.headers = &header, .header_count = 1}, STR("name"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    OWN(buf_deinit) struct buf more = BUF_INIT;
    struct str value = str_of((const char *)data, size), found = get(value);
    if (found.ptr) {
        REQUIRE(found.ptr >= value.ptr + 5 && found.ptr + found.len <= value.ptr + value.len);
        REQUIRE(memcmp(found.ptr - 5, "name=", 5) == 0 && !memchr(found.ptr, ';', found.len));
    }
    buf_put_str(&more, value);
    buf_put_lit(&more, "; name=other");
    REQUIRE(str_eq(get(buf_str(&more)), found.ptr ? found : STR("other")));
    return 0;
}
