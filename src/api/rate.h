/* rate.h - how often somebody may do something: token buckets (ITU-T I.371's GCRA), one table a
 * kind, bounded, shared by all workers without a lock; who was not seen for long is forgotten first.
 * Drawback: two workers that make room for two people at the same moment may give one of them a
 * fresh bucket.
 * Thread: any; init and deinit the main thread's. Private to api. */
#pragma once

#include "core/address.h"
#include "core/limits.h"
#include "core/map.h"

enum rate_kind {
    RATE_REQUESTS, /* by address */
    RATE_COMMANDS, /* by person */
    RATE_MESSAGES, /* by person */
    RATE_ROOMS,    /* by person */
    RATES
};

struct rate {
    uint64_t interval_us; /* a token comes back after this */
    uint64_t burst;
    struct rate_bucket *buckets; /* limits.rate_entries; the oldest of a few neighbours gives way */
    size_t bucket_count;         /* a power of two */
};

void rates_init(struct rate rates[RATES], const struct limits *limits);
void rates_deinit(struct rate rates[RATES]);

/* Takes a token of `who` (an id, or rate_key_of an address). 0: go on; else seconds to wait. */
uint64_t rate_take(struct rate *rate, uint64_t who, uint64_t now_ms);
uint64_t rate_key_of(const struct ip_address *address);
