#include "proto/scheduled.h"

#include "json/reader.h"
#include "model/feed.h"
#include "proto/parts.h"

static int64_t read_at(struct fields *fields, const struct limits *limits, int64_t now)
{
    int64_t ahead = (int64_t)limits->schedule_ahead_s, at = 0;
    if (fields_has(fields, "delay_s"))
        return now +
               1000 * (int64_t)fields_number(fields, "delay_s", REQUIRED, 0, (uint64_t)ahead, 0);
    struct str text = fields_text(fields, "at", REQUIRED, 1, NONCE_MAX);
    if (fields->problem.err != ERR_OK)
        return 0;
    if (!clock_parse(text, &at) || at <= 0 || at > now + ahead * 1000)
        fields->problem = problem_field(
            ERR_FIELD_INVALID, STR("at"),
            arena_printf(fields->arena,
                         "`at` must be a time such as 2030-01-31T12:00:00.000Z, at most %lld "
                         "seconds ahead",
                         (long long)ahead));
    return at;
}

static struct scheduled read_message(struct fields *fields, const struct limits *limits)
{
    struct scheduled scheduled = {0};
    scheduled.content = fields_content(fields, limits, &scheduled.mentions);
    scheduled.reply_to = fields_number(fields, "reply_to", OPTIONAL, 1, INT64_MAX, 0);
    scheduled.thread = fields_number(fields, "thread", OPTIONAL, 1, INT64_MAX, 0);
    return scheduled;
}

struct scheduled fields_scheduled(struct fields *fields, const struct limits *limits, int64_t now)
{
    struct fields inner;
    const struct str why = STR("`value` must be an object with `at` or `delay_s`, and `content`");
    if (!fields_within(fields, "value", why, &inner))
        return (struct scheduled){0};
    int64_t at = read_at(&inner, limits, now);
    struct scheduled scheduled = read_message(&inner, limits);
    scheduled.at = at;
    fields->problem = inner.problem;
    return scheduled;
}

struct str scheduled_value(struct arena *arena, const struct scheduled *scheduled)
{
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct json_writer w = json_writer(&out);
    json_open(&w, '{');
    json_name(&w, "at"), put_time(&w, scheduled->at);
    json_name(&w, "content"), json_put_raw(&w, scheduled->content);
    if (scheduled->reply_to)
        json_name(&w, "reply_to"), json_put_u64(&w, scheduled->reply_to);
    if (scheduled->thread)
        json_name(&w, "thread"), json_put_u64(&w, scheduled->thread);
    json_close(&w, '}');
    return arena_copy(arena, buf_str(&out));
}

/* Not read and written again: what it says may be nothing that can be read any more, by a smaller limit. */
struct str scheduled_refuse(struct arena *arena, struct str value, enum err problem)
{
    REQUIRE(value.len > 2 && value.ptr[value.len - 1] == '}');
    return arena_printf(arena, "%.*s,\"problem\":\"%.*s\"}", (int)value.len - 1, value.ptr,
                        STR_ARG(err_code(problem)));
}

bool scheduled_read(struct arena *arena, struct str value, const struct limits *limits,
                    struct scheduled *out, struct problem *problem)
{
    struct fields fields;
    fields_parse(&fields, arena, value);
    struct str at = fields_text(&fields, "at", REQUIRED, 1, NONCE_MAX);
    bool refused = fields_has(&fields, "problem");
    *out = read_message(&fields, limits);
    out->refused = refused;
    if (at.len)
        (void)clock_parse(at, &out->at);
    *problem = fields.problem;
    return problem->err == ERR_OK;
}

room_id scheduled_key(struct str key, struct str *nonce)
{
    static const struct str family = FEED_SCHEDULED;
    room_id room = {0};
    struct str rest = str_of(key.ptr + family.len, key.len - family.len);
    struct str id = str_cut(&rest, '.');
    base62_parse(id, &room.v);
    *nonce = rest;
    return room;
}
