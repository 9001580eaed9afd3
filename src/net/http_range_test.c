#include "net/http_range.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/base.h"

static void a_range_is_a_part_the_whole_or_beyond_the_end(void **state)
{
    static const struct {
        struct str text;
        enum http_range kind;
        size_t first, len;
    } cases[] = {
        {STR_INIT("bytes=0-0"), HTTP_RANGE_PART, 0, 1},
        {STR_INIT("bytes=0-9"), HTTP_RANGE_PART, 0, 10},
        {STR_INIT("bytes=0-99"), HTTP_RANGE_PART, 0, 10},
        {STR_INIT("bytes=3-"), HTTP_RANGE_PART, 3, 7},
        {STR_INIT("bytes=9-9"), HTTP_RANGE_PART, 9, 1},
        {STR_INIT("bytes=-1"), HTTP_RANGE_PART, 9, 1},
        {STR_INIT("bytes=-99"), HTTP_RANGE_PART, 0, 10},
        {STR_INIT("Bytes=2-3"), HTTP_RANGE_PART, 2, 2},
        {STR_INIT("bytes= 2-3 , "), HTTP_RANGE_PART, 2, 2},
        {STR_INIT("bytes=0-18446744073709551616"), HTTP_RANGE_PART, 0, 10},
        {STR_INIT("bytes=-18446744073709551616"), HTTP_RANGE_PART, 0, 10},
        {STR_INIT("bytes=10-"), HTTP_RANGE_UNSATISFIABLE, 0, 0},
        {STR_INIT("bytes=18446744073709551616-"), HTTP_RANGE_UNSATISFIABLE, 0, 0},
        {STR_INIT("bytes=-0"), HTTP_RANGE_UNSATISFIABLE, 0, 0},
        {STR_INIT("bytes=0-1,3-4"), HTTP_RANGE_NONE, 0, 0},
        {STR_INIT("bytes=5-3"), HTTP_RANGE_NONE, 0, 0},
        {STR_INIT("bytes=-"), HTTP_RANGE_NONE, 0, 0},
        {STR_INIT("bytes="), HTTP_RANGE_NONE, 0, 0},
        {STR_INIT("bytes=,"), HTTP_RANGE_NONE, 0, 0},
        {STR_INIT("bytes"), HTTP_RANGE_NONE, 0, 0},
        {STR_INIT("bytes=1"), HTTP_RANGE_NONE, 0, 0},
        {STR_INIT("bytes=a-b"), HTTP_RANGE_NONE, 0, 0},
        {STR_INIT("bytes=1-b"), HTTP_RANGE_NONE, 0, 0},
        {STR_INIT("bytes=1 - 2"), HTTP_RANGE_NONE, 0, 0},
        {STR_INIT("bytes=+1-2"), HTTP_RANGE_NONE, 0, 0},
        {STR_INIT("bytes=0-1-2"), HTTP_RANGE_NONE, 0, 0},
        {STR_INIT("bytes=--1"), HTTP_RANGE_NONE, 0, 0},
        {STR_INIT("bytes =0-1"), HTTP_RANGE_NONE, 0, 0},
        {STR_INIT("rows=0-1"), HTTP_RANGE_NONE, 0, 0},
        {STR_INIT(""), HTTP_RANGE_NONE, 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        size_t first = 0, len = 0;
        enum http_range kind = http_range_parse(cases[i].text, 10, &first, &len);
        if (kind != cases[i].kind)
            fail_msg("%s is %d", cases[i].text.ptr, kind);
        if (kind != HTTP_RANGE_PART)
            continue;
        assert_int_equal(first, cases[i].first);
        assert_int_equal(len, cases[i].len);
    }
}

static void of_nothing_there_is_no_part(void **state)
{
    size_t first, len;
    (void)state;
    assert_int_equal(http_range_parse(STR("bytes=0-"), 0, &first, &len), HTTP_RANGE_UNSATISFIABLE);
    assert_int_equal(http_range_parse(STR("bytes=-5"), 0, &first, &len), HTTP_RANGE_UNSATISFIABLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_range_is_a_part_the_whole_or_beyond_the_end),
        cmocka_unit_test(of_nothing_there_is_no_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
