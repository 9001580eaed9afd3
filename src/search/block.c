#include "search/block.h"

#include <errno.h>

enum { VARINT_MOST = 10 };

/* The bytes that it takes; 0: it is cut off, or no number that is packed here. */
static size_t read_varint(struct str packed, uint64_t *out)
{
    *out = 0;
    for (size_t at = 0; at < packed.len && at < VARINT_MOST - 1; at++) {
        unsigned char byte = (unsigned char)packed.ptr[at];
        *out |= (uint64_t)(byte & 0x7f) << (7 * at);
        if (byte < 0x80)
            return at + 1;
    }
    return 0;
}

static size_t write_varint(uint64_t value, char out[VARINT_MOST])
{
    size_t len = 0;
    for (; value >= 0x80; value >>= 7)
        out[len++] = (char)(value | 0x80);
    out[len++] = (char)value;
    return len;
}

int block_unpack(struct block *block, uint64_t first, struct str packed)
{
    if (first == 0 || first > INT64_MAX || packed.len > BLOCK_BYTES)
        return -EUCLEAN;
    block->seqs[0] = first;
    block->count = 1;
    while (packed.len) {
        uint64_t more, last = block->seqs[block->count - 1];
        size_t len = read_varint(packed, &more);
        if (len == 0 || more == 0 || more > INT64_MAX - last)
            return -EUCLEAN;
        block->seqs[block->count++] = last + more;
        packed = str_of(packed.ptr + len, packed.len - len);
    }
    return 0;
}

size_t block_pack(const struct block *block, size_t from, size_t most, char out[BLOCK_BYTES],
                  size_t *count)
{
    size_t len = 0;
    for (*count = 1; *count < most && from + *count < block->count; (*count)++) {
        const uint64_t *at = &block->seqs[from + *count];
        char varint[VARINT_MOST];
        size_t more = write_varint(at[0] - at[-1], varint);
        if (len + more > BLOCK_BYTES)
            break;
        memcpy(out + len, varint, more);
        len += more;
    }
    return len;
}

size_t block_find(const struct block *block, uint64_t most)
{
    size_t low = 0, high = block->count; /* those before `low` are not behind `most` */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (block->seqs[middle] <= most)
            low = middle + 1;
        else
            high = middle;
    }
    return low - 1;
}

void block_add(struct block *block, uint64_t seq)
{
    size_t at = block_find(block, seq) + 1;
    REQUIRE(block->count < ARRAY_LEN(block->seqs));
    memmove(&block->seqs[at + 1], &block->seqs[at], (block->count - at) * sizeof(seq));
    block->seqs[at] = seq;
    block->count++;
}

void block_remove(struct block *block, size_t at)
{
    block->count--;
    memmove(&block->seqs[at], &block->seqs[at + 1], (block->count - at) * sizeof(block->seqs[0]));
}
