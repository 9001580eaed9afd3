#include "core/digest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void bytes_are_called_as_fips_180_4_has_it(void **state)
{
    (void)state;
    char text[DIGEST_LEN];
    digest_print(STR("abc"), text);
    assert_memory_equal(text, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                        DIGEST_LEN);
    digest_print(STR_NONE, text);
    assert_memory_equal(text, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                        DIGEST_LEN);
    assert_true(digest_is_one(str_of(text, sizeof(text))));
}

static void what_is_none_is_told(void **state)
{
    (void)state;
    assert_false(digest_is_one(STR_NONE));
    assert_false(digest_is_one(STR("ba7816bf")));
    assert_false(
        digest_is_one(STR("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD")));
    assert_false(
        digest_is_one(STR("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a/")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_called_as_fips_180_4_has_it),
        cmocka_unit_test(what_is_none_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
