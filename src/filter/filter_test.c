#include "filter/filter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/buf.h"

static enum filter_verdict judge(const char *set, const char *text)
{
    struct filter *filter = filter_new(str_from_c(set));
    enum filter_verdict verdict = filter_judge(filter, str_from_c(text));
    filter_unref(filter);
    return verdict;
}

static void assert_found(const char *entry, const char *text, bool expected)
{
    OWN(buf_deinit) struct buf set = BUF_INIT;
    buf_printf(&set, "{\"words\":[\"zzz\",\"%s\",\"qqq\"]}%c", entry, 0);
    if ((judge(set.ptr, text) == FILTER_REFUSES) != expected)
        fail_msg("%s in: %s", entry, text);
}

static void words_are_whole_unless_a_star_says_otherwise(void **state)
{
    (void)state;
    assert_found("ass", "what an ass!", true);
    assert_found("ass", "ASS", true);
    assert_found("ass", "a classic assessment", false);
    assert_found("ass*", "a hard assessment", true);
    assert_found("ass*", "a class", false);
    assert_found("*ass", "a class", true);
    assert_found("*ass", "classic", false);
    assert_found("*ass*", "classic", true);
}

static void a_phrase_is_its_words_in_a_row(void **state)
{
    (void)state;
    assert_found("buy now", "Buy -- NOW!!", true);
    assert_found("buy now", "buy it now", false);
    assert_found("buy now", "buy nowhere", false);
    assert_found("buy now*", "buy nowhere", true);
}

static void case_accents_and_what_is_not_seen_make_no_difference(void **state)
{
    (void)state;
    assert_found("cafe", "CAF\u00c9", true);
    assert_found("stra\u00dfe", "STRASSE", true);
    assert_found("casino", "c\u00e0s\u00edno", true);
    assert_found("casino", "cas\u200bino", true);
    assert_found("casino", "\uff43\uff41\uff53\uff49\uff4e\uff4f", true);
    assert_found("\u0631\u0647\u0627\u0646", "\u0631\u0650\u0647\u064e\u0627\u0646", true);
    assert_found("\u043a\u0430\u0437\u0438\u043d\u043e", "\u041a\u0410\u0417\u0418\u041d\u041e",
                 true);
}

static void scripts_without_spaces_are_looked_through_character_by_character(void **state)
{
    (void)state;
    assert_found("\u8d4c\u573a", "\u6211\u4eec\u53bb\u8d4c\u573a\u5427", true);
    assert_found("\u8d4c\u573a", "\u8d4c\u535a\u573a", false);
    assert_found("\u8d4c\u573a app", "\u65b0\u8d4c\u573a App", true);
    assert_found("\U0001f3b0", "win\U0001f3b0win", true);
    assert_found("\u0e1a\u0e48\u0e2d\u0e19", "\u0e40\u0e25\u0e48\u0e19\u0e1a\u0e48\u0e2d\u0e19",
                 true);
}

static void links_are_any_none_or_by_their_host(void **state)
{
    (void)state;
    static const char none[] = "{\"links\":\"none\"}";
    static const char listed[] = "{\"links\":\"listed\",\"hosts\":[\"ours.example\",\"a.org\"]}";
    static const char unlisted[] =
        "{\"links\":\"unlisted\",\"hosts\":[\"evil.example\",\"a.org\"]}";
    assert_int_equal(judge(none, "see https://a.example"), FILTER_REFUSES);
    assert_int_equal(judge(none, "see a.example"), FILTER_PASSES);
    assert_int_equal(judge(listed, "https://wiki.ours.example/x and https://a.org"), FILTER_PASSES);
    assert_int_equal(judge(listed, "https://ours.example and https://other.example"),
                     FILTER_REFUSES);
    assert_int_equal(judge(listed, "https://notours.example"), FILTER_REFUSES);
    assert_int_equal(judge(listed, "https://[::1]/"), FILTER_REFUSES);
    assert_int_equal(judge(unlisted, "https://other.example"), FILTER_PASSES);
    assert_int_equal(judge(unlisted, "come to www.evil.example"), FILTER_REFUSES);
    assert_int_equal(judge(unlisted, "come to evil.example"), FILTER_REFUSES);
    assert_int_equal(judge(unlisted, "come to example"), FILTER_PASSES);
}

static void what_is_refused_goes_before_what_is_reported(void **state)
{
    (void)state;
    static const char set[] = "{\"words\":[\"bad\"],\"words_action\":\"report\",\"links\":\"none\","
                              "\"links_action\":\"refuse\"}";
    assert_int_equal(judge(set, "bad"), FILTER_REPORTS);
    assert_int_equal(judge(set, "bad https://a.example"), FILTER_REFUSES);
    assert_int_equal(judge(set, "good"), FILTER_PASSES);
}

static void what_says_nothing_is_no_filter(void **state)
{
    (void)state;
    assert_null(filter_new(STR("")));
    assert_null(filter_new(STR("{}")));
    assert_null(filter_new(STR("{\"words\":[],\"links\":\"any\",\"hosts\":[\"a.example\"]}")));
    assert_int_equal(filter_judge(NULL, STR("anything")), FILTER_PASSES);
}

static void an_entry_is_a_word_at_least_with_stars_at_its_ends(void **state)
{
    (void)state;
    assert_true(0 < filter_entry_bytes(STR("word")));
    assert_true(0 < filter_entry_bytes(STR("*two words* ")));
    assert_true(0 < filter_entry_bytes(STR("\u8d4c")));
    assert_false(0 < filter_entry_bytes(STR("")));
    assert_false(0 < filter_entry_bytes(STR("***")));
    assert_false(0 < filter_entry_bytes(STR("!?")));
    assert_false(0 < filter_entry_bytes(STR("a*b")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_whole_unless_a_star_says_otherwise),
        cmocka_unit_test(a_phrase_is_its_words_in_a_row),
        cmocka_unit_test(case_accents_and_what_is_not_seen_make_no_difference),
        cmocka_unit_test(scripts_without_spaces_are_looked_through_character_by_character),
        cmocka_unit_test(links_are_any_none_or_by_their_host),
        cmocka_unit_test(what_is_refused_goes_before_what_is_reported),
        cmocka_unit_test(what_says_nothing_is_no_filter),
        cmocka_unit_test(an_entry_is_a_word_at_least_with_stars_at_its_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
