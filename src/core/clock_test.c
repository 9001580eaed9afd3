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

static void assert_parses(const char *text, const char *expected)
{
    int64_t ms = 0;
    if (!clock_parse(str_from_c(text), &ms))
        fail_msg("%s is a time", text);
    assert_prints(ms, expected);
}

static void times_are_read_as_they_are_written(void **state)
{
    (void)state;
    assert_parses("2026-11-22", "2026-11-22T00:00:00.000Z");
    assert_parses("2026-11-22T07:18Z", "2026-11-22T07:18:00.000Z");
    assert_parses("2026-11-22T07:18:09.5Z", "2026-11-22T07:18:09.500Z");
    assert_parses("2026-11-22t07:18:09.123456z", "2026-11-22T07:18:09.123Z");
    assert_parses("2026-11-22T07:18:09+02:30", "2026-11-22T04:48:09.000Z");
    assert_parses("2000-02-29T23:59:00-00:01", "2000-03-01T00:00:00.000Z");
    for (int64_t day = -719162; day <= 2932896; day += 97) {
        char text[TIME_TEXT_LEN];
        int64_t ms = 0;
        clock_format(day * 86400000 + 12345678, text);
        assert_true(clock_parse(str_of(text, sizeof(text)), &ms));
        assert_int_equal(ms, day * 86400000 + 12345678);
    }
}

static void what_is_no_time_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",
                                        "2026",
                                        "2026-13-01",
                                        "2026-02-29",
                                        "2026-11-22T",
                                        "2026-11-22T07:18",
                                        "0000-01-01",
                                        "2026-11-22T24:00Z",
                                        "2026-11-22T07:18:09.Z",
                                        "2026-11-22T07:18+2:00",
                                        "2026-11-22x",
                                        "2026-11-22T07:18Zx",
                                        "yesterday",
                                        "2026-1-1"};
    int64_t ms = 7;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        if (clock_parse(str_from_c(wrong[i]), &ms))
            fail_msg("%s was taken", wrong[i]);
    assert_int_equal(ms, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_moments_are_written_as_they_should),
        cmocka_unit_test(years_past_four_digits_are_clamped),
        cmocka_unit_test(it_agrees_with_the_c_library_day_by_day),
        cmocka_unit_test(times_are_read_as_they_are_written),
        cmocka_unit_test(what_is_no_time_is_refused),
        cmocka_unit_test(clocks_run_forwards),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
