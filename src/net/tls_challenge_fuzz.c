/* What a client's hello offers and names: nothing crashes, and what is found lies within it.
 * Input: the bytes of an extension. */
#include "net/tls_challenge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str extension = str_of((const char *)data, size);
    struct str name = tls_hello_name(extension);
    REQUIRE(name.len == 0 || (name.ptr >= extension.ptr && name.len + 5 == size));
    if (tls_hello_offers_only(extension, STR("acme-tls/1")))
        REQUIRE(size == 13 && memcmp(data,
                                     "\x00\x0b\x0a"
                                     "acme-tls/1",
                                     size) == 0);
    return 0;
}
