/* Parcels: nothing crashes, and what is read is written the same again. */
#include "core/parcel.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct parcel parcel;
    struct str bytes = str_of((const char *)data, size);
    if (!parcel_read(bytes, &parcel))
        return 0;
    OWN(buf_deinit) struct buf again = BUF_INIT;
    parcel_write(&parcel, &again);
    REQUIRE(str_eq(buf_str(&again), bytes));
    return 0;
}
