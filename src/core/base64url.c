#include "core/base64url.h"

#include <sodium.h>

struct str base64url_print(const void *data, size_t len, char *out)
{
    sodium_bin2base64(out, BASE64URL_SIZE(len), data, len,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return str_from_c(out);
}

static bool is_digit(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

bool base64url_parse(struct str text, void *out, size_t size, size_t *len)
{
    *len = 0;
    if (text.len == 0)
        return true;
    /* libsodium 1.0.18 takes some bytes from 0x80 up for digits. */
    for (size_t i = 0; i < text.len; i++)
        if (!is_digit(text.ptr[i]))
            return false;
    return sodium_base642bin(out, size, text.ptr, text.len, NULL, len, NULL,
                             sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0;
}
