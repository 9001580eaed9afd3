#include "model/report.h"

#include "core/buf.h"
#include "core/clock.h"

static const struct str categories[] = {
    [REPORT_SPAM] = STR_INIT("spam"),
    [REPORT_HARASSMENT] = STR_INIT("harassment"),
    [REPORT_HATE] = STR_INIT("hate"),
    [REPORT_VIOLENCE] = STR_INIT("violence"),
    [REPORT_SEXUAL] = STR_INIT("sexual"),
    [REPORT_ILLEGAL] = STR_INIT("illegal"),
    [REPORT_IMPERSONATION] = STR_INIT("impersonation"),
    [REPORT_SELF_HARM] = STR_INIT("self_harm"),
    [REPORT_OTHER] = STR_INIT("other"),
};
static const struct str kinds[] = {
    [REPORT_MESSAGE] = STR_INIT("message"),
    [REPORT_USER] = STR_INIT("user"),
    [REPORT_ROOM] = STR_INIT("room"),
};
static const struct str outcomes[] = {
    [REPORT_OPEN] = STR_INIT("open"),
    [REPORT_DISMISSED] = STR_INIT("dismissed"),
    [REPORT_ACTED] = STR_INIT("acted"),
};

static uint8_t index_of(const struct str *names, size_t count, struct str name)
{
    for (size_t i = 1; i < count; i++)
        if (str_eq(names[i], name))
            return (uint8_t)i;
    return 0;
}

struct str report_category_name(uint8_t category)
{
    return category < ARRAY_LEN(categories) ? categories[category] : STR("");
}

uint8_t report_category_of(struct str name)
{
    return index_of(categories, ARRAY_LEN(categories), name);
}

struct str report_kind_name(uint8_t kind)
{
    return kind < ARRAY_LEN(kinds) ? kinds[kind] : STR("");
}

struct str report_outcome_name(uint8_t outcome)
{
    return outcome < ARRAY_LEN(outcomes) ? outcomes[outcome] : STR("");
}

uint8_t report_outcome_of(struct str name)
{
    return index_of(outcomes, ARRAY_LEN(outcomes), name);
}

/* ---- what is told in feeds ----------------------------------------------------------------------- */

static struct str print_id(struct arena *arena, uint64_t id)
{
    char text[BASE62_LEN];
    base62_print(id, text);
    return arena_copy(arena, str_of(text, BASE62_LEN));
}

struct str report_key(struct arena *arena, uint64_t id)
{
    static const struct str family = FEED_REPORT;
    return arena_printf(arena, "%.*s%.*s", STR_ARG(family), STR_ARG(print_id(arena, id)));
}

/* About what it is, as JSON behind the members before it. */
static struct str print_subject(struct arena *arena, const struct report *report)
{
    struct str room = print_id(arena, report->room.v), user = print_id(arena, report->user.v);
    if (report->kind == REPORT_MESSAGE)
        return arena_printf(arena, ",\"room\":\"%.*s\",\"seq\":%llu", STR_ARG(room),
                            (unsigned long long)report->seq);
    if (report->kind == REPORT_ROOM)
        return arena_printf(arena, ",\"room\":\"%.*s\"", STR_ARG(room));
    return arena_printf(arena, ",\"user_id\":\"%.*s\"", STR_ARG(user));
}

struct str report_told(struct arena *arena, const struct report *report)
{
    char at[TIME_TEXT_LEN];
    clock_format(report->created_at, at);
    return arena_printf(arena,
                        "{\"kind\":\"%.*s\",\"category\":\"%.*s\",\"state\":\"%.*s\","
                        "\"created_at\":\"%.*s\"%.*s}",
                        STR_ARG(report_kind_name(report->kind)),
                        STR_ARG(report_category_name(report->category)),
                        STR_ARG(report_outcome_name(report->outcome)), TIME_TEXT_LEN, at,
                        STR_ARG(print_subject(arena, report)));
}

struct str report_badge_key(struct arena *arena, room_id queue)
{
    if (queue.v == 0)
        return STR("reports:server");
    return arena_printf(arena, "reports:%.*s", STR_ARG(print_id(arena, queue.v)));
}

struct str report_badge(struct arena *arena, size_t open)
{
    return open ? arena_printf(arena, "{\"open\":%zu}", open) : STR("null");
}
