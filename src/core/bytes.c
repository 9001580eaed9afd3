#include "core/bytes.h"

struct bytes *bytes_new(size_t len)
{
    REQUIRE(len <= UINT32_MAX - sizeof(struct bytes));
    struct bytes *bytes = xmalloc(sizeof(*bytes) + len);
    atomic_init(&bytes->refs, 1);
    bytes->len = (uint32_t)len;
    atomic_init(&bytes->holders, 0);
    atomic_init(&bytes->held_since, 0);
    return bytes;
}

struct bytes *bytes_copy(struct str s)
{
    struct bytes *bytes = bytes_new(s.len);
    if (s.len)
        memcpy(bytes->data, s.ptr, s.len);
    return bytes;
}

struct bytes *bytes_ref(struct bytes *bytes)
{
    atomic_fetch_add_explicit(&bytes->refs, 1, memory_order_relaxed);
    return bytes;
}

void bytes_unref(struct bytes *bytes)
{
    if (!bytes || atomic_fetch_sub_explicit(&bytes->refs, 1, memory_order_acq_rel) > 1)
        return;
    explicit_bzero(bytes->data, bytes->len);
    xfree(bytes);
}
