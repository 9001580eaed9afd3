#include <string.h>

#include "engines.h"

enum { NUMBERS = 13 };

void key_put(uint8_t out[8], uint64_t value)
{
    for (int i = 0; i < 8; i++)
        out[i] = (uint8_t)(value >> (56 - 8 * i));
}

uint64_t key_get(const uint8_t in[8])
{
    uint64_t value = 0;
    for (int i = 0; i < 8; i++)
        value = value << 8 | in[i];
    return value;
}

/* Seven bits a byte. */
static uint8_t *number_put(uint8_t *at, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        *at++ = (uint8_t)(value | 0x80);
    *at++ = (uint8_t)value;
    return at;
}

static const uint8_t *number_get(const uint8_t *at, uint64_t *value)
{
    *value = 0;
    for (unsigned shift = 0;; shift += 7) {
        *value |= (uint64_t)(*at & 0x7f) << shift;
        if (!(*at++ & 0x80))
            return at;
    }
}

size_t row_encode(const struct row *row, uint8_t out[ROW_BYTES_MOST])
{
    const uint64_t numbers[NUMBERS] = {row->type,    row->sender,  row->target,   row->time,
                                       row->count,   row->role,    row->kind,     row->edit_seq,
                                       row->edit_at, row->edit_by, row->reply_to, row->reactions,
                                       row->answers};
    uint8_t *at = out;
    for (size_t i = 0; i < NUMBERS; i++)
        at = number_put(at, numbers[i]);
    memcpy(at, row->nonce, NONCE_BYTES);
    memcpy(at + NONCE_BYTES, row->payload, row->payload_bytes);
    return (size_t)(at - out) + NONCE_BYTES + row->payload_bytes;
}

uint64_t payload_sum(const void *payload, size_t length)
{
    const uint8_t *bytes = payload;
    uint64_t sum = 0;
    for (size_t i = 0; i < length; i++)
        sum += bytes[i];
    return sum;
}

uint64_t row_sum(const uint8_t *value, size_t length)
{
    const uint8_t *at = value;
    uint64_t sum = 0, number;
    for (size_t i = 0; i < NUMBERS; i++) {
        at = number_get(at, &number);
        sum += number;
    }
    at += NONCE_BYTES;
    return sum + payload_sum(at, length - (size_t)(at - value));
}
