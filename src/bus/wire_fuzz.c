/* What servers say to each other: nothing crashes, and what is read is written the same again. */
#include "bus/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct wire wire;
    struct str bytes = str_of((const char *)data, size);
    if (!wire_read(bytes, &arena, &wire))
        return 0;
    OWN(buf_deinit) struct buf again = BUF_INIT;
    wire_write(&wire, &again);
    REQUIRE(str_eq(buf_str(&again), bytes));
    return 0;
}
