#include "proto/poll.h"

#include <inttypes.h>

#include "core/unicode.h"
#include "json/reader.h"
#include "proto/parts.h"

struct work {
    const struct json *content;
    struct arena *arena;
    const struct limits *limits;
    struct problem *problem;
    struct json_writer *writer;
};

static const struct str options_field = STR_INIT("content.options");

static bool refuse(struct work *work, struct str field, struct str detail)
{
    *work->problem = problem_field(ERR_FIELD_INVALID, field, detail);
    return false;
}

static bool is_line(const struct json *value, uint64_t max, struct str *out)
{
    return json_to_text(value, out) && out->len <= max && !unicode_is_blank(*out);
}

static bool write_question(struct work *work)
{
    const struct json *value = json_get(work->content, STR("text"));
    struct str field = STR("content.text"), text;
    if (!value) {
        *work->problem = problem_field(ERR_FIELD_MISSING, field,
                                       STR("`content.text` is missing; send what the poll asks"));
        return false;
    }
    uint64_t max = work->limits->poll_question_bytes;
    if (!is_line(value, max, &text))
        return refuse(work, field,
                      arena_printf(work->arena,
                                   "`content.text` must be 1 to %" PRIu64 " bytes of UTF-8, and "
                                   "more than white space",
                                   max));
    json_name(work->writer, "text"), json_put_text(work->writer, text);
    return true;
}

static bool is_among(const struct str *texts, size_t count, struct str text)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(texts[i], text))
            return true;
    return false;
}

static bool write_options(struct work *work)
{
    const struct json *list = json_get(work->content, STR("options"));
    uint64_t most = work->limits->poll_options, max = work->limits->poll_option_bytes;
    if (!list) {
        *work->problem =
            problem_field(ERR_FIELD_MISSING, options_field,
                          STR("`content.options` is missing; send what can be answered"));
        return false;
    }
    struct str texts[POLL_OPTIONS_MAX];
    size_t count = json_count(list), i = 0;
    bool good = json_kind(list) == JSON_ARRAY && count >= 2 && count <= most;
    json_name(work->writer, "options");
    json_open(work->writer, '[');
    for (struct json_iter at = json_iter(list); good && json_next(&at); i++) {
        good = is_line(at.value, max, &texts[i]) && !is_among(texts, i, texts[i]);
        if (good)
            json_put_text(work->writer, texts[i]);
    }
    json_close(work->writer, ']');
    return good || refuse(work, options_field,
                          arena_printf(work->arena,
                                       "`content.options` must be a list of 2 to %" PRIu64
                                       " texts, all different, each of 1 to %" PRIu64
                                       " bytes of UTF-8 and more than white space",
                                       most, max));
}

/* Written only where it is true. */
static bool write_flag(struct work *work, struct str name, struct str field)
{
    const struct json *value = json_get(work->content, name);
    bool flag = false;
    if (value && json_kind(value) != JSON_NULL && !json_to_flag(value, &flag))
        return refuse(work, field,
                      arena_printf(work->arena, "`%.*s` must be true or false", STR_ARG(field)));
    if (flag)
        json_put_name(work->writer, name), json_put_flag(work->writer, true);
    return true;
}

static bool write_end(struct work *work)
{
    const struct json *value = json_get(work->content, STR("closes_at"));
    struct str text;
    int64_t at = 0;
    if (!value || json_kind(value) == JSON_NULL)
        return true;
    if (!json_to_text(value, &text) || !clock_parse(text, &at) || at <= 0)
        return refuse(work, STR("content.closes_at"),
                      STR("`content.closes_at` must be a time such as 2030-01-31T12:00:00.000Z"));
    json_name(work->writer, "closes_at"), put_time(work->writer, at);
    return true;
}

bool poll_write(const struct json *content, struct arena *arena, const struct limits *limits,
                struct problem *problem, struct json_writer *writer)
{
    struct work work = {content, arena, limits, problem, writer};
    return write_question(&work) && write_options(&work) &&
           write_flag(&work, STR("multiple"), STR("content.multiple")) &&
           write_flag(&work, STR("anonymous"), STR("content.anonymous")) && write_end(&work);
}

/* ---- what was written ------------------------------------------------------------------------ */

/* NULL: it is no poll. What is none is not parsed. */
static const struct json *parse(struct str canonical, struct arena *arena)
{
    struct str why;
    return str_starts(canonical, STR("{\"type\":\"poll\",")) ? json_parse(arena, canonical, &why)
                                                             : NULL;
}

static bool is_set(const struct json *content, struct str name)
{
    const struct json *value = json_get(content, name);
    bool flag = false;
    return value && json_to_flag(value, &flag) && flag;
}

struct poll content_poll(struct str canonical, struct arena *arena)
{
    const struct json *content = parse(canonical, arena);
    struct poll poll = {0};
    if (!content)
        return poll;
    const struct json *end = json_get(content, STR("closes_at"));
    struct str text;
    poll.options = (uint8_t)json_count(json_get(content, STR("options")));
    poll.multiple = is_set(content, STR("multiple"));
    poll.anonymous = is_set(content, STR("anonymous"));
    if (end && json_to_text(end, &text))
        (void)clock_parse(text, &poll.closes_at);
    return poll;
}

struct str poll_words(struct str canonical, struct arena *arena)
{
    const struct json *content = parse(canonical, arena);
    struct str text;
    if (!content || !json_to_text(json_get(content, STR("text")), &text))
        return STR_NONE;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    buf_put_str(&out, text);
    for (struct json_iter at = json_iter(json_get(content, STR("options"))); json_next(&at);)
        if (json_to_text(at.value, &text)) {
            buf_put_char(&out, '\n');
            buf_put_str(&out, text);
        }
    return arena_copy(arena, buf_str(&out));
}

static bool read_options(const struct json *list, uint64_t *out)
{
    bool good = list && json_kind(list) == JSON_ARRAY && json_count(list) <= POLL_OPTIONS_MAX;
    for (struct json_iter at = json_iter(list); good && json_next(&at);) {
        uint64_t option = 0;
        good = json_to_u64(at.value, &option) && option < POLL_OPTIONS_MAX;
        if (good)
            *out |= (uint64_t)1 << option;
    }
    return good;
}

struct ballot fields_ballot(struct fields *fields)
{
    const struct str choices = STR("choices"), base = STR("base");
    struct ballot ballot = {0};
    if (fields->problem.err != ERR_OK)
        return ballot;
    const struct json *list = fields->object ? json_get(fields->object, choices) : NULL;
    const struct json *before = fields->object ? json_get(fields->object, base) : NULL;
    ballot.has_base = before && json_kind(before) != JSON_NULL;
    if (!read_options(list, &ballot.choices))
        fields->problem =
            problem_field(list ? ERR_FIELD_INVALID : ERR_FIELD_MISSING, choices,
                          STR("`choices` must be a list of options, counted from 0; an empty one "
                              "takes your vote back"));
    else if (ballot.has_base && !read_options(before, &ballot.base))
        fields->problem =
            problem_field(ERR_FIELD_INVALID, base,
                          STR("`base` must be a list of options, counted from 0, that you had "
                              "chosen as far as you know; leave it out where your vote takes the "
                              "place of any other"));
    return ballot;
}
