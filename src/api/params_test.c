#include "api/params.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "model/event.h"

struct trial {
    struct arena arena;
    struct problem problem;
    struct params params;
};

static int start(void **state)
{
    struct trial *trial = NEW(struct trial);
    trial->params = (struct params){.arena = &trial->arena, .problem = &trial->problem};
    *state = trial;
    return 0;
}

static int finish(void **state)
{
    struct trial *trial = *state;
    arena_deinit(&trial->arena);
    xfree(trial);
    return 0;
}

static struct params *query(void **state, const char *text)
{
    struct trial *trial = *state;
    trial->problem = problem_of(ERR_OK);
    trial->params.query = str_from_c(text);
    return &trial->params;
}

static void assert_text(void **state, const char *text, const char *name, const char *want)
{
    struct str got = params_text(query(state, text), name, 100);
    assert_int_equal(((struct trial *)*state)->problem.err, ERR_OK);
    assert_non_null(got.ptr);
    assert_true(str_eq(got, str_from_c(want)));
}

static void assert_wrong(void **state, const char *name)
{
    const struct problem *problem = &((struct trial *)*state)->problem;
    assert_int_equal(problem->err, ERR_FIELD_INVALID);
    assert_true(str_eq(problem->field, str_from_c(name)));
}

static void a_value_is_found_by_its_name(void **state)
{
    assert_text(state, "a=1&b=2&c=3", "a", "1");
    assert_text(state, "a=1&b=2&c=3", "c", "3");
    assert_text(state, "aa=1&a=2", "a", "2");
    assert_text(state, "a=1&a=2", "a", "1");
    assert_text(state, "a=b=c", "a", "b=c");
}

static void what_has_no_value_is_there_and_empty(void **state)
{
    assert_text(state, "a", "a", "");
    assert_text(state, "a=&b", "a", "");
    assert_text(state, "&&a&&", "a", "");
}

static void what_is_absent_is_nothing(void **state)
{
    assert_null(params_text(query(state, "b=1"), "a", 10).ptr);
    assert_null(params_text(query(state, ""), "a", 10).ptr);
    assert_null(params_text(query(state, NULL), "a", 10).ptr);
    assert_false(params_has(query(state, "b=1"), "a"));
    assert_true(params_has(query(state, "b=1&a"), "a"));
    assert_int_equal(((struct trial *)*state)->problem.err, ERR_OK);
}

static void text_is_decoded(void **state)
{
    assert_text(state, "a=x+y%20z%2B", "a", "x y z+");
    assert_text(state, "a=%c3%A9", "a", "\xc3\xa9");
    assert_text(state, "a=%41", "a", "A");
}

static void broken_text_is_refused(void **state)
{
    static const char *const broken[] = {"a=%",  "a=%4",  "a=%4x", "a=%x4",
                                         "a=x%", "a=%ff", "a=%00", "a=%c3%28"};
    for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
        assert_null(params_text(query(state, broken[i]), "a", 100).ptr);
        assert_wrong(state, "a");
    }
}

static void text_that_is_too_long_is_refused(void **state)
{
    assert_int_equal(params_text(query(state, "a=12345"), "a", 5).len, 5);
    assert_null(params_text(query(state, "a=123456"), "a", 5).ptr);
    assert_wrong(state, "a");
}

static void a_number_out_of_its_range_is_refused_and_never_bent(void **state)
{
    static const char *const wrong[] = {"n=0",  "n=11",  "n=-1", "n=",   "n=1x",
                                        "n=+5", "n=1.5", "n",    "n= 5", "n=99999999999999999999"};
    assert_int_equal(params_number(query(state, "n=1"), "n", 1, 10, 5), 1);
    assert_int_equal(params_number(query(state, "n=10"), "n", 1, 10, 5), 10);
    assert_int_equal(params_number(query(state, "m=10"), "n", 1, 10, 5), 5);
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        (void)params_number(query(state, wrong[i]), "n", 1, 10, 5);
        assert_wrong(state, "n");
    }
}

static void the_first_thing_wrong_is_the_one_told(void **state)
{
    struct params *params = query(state, "a=x&b=x");
    (void)params_number(params, "b", 0, 1, 0);
    (void)params_number(params, "a", 0, 1, 0);
    assert_wrong(state, "b");
}

static void a_nonce_that_we_make_is_one_that_a_client_might_send(void **state)
{
    struct trial *trial = *state;
    struct str one = params_new_nonce(&trial->arena), other = params_new_nonce(&trial->arena);
    assert_true(nonce_is_valid(one));
    assert_false(str_eq(one, other));
}

#define IN_A_TRIAL(test) cmocka_unit_test_setup_teardown(test, start, finish)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_TRIAL(a_value_is_found_by_its_name),
        IN_A_TRIAL(what_has_no_value_is_there_and_empty),
        IN_A_TRIAL(what_is_absent_is_nothing),
        IN_A_TRIAL(text_is_decoded),
        IN_A_TRIAL(broken_text_is_refused),
        IN_A_TRIAL(text_that_is_too_long_is_refused),
        IN_A_TRIAL(a_number_out_of_its_range_is_refused_and_never_bent),
        IN_A_TRIAL(the_first_thing_wrong_is_the_one_told),
        IN_A_TRIAL(a_nonce_that_we_make_is_one_that_a_client_might_send),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
