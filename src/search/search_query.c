#include "search/search_query.h"

#include "core/buf.h"
#include "core/clock.h"

struct parser {
    struct str rest;
    const struct limits *limits;
    struct arena *arena;
    struct search_query *query;
    struct problem *problem;
    struct buf phrases;
    size_t words;
};

static void refuse(struct parser *parser, struct str detail)
{
    if (parser->problem->err == ERR_OK)
        *parser->problem = problem_field(ERR_FIELD_INVALID, STR("q"), detail);
}

/* ---- pieces of the text ------------------------------------------------------------------------------ */

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The marks that keyboards and pages make of "": 0 if there is none, else its bytes. */
static size_t quote_len(struct str text)
{
    static const struct str quotes[] = {
        STR_INIT("\""),           STR_INIT("\xe2\x80\x9c"), /* U+201C */
        STR_INIT("\xe2\x80\x9d"),                           /* U+201D */
        STR_INIT("\xe2\x80\x9e"),                           /* U+201E */
        STR_INIT("\xc2\xab"),                               /* U+00AB */
        STR_INIT("\xc2\xbb"),                               /* U+00BB */
    };
    for (size_t i = 0; i < ARRAY_LEN(quotes); i++)
        if (str_starts(text, quotes[i]))
            return quotes[i].len;
    return 0;
}

static void skip(struct str *text, size_t count)
{
    *text = str_of(text->ptr + count, text->len - count);
}

/* Up to the next quotation mark, which goes too; to the end without one. */
static struct str cut_quoted(struct str *rest)
{
    size_t len = 0;
    while (len < rest->len && quote_len(str_of(rest->ptr + len, rest->len - len)) == 0)
        len++;
    struct str inside = str_of(rest->ptr, len);
    skip(rest, len);
    skip(rest, quote_len(*rest));
    return inside;
}

/* Up to white space or a quotation mark. */
static struct str cut_bare(struct str *rest)
{
    size_t len = 0;
    while (len < rest->len && !is_space(rest->ptr[len]) &&
           quote_len(str_of(rest->ptr + len, rest->len - len)) == 0)
        len++;
    struct str bare = str_of(rest->ptr, len);
    skip(rest, len);
    return bare;
}

/* ---- operators ------------------------------------------------------------------------------------------ */

static const struct str bad_time =
    STR_INIT("`before:` and `after:` take a day, 2026-11-01, or a time, 2026-11-01T08:00:00Z.");

static void take_from(struct parser *parser, struct str value)
{
    if (parser->query->from.ptr)
        refuse(parser, STR("`from:` can be given once."));
    if (value.len && value.ptr[0] == '@')
        skip(&value, 1);
    parser->query->from = value;
}

static void take_in(struct parser *parser, struct str value)
{
    if (parser->query->in.ptr)
        refuse(parser, STR("`in:` can be given once."));
    if (value.len && value.ptr[0] == '#')
        skip(&value, 1);
    parser->query->in = value;
}

static void take_before(struct parser *parser, struct str value)
{
    if (parser->query->before != INT64_MAX)
        refuse(parser, STR("`before:` can be given once."));
    if (!clock_parse(value, &parser->query->before))
        refuse(parser, bad_time);
}

static void take_after(struct parser *parser, struct str value)
{
    if (parser->query->after != INT64_MIN)
        refuse(parser, STR("`after:` can be given once."));
    if (!clock_parse(value, &parser->query->after))
        refuse(parser, bad_time);
}

static void take_has(struct parser *parser, struct str value)
{
    if (str_eq_nocase(value, STR("link")))
        parser->query->has_link = true;
    else
        refuse(parser, STR("`has:` knows `link`."));
}

static const struct {
    struct str name;
    void (*take)(struct parser *parser, struct str value);
} operators[] = {
    {STR_INIT("from:"), take_from},     {STR_INIT("in:"), take_in},
    {STR_INIT("before:"), take_before}, {STR_INIT("after:"), take_after},
    {STR_INIT("has:"), take_has},
};

/* True: there was one at the beginning of what is left. */
static bool cut_operator(struct parser *parser)
{
    struct str *rest = &parser->rest;
    for (size_t i = 0; i < ARRAY_LEN(operators); i++) {
        size_t len = operators[i].name.len;
        if (rest->len < len || !str_eq_nocase(str_of(rest->ptr, len), operators[i].name))
            continue;
        skip(rest, len);
        size_t quote = quote_len(*rest);
        skip(rest, quote);
        struct str value = quote ? cut_quoted(rest) : cut_bare(rest);
        if (value.len == 0)
            refuse(parser, STR("Behind an operator its value must stand, without a space: "
                               "`from:anna`."));
        else
            operators[i].take(parser, value);
        return true;
    }
    return false;
}

/* ---- words -------------------------------------------------------------------------------------------------- */

static void take_words(struct parser *parser, struct str text, bool exact)
{
    struct phrase phrase = {.exact = exact};
    words_read(text, parser->arena, &phrase.words);
    if (phrase.words.count == 0)
        return;
    parser->words += phrase.words.count;
    buf_put(&parser->phrases, &phrase, sizeof(phrase));
}

static void take_next(struct parser *parser)
{
    size_t quote = quote_len(parser->rest);
    if (quote) {
        skip(&parser->rest, quote);
        take_words(parser, cut_quoted(&parser->rest), true);
    } else if (!cut_operator(parser)) {
        take_words(parser, cut_bare(&parser->rest), false);
    }
}

static void check_words(struct parser *parser)
{
    if (parser->words <= parser->limits->search_words)
        return;
    LIMIT_HIT(parser->limits, search_words);
    refuse(parser,
           arena_printf(parser->arena, "At most %llu words; of scripts without spaces, characters.",
                        (unsigned long long)parser->limits->search_words));
}

void search_query_parse(struct str text, const struct limits *limits, struct arena *arena,
                        struct search_query *out, struct problem *problem)
{
    *out = (struct search_query){.before = INT64_MAX, .after = INT64_MIN};
    struct parser parser = {.rest = text,
                            .limits = limits,
                            .arena = arena,
                            .query = out,
                            .problem = problem,
                            .phrases = BUF_INIT};
    if (!str_is_utf8(text)) {
        refuse(&parser, STR("`q` must be UTF-8."));
        return;
    }
    while (parser.rest.len) {
        if (is_space(parser.rest.ptr[0]))
            skip(&parser.rest, 1);
        else
            take_next(&parser);
    }
    check_words(&parser);
    out->phrase_count = parser.phrases.len / sizeof(struct phrase);
    out->phrases = arena_take_array(arena, out->phrase_count, sizeof(struct phrase));
    if (out->phrase_count)
        memcpy(out->phrases, parser.phrases.ptr, parser.phrases.len);
    buf_deinit(&parser.phrases);
}
