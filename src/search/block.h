/* block.h - some postings that follow each other: the sequence numbers of messages of one room that have
 * one term.
 *
 * A row of the index holds one. Its key is the first number; the rest is packed as the differences from
 * one to the next, seven bits a byte, the lowest first (LEB128, as DWARF 5, 7.6 has it). In a room where
 * every tenth message has a word a posting takes a byte.
 * Owns:   nothing. Thread: any. Private to search. */
#pragma once

#include "core/base.h"
#include "core/str.h"

enum {
    BLOCK_BYTES = 192, /* packed, at most */
    BLOCK_MOST = BLOCK_BYTES + 1,
};

struct block {
    size_t count;
    uint64_t seqs[BLOCK_MOST + 1]; /* rising, above 0; with room for the one that makes it two */
};

/* What is in a row. -EUCLEAN: it is damaged. */
int block_unpack(struct block *block, uint64_t first, struct str packed) MUST_USE;
/* The postings from `from` on, at most `most` and as many as one row holds; *count of them, at least 1.
 * Returns the bytes behind the first. */
size_t block_pack(const struct block *block, size_t from, size_t most, char out[BLOCK_BYTES],
                  size_t *count);

/* The place of the last at or before `most`; SIZE_MAX: there is none. */
size_t block_find(const struct block *block, uint64_t most);
void block_add(struct block *block, uint64_t seq); /* that is not in it */
void block_remove(struct block *block, size_t at);
