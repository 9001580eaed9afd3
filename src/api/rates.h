/* rates.h - all that api counts by address or by person, and what it does past the rate: nothing
 * but to say how long to wait (and to count the hit).
 * Thread: any; init and deinit the main thread's. Private to api. */
#pragma once

#include "core/rate.h"

enum rate_kind {
    RATE_REQUESTS, /* by address */
    RATE_COMMANDS, /* by person; requests of somebody signed in too */
    RATE_MESSAGES, /* by person */
    RATE_SEARCHES, /* by person */
    RATE_ROOMS,    /* by person */
    RATE_JOINS,    /* by person */
    RATE_PROFILES, /* by person: each is told to everybody who sees them */
    RATE_REPORTS,  /* by person */
    RATE_RECEIVED, /* bytes, by address */
    RATE_SENT,     /* bytes of answers, by person; by address where it is nobody's */
    RATES
};

struct rates {
    const struct limits *limits;
    struct rate of[RATES];
};

void rates_init(struct rates *rates, const struct limits *limits);
void rates_deinit(struct rates *rates); /* zeroed is fine */

/* 0: go on, they were taken; else how many seconds to wait. Count 0 only asks. */
uint64_t rates_take(struct rates *rates, enum rate_kind kind, uint64_t who, uint64_t count,
                    uint64_t now_ms) MUST_USE;
/* It was done already. */
void rates_charge(struct rates *rates, enum rate_kind kind, uint64_t who, uint64_t count,
                  uint64_t now_ms);
