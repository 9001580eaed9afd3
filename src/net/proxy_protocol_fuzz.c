/* The PROXY header, both versions: it is never longer than what came, says the same however little
 * comes at a time, and what follows it changes nothing. */
#include "core/base.h"
#include "net/proxy_protocol.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct proxy_header whole, part;
    int len = proxy_header_read(str_of((const char *)data, size), &whole);
    REQUIRE(len >= PROXY_BAD && len <= PROXY_HEADER_MAX && len <= (int)size);
    for (size_t cut = 0; cut < size && cut < PROXY_HEADER_MAX; cut++) {
        int early = proxy_header_read(str_of((const char *)data, cut), &part);
        if (early == PROXY_MORE)
            continue;
        REQUIRE(early == len && (early == PROXY_BAD || early == (int)cut));
        REQUIRE(early == PROXY_BAD || (part.told == whole.told && part.secure == whole.secure));
        return 0;
    }
    return 0;
}
