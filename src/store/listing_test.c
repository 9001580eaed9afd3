/* By which words public groups are found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base.h"
#include "store/listing.h"

static void expect_words(const struct listing_words *words, const char *const *expected,
                         size_t count)
{
    assert_int_equal(words->count, count);
    for (size_t i = 0; i < count; i++)
        assert_true(str_eq(words->items[i], str_from_c(expected[i])));
}

static void a_word_ends_where_no_letter_is(void **state)
{
    (void)state;
    static const char *const expected[] = {"chess", "in", "z\xc3\xbcrich", "2026"};
    struct listing_words words = {0};
    listing_index(&words, STR("chess-in (z\xc3\xbcrich), 2026"));
    expect_words(&words, expected, ARRAY_LEN(expected));
}

static void where_nobody_writes_spaces_a_word_begins_at_each_character(void **state)
{
    (void)state;
    static const char *const expected[] = {"\xe6\x9d\xb1\xe4\xba\xac", "\xe4\xba\xac", "club"};
    struct listing_words words = {0};
    listing_index(&words, STR("\xe6\x9d\xb1\xe4\xba\xac club"));
    expect_words(&words, expected, ARRAY_LEN(expected));
}

static void a_question_is_its_words_and_not_too_many(void **state)
{
    (void)state;
    static const char *const expected[] = {"a", "b", "c", "d"};
    struct listing_words words;
    assert_true(listing_ask(&words, STR(" a, b c-d ")));
    expect_words(&words, expected, ARRAY_LEN(expected));
    assert_false(listing_ask(&words, STR("a b c d e")));
    assert_true(listing_ask(&words, STR(" - ")));
    assert_int_equal(words.count, 0);
}

static void long_text_is_cut_at_a_character(void **state)
{
    (void)state;
    assert_int_equal(listing_cut(STR("a\xc3\xbc"), 2).len, 1);
    assert_int_equal(listing_cut(STR("a\xc3\xbc"), 3).len, 3);
    char many[4 * LISTING_WORDS];
    for (size_t i = 0; i < sizeof(many); i++)
        many[i] = i % 2 ? ' ' : 'x';
    struct listing_words words = {0};
    listing_index(&words, str_of(many, sizeof(many)));
    assert_int_equal(words.count, LISTING_WORDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_ends_where_no_letter_is),
        cmocka_unit_test(where_nobody_writes_spaces_a_word_begins_at_each_character),
        cmocka_unit_test(a_question_is_its_words_and_not_too_many),
        cmocka_unit_test(long_text_is_cut_at_a_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
