/* What is looked for, and a text in which to look. Input: the query, a NUL, the text. Nothing is read
 * outside of either; hits are in order, within the text, on whole characters; and what matches is in
 * the index under the terms that are looked up for it. */
#include "core/buf.h"
#include "search/match.h"
#include "search/walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool has_term(const struct terms *terms, struct str term, bool may_go_on)
{
    for (size_t i = 0; i < terms->count; i++)
        if (may_go_on ? str_starts(terms->items[i], term) : str_eq(terms->items[i], term))
            return true;
    return false;
}

static void check_index(const struct search_query *query, struct str text, struct arena *arena)
{
    struct words words;
    struct terms terms;
    words_read(text, arena, &words);
    words_terms(&words, arena, &terms);
    for (size_t i = 0; i < query->phrase_count; i++)
        for (size_t w = 0; w < query->phrases[i].words.count; w++) {
            struct want want;
            if (want_of(&query->phrases[i], w, arena, &want))
                REQUIRE(has_term(&terms, want.term, want.may_go_on));
        }
}

static void check_match(struct str text, const struct match *match, struct arena *arena)
{
    struct excerpt excerpt;
    size_t at = 0;
    for (size_t i = 0; i < match->count; i++) {
        REQUIRE(match->hits[i].from >= at && match->hits[i].to > match->hits[i].from);
        at = match->hits[i].to;
    }
    REQUIRE(at <= text.len);
    match_excerpt(text, match, arena, &excerpt);
    for (size_t i = 0; i < excerpt.count; i++)
        REQUIRE(excerpt.pieces[i].text.len > 0 && str_is_utf8(excerpt.pieces[i].text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct str text = str_of((const char *)data, size);
    struct str words = str_cut(&text, 0);
    struct limits limits;
    struct search_query query;
    struct problem problem = problem_of(ERR_OK);
    struct match match;
    limits_init(&limits);
    search_query_parse(words, &limits, &arena, &query, &problem);
    if (problem.err != ERR_OK || !text.ptr || !str_is_utf8(text))
        return 0;
    if (match_text(&query, text, &arena, &match)) {
        check_match(text, &match, &arena);
        check_index(&query, text, &arena);
    }
    return 0;
}
