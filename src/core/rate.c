#include "core/rate.h"

#include <stdatomic.h>
#include <string.h>

/* GCRA: a bucket is one number, the time at which it would be full again ("theoretical arrival
 * time"). It is refused when that lies further ahead than the burst allows. */
struct rate_bucket {
    _Atomic uint64_t who;
    _Atomic uint64_t full_at_ns;
};

enum { NEIGHBOURS = 8, MS_NS = 1000000 };
static const uint64_t second_ns = 1000000000;

void rate_init(struct rate *rate, uint64_t entries, uint64_t burst, uint64_t count, uint64_t span_s)
{
    size_t buckets = NEIGHBOURS;
    while (buckets < entries)
        buckets *= 2;
    uint64_t interval_ns = span_s * second_ns / count;
    *rate = (struct rate){.interval_ns = interval_ns ? interval_ns : 1,
                          .burst = burst,
                          .buckets = xcalloc(buckets, sizeof(struct rate_bucket)),
                          .bucket_count = buckets};
}

void rate_deinit(struct rate *rate)
{
    xfree(TAKE(rate->buckets));
}

/* The bucket of `who`, or the one among its neighbours that was full the longest. */
static struct rate_bucket *bucket_of(struct rate *rate, uint64_t who)
{
    size_t first = map_hash(who) & (rate->bucket_count - NEIGHBOURS);
    struct rate_bucket *oldest = NULL;
    uint64_t oldest_ns = UINT64_MAX;
    for (size_t i = 0; i < NEIGHBOURS; i++) {
        struct rate_bucket *bucket = &rate->buckets[first + i];
        if (atomic_load_explicit(&bucket->who, memory_order_relaxed) == who)
            return bucket;
        uint64_t full_at_ns = atomic_load_explicit(&bucket->full_at_ns, memory_order_relaxed);
        if (full_at_ns < oldest_ns) {
            oldest = bucket;
            oldest_ns = full_at_ns;
        }
    }
    atomic_store_explicit(&oldest->who, who, memory_order_relaxed);
    atomic_store_explicit(&oldest->full_at_ns, 0, memory_order_relaxed);
    return oldest;
}

uint64_t rate_take_many(struct rate *rate, uint64_t who, uint64_t count, uint64_t now_ms)
{
    struct rate_bucket *bucket = bucket_of(rate, who);
    uint64_t now = now_ms * MS_NS, ahead = rate->burst * rate->interval_ns;
    uint64_t before = atomic_load_explicit(&bucket->full_at_ns, memory_order_relaxed), full_at;
    do {
        uint64_t begin = before > now ? before : now;
        if (begin + rate->interval_ns > now + ahead)
            return (begin + rate->interval_ns - now - ahead) / second_ns + 1;
        if (count == 0)
            return 0; /* only asked, and the bucket stays as it is */
        full_at = begin + count * rate->interval_ns;
    } while (!atomic_compare_exchange_weak_explicit(&bucket->full_at_ns, &before, full_at,
                                                    memory_order_relaxed, memory_order_relaxed));
    return 0;
}

uint64_t rate_take(struct rate *rate, uint64_t who, uint64_t now_ms)
{
    return rate_take_many(rate, who, 1, now_ms);
}

void rate_charge(struct rate *rate, uint64_t who, uint64_t count, uint64_t now_ms)
{
    struct rate_bucket *bucket = bucket_of(rate, who);
    uint64_t now = now_ms * MS_NS, full_at;
    uint64_t before = atomic_load_explicit(&bucket->full_at_ns, memory_order_relaxed);
    do
        full_at = (before > now ? before : now) + count * rate->interval_ns;
    while (!atomic_compare_exchange_weak_explicit(&bucket->full_at_ns, &before, full_at,
                                                  memory_order_relaxed, memory_order_relaxed));
}

uint64_t rate_key_of(const struct ip_address *address)
{
    struct ip_address customer = address_customer(address);
    uint64_t halves[2];
    memcpy(halves, customer.bytes, sizeof(halves));
    uint64_t key = map_hash(halves[0]) ^ map_hash(halves[1] + 1);
    return key ? key : 1;
}
