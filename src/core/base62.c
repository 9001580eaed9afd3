#include "core/base62.h"

static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

void base62_print(uint64_t value, char out[BASE62_LEN])
{
    REQUIRE(value <= INT64_MAX);
    for (int i = BASE62_LEN - 1; i >= 0; i--, value /= 62)
        out[i] = digits[value % 62];
}

static int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'Z')
        return c - 'A' + 10;
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 36;
    return -1;
}

bool base62_parse(struct str text, uint64_t *out)
{
    uint64_t value = 0;
    if (text.len != BASE62_LEN)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        int digit = digit_value(text.ptr[i]);
        if (digit < 0 || __builtin_mul_overflow(value, (uint64_t)62, &value) ||
            __builtin_add_overflow(value, (uint64_t)digit, &value))
            return false;
    }
    if (value == 0 || value > INT64_MAX)
        return false;
    *out = value;
    return true;
}
