#include "search/match.h"

#include <stdlib.h>

#include "core/buf.h"

/* ---- links ------------------------------------------------------------------------------------------------ */

bool match_has_link(struct str text)
{
    static const struct str schemes[] = {STR_INIT("http://"), STR_INIT("https://")};
    for (size_t at = 0; at + 7 < text.len; at++)
        for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
            size_t len = schemes[i].len;
            if (at + len < text.len && str_eq_nocase(str_of(text.ptr + at, len), schemes[i]) &&
                (unsigned char)text.ptr[at + len] > ' ')
                return true;
        }
    return false;
}

/* ---- phrases ------------------------------------------------------------------------------------------------- */

struct search {
    const struct words *words;
    struct buf hits;
    double score;
    size_t last_end; /* the word behind the phrase before, where it stood first */
};

enum fit { FIT_NONE, FIT_BEGINNING, FIT_WHOLE };

static enum fit word_fits(const struct word *have, const struct word *want, bool may_go_on)
{
    if (want->glued && !have->glued)
        return FIT_NONE;
    if (str_eq(have->text, want->text))
        return FIT_WHOLE;
    return may_go_on && str_starts(have->text, want->text) ? FIT_BEGINNING : FIT_NONE;
}

static enum fit phrase_fits(const struct phrase *phrase, const struct words *words, size_t at)
{
    size_t count = phrase->words.count;
    enum fit fit = FIT_NONE;
    if (at + count > words->count)
        return FIT_NONE;
    for (size_t i = 0; i < count; i++) {
        const struct word *want = &phrase->words.items[i];
        bool may_go_on = i + 1 == count && (!phrase->exact || want->dense);
        fit = word_fits(&words->items[at + i], want, may_go_on);
        if (fit == FIT_NONE)
            return FIT_NONE;
    }
    return fit;
}

/* The more often and the more exactly, the better, but ever less so; right behind the phrase before is
 * better still. */
static bool find_phrase(struct search *search, const struct phrase *phrase)
{
    const struct words *words = search->words;
    double weight = 0;
    size_t first = SIZE_MAX;
    for (size_t at = 0; at < words->count; at++) {
        enum fit fit = phrase_fits(phrase, words, at);
        if (fit == FIT_NONE)
            continue;
        struct hit hit = {words->items[at].from, words->items[at + phrase->words.count - 1].to};
        buf_put(&search->hits, &hit, sizeof(hit));
        weight += fit == FIT_WHOLE ? 1 : 0.5;
        first = first == SIZE_MAX ? at : first;
        if (at == search->last_end)
            weight += 1;
    }
    if (first == SIZE_MAX)
        return false;
    search->score += weight / (weight + 1);
    search->last_end = first + phrase->words.count;
    return true;
}

static int by_place(const void *a, const void *b)
{
    const struct hit *left = a, *right = b;
    if (left->from != right->from)
        return left->from < right->from ? -1 : 1;
    return left->to < right->to ? -1 : left->to > right->to;
}

/* Sorted, and those that touch or overlap made one. */
static void settle_hits(const struct buf *found, struct arena *arena, struct match *out)
{
    size_t count = found->len / sizeof(struct hit), kept = 0;
    struct hit *hits = arena_take_array(arena, count, sizeof(*hits));
    if (count)
        memcpy(hits, found->ptr, found->len);
    if (count > 1)
        qsort(hits, count, sizeof(*hits), by_place);
    for (size_t i = 0; i < count; i++) {
        if (kept && hits[i].from <= hits[kept - 1].to)
            hits[kept - 1].to = hits[i].to > hits[kept - 1].to ? hits[i].to : hits[kept - 1].to;
        else
            hits[kept++] = hits[i];
    }
    out->hits = hits;
    out->count = kept;
}

bool match_text(const struct search_query *query, struct str text, struct arena *arena,
                struct match *out)
{
    enum { SCALE = 1000000, USUAL_WORDS = 40 };
    struct words words;
    *out = (struct match){0};
    if (query->has_link && !match_has_link(text))
        return false;
    if (query->phrase_count == 0)
        return true;
    words_read(text, arena, &words);
    struct search search = {.words = &words, .hits = BUF_INIT, .last_end = SIZE_MAX};
    bool found = true;
    for (size_t i = 0; found && i < query->phrase_count; i++)
        found = find_phrase(&search, &query->phrases[i]);
    if (found) {
        double length = 1 + (double)words.count / USUAL_WORDS;
        settle_hits(&search.hits, arena, out);
        out->score = (uint64_t)(search.score / length * SCALE);
    }
    buf_deinit(&search.hits);
    return found;
}

/* ---- what is shown ------------------------------------------------------------------------------------------- */

static bool is_inside_character(struct str text, size_t at)
{
    return at > 0 && at < text.len && ((unsigned char)text.ptr[at] & 0xc0) == 0x80;
}

/* Back to the beginning of a word or, where none is near, of a character. */
static size_t begin_before(struct str text, size_t from)
{
    enum { NEAR = 24 };
    if (from <= EXCERPT_BEFORE_BYTES)
        return 0;
    size_t at = from - EXCERPT_BEFORE_BYTES;
    for (size_t i = 0; i < NEAR; i++)
        if (text.ptr[at + i] == ' ' || text.ptr[at + i] == '\n')
            return at + i + 1;
    while (is_inside_character(text, at))
        at--;
    return at;
}

static size_t end_behind(struct str text, size_t from, size_t first_end)
{
    size_t end = from + EXCERPT_BYTES > first_end ? from + EXCERPT_BYTES : first_end;
    if (end >= text.len)
        return text.len;
    while (is_inside_character(text, end))
        end--;
    return end > first_end ? end : first_end;
}

static void put_piece(struct excerpt *out, struct str text, bool match)
{
    if (text.len)
        out->pieces[out->count++] = (struct excerpt_piece){text, match};
}

static struct str slice(struct str text, size_t from, size_t to)
{
    return str_of(text.ptr + from, to - from);
}

void match_excerpt(struct str text, const struct match *match, struct arena *arena,
                   struct excerpt *out)
{
    static const struct str more = STR_INIT("\xe2\x80\xa6"); /* U+2026 */
    size_t begin = match->count ? begin_before(text, match->hits[0].from) : 0;
    size_t end = end_behind(text, begin, match->count ? match->hits[0].to : 0), at = begin;
    *out = (struct excerpt){
        arena_take_array(arena, match->count * 2 + 3, sizeof(struct excerpt_piece)), 0};
    put_piece(out, begin > 0 ? more : STR_NONE, false);
    for (size_t i = 0; i < match->count && match->hits[i].from < end; i++) {
        size_t to = match->hits[i].to < end ? match->hits[i].to : end;
        put_piece(out, slice(text, at, match->hits[i].from), false);
        put_piece(out, slice(text, match->hits[i].from, to), true);
        at = to;
    }
    put_piece(out, slice(text, at, end), false);
    put_piece(out, end < text.len ? more : STR_NONE, false);
}
