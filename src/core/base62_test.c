#include "core/base62.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/random.h"

static void assert_prints(uint64_t value, const char *expected)
{
    char text[BASE62_LEN + 1] = {0};
    base62_print(value, text);
    assert_string_equal(text, expected);
}

static void known_numbers_are_written_as_they_should(void **state)
{
    (void)state;
    assert_prints(0, "00000000000");
    assert_prints(61, "0000000000z");
    assert_prints(62, "00000000010");
    assert_prints(INT64_MAX, "AzL8n0Y58m7");
}

static void what_was_printed_is_parsed_again_in_the_same_order(void **state)
{
    (void)state;
    char before[BASE62_LEN], text[BASE62_LEN];
    uint64_t last = 1;
    base62_print(last, before);
    for (int i = 0; i < 10000; i++) {
        uint64_t id = random_id(), parsed = 0;
        base62_print(id, text);
        assert_true(base62_parse(str_of(text, sizeof(text)), &parsed));
        assert_int_equal(parsed, id);
        assert_int_equal(memcmp(text, before, sizeof(text)) < 0, id < last);
        memcpy(before, text, sizeof(text));
        last = id;
    }
}

static void nothing_else_is_an_id(void **state)
{
    (void)state;
    uint64_t id = 7;
    const struct str wrong[] = {
        STR(""),
        STR("1"),
        STR("000000000001"),
        STR("0000000000"),
        STR("00000000000"),
        STR("0000000000-"),
        STR("0000000000 "),
        STR("AzL8n0Y58m8"),
        STR("zzzzzzzzzzz"),
        STR("0000000000\0"),
        STR("LygHa16AHYF"),
    };
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        assert_false(base62_parse(wrong[i], &id));
    assert_int_equal(id, 7);
    assert_true(base62_parse(STR("AzL8n0Y58m7"), &id));
    assert_int_equal(id, INT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_numbers_are_written_as_they_should),
        cmocka_unit_test(what_was_printed_is_parsed_again_in_the_same_order),
        cmocka_unit_test(nothing_else_is_an_id),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
