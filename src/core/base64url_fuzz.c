/* Base64url: what is taken is the one text of its bytes, and any bytes come back from theirs.
 * Input: a text, and bytes. */
#include "core/base64url.h"

#include "core/base.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST = 256 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = str_of((const char *)data, size);
    char bytes[MOST], printed[BASE64URL_SIZE(MOST)];
    size_t len;
    if (base64url_parse(text, bytes, sizeof(bytes), &len)) {
        REQUIRE(len <= sizeof(bytes));
        REQUIRE(str_eq(base64url_print(bytes, len, printed), text));
    }
    if (size > MOST)
        return 0;
    text = base64url_print(data, size, printed);
    REQUIRE(base64url_parse(text, bytes, size, &len));
    REQUIRE(len == size && (size == 0 || memcmp(bytes, data, size) == 0));
    REQUIRE(size == 0 || !base64url_parse(text, bytes, size - 1, &len));
    return 0;
}
