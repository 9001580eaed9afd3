#include "api/rate.h"

#include <stdatomic.h>

/* GCRA: a bucket is one number, the time at which it would be full again ("theoretical arrival
 * time"). It is refused when that lies further ahead than the burst allows. */
struct rate_bucket {
    _Atomic uint64_t who;
    _Atomic uint64_t full_at_us;
};

enum { NEIGHBOURS = 8 };

static void rate_init(struct rate *rate, uint64_t entries, uint64_t burst, uint64_t interval_us)
{
    size_t count = NEIGHBOURS;
    while (count < entries)
        count *= 2;
    *rate = (struct rate){.interval_us = interval_us ? interval_us : 1,
                          .burst = burst,
                          .buckets = xcalloc(count, sizeof(struct rate_bucket)),
                          .bucket_count = count};
}

void rates_init(struct rate rates[RATES], const struct limits *limits)
{
    const uint64_t entries = limits->rate_entries, second_us = 1000000, hour_us = 3600 * second_us;
    rate_init(&rates[RATE_REQUESTS], entries, limits->request_burst,
              second_us / limits->request_per_second);
    rate_init(&rates[RATE_COMMANDS], entries, limits->command_burst,
              second_us / limits->command_per_second);
    rate_init(&rates[RATE_MESSAGES], entries, limits->message_burst,
              second_us / limits->message_per_second);
    rate_init(&rates[RATE_ROOMS], entries, limits->room_burst, hour_us / limits->room_per_hour);
}

void rates_deinit(struct rate rates[RATES])
{
    for (size_t i = 0; i < RATES; i++)
        xfree(rates[i].buckets);
}

/* The bucket of `who`, or the one among its neighbours that was full the longest. */
static struct rate_bucket *bucket_of(struct rate *rate, uint64_t who)
{
    size_t first = map_hash(who) & (rate->bucket_count - NEIGHBOURS);
    struct rate_bucket *oldest = NULL;
    uint64_t oldest_us = UINT64_MAX;
    for (size_t i = 0; i < NEIGHBOURS; i++) {
        struct rate_bucket *bucket = &rate->buckets[first + i];
        if (atomic_load_explicit(&bucket->who, memory_order_relaxed) == who)
            return bucket;
        uint64_t full_at_us = atomic_load_explicit(&bucket->full_at_us, memory_order_relaxed);
        if (full_at_us < oldest_us) {
            oldest = bucket;
            oldest_us = full_at_us;
        }
    }
    atomic_store_explicit(&oldest->who, who, memory_order_relaxed);
    atomic_store_explicit(&oldest->full_at_us, 0, memory_order_relaxed);
    return oldest;
}

uint64_t rate_take(struct rate *rate, uint64_t who, uint64_t now_ms)
{
    struct rate_bucket *bucket = bucket_of(rate, who);
    uint64_t now = now_ms * 1000, ahead = rate->burst * rate->interval_us;
    uint64_t before = atomic_load_explicit(&bucket->full_at_us, memory_order_relaxed), full_at;
    do {
        full_at = (before > now ? before : now) + rate->interval_us;
        if (full_at > now + ahead)
            return (full_at - now - ahead) / 1000000 + 1;
    } while (!atomic_compare_exchange_weak_explicit(&bucket->full_at_us, &before, full_at,
                                                    memory_order_relaxed, memory_order_relaxed));
    return 0;
}

uint64_t rate_key_of(const struct ip_address *address)
{
    struct ip_address customer = address_customer(address);
    uint64_t halves[2];
    memcpy(halves, customer.bytes, sizeof(halves));
    uint64_t key = map_hash(halves[0]) ^ map_hash(halves[1] + 1);
    return key ? key : 1;
}
