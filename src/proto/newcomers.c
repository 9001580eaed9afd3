#include "proto/newcomers.h"

#include "json/reader.h"
#include "json/writer.h"

static void refuse(struct fields *fields, struct str field, struct str detail)
{
    if (fields->problem.err == ERR_OK)
        fields->problem = problem_field(ERR_FIELD_INVALID, field, detail);
}

static unsigned read_bars(struct fields *fields, const struct json *object, bool of_server)
{
    const struct json *list = json_get(object, STR("bars"));
    struct json_iter at = json_iter(list);
    unsigned bars = 0;
    if (list && json_kind(list) != JSON_ARRAY)
        refuse(fields, STR("newcomers.bars"), STR("`newcomers.bars` must be a list of texts."));
    while (fields->problem.err == ERR_OK && json_next(&at)) {
        struct str name;
        unsigned bar = json_to_text(at.value, &name) ? newcomers_bar_of(name) : 0;
        if (!bar || (bar == BAR_STRANGERS && !of_server))
            refuse(fields, STR("newcomers.bars"),
                   of_server
                       ? STR("What newcomers may not is `links`, `mention_all` or `strangers`.")
                       : STR("What newcomers of a room may not is `links` or `mention_all`."));
        bars |= bar;
    }
    return bars;
}

/* A number within `newcomers`; a problem names it so. */
static uint64_t read_number(struct fields *fields, const struct json *object, const char *name,
                            enum need need, uint64_t max)
{
    struct fields inner = {.arena = fields->arena, .object = object};
    uint64_t number = fields_number(&inner, name, need, 0, max, 0);
    if (inner.problem.err == ERR_OK)
        return number;
    inner.problem.field = arena_printf(fields->arena, "newcomers.%s", name);
    if (fields->problem.err == ERR_OK)
        fields->problem = inner.problem;
    return 0;
}

int64_t fields_newcomers(struct fields *fields, const struct limits *limits, bool of_server)
{
    const struct json *object =
        fields->problem.err == ERR_OK ? json_get(fields->object, STR("newcomers")) : NULL;
    if (!object)
        return -1;
    if (json_kind(object) == JSON_NULL)
        return 0;
    if (json_kind(object) != JSON_OBJECT) {
        refuse(fields, STR("newcomers"),
               STR("`newcomers` must be an object such as {\"seconds\": 600, \"bars\": "
                   "[\"links\"]}, or null."));
        return -1;
    }
    struct newcomers newcomers = {
        .seconds = read_number(fields, object, "seconds", REQUIRED, limits->newcomer_s),
        .slow_mode_s = read_number(fields, object, "slow_mode_s", OPTIONAL, limits->slow_mode_s),
        .bars = read_bars(fields, object, of_server)};
    if (fields->problem.err == ERR_OK && newcomers.seconds && !newcomers.slow_mode_s &&
        !newcomers.bars)
        refuse(fields, STR("newcomers"),
               STR("Nothing would hold for newcomers: give `slow_mode_s`, or `bars` with what they "
                   "may not, or `newcomers` as null."));
    return fields->problem.err == ERR_OK ? (int64_t)newcomers_pack(&newcomers) : -1;
}

void put_newcomers(struct json_writer *w, uint64_t packed)
{
    if (packed == 0) {
        json_put_null(w);
        return;
    }
    struct newcomers newcomers = newcomers_unpack(packed);
    json_open(w, '{');
    json_name(w, "seconds"), json_put_u64(w, newcomers.seconds);
    if (newcomers.slow_mode_s)
        json_name(w, "slow_mode_s"), json_put_u64(w, newcomers.slow_mode_s);
    json_name(w, "bars");
    json_open(w, '[');
    for (unsigned at = 0; at < NEWCOMERS_BARS; at++)
        if (newcomers.bars >> at & 1)
            json_put_text(w, newcomers_bar_name((enum newcomers_bar)(1u << at)));
    json_close(w, ']');
    json_close(w, '}');
}
