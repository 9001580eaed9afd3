#include "proto/moderation.h"

#include "core/unicode.h"
#include "json/writer.h"

static struct str read_reason(struct fields *fields, const struct limits *limits)
{
    struct str reason = fields_text(fields, "reason", OPTIONAL, 1, limits->reason_bytes);
    if (reason.ptr && !unicode_is_label(reason))
        fields->problem = problem_field(ERR_FIELD_INVALID, STR("reason"),
                                        STR("A reason is one line with something to see."));
    return reason;
}

/* What of it is given: a number that is not 0, a reason that is there. */
static struct str print(struct fields *fields, uint64_t seconds, uint64_t uses, struct str reason)
{
    if (seconds == 0 && uses == 0 && !reason.ptr)
        return STR_NONE;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct json_writer w = json_writer(&out);
    json_open(&w, '{');
    if (seconds)
        json_name(&w, "seconds"), json_put_u64(&w, seconds);
    if (uses)
        json_name(&w, "uses"), json_put_u64(&w, uses);
    if (reason.ptr)
        json_name(&w, "reason"), json_put_text(&w, reason);
    json_close(&w, '}');
    return arena_copy(fields->arena, buf_str(&out));
}

struct str moderation_reason(struct fields *fields, const struct limits *limits)
{
    return print(fields, 0, 0, read_reason(fields, limits));
}

struct str moderation_deletion(struct fields *fields, const struct limits *limits)
{
    struct oversight oversight = {.reason = read_reason(fields, limits)};
    return encode_oversight(fields->arena, &oversight);
}

struct str moderation_mute(struct fields *fields, const struct limits *limits, uint64_t *seconds)
{
    *seconds = fields_number(fields, "seconds", REQUIRED, 1, limits->mute_s, 0);
    return print(fields, *seconds, 0, read_reason(fields, limits));
}

struct str moderation_ban(struct fields *fields, const struct limits *limits, uint64_t *seconds)
{
    *seconds = fields_number(fields, "seconds", OPTIONAL, 1, limits->ban_s, 0);
    return print(fields, *seconds, 0, read_reason(fields, limits));
}

struct str moderation_suspension(struct fields *fields, const struct limits *limits,
                                 uint64_t *seconds, struct str *reason)
{
    *seconds = fields_number(fields, "seconds", OPTIONAL, 1, limits->ban_s, 0);
    *reason = read_reason(fields, limits);
    return print(fields, *seconds, 0, *reason);
}

int64_t moderation_since(uint64_t seconds, bool all, int64_t now, struct problem *problem)
{
    if (problem->err == ERR_OK && seconds == 0 && !all)
        *problem = problem_field(ERR_FIELD_MISSING, STR("seconds"),
                                 STR("Give `seconds`, how far back, or `all` as true."));
    else if (problem->err == ERR_OK && seconds && all)
        *problem =
            problem_field(ERR_FIELD_INVALID, STR("all"), STR("Give `seconds` or `all`, not both."));
    return seconds ? now - (int64_t)seconds * 1000 : 0;
}

struct str moderation_link(struct fields *fields, const struct limits *limits, uint64_t *seconds,
                           uint64_t *uses)
{
    *seconds = fields_number(fields, "seconds", OPTIONAL, 1, limits->invite_s, 0);
    *uses = fields_number(fields, "uses", OPTIONAL, 1, limits->invite_uses, 0);
    return print(fields, *seconds, *uses, STR_NONE);
}

void moderation_link_made(struct arena *arena, struct str payload, uint64_t *seconds,
                          uint64_t *uses)
{
    struct fields fields;
    *seconds = *uses = 0;
    if (payload.len == 0 || !fields_parse(&fields, arena, payload))
        return;
    *seconds = fields_number(&fields, "seconds", OPTIONAL, 1, INT64_MAX, 0);
    *uses = fields_number(&fields, "uses", OPTIONAL, 1, INT64_MAX, 0);
}

struct str moderation_request(struct fields *fields, const struct limits *limits)
{
    struct str text = fields_text(fields, "text", OPTIONAL, 1, limits->request_bytes);
    if (text.ptr && !unicode_is_label(text))
        fields->problem = problem_field(ERR_FIELD_INVALID, STR("text"),
                                        STR("What you say is one line with something to see."));
    return text;
}

struct str moderation_by_link(struct arena *arena, uint64_t link)
{
    return arena_printf(arena, "{\"link\":%llu}", (unsigned long long)link);
}

static void read_hold(struct fields *fields, const char *name, uint64_t bit, struct oversight *out)
{
    if (!fields_has(fields, name))
        return;
    if (fields_flag(fields, name, false))
        out->hold |= bit;
    else
        out->release |= bit;
}

struct oversight moderation_oversight(struct fields *fields, const struct limits *limits,
                                      user_id *owner)
{
    struct oversight oversight = {0};
    *owner = (user_id){0};
    read_hold(fields, "locked", HELD_LOCKED, &oversight);
    read_hold(fields, "archived", HELD_ARCHIVED, &oversight);
    read_hold(fields, "unlisted", HELD_UNLISTED, &oversight);
    if (fields_has(fields, "owner"))
        *owner = fields_user(fields, "owner");
    oversight.reason = read_reason(fields, limits);
    if (fields->problem.err == ERR_OK && fields_has(fields, "owner") && !owner->v)
        fields->problem = problem_field(ERR_FIELD_INVALID, STR("owner"),
                                        STR("`owner` must be the id of a member."));
    if (fields->problem.err == ERR_OK && !(oversight.hold | oversight.release) && !owner->v)
        fields->problem = problem_field(
            ERR_FIELD_MISSING, STR("locked"),
            STR("Nothing is to change; send `locked`, `archived`, `unlisted` or `owner`."));
    return oversight;
}
