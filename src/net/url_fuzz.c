/* URLs: nothing crashes, and what is taken holds nothing that could end a line of a request. */
#include "net/url.h"

#include "core/base.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_printable(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] <= ' ' || text.ptr[i] > '~')
            return false;
    return text.len > 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct url url;
    if (url_parse_https(str_of((const char *)data, size), &url))
        REQUIRE(is_printable(url.host) && is_printable(url.port) && is_printable(url.target) &&
                is_printable(url.authority) && url.target.ptr[0] == '/');
    return 0;
}
