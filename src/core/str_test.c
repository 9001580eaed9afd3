#include "core/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/base.h"

static void equal_means_same_bytes(void **state)
{
    (void)state;
    assert_true(str_eq(STR("a\0b"), str_of("a\0b", 3)));
    assert_false(str_eq(STR("a\0b"), STR("a\0c")));
    assert_false(str_eq(STR("a"), STR("ab")));
    assert_true(str_eq(STR_NONE, STR("")));
    assert_true(str_eq(str_from_c(NULL), STR_NONE));
}

static void case_is_ignored_for_ascii_letters_only(void **state)
{
    (void)state;
    assert_true(str_eq_nocase(STR("Content-Type"), STR("cONTENT-tYPE")));
    assert_false(str_eq_nocase(STR("@"), STR("`")));
    assert_false(str_eq_nocase(STR("["), STR("{")));
    assert_false(str_eq_nocase(STR("\xc4"), STR("\xe4")));
    assert_true(str_eq_nocase(STR_NONE, STR("")));
}

static void order_is_by_unsigned_bytes_then_length(void **state)
{
    (void)state;
    assert_true(str_compare(STR("a"), STR("b")) < 0);
    assert_true(str_compare(STR("a"), STR("\xff")) < 0);
    assert_true(str_compare(STR("ab"), STR("a")) > 0);
    assert_true(str_compare(STR(""), STR("a")) < 0);
    assert_int_equal(str_compare(STR_NONE, STR("")), 0);
}

static void a_cut_leaves_what_is_behind_the_separator(void **state)
{
    (void)state;
    struct str rest = STR("a,,b");
    assert_true(str_eq(str_cut(&rest, ','), STR("a")));
    assert_true(str_eq(str_cut(&rest, ','), STR("")));
    assert_true(rest.ptr);
    assert_true(str_eq(str_cut(&rest, ','), STR("b")));
    assert_null(rest.ptr);
    assert_int_equal(str_cut(&rest, ',').len, 0);

    struct str trailing = STR("a,");
    str_cut(&trailing, ',');
    assert_non_null(trailing.ptr); /* an empty last part is still a part */
    assert_int_equal(trailing.len, 0);
}

static void trimming_takes_spaces_and_tabs_at_both_ends(void **state)
{
    (void)state;
    assert_true(str_eq(str_trim(STR(" \t a b\t ")), STR("a b")));
    assert_true(str_eq(str_trim(STR(" \t ")), STR("")));
    assert_true(str_eq(str_trim(STR("\na\n")), STR("\na\n")));
    assert_true(str_eq(str_trim(STR_NONE), STR("")));
}

static void a_prefix_may_be_all_of_it(void **state)
{
    (void)state;
    assert_true(str_starts(STR("abc"), STR("ab")));
    assert_true(str_starts(STR("abc"), STR("abc")));
    assert_true(str_starts(STR("abc"), STR("")));
    assert_false(str_starts(STR("ab"), STR("abc")));
}

static void a_number_is_digits_that_fit_and_nothing_else(void **state)
{
    (void)state;
    uint64_t n = 7;
    assert_true(str_to_u64(STR("0"), &n) && n == 0);
    assert_true(str_to_u64(STR("007"), &n) && n == 7);
    assert_true(str_to_u64(STR("18446744073709551615"), &n) && n == UINT64_MAX);
    const struct str wrong[] = {STR(""),
                                STR("-1"),
                                STR("+1"),
                                STR(" 1"),
                                STR("1 "),
                                STR("0x1"),
                                STR("1.0"),
                                STR("18446744073709551616"),
                                STR("99999999999999999999")};
    n = 5;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        assert_false(str_to_u64(wrong[i], &n));
    assert_int_equal(n, 5);
}

static void well_formed_utf8_passes(void **state)
{
    (void)state;
    const struct str good[] = {
        STR(""),
        STR("plain ASCII, and longer than eight bytes"),
        STR("\xc2\x80"),
        STR("\xdf\xbf"),
        STR("\xe0\xa0\x80"),
        STR("\xed\x9f\xbf"),
        STR("\xee\x80\x80"),
        STR("\xef\xbf\xbf"),
        STR("\xf0\x90\x80\x80"),
        STR("\xf4\x8f\xbf\xbf"),
        STR("1234567\xc3\xa4"),
        STR("\0\x7f"),
    };
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        assert_true(str_is_utf8(good[i]));
    assert_true(str_is_utf8(STR_NONE));
}

static void broken_utf8_is_refused_at_every_alignment(void **state)
{
    (void)state;
    const struct str broken[] = {
        STR("\x80"),
        STR("\xbf"),
        STR("\xc0\x80"),
        STR("\xc1\xbf"),
        STR("\xc2"),
        STR("\xc2\x41"),
        STR("\xe0\x9f\xbf"),
        STR("\xe0\xa0"),
        STR("\xed\xa0\x80"),
        STR("\xed\xbf\xbf"),
        STR("\xe2\x82\x41"),
        STR("\xf0\x8f\xbf\xbf"),
        STR("\xf0\x90\x80"),
        STR("\xf4\x90\x80\x80"),
        STR("\xf5\x80\x80\x80"),
        STR("\xff"),
        STR("\xfe"),
        STR("\xf0\x90\x80\x41"),
    };
    for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
        for (size_t before = 0; before < 17; before++) {
            char text[32];
            memset(text, 'x', sizeof(text));
            memcpy(text + before, broken[i].ptr, broken[i].len);
            assert_false(str_is_utf8(str_of(text, before + broken[i].len)));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_means_same_bytes),
        cmocka_unit_test(case_is_ignored_for_ascii_letters_only),
        cmocka_unit_test(order_is_by_unsigned_bytes_then_length),
        cmocka_unit_test(a_cut_leaves_what_is_behind_the_separator),
        cmocka_unit_test(trimming_takes_spaces_and_tabs_at_both_ends),
        cmocka_unit_test(a_prefix_may_be_all_of_it),
        cmocka_unit_test(a_number_is_digits_that_fit_and_nothing_else),
        cmocka_unit_test(well_formed_utf8_passes),
        cmocka_unit_test(broken_utf8_is_refused_at_every_alignment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
