/* histogram.h - latencies in logarithmic buckets: 64 steps for each power of two, so 1.6 %
 * resolution over the whole range of 64 bits in 30 KB.
 * Thread: one. Cannot fail. */
#pragma once

#include <stdint.h>

#define HISTOGRAM_BITS 6
#define HISTOGRAM_BUCKETS ((64 - HISTOGRAM_BITS + 1) << HISTOGRAM_BITS)

struct histogram {
    uint64_t count[HISTOGRAM_BUCKETS];
    uint64_t total, max;
};

void histogram_add(struct histogram *histogram, uint64_t value);
void histogram_clear(struct histogram *histogram);

/* The value below which `share` (0 to 1) of all lie. */
uint64_t histogram_share(const struct histogram *histogram, double share);
