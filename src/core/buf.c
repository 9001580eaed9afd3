#include "core/buf.h"

#include <stdarg.h>
#include <stdio.h>

void buf_deinit(struct buf *buf)
{
    if (buf->ptr)
        explicit_bzero(buf->ptr, buf->cap);
    xfree(buf->ptr);
    *buf = BUF_INIT;
}

/* Not by realloc(), which leaves behind what it moves away from. */
static void grow(struct buf *buf, size_t cap)
{
    char *bigger = xmalloc(cap);
    if (buf->len) {
        memcpy(bigger, buf->ptr, buf->len);
        explicit_bzero(buf->ptr, buf->cap);
    }
    xfree(buf->ptr);
    buf->ptr = bigger;
    buf->cap = cap;
}

char *buf_grow(struct buf *buf, size_t more)
{
    size_t need;
    REQUIRE(!__builtin_add_overflow(buf->len, more, &need));
    if (need > buf->cap) {
        size_t cap = buf->cap ? buf->cap : 64;
        while (cap < need)
            REQUIRE(!__builtin_mul_overflow(cap, (size_t)2, &cap));
        grow(buf, cap);
    }
    return buf->len ? buf->ptr + buf->len : buf->ptr; /* NULL + 0 is undefined */
}

void buf_put_u64(struct buf *buf, uint64_t value)
{
    char digits[20];
    size_t at = sizeof(digits);
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    buf_put(buf, digits + at, sizeof(digits) - at);
}

void buf_printf(struct buf *buf, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    REQUIRE(len >= 0);
    vsnprintf(buf_reserve(buf, (size_t)len + 1), (size_t)len + 1, format, again);
    va_end(again);
    buf->len += (size_t)len;
}
