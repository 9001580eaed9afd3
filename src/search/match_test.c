#include "search/match.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/buf.h"

static struct arena arena;
static struct limits limits;

static int start(void **state)
{
    (void)state;
    arena = ARENA_INIT;
    limits_init(&limits);
    return 0;
}

static int finish(void **state)
{
    (void)state;
    arena_deinit(&arena);
    return 0;
}

static bool find(const char *words, const char *text, struct match *match)
{
    struct problem problem = problem_of(ERR_OK);
    struct search_query query;
    search_query_parse(str_from_c(words), &limits, &arena, &query, &problem);
    assert_int_equal(problem.err, ERR_OK);
    return match_text(&query, str_from_c(text), &arena, match);
}

/* Matches in brackets. */
static void assert_shown(const char *words, const char *text, const char *expected)
{
    struct match match;
    struct excerpt excerpt;
    OWN(buf_deinit) struct buf got = BUF_INIT;
    if (!find(words, text, &match))
        fail_msg("%s not in: %s", words, text);
    match_excerpt(str_from_c(text), &match, &arena, &excerpt);
    for (size_t i = 0; i < excerpt.count; i++)
        buf_printf(&got, excerpt.pieces[i].match ? "[%.*s]" : "%.*s",
                   STR_ARG(excerpt.pieces[i].text));
    buf_put_char(&got, 0);
    assert_string_equal(got.ptr, expected);
}

static void assert_not(const char *words, const char *text)
{
    struct match match;
    if (find(words, text, &match))
        fail_msg("%s in: %s", words, text);
}

static uint64_t score(const char *words, const char *text)
{
    struct match match;
    assert_true(find(words, text, &match));
    return match.score;
}

static void all_words_must_be_there_each_from_its_beginning(void **state)
{
    (void)state;
    assert_shown("meet tom", "We are meeting tomorrow, Tom", "We are [meeting] [tomorrow], [Tom]");
    assert_not("meet tuesday", "We are meeting tomorrow");
    assert_not("eet", "We are meeting tomorrow");
}

static void a_phrase_is_whole_words_in_their_order(void **state)
{
    (void)state;
    assert_shown("\"well done\"", "That is Well, done!", "That is [Well, done]!");
    assert_not("\"well done\"", "done well");
    assert_not("\"well don\"", "well done");
    assert_shown("e-mai", "an E-Mail", "an [E-Mail]");
}

static void words_are_found_inside_text_without_spaces(void **state)
{
    (void)state;
    assert_shown("\u4eac\u90fd", "\u6771\u4eac\u90fd\u5185", "\u6771[\u4eac\u90fd]\u5185");
    assert_shown("\u4eac", "\u6771\u4eac", "\u6771[\u4eac]");
    assert_not("\u90fd\u4eac", "\u6771\u4eac\u90fd");
    assert_shown("\u0e14\u0e35", "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35",
                 "\u0e2a\u0e27\u0e31\u0e2a[\u0e14\u0e35]");
}

static void accents_may_be_left_away_and_are_shown(void **state)
{
    (void)state;
    assert_shown("muller", "Frau M\u00fcller kommt", "Frau [M\u00fcller] kommt");
    assert_shown("M\u00dcLLER", "Frau Muller", "Frau [Muller]");
}

static void a_link_is_an_address_with_its_scheme(void **state)
{
    (void)state;
    assert_true(match_has_link(STR("see HTTPS://x.example")));
    assert_true(match_has_link(STR("http://a")));
    assert_false(match_has_link(STR("https:// and http://")));
    assert_false(match_has_link(STR("x.example")));
    assert_not("has:link", "no link");
    assert_shown("has:link", "http://a", "http://a");
}

static void whole_words_often_close_and_in_short_texts_are_better(void **state)
{
    (void)state;
    assert_true(score("art", "art is") > score("art", "article is"));
    assert_true(score("art", "art, art") > score("art", "art, but"));
    assert_true(score("red fox", "a red fox ran") > score("red fox", "a fox ran red"));
    assert_true(score("fox", "a fox") > score("fox", "a fox in a long text of many other words"));
}

static void of_a_long_text_only_what_stands_around_is_shown(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf text = BUF_INIT;
    for (int i = 0; i < 300; i++)
        buf_put_lit(&text, "\u00e4\u6771 ");
    buf_put_lit(&text, "needle");
    for (int i = 0; i < 300; i++)
        buf_put_lit(&text, " \u00e4\u6771");
    buf_put_char(&text, 0);
    struct match match;
    struct excerpt excerpt;
    assert_true(find("needle", text.ptr, &match));
    match_excerpt(str_from_c(text.ptr), &match, &arena, &excerpt);
    size_t bytes = 0;
    bool shown = false;
    for (size_t i = 0; i < excerpt.count; i++) {
        assert_true(str_is_utf8(excerpt.pieces[i].text));
        bytes += excerpt.pieces[i].text.len;
        shown |= excerpt.pieces[i].match && str_eq(excerpt.pieces[i].text, STR("needle"));
    }
    assert_true(shown && bytes < EXCERPT_BYTES + 20);
    assert_true(str_eq(excerpt.pieces[0].text, STR("\u2026")));
    assert_true(str_eq(excerpt.pieces[excerpt.count - 1].text, STR("\u2026")));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, finish)
    const struct CMUnitTest tests[] = {
        TEST(all_words_must_be_there_each_from_its_beginning),
        TEST(a_phrase_is_whole_words_in_their_order),
        TEST(words_are_found_inside_text_without_spaces),
        TEST(accents_may_be_left_away_and_are_shown),
        TEST(a_link_is_an_address_with_its_scheme),
        TEST(whole_words_often_close_and_in_short_texts_are_better),
        TEST(of_a_long_text_only_what_stands_around_is_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
