/* Any bytes, as the row of an index that was damaged. Input: the first number, 8 bytes; what is packed. What can be read
 * rises, and is the same again once it is packed. */
#include "search/block.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct block block, again;
    char packed[BLOCK_BYTES];
    uint64_t first;
    size_t count;
    if (size < sizeof(first))
        return 0;
    memcpy(&first, data, sizeof(first));
    if (block_unpack(&block, first,
                     str_of((const char *)data + sizeof(first), size - sizeof(first))) != 0)
        return 0;
    for (size_t i = 0; i < block.count; i++) {
        REQUIRE(i == 0 || block.seqs[i] > block.seqs[i - 1]);
        REQUIRE(block_find(&block, block.seqs[i]) == i);
    }
    REQUIRE(block_find(&block, first - 1) == SIZE_MAX);
    size_t len = block_pack(&block, 0, SIZE_MAX, packed, &count);
    REQUIRE(count == block.count);
    REQUIRE(block_unpack(&again, first, str_of(packed, len)) == 0);
    REQUIRE(again.count == count && memcmp(again.seqs, block.seqs, count * sizeof(first)) == 0);
    return 0;
}
