#include "model/custom_emoji.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void names_are_short_and_plain(void **state)
{
    (void)state;
    static const char *const good[] = {"ab", "party_parrot", "100", "__",
                                       "abcdefghijklmnopqrstuvwxyz012345"};
    static const char *const bad[] = {
        "",
        "a",
        "Party",
        "a-b",
        "a b",
        "a:b",
        "\xc3\xa4\xc3\xa4",
        "abcdefghijklmnopqrstuvwxyz0123456",
    };
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        if (!emoji_name_is_valid(str_from_c(good[i])))
            fail_msg("%s", good[i]);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        if (emoji_name_is_valid(str_from_c(bad[i])))
            fail_msg("%s", bad[i]);
}

static void a_name_stands_between_two_colons(void **state)
{
    (void)state;
    struct str name;
    assert_true(emoji_is_custom(STR(":yes:"), &name) && str_eq(name, STR("yes")));
    static const char *const bad[] = {"",     ":",    "::",     ":a:",   "yes",
                                      ":yes", "yes:", ":ye s:", ":yes::"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        if (emoji_is_custom(str_from_c(bad[i]), &name))
            fail_msg("%s", bad[i]);
}

static void a_former_name_stays_known_until_it_is_anothers(void **state)
{
    (void)state;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct custom_emoji emoji = {.name = STR("one")};
    assert_false(custom_emoji_had(&emoji, STR("one")));
    custom_emoji_rename(&emoji, STR("two"), &arena);
    custom_emoji_rename(&emoji, STR("three"), &arena);
    assert_true(str_eq(emoji.former, STR("two one")));
    assert_true(custom_emoji_had(&emoji, STR("one")) && custom_emoji_had(&emoji, STR("two")));
    assert_false(custom_emoji_had(&emoji, STR("three")) || custom_emoji_had(&emoji, STR("tw")));
    custom_emoji_rename(&emoji, STR("one"), &arena); /* and back */
    assert_true(str_eq(emoji.former, STR("three two")));
    custom_emoji_forget(&emoji, STR("three"), &arena);
    assert_true(str_eq(emoji.former, STR("two")));
}

static void the_oldest_names_are_forgotten(void **state)
{
    (void)state;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct custom_emoji emoji = {.name = STR("n0")};
    for (int i = 1; i <= EMOJI_FORMER_MOST + 1; i++)
        custom_emoji_rename(&emoji, arena_printf(&arena, "n%d", i), &arena);
    assert_false(custom_emoji_had(&emoji, STR("n0")));
    assert_true(custom_emoji_had(&emoji, STR("n1")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_short_and_plain),
        cmocka_unit_test(a_name_stands_between_two_colons),
        cmocka_unit_test(a_former_name_stays_known_until_it_is_anothers),
        cmocka_unit_test(the_oldest_names_are_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
