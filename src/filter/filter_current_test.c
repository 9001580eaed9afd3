#include "filter/filter_current.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define ONE STR("{\"words\":[\"one\"]}")
#define TWO STR("{\"words\":[\"two\"]}")
#define THREE STR("{\"words\":[\"three\"]}")

static enum filter_verdict judge(struct filter_current *current, struct str rules, const char *text)
{
    struct filter *filter = filter_current_get(current, rules);
    enum filter_verdict verdict = filter_judge(filter, str_from_c(text));
    filter_unref(filter);
    return verdict;
}

static void what_was_set_is_compiled_once_and_shared(void **state)
{
    (void)state;
    struct filter_current *current = filter_current_new();
    struct filter *first = filter_current_get(current, ONE);
    struct filter *second = filter_current_get(current, ONE);
    assert_ptr_equal(first, second);
    assert_int_equal(filter_current_compiled(current), 1);
    filter_current_free(current); /* whoever has one keeps it */
    assert_int_equal(filter_judge(first, STR("this one")), FILTER_REFUSES);
    filter_unref(first);
    filter_unref(second);
}

static void what_is_being_set_stands_beside_what_still_holds(void **state)
{
    (void)state;
    struct filter_current *current = filter_current_new();
    for (int i = 0; i < 3; i++) {
        assert_int_equal(judge(current, ONE, "one"), FILTER_REFUSES);
        assert_int_equal(judge(current, TWO, "one"), FILTER_PASSES);
        assert_int_equal(judge(current, TWO, "two"), FILTER_REFUSES);
    }
    assert_int_equal(filter_current_compiled(current), 2);
    assert_int_equal(judge(current, THREE, "three"), FILTER_REFUSES);
    assert_int_equal(judge(current, TWO, "two"), FILTER_REFUSES);
    assert_int_equal(filter_current_compiled(current), 3);
    assert_int_equal(judge(current, ONE, "one"), FILTER_REFUSES);
    assert_int_equal(filter_current_compiled(current), 4);
    filter_current_free(current);
}

static void what_says_nothing_lets_everything_pass(void **state)
{
    (void)state;
    struct filter_current *current = filter_current_new();
    assert_null(filter_current_get(current, STR("")));
    assert_null(filter_current_get(current, STR("{}")));
    assert_null(filter_current_get(current, STR("{}")));
    assert_int_equal(filter_current_compiled(current), 1);
    assert_int_equal(judge(NULL, ONE, "one"), FILTER_REFUSES);
    filter_current_free(current);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_set_is_compiled_once_and_shared),
        cmocka_unit_test(what_is_being_set_stands_beside_what_still_holds),
        cmocka_unit_test(what_says_nothing_lets_everything_pass),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
