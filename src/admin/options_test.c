#include "admin/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct result {
    const char *name;
    bool flag;
    enum options_result result;
    char *said; /* what went to err */
};

static struct result parse(int argc, const char *const *words)
{
    struct result result = {0};
    const struct option_spec specs[] = {
        {.name = "name", .value = "TEXT", .help = "a name", .text = &result.name},
        {.name = "admin", .help = "a flag", .flag = &result.flag},
        {0},
    };
    size_t len;
    FILE *err = open_memstream(&result.said, &len);
    result.result = options_parse(specs, argc, (char **)(uintptr_t)words, err);
    fclose(err);
    return result;
}

static void values_come_behind_the_name_or_an_equals_sign(void **state)
{
    (void)state;
    struct result result = parse(3, (const char *const[]){"--name", "ann", "--admin"});
    assert_int_equal(result.result, OPTIONS_OK);
    assert_string_equal(result.name, "ann");
    assert_true(result.flag);
    free(result.said);

    result = parse(1, (const char *const[]){"--name=a=b"});
    assert_int_equal(result.result, OPTIONS_OK);
    assert_string_equal(result.name, "a=b");
    assert_false(result.flag);
    free(result.said);

    result = parse(1, (const char *const[]){"--name="});
    assert_int_equal(result.result, OPTIONS_OK);
    assert_string_equal(result.name, "");
    free(result.said);
}

static void a_value_may_begin_with_dashes(void **state)
{
    (void)state;
    struct result result = parse(2, (const char *const[]){"--name", "--admin"});
    assert_int_equal(result.result, OPTIONS_OK);
    assert_string_equal(result.name, "--admin");
    free(result.said);
}

static void what_is_wrong_is_said(void **state)
{
    (void)state;
    static const char *const wrong[] = {"--nobody", "ann", "--name", "--admin=yes", "-x", "--", ""};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct result result = parse(1, &wrong[i]);
        assert_int_equal(result.result, OPTIONS_WRONG);
        assert_non_null(strstr(result.said, "--help"));
        free(result.said);
    }
}

static void help_is_asked_for_anywhere(void **state)
{
    (void)state;
    struct result result = parse(2, (const char *const[]){"--admin", "--help"});
    assert_int_equal(result.result, OPTIONS_HELP);
    free(result.said);
    result = parse(1, (const char *const[]){"-h"});
    assert_int_equal(result.result, OPTIONS_HELP);
    free(result.said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_come_behind_the_name_or_an_equals_sign),
        cmocka_unit_test(a_value_may_begin_with_dashes),
        cmocka_unit_test(what_is_wrong_is_said),
        cmocka_unit_test(help_is_asked_for_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
