/* wire_bytes.h - numbers and texts of the wire: big-endian, texts by length. What is too short reads as 0, and
 * is refused in the end. Private to bus. Thread: any. */
#pragma once

#include "core/buf.h"

struct cursor {
    const uint8_t *at;
    size_t left;
    bool bad;
};

static inline void put_u64(struct buf *out, uint64_t value)
{
    uint8_t bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(value >> (56 - 8 * i));
    buf_put(out, bytes, sizeof(bytes));
}

static inline uint8_t take_byte(struct cursor *in)
{
    if (in->left == 0) {
        in->bad = true;
        return 0;
    }
    in->left--;
    return *in->at++;
}

static inline uint64_t take_u64(struct cursor *in)
{
    uint64_t value = 0;
    for (int i = 0; i < 8; i++)
        value = value << 8 | take_byte(in);
    return value;
}

static inline void put_text(struct buf *out, struct str text)
{
    put_u64(out, text.len);
    buf_put_str(out, text);
}

static inline struct str take_text(struct cursor *in)
{
    uint64_t len = take_u64(in);
    if (in->bad || len > in->left) {
        in->bad = true;
        return STR_NONE;
    }
    struct str text = str_of((const char *)in->at, len);
    in->at += len;
    in->left -= len;
    return text;
}
