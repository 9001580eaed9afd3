#include "api/rates.h"

#include <stddef.h>

enum { HOUR_S = 3600 };

static const struct kind {
    size_t burst, count; /* in struct limits */
    uint64_t span_s;
    enum limit_id hit;
} kinds[RATES] = {
#define KIND(burst, count, span_s)                                                                 \
    {                                                                                              \
        offsetof(struct limits, burst), offsetof(struct limits, count), span_s, LIMIT_ID_##burst   \
    }
    [RATE_REQUESTS] = KIND(request_burst, request_per_second, 1),
    [RATE_COMMANDS] = KIND(command_burst, command_per_second, 1),
    [RATE_MESSAGES] = KIND(message_burst, message_per_second, 1),
    [RATE_SEARCHES] = KIND(search_burst, search_per_second, 1),
    [RATE_ROOMS] = KIND(room_burst, room_per_hour, HOUR_S),
    [RATE_JOINS] = KIND(join_burst, join_per_hour, HOUR_S),
    [RATE_PROFILES] = KIND(profile_burst, profile_per_hour, HOUR_S),
    [RATE_REPORTS] = KIND(report_burst, report_per_hour, HOUR_S),
    [RATE_RECEIVED] = KIND(received_burst_bytes, received_bytes_per_second, 1),
    [RATE_SENT] = KIND(sent_burst_bytes, sent_bytes_per_second, 1),
#undef KIND
};

static uint64_t value(const struct limits *limits, size_t offset)
{
    return *(const uint64_t *)(const void *)((const char *)limits + offset);
}

void rates_init(struct rates *rates, const struct limits *limits)
{
    rates->limits = limits;
    for (size_t i = 0; i < RATES; i++)
        rate_init(&rates->of[i], limits->rate_entries, value(limits, kinds[i].burst),
                  value(limits, kinds[i].count), kinds[i].span_s);
}

void rates_deinit(struct rates *rates)
{
    for (size_t i = 0; i < RATES; i++)
        rate_deinit(&rates->of[i]);
}

uint64_t rates_take(struct rates *rates, enum rate_kind kind, uint64_t who, uint64_t count,
                    uint64_t now_ms)
{
    uint64_t wait = rate_take_many(&rates->of[kind], who, count, now_ms);
    if (wait)
        limits_hit(rates->limits, kinds[kind].hit);
    return wait;
}

void rates_charge(struct rates *rates, enum rate_kind kind, uint64_t who, uint64_t count,
                  uint64_t now_ms)
{
    rate_charge(&rates->of[kind], who, count, now_ms);
}
