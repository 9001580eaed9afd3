#include "histogram.h"

#include <string.h>

static unsigned bucket_of(uint64_t value)
{
    if (value < (1u << HISTOGRAM_BITS))
        return (unsigned)value;
    unsigned exponent = 63u - (unsigned)__builtin_clzll(value);
    unsigned step = (unsigned)(value >> (exponent - HISTOGRAM_BITS)) & ((1u << HISTOGRAM_BITS) - 1);
    return ((exponent - HISTOGRAM_BITS + 1) << HISTOGRAM_BITS) + step;
}

/* The middle of a bucket. */
static uint64_t value_of(unsigned bucket)
{
    if (bucket < (1u << HISTOGRAM_BITS))
        return bucket;
    unsigned exponent = (bucket >> HISTOGRAM_BITS) + HISTOGRAM_BITS - 1;
    uint64_t mantissa = (1u << HISTOGRAM_BITS) | (bucket & ((1u << HISTOGRAM_BITS) - 1));
    uint64_t width = 1ull << (exponent - HISTOGRAM_BITS);
    return mantissa * width + width / 2;
}

void histogram_add(struct histogram *histogram, uint64_t value)
{
    histogram->count[bucket_of(value)]++;
    histogram->total++;
    if (value > histogram->max)
        histogram->max = value;
}

void histogram_clear(struct histogram *histogram)
{
    memset(histogram, 0, sizeof *histogram);
}

uint64_t histogram_share(const struct histogram *histogram, double share)
{
    if (histogram->total == 0)
        return 0;
    uint64_t rank = (uint64_t)((double)histogram->total * share), seen = 0;
    if (rank >= histogram->total)
        rank = histogram->total - 1;
    for (unsigned at = 0; at < HISTOGRAM_BUCKETS; at++) {
        seen += histogram->count[at];
        if (seen > rank)
            return value_of(at);
    }
    return histogram->max;
}
