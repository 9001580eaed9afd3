#include "core/unicode.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void assert_folds(const char *text, const char *expected)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct str got = STR_NONE, again = STR_NONE;
    assert_true(unicode_fold(str_from_c(text), &arena, &got));
    if (!str_eq(got, str_from_c(expected)))
        fail_msg("%s folds to %.*s, not %s", text, STR_ARG(got), expected);
    assert_true(unicode_fold(got, &arena, &again));
    assert_true(str_eq(got, again));
}

static void ascii_folds_to_lower_case(void **state)
{
    (void)state;
    assert_folds("", "");
    assert_folds("Ann_Z.9-[]@`{", "ann_z.9-[]@`{");
}

static void other_letters_fold_as_unicode_says(void **state)
{
    (void)state;
    assert_folds("STRASSE", "strasse");
    assert_folds("stra\u00dfe", "strasse");
    assert_folds("STRA\u1e9eE", "strasse");
    assert_folds("\u0130stanbul", "i\u0307stanbul");
    assert_folds("\u0391\u03a3", "\u03b1\u03c3"); /* capital, final and middle sigma are one */
    assert_folds("\u03b1\u03c2", "\u03b1\u03c3");
    assert_folds("\uff21\uff42\uff11", "ab1"); /* full width */
    assert_folds("\u0645\u062d\u0645\u062f", "\u0645\u062d\u0645\u062f");
    assert_folds("\u2126", "\u03c9");         /* ohm */
    assert_folds("\ufb01ne", "fine");         /* ligature */
    assert_folds("\U00010400", "\U00010428"); /* Deseret: outside the first plane */
}

static void composed_and_decomposed_are_one(void **state)
{
    (void)state;
    assert_folds("Zo\u00eb", "zo\u00eb");
    assert_folds("Zoe\u0308", "zo\u00eb");
    assert_folds("\u212b", "\u00e5"); /* angstrom */
    assert_folds("\u1100\u1161", "\uac00");
}

static void what_is_drawn_as_nothing_is_folded_away(void **state)
{
    (void)state;
    assert_folds("a\u200bd\u00ad\u2060min", "admin");
    assert_folds("\u3164", "");
}

static void a_character_that_grows_has_room(void **state)
{
    (void)state;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct str got = STR_NONE;
    assert_true(unicode_fold(STR("\ufdfa\ufdfa\ufdfa\ufdfa"), &arena, &got));
    assert_int_equal(got.len, 4 * 33);
}

static void what_is_not_utf8_does_not_fold(void **state)
{
    (void)state;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct str got = STR("as it was");
    assert_false(unicode_fold(STR("a\xff"), &arena, &got));
    assert_false(unicode_fold(STR("\xed\xa0\x80"), &arena, &got));
    assert_true(str_eq(got, STR("as it was")));
}

static bool is_username(const char *text)
{
    return unicode_is_username(str_from_c(text), 3, 32);
}

static void usernames_are_words_of_any_script(void **state)
{
    (void)state;
    const char *const good[] = {
        "ann",
        "a_b.c-d",
        "007",
        "J\u00fcrgen",
        "Ju\u0308rgen",                         /* with a mark */
        "\u0645\u062d\u0645\u062f",             /* Arabic */
        "\u0645\u064f\u062d\u064e",             /* with vowel signs */
        "\u0905\u092d\u093f\u0937\u0947\u0915", /* Devanagari, spacing marks */
        "\u0995\u09cd\u09b7\u09c1\u09a6",       /* Bengali, virama */
        "\u5c0f\u6797\u3055\u3093",             /* Han and Hiragana */
        "\uae40\ucca0\uc218",                   /* Hangul */
        "\u03b1\u03c3\u03c2",                   /* Greek */
        "\u0661\u0662\u0663",                   /* Arabic-Indic digits */
        "\U00010428\U00010429\U0001042a",       /* Deseret */
        "ab_",
        "_ab",
        ".ab",
        "-9-",
    };
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        if (!is_username(good[i]))
            fail_msg("refused: %s", good[i]);
}

static void nothing_else_is_a_username(void **state)
{
    (void)state;
    const char *const bad[] = {
        "",
        "ab",
        "...",
        "_-_",
        "a b",
        "a@b",
        "a/b",
        "ab\n",
        "ab\x7f",
        "a\u00a0b",
        "a\u200bb",
        "a\u200db",
        "\u0308abc",
        "a_\u0308b",
        "\U0001f600abc",
        "ab\u00bd",
        "a\u20acb",
        "a\u3164b",
        "a\u115fb",
        "a\u202eb",
        "ab\xff",
        "ab\xed\xa0\x80",
        "a\uff20b",
        "ab\ufe0f",
        "\u20dd"
        "abc",
        "ab\u20dd",
        "ab\u2160",
        "a\ufffd"
        "b",
        "a\ue000b",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        if (is_username(bad[i]))
            fail_msg("taken: %s", bad[i]);
    assert_false(unicode_is_username(STR("a\0b"), 3, 32));
}

static void characters_count_not_bytes(void **state)
{
    (void)state;
    assert_true(unicode_is_username(STR("\u00e4\u00e4\u00e4"), 3, 3));
    assert_false(unicode_is_username(STR("\u00e4\u00e4"), 3, 3));
    assert_false(unicode_is_username(STR("\u00e4\u00e4\u00e4\u00e4"), 3, 3));
    assert_true(unicode_is_username(STR("\U00010428\U00010428\U00010428"), 3, 3));
    assert_true(is_username("abcdefghijklmnopqrstuvwxyz012345"));
    assert_false(is_username("abcdefghijklmnopqrstuvwxyz0123456"));
}

static bool look_alike(const char *a, const char *b)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct str first, second;
    assert_true(unicode_skeleton(str_from_c(a), &arena, &first));
    assert_true(unicode_skeleton(str_from_c(b), &arena, &second));
    return str_eq(first, second);
}

static void names_that_look_alike_have_one_skeleton(void **state)
{
    (void)state;
    static const char *const same[][2] = {
        {"paypal", "PayPal"},          {"paypal", "p\u0430ypal"}, /* a Cyrillic a */
        {"ann1", "\u0430nn1"},         {"alpha", "\u0391lpha"},   /* a Greek one */
        {"ace", "\u0430\u0441\u0435"},                            /* all Cyrillic */
        {"ann", "\uff41\uff4e\uff4e"},                            /* wide letters */
        {"caf\u00e9", "cafe\u0301"},
    };
    static const char *const other[][2] = {
        {"ann", "anne"},    {"user1", "userl"}, {"bob", "b0b"}, {"paul", "paui"},
        {"a.b.c", "a_b_c"}, {"mark", "rnark"},  {"abc", "cba"}, {"Zo\u00eb", "Zoe"},
    };
    for (size_t i = 0; i < ARRAY_LEN(same); i++)
        if (!look_alike(same[i][0], same[i][1]))
            fail_msg("%s and %s are told apart", same[i][0], same[i][1]);
    for (size_t i = 0; i < ARRAY_LEN(other); i++)
        if (look_alike(other[i][0], other[i][1]))
            fail_msg("%s and %s are not told apart", other[i][0], other[i][1]);
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct str out;
    assert_false(unicode_skeleton(STR("\xff"), &arena, &out));
}

static void labels_show_something_on_one_line(void **state)
{
    (void)state;
    assert_true(unicode_is_label(STR("Ann")));
    assert_true(unicode_is_label(STR(" Ann the 1st! ")));
    assert_true(unicode_is_label(STR("\U0001f468\u200d\U0001f469\u200d\U0001f467")));
    assert_true(unicode_is_label(STR("\u05d0\u05d1\u200f (B)")));
    const struct str bad[] = {
        STR(""),
        STR("   "),
        STR("\u00a0\u3000"),
        STR("\u200b"),
        STR("\u3164"),
        STR("a\nb"),
        STR("a\tb"),
        STR("a\0b"),
        STR("a\x7f"),
        STR("a\xc2\x85"),
        STR("a\u2028b"),
        STR("a\u2029b"),
        STR("a\u202eb"),
        STR("a\u202a"),
        STR("a\u2066b"),
        STR("\u2069"
            "a"),
        STR("a\xff"),
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(unicode_is_label(bad[i]));
}

static void blank_is_white_space_alone(void **state)
{
    (void)state;
    assert_true(unicode_is_blank(STR("")));
    assert_true(unicode_is_blank(STR(" \t\r\n")));
    assert_true(unicode_is_blank(STR("\u00a0\u2003\u3000\u2028\xc2\x85")));
    assert_false(unicode_is_blank(STR("\u200b\u2060\ufeff")));
    assert_false(unicode_is_blank(STR(" . ")));
    assert_false(unicode_is_blank(STR("\u200b\u00e4")));
    assert_false(unicode_is_blank(STR("\u0308")));
    assert_false(unicode_is_blank(STR("\xff")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ascii_folds_to_lower_case),
        cmocka_unit_test(other_letters_fold_as_unicode_says),
        cmocka_unit_test(composed_and_decomposed_are_one),
        cmocka_unit_test(what_is_drawn_as_nothing_is_folded_away),
        cmocka_unit_test(a_character_that_grows_has_room),
        cmocka_unit_test(what_is_not_utf8_does_not_fold),
        cmocka_unit_test(usernames_are_words_of_any_script),
        cmocka_unit_test(nothing_else_is_a_username),
        cmocka_unit_test(characters_count_not_bytes),
        cmocka_unit_test(names_that_look_alike_have_one_skeleton),
        cmocka_unit_test(labels_show_something_on_one_line),
        cmocka_unit_test(blank_is_white_space_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
