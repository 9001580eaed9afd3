/* bytes.h - counted, immutable bytes, shared by any number of receivers on any thread.
 * Owns:   the memory is freed with the last reference.
 * Thread: ref and unref from any; the bytes never change after they were shared. */
#pragma once

#include <stdatomic.h>

#include "core/base.h"
#include "core/str.h"

struct bytes {
    atomic_uint refs;
    uint32_t len;
    /* For whoever sums up what waits in queues (net/budget.h): how many of them hold these bytes,
     * and when the first took them. */
    atomic_uint holders;
    _Atomic uint64_t held_since;
    char data[];
};

struct bytes *bytes_new(size_t len) MUST_USE; /* one reference; fill data before sharing it */
struct bytes *bytes_copy(struct str s) MUST_USE;
struct bytes *bytes_ref(struct bytes *bytes);
void bytes_unref(struct bytes *bytes); /* NULL is fine */
OWN_DEFINE(bytes_unref, struct bytes *)

static inline struct str bytes_str(const struct bytes *bytes)
{
    return str_of(bytes->data, bytes->len);
}
