#include "proto/feed_key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base.h"

static void each_family_has_names_of_its_kind(void **state)
{
    (void)state;
    static const char *const keys[] = {
        "settings:theme",      "settings:a.b_c-1",    "room:00000000001",
        "draft:00000000001",   "saved:00000000001.7", "hidden:00000000001.9223372036854775807",
        "contact:00000000001", "block:00000000001",   "folder:work",
    };
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (!feed_key_is_valid(str_from_c(keys[i])))
            fail_msg("%s", keys[i]);
    assert_true(str_eq(feed_key_family(STR("saved:00000000001.7")), STR("saved:")));
}

static void others_are_refused_and_the_server_s_own_too(void **state)
{
    (void)state;
    static const char *const keys[] = {
        "",
        "settings",
        "settings:",
        "settings:Big",
        "settings:123456789012345678901234567890123",
        "room.read:00000000001",
        "room:1",
        "room:00000000000",
        "draft:",
        "saved:00000000001",
        "saved:00000000001.",
        "saved:00000000001.0",
        "saved:00000000001.07",
        "saved:00000000001.1.2",
        "saved:00000000001.9223372036854775808",
        "nonsense:x",
        ":x",
    };
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (feed_key_is_valid(str_from_c(keys[i])))
            fail_msg("%s", keys[i]);
}

static void families_are_known_by_what_their_keys_begin_with(void **state)
{
    (void)state;
    assert_true(feed_family_is_known(STR("saved:")));
    assert_false(feed_family_is_known(STR("saved")));
    assert_false(feed_family_is_known(STR("saved:0")));
    assert_false(feed_family_is_known(STR("room.read:")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_family_has_names_of_its_kind),
        cmocka_unit_test(others_are_refused_and_the_server_s_own_too),
        cmocka_unit_test(families_are_known_by_what_their_keys_begin_with),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
