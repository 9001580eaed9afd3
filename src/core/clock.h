/* clock.h - the two clocks and the way times are written.
 * A stamp is milliseconds since 1970-01-01 UTC; monotonic time only measures spans.
 * Thread: any. */
#pragma once

#include "core/base.h"
#include "core/str.h"

enum { TIME_TEXT_LEN = 24 }; /* 2026-11-22T07:18:00.123Z */

uint64_t clock_monotonic_ms(void);
uint64_t clock_monotonic_us(void);
int64_t clock_now_ms(void); /* wall clock */

/* RFC 3339 in UTC with milliseconds; years 0001 to 9999, others are clamped. Not terminated. */
void clock_format(int64_t ms, char out[TIME_TEXT_LEN]);
/* A day, 2026-11-22 (its beginning in UTC), or a time as RFC 3339 has it, of which seconds may be left
 * away; false if it is neither. */
bool clock_parse(struct str text, int64_t *ms);
