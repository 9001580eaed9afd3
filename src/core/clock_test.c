#include "core/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

static void assert_prints(int64_t ms, const char *expected)
{
    char text[TIME_TEXT_LEN + 1] = {0};
    clock_format(ms, text);
    assert_string_equal(text, expected);
}

static void known_moments_are_written_as_they_should(void **state)
{
    (void)state;
    assert_prints(0, "1970-01-01T00:00:00.000Z");
    assert_prints(1, "1970-01-01T00:00:00.001Z");
    assert_prints(-1, "1969-12-31T23:59:59.999Z");
    assert_prints(951782400000, "2000-02-29T00:00:00.000Z");
    assert_prints(4107542399999, "2100-02-28T23:59:59.999Z");
    assert_prints(4107542400000, "2100-03-01T00:00:00.000Z");
    assert_prints(1795331880123, "2026-11-22T07:18:00.123Z");
}

static void years_past_four_digits_are_clamped(void **state)
{
    (void)state;
    assert_prints(INT64_MIN, "0001-01-01T00:00:00.000Z");
    assert_prints(INT64_MAX, "9999-12-31T23:59:59.999Z");
}

static void it_agrees_with_the_c_library_day_by_day(void **state)
{
    (void)state;
    for (int64_t day = -719162; day <= 2932896; day += 97) {
        time_t seconds = (time_t)(day * 86400 + 45296);
        struct tm t;
        char expected[64];
        assert_non_null(gmtime_r(&seconds, &t));
        snprintf(expected, sizeof(expected), "%04d-%02d-%02dT%02d:%02d:%02d.007Z", t.tm_year + 1900,
                 t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec);
        assert_prints((int64_t)seconds * 1000 + 7, expected);
    }
}

static void clocks_run_forwards(void **state)
{
    (void)state;
    uint64_t us = clock_monotonic_us(), ms = clock_monotonic_ms();
    assert_true(ms >= us / 1000);
    assert_true(clock_monotonic_us() >= us);
    assert_true(clock_now_ms() > 1700000000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_moments_are_written_as_they_should),
        cmocka_unit_test(years_past_four_digits_are_clamped),
        cmocka_unit_test(it_agrees_with_the_c_library_day_by_day),
        cmocka_unit_test(clocks_run_forwards),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
