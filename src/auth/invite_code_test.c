#include "auth/invite_code.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void a_code_reads_as_four_groups(void **state)
{
    (void)state;
    char text[INVITE_CODE_SIZE];
    struct str code = invite_code_make(text);
    assert_int_equal(code.len, INVITE_CODE_SIZE - 1);
    for (size_t i = 0; i < code.len; i++)
        if (i % 6 == 5)
            assert_int_equal(text[i], '-');
        else
            assert_true(isdigit((unsigned char)text[i]) || islower((unsigned char)text[i]));
}

static void how_it_is_typed_does_not_matter(void **state)
{
    (void)state;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct str key = invite_code_key(STR("k7mq1-x9t40-aaaaa-zzzzz"), &arena);
    assert_true(key.len > 0);
    assert_true(str_eq(key, invite_code_key(STR("K7MQ1X9T40AAAAAZZZZZ"), &arena)));
    assert_true(str_eq(key, invite_code_key(STR(" k7mqi x9t4o aaaaa zzzzz "), &arena)));
    assert_true(str_eq(key, invite_code_key(STR("k7mqL-x9t4O-aaaaa-zzzzz"), &arena)));
    assert_false(str_eq(key, invite_code_key(STR("k7mq2-x9t40-aaaaa-zzzzz"), &arena)));
}

static void the_key_does_not_hold_the_code(void **state)
{
    (void)state;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    char text[INVITE_CODE_SIZE];
    struct str code = invite_code_make(text);
    struct str key = invite_code_key(code, &arena);
    assert_int_equal(key.len, 22);
    assert_false(str_starts(key, str_of(code.ptr, 5)));
}

static void what_is_no_code_has_no_key(void **state)
{
    (void)state;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    static const char *const bad[] = {"",
                                      "x",
                                      "no-such-code",
                                      "k7mq1-x9t40-aaaaa-zzzz",
                                      "k7mq1-x9t40-aaaaa-zzzzz1",
                                      "k7mq1-x9t40-aaaaa-zzzzu"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(invite_code_key(str_from_c(bad[i]), &arena).len, 0);
    assert_int_equal(invite_code_key(str_of("k7mq1-x9t40-aaaaa-zzz\0z", 23), &arena).len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_reads_as_four_groups),
        cmocka_unit_test(how_it_is_typed_does_not_matter),
        cmocka_unit_test(the_key_does_not_hold_the_code),
        cmocka_unit_test(what_is_no_code_has_no_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
