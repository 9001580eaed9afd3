#include "api/rate.h"

/* GCRA: a bucket is one number, the time at which it would be full again ("theoretical arrival
 * time"). It is refused when that lies further ahead than the burst allows. */
struct rate_bucket {
    uint64_t who;
    uint64_t full_at_us;
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
    struct rate_bucket *oldest = &rate->buckets[first];
    for (size_t i = 0; i < NEIGHBOURS; i++) {
        struct rate_bucket *bucket = &rate->buckets[first + i];
        if (bucket->who == who)
            return bucket;
        if (bucket->full_at_us < oldest->full_at_us)
            oldest = bucket;
    }
    *oldest = (struct rate_bucket){.who = who};
    return oldest;
}

uint64_t rate_take(struct rate *rate, uint64_t who, uint64_t now_ms)
{
    struct rate_bucket *bucket = bucket_of(rate, who);
    uint64_t now = now_ms * 1000, ahead = rate->burst * rate->interval_us;
    uint64_t full_at = (bucket->full_at_us > now ? bucket->full_at_us : now) + rate->interval_us;
    if (full_at > now + ahead)
        return (full_at - now - ahead) / 1000000 + 1;
    bucket->full_at_us = full_at;
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
