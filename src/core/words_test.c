#include "core/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/buf.h"

/* The words of a text in one line, dense ones behind a dot, glued ones behind a plus. */
static void assert_words(const char *text, const char *expected)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    OWN(buf_deinit) struct buf got = BUF_INIT;
    struct words words;
    words_read(str_from_c(text), &arena, &words);
    for (size_t i = 0; i < words.count; i++) {
        const struct word *word = &words.items[i];
        const char *sign = word->glued ? "+" : word->dense ? "." : "";
        buf_printf(&got, "%s%s%.*s", i ? " " : "", sign, STR_ARG(word->text));
    }
    buf_put_char(&got, 0);
    assert_string_equal(got.ptr, expected);
}

static void assert_terms(const char *text, const char *expected)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    OWN(buf_deinit) struct buf got = BUF_INIT;
    struct words words;
    struct terms terms;
    words_read(str_from_c(text), &arena, &words);
    words_terms(&words, &arena, &terms);
    for (size_t i = 0; i < terms.count; i++)
        buf_printf(&got, "%s%.*s", i ? " " : "", STR_ARG(terms.items[i]));
    buf_put_char(&got, 0);
    assert_string_equal(got.ptr, expected);
}

static void case_and_accents_make_no_difference(void **state)
{
    (void)state;
    assert_words("Hello, WORLD 42", "hello world 42");
    assert_words("M\u00fcller stra\u00dfe na\u00efve", "muller strasse naive");
    assert_words("Mu\u0308ller", "muller");
    assert_words("\u0415\u0301\u0449\u0451 \u043c\u043e\u0439",
                 "\u0435\u0449\u0435 \u043c\u043e\u0439");
    assert_words("\uff28\uff45\uff4c\uff4c\uff4f \ufb01sh", "hello fish");
    assert_words("\u0386\u03bb\u03c6\u03b1", "\u03b1\u03bb\u03c6\u03b1");
}

static void arabic_and_hebrew_are_found_without_their_points(void **state)
{
    (void)state;
    assert_words("\u0645\u064e\u0631\u0652\u062d\u064e\u0628\u064b\u0627",
                 "\u0645\u0631\u062d\u0628\u0627");
    assert_words("\u0623\u062d\u0645\u062f \u0627\u062d\u0645\u062f",
                 "\u0627\u062d\u0645\u062f \u0627\u062d\u0645\u062f");
    assert_words("\u0633\u0644\u0640\u0640\u0627\u0645", "\u0633\u0644\u0627\u0645");
    assert_words("\u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd", "\u05e9\u05dc\u05d5\u05dd");
}

static void signs_part_words(void **state)
{
    (void)state;
    assert_words("don't e-mail a_b https://x.example/y", "don t e mail a b https x example y");
    assert_words("**bold** ||hidden||", "bold hidden");
    assert_words("  \n\t", "");
    assert_words("a\xff"
                 "b",
                 "a b");
}

static void scripts_without_spaces_are_read_character_by_character(void **state)
{
    (void)state;
    assert_words("\u6771\u4eac\u30bf\u30ef\u30fc", ".\u6771 +\u4eac +\u30bf +\u30ef +\u30fc");
    assert_words("\u304c\u304b", ".\u304c +\u304b");
    assert_words("\u6771 \u4eac", ".\u6771 .\u4eac");
    assert_words("iPhone\u624b\u673a", "iphone .\u624b +\u673a");
    assert_words("\ud559\uad50\uc5d0", ".\ud559 +\uad50 +\uc5d0");
    assert_words("\u1112\u1161\u11ab\uae00", ".\ud55c +\uae00");
    assert_words("\u0e01\u0e34\u0e19", ".\u0e01\u0e34 +\u0e19");
    assert_words("\U0001f600\ufe0f\U0001f44d", ".\U0001f600 +\U0001f44d");
}

static void indic_words_keep_their_vowels(void **state)
{
    (void)state;
    assert_words("\u0928\u092e\u0938\u094d\u0924\u0947", "\u0928\u092e\u0938\u094d\u0924\u0947");
}

static void the_index_keeps_each_word_once_and_pairs_of_neighbours(void **state)
{
    (void)state;
    assert_terms("b a b", "a b");
    assert_terms("\u6771\u4eac\u90fd", "\u4eac\u90fd \u6771\u4eac \u90fd");
    assert_terms("\u6771 \u4eac", "\u4eac \u6771");
}

static void a_word_knows_where_it_stood(void **state)
{
    (void)state;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct words words;
    struct str text = STR("ab M\u00fcll cd");
    words_read(text, &arena, &words);
    assert_int_equal(words.count, 3);
    assert_int_equal(words.items[1].from, 3);
    assert_int_equal(words.items[1].to, 8);
}

static void long_words_and_towers_of_marks_are_cut(void **state)
{
    (void)state;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    OWN(buf_deinit) struct buf text = BUF_INIT;
    struct words words;
    for (int i = 0; i < 500; i++)
        buf_put_lit(&text, "x");
    for (int i = 0; i < 500; i++)
        buf_put_lit(&text, "\u0e34");
    for (int i = 0; i < 500; i++)
        buf_put_lit(&text, "\u0301");
    words_read(buf_str(&text), &arena, &words);
    for (size_t i = 0; i < words.count; i++)
        assert_true(words.items[i].text.len <= WORD_MAX_BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(case_and_accents_make_no_difference),
        cmocka_unit_test(arabic_and_hebrew_are_found_without_their_points),
        cmocka_unit_test(signs_part_words),
        cmocka_unit_test(scripts_without_spaces_are_read_character_by_character),
        cmocka_unit_test(indic_words_keep_their_vowels),
        cmocka_unit_test(the_index_keeps_each_word_once_and_pairs_of_neighbours),
        cmocka_unit_test(a_word_knows_where_it_stood),
        cmocka_unit_test(long_words_and_towers_of_marks_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
