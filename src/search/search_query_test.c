#include "search/search_query.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct arena arena;
static struct limits limits;
static struct problem problem;

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

static struct search_query parse(const char *text)
{
    struct search_query query;
    problem = problem_of(ERR_OK);
    search_query_parse(str_from_c(text), &limits, &arena, &query, &problem);
    return query;
}

static struct search_query good(const char *text)
{
    struct search_query query = parse(text);
    if (problem.err != ERR_OK)
        fail_msg("%s: %.*s", text, STR_ARG(problem.detail));
    return query;
}

static void assert_refused(const char *text)
{
    (void)parse(text);
    if (problem.err != ERR_FIELD_INVALID)
        fail_msg("%s was taken", text);
    assert_true(str_eq(problem.field, STR("q")));
    assert_true(problem.detail.len > 0);
}

static void assert_phrase(const struct search_query *query, size_t at, size_t words, bool exact)
{
    assert_true(at < query->phrase_count);
    assert_int_equal(query->phrases[at].words.count, words);
    assert_int_equal(query->phrases[at].exact, exact);
}

static void bare_words_may_go_on_and_quoted_ones_are_whole(void **state)
{
    (void)state;
    struct search_query query = good("  two words \"a whole phrase\" ");
    assert_int_equal(query.phrase_count, 3);
    assert_phrase(&query, 0, 1, false);
    assert_phrase(&query, 2, 3, true);
    query = good("\u201eso auch\u201c \u00abet ainsi\u00bb");
    assert_int_equal(query.phrase_count, 2);
    assert_phrase(&query, 0, 2, true);
}

static void a_word_with_signs_within_is_a_phrase(void **state)
{
    (void)state;
    struct search_query query = good("e-mail http://x.example foo:bar");
    assert_int_equal(query.phrase_count, 3);
    assert_phrase(&query, 0, 2, false);
    assert_phrase(&query, 1, 3, false);
    assert_phrase(&query, 2, 2, false);
}

static void operators_say_who_where_when_and_what(void **state)
{
    (void)state;
    struct search_query query =
        good("from:@anna In:\"my room\" before:2026-11-01 after:2026-10-01T08:30+02:00 has:link x");
    assert_true(str_eq(query.from, STR("anna")));
    assert_true(str_eq(query.in, STR("my room")));
    assert_int_equal(query.before, 1793491200000);
    assert_int_equal(query.after, 1790836200000);
    assert_true(query.has_link);
    assert_int_equal(query.phrase_count, 1);
}

static void what_cannot_be_meant_is_told(void **state)
{
    (void)state;
    assert_refused("from:a from:b");
    assert_refused("before:yesterday");
    assert_refused("after:2026-02-30");
    assert_refused("has:everything");
    assert_refused("from: anna");
    assert_refused("\xff");
    limits.search_words = 2;
    assert_refused("one two three");
    (void)good("one two");
}

static void nothing_and_signs_alone_are_no_words(void **state)
{
    (void)state;
    assert_int_equal(good("").phrase_count, 0);
    assert_int_equal(good("\"").phrase_count, 0);
    assert_int_equal(good("!!! \"...\" -").phrase_count, 0);
    assert_int_equal(good("\"never closed").phrase_count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(bare_words_may_go_on_and_quoted_ones_are_whole, start,
                                        finish),
        cmocka_unit_test_setup_teardown(a_word_with_signs_within_is_a_phrase, start, finish),
        cmocka_unit_test_setup_teardown(operators_say_who_where_when_and_what, start, finish),
        cmocka_unit_test_setup_teardown(what_cannot_be_meant_is_told, start, finish),
        cmocka_unit_test_setup_teardown(nothing_and_signs_alone_are_no_words, start, finish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
