#include "auth/invite_code.h"

#include <sodium.h>

#include "core/base64url.h"

enum { CHARS = 20, GROUP = 5, KEY_BYTES = 16 };

/* Without i, l, o and u, which are misread or misunderstood. */
static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";

struct str invite_code_make(char out[INVITE_CODE_SIZE])
{
    uint8_t bytes[CHARS];
    randombytes_buf(bytes, sizeof(bytes));
    size_t len = 0;
    for (size_t i = 0; i < CHARS; i++) {
        if (i > 0 && i % GROUP == 0)
            out[len++] = '-';
        out[len++] = alphabet[bytes[i] % (sizeof(alphabet) - 1)]; /* 32 divides 256: no bias */
    }
    out[len] = '\0';
    sodium_memzero(bytes, sizeof(bytes));
    return str_of(out, len);
}

static char canonical(char c)
{
    if (c >= 'A' && c <= 'Z')
        c = (char)(c - 'A' + 'a');
    if (c == 'o')
        return '0';
    return c == 'i' || c == 'l' ? '1' : c;
}

struct str invite_code_key(struct str code, struct arena *arena)
{
    char chars[CHARS];
    size_t len = 0;
    for (size_t i = 0; i < code.len; i++) {
        char c = canonical(code.ptr[i]);
        if (c == '-' || c == ' ')
            continue;
        if (len == CHARS || c == '\0' || !strchr(alphabet, c))
            return STR_NONE;
        chars[len++] = c;
    }
    if (len != CHARS)
        return STR_NONE;
    uint8_t key[KEY_BYTES];
    crypto_generichash(key, sizeof(key), (const uint8_t *)chars, sizeof(chars), NULL, 0);
    char text[BASE64URL_SIZE(KEY_BYTES)];
    return arena_copy(arena, base64url_print(key, sizeof(key), text));
}
