#include "core/clock.h"

#include <time.h>

static uint64_t read_us(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now);
    return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

uint64_t clock_monotonic_ms(void)
{
    return read_us(CLOCK_MONOTONIC) / 1000u;
}

uint64_t clock_monotonic_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}

int64_t clock_now_ms(void)
{
    return (int64_t)(read_us(CLOCK_REALTIME) / 1000u);
}

static void put_digits(char *out, unsigned value, int digits)
{
    for (int i = digits - 1; i >= 0; i--, value /= 10)
        out[i] = (char)('0' + value % 10);
}

/* Days since 1970-01-01 to year, month, day in the proleptic Gregorian calendar: counts from
 * 0000-03-01, where leap days come last (H. Hinnant, "chrono-Compatible Low-Level Date
 * Algorithms"). */
static void civil_from_days(int64_t days, unsigned *year, unsigned *month, unsigned *day)
{
    days += 719468;
    int64_t era = days / 146097;
    unsigned doe = (unsigned)(days - era * 146097);
    unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    unsigned mp = (5 * doy + 2) / 153;
    *day = doy - (153 * mp + 2) / 5 + 1;
    *month = mp < 10 ? mp + 3 : mp - 9;
    *year = yoe + (unsigned)(era * 400) + (*month <= 2);
}

void clock_format(int64_t ms, char out[TIME_TEXT_LEN])
{
    const int64_t first = -62135596800000, last = 253402300799999;
    ms = ms < first ? first : ms > last ? last : ms;
    int64_t days = ms / 86400000;
    int64_t rest = ms % 86400000;
    if (rest < 0) {
        rest += 86400000;
        days--;
    }
    unsigned year, month, day;
    civil_from_days(days, &year, &month, &day);
    memcpy(out, "0000-00-00T00:00:00.000Z", TIME_TEXT_LEN);
    put_digits(out, year, 4);
    put_digits(out + 5, month, 2);
    put_digits(out + 8, day, 2);
    put_digits(out + 11, (unsigned)(rest / 3600000), 2);
    put_digits(out + 14, (unsigned)(rest / 60000 % 60), 2);
    put_digits(out + 17, (unsigned)(rest / 1000 % 60), 2);
    put_digits(out + 20, (unsigned)(rest % 1000), 3);
}
