/* buf.h - bytes that grow while something is being written.
 * Owns: its memory; buf_deinit() gives it back. `ptr` moves on growth, so keep offsets, not
 *       pointers, across writes. What it held is wiped as it goes or moves: passwords and tokens
 *       pass through. */
#pragma once

#include "core/base.h"
#include "core/str.h"

struct buf {
    char *ptr;
    size_t len;
    size_t cap;
};

#define BUF_INIT                                                                                   \
    (struct buf)                                                                                   \
    {                                                                                              \
        NULL, 0, 0                                                                                 \
    }

void buf_deinit(struct buf *buf);
static inline void buf_deinit_p(struct buf *buf)
{
    buf_deinit(buf);
}

char *buf_grow(struct buf *buf,
               size_t more); /* what buf_reserve() does where there is no room yet */

/* Room for `more` bytes behind len. Asked for each byte and word of what is written, so it is no call where there is room. */
static inline char *buf_reserve(struct buf *buf, size_t more)
{
    return buf->cap && more <= buf->cap - buf->len ? buf->ptr + buf->len : buf_grow(buf, more);
}

static inline void buf_put(struct buf *buf, const void *data, size_t len)
{
    if (len == 0)
        return;
    memcpy(buf_reserve(buf, len), data, len);
    buf->len += len;
}

static inline void buf_put_str(struct buf *buf, struct str s)
{
    buf_put(buf, s.ptr, s.len);
}

static inline void buf_put_char(struct buf *buf, char c)
{
    *buf_reserve(buf, 1) = c;
    buf->len++;
}

void buf_put_u64(struct buf *buf, uint64_t value); /* decimal */
void buf_printf(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);

static inline void buf_clear(struct buf *buf)
{
    buf->len = 0;
}

static inline struct str buf_str(const struct buf *buf)
{
    return str_of(buf->ptr, buf->len);
}

#define buf_put_lit(buf, lit) buf_put((buf), "" lit, sizeof(lit) - 1)
