/* rate.h - how often somebody may do something: token buckets (ITU-T I.371's GCRA), one table a
 * kind, bounded, shared by all workers without a lock; who was not seen for long is forgotten first.
 * Drawback: two workers that make room for two people at the same moment may give one of them a
 * fresh bucket.
 * Thread: any; init and deinit the main thread's. */
#pragma once

#include "core/address.h"
#include "core/limits.h"
#include "core/map.h"

struct rate {
    uint64_t interval_ns; /* a token comes back after this */
    uint64_t burst;
    struct rate_bucket *buckets; /* the oldest of a few neighbours gives way */
    size_t bucket_count;         /* a power of two */
};

/* `burst` tokens at once, and then `count` in `span_s` seconds; for so many people or addresses. */
void rate_init(struct rate *rate, uint64_t entries, uint64_t burst, uint64_t count,
               uint64_t span_s);
void rate_deinit(struct rate *rate); /* zeroed is fine */

/* Takes a token of `who` (an id, or rate_key_of an address). 0: go on; else seconds to wait. */
uint64_t rate_take(struct rate *rate, uint64_t who, uint64_t now_ms);
/* Takes `count` where there is one at least, and what is missing later: so what is larger than the
 * burst gets through once and is paid for by a longer wait. 0: go on; else nothing was taken. */
uint64_t rate_take_many(struct rate *rate, uint64_t who, uint64_t count, uint64_t now_ms);
/* What was done already, and is asked for with the next (count 0) rate_take_many(). */
void rate_charge(struct rate *rate, uint64_t who, uint64_t count, uint64_t now_ms);
uint64_t rate_key_of(const struct ip_address *address);
