#include "proto/fields.h"

#include <inttypes.h>
#include <stdlib.h>

#include "json/reader.h"
#include "json/writer.h"
#include "model/event.h"
#include "model/permission.h"
#include "model/reaction.h"
#include "proto/content.h"
#include "proto/emoji.h"
#include "proto/feed_key.h"

enum { REPLY_TO_MAX = 64 };

static void refuse(struct fields *fields, enum err err, const char *name, struct str detail)
{
    if (fields->problem.err == ERR_OK)
        fields->problem = problem_field(err, str_from_c(name), detail);
}

#define INVALID(fields, name, ...)                                                                 \
    refuse((fields), ERR_FIELD_INVALID, (name), arena_printf((fields)->arena, __VA_ARGS__))

bool fields_parse(struct fields *fields, struct arena *arena, struct str bytes)
{
    *fields = (struct fields){.arena = arena};
    struct str why;
    const struct json *value = json_parse(arena, bytes.len ? bytes : STR("{}"), &why);
    struct str detail = STR("This is JSON, but not an object; send one JSON object.");
    if (value && json_kind(value) == JSON_OBJECT) {
        fields->object = value;
        return true;
    }
    if (!value)
        detail = arena_printf(
            arena, "This is not valid JSON (%.*s); send one JSON object in UTF-8.", STR_ARG(why));
    fields->problem = problem_field(ERR_JSON_MALFORMED, STR_NONE, detail);
    return false;
}

bool fields_has(const struct fields *fields, const char *name)
{
    const struct json *value = fields->object ? json_get(fields->object, str_from_c(name)) : NULL;
    return value && json_kind(value) != JSON_NULL;
}

/* The value to look at; NULL if there is none, or nobody asks any more. */
static const struct json *value_of(struct fields *fields, const char *name, enum need need)
{
    if (fields->problem.err != ERR_OK || !fields->object)
        return NULL;
    const struct json *value = json_get(fields->object, str_from_c(name));
    if (value && need == OPTIONAL && json_kind(value) == JSON_NULL)
        return NULL;
    if (!value && need == REQUIRED)
        refuse(fields, ERR_FIELD_MISSING, name,
               arena_printf(fields->arena, "`%s` is missing; send it too", name));
    return value;
}

struct str fields_text(struct fields *fields, const char *name, enum need need, size_t min,
                       size_t max)
{
    const struct json *value = value_of(fields, name, need);
    struct str text;
    if (!value)
        return STR_NONE;
    if (!json_to_text(value, &text)) {
        INVALID(fields, name, "`%s` must be text", name);
        return STR_NONE;
    }
    if (text.len > max || text.len < min) {
        if (min == 0)
            INVALID(fields, name, "`%s` must be at most %zu bytes of UTF-8", name, max);
        else
            INVALID(fields, name, "`%s` must be %zu to %zu bytes of UTF-8", name, min, max);
        return STR_NONE;
    }
    if (memchr(text.ptr, '\0', text.len)) {
        INVALID(fields, name, "`%s` must not hold the character U+0000", name);
        return STR_NONE;
    }
    return text;
}

uint64_t fields_number(struct fields *fields, const char *name, enum need need, uint64_t min,
                       uint64_t max, uint64_t otherwise)
{
    const struct json *value = value_of(fields, name, need);
    uint64_t number;
    if (!value)
        return otherwise;
    if (json_to_u64(value, &number) && number >= min && number <= max)
        return number;
    INVALID(fields, name, "`%s` must be a whole number from %" PRIu64 " to %" PRIu64, name, min,
            max);
    return otherwise;
}

bool fields_flag(struct fields *fields, const char *name, bool otherwise)
{
    const struct json *value = value_of(fields, name, OPTIONAL);
    bool flag = otherwise;
    if (value && !json_to_flag(value, &flag))
        INVALID(fields, name, "`%s` must be true or false", name);
    return flag;
}

struct str fields_nonce(struct fields *fields, enum need need)
{
    struct str nonce;
    if (fields->problem.err != ERR_OK || !fields->object)
        return STR_NONE;
    /* null is none: who means one and sends null would do the act again by trying again. */
    const struct json *value = json_get(fields->object, STR("nonce"));
    if (!value)
        value = value_of(fields, "nonce", need);
    if (!value)
        return STR_NONE;
    if (json_to_text(value, &nonce) && nonce_is_valid(nonce))
        return nonce;
    INVALID(fields, "nonce",
            "`nonce` must be text of 1 to %d of the characters A-Z a-z 0-9 _ . : -", NONCE_MAX);
    return STR_NONE;
}

/* 0: it names nothing. */
static uint64_t id_of(struct str text)
{
    uint64_t id;
    return base62_parse(text, &id) ? id : 0;
}

static uint64_t required_id(struct fields *fields, const char *name)
{
    const struct json *value = value_of(fields, name, REQUIRED);
    struct str text;
    if (!value)
        return 0;
    if (json_to_text(value, &text))
        return id_of(text);
    INVALID(fields, name, "`%s` must be an id, which is text", name);
    return 0;
}

room_id fields_room(struct fields *fields, const char *name)
{
    return (room_id){required_id(fields, name)};
}

user_id fields_user(struct fields *fields, const char *name)
{
    return (user_id){required_id(fields, name)};
}

enum role fields_role(struct fields *fields, const char *name)
{
    enum role role = role_of(fields_text(fields, name, REQUIRED, 1, NONCE_MAX));
    if (role == ROLE_NONE && fields->problem.err == ERR_OK)
        INVALID(fields, name, "`%s` is owner, admin, moderator, member or guest", name);
    return role;
}

static bool read_ids(const struct json *list, user_id *out)
{
    struct json_iter at = json_iter(list);
    struct str text;
    while (json_next(&at)) {
        if (!json_to_text(at.value, &text))
            return false;
        *out++ = (user_id){id_of(text)};
    }
    return true;
}

user_id *fields_users(struct fields *fields, const char *name, size_t max, size_t *count)
{
    const struct json *list = value_of(fields, name, REQUIRED);
    size_t len = list ? json_count(list) : 0;
    *count = 0;
    if (len > max)
        len = 0;
    user_id *users = arena_take_array(fields->arena, len + 1, sizeof(*users));
    if (!list)
        return users;
    if (json_kind(list) != JSON_ARRAY || json_count(list) > max || !read_ids(list, users)) {
        INVALID(fields, name, "`%s` must be a list of at most %zu user ids", name, max);
        return users;
    }
    *count = len;
    return users;
}

struct str fields_content(struct fields *fields, const struct limits *limits,
                          struct mentions *mentions)
{
    const struct json *content = value_of(fields, "content", REQUIRED);
    if (!content)
        return STR_NONE;
    return content_canonical(content, fields->arena, limits, &fields->problem, mentions);
}

struct problem fields_take_content_problem(struct fields *fields)
{
    struct problem problem = fields->problem;
    if (!str_starts(problem.field, STR("content")))
        return problem_of(ERR_OK);
    fields->problem = problem_of(ERR_OK);
    return problem;
}

/* What the texts take in a list of JSON. */
static size_t quoted_bytes(const struct str *texts, size_t count)
{
    OWN(buf_deinit) struct buf quoted = BUF_INIT;
    for (size_t i = 0; i < count; i++)
        json_quote(&quoted, texts[i]);
    return buf_str(&quoted).len + count;
}

bool fields_within(struct fields *fields, const char *name, struct str why, struct fields *out)
{
    struct str field = str_from_c(name);
    const struct json *value = fields->object ? json_get(fields->object, field) : NULL;
    *out = (struct fields){.arena = fields->arena, .object = value};
    if (fields->problem.err == ERR_OK && (!value || json_kind(value) != JSON_OBJECT))
        fields->problem = problem_field(ERR_FIELD_INVALID, field, why);
    return fields->problem.err == ERR_OK;
}

struct str fields_object(struct fields *fields, const char *name, size_t max)
{
    const struct json *value = value_of(fields, name, REQUIRED);
    OWN(buf_deinit) struct buf out = BUF_INIT;
    if (!value)
        return STR_NONE;
    if (json_kind(value) == JSON_OBJECT)
        json_repeat(&out, value);
    if (out.len > 0 && out.len <= max)
        return arena_copy(fields->arena, buf_str(&out));
    INVALID(fields, name, "`%s` must be an object of at most %zu bytes of JSON", name, max);
    return STR_NONE;
}

struct problem feed_key_problem(struct arena *arena)
{
    return problem_field(ERR_FIELD_INVALID, STR("key"),
                         arena_printf(arena, "A key is one of %.*s.", STR_ARG(feed_key_families)));
}

struct str fields_feed_key(struct fields *fields)
{
    struct str key = fields_text(fields, "key", REQUIRED, 1, FEED_KEY_MAX);
    if (key.ptr && !feed_key_is_valid(key)) {
        fields->problem = feed_key_problem(fields->arena);
        return STR_NONE;
    }
    return key;
}

uint64_t fields_feed_rev(struct fields *fields)
{
    return fields_number(fields, "rev", OPTIONAL, 0, INT64_MAX, FEED_ANY_REV);
}

struct str fields_emoji(struct fields *fields, const char *name)
{
    struct str emoji = fields_text(fields, name, REQUIRED, 1, EMOJI_BYTES_MAX);
    if (!emoji.ptr || emoji_is_reaction(emoji))
        return emoji;
    INVALID(fields, name,
            "`%s` must be one emoji, or :name: of one of this server, and nothing else", name);
    return STR_NONE;
}

struct str fields_emoji_payload(struct arena *arena, struct str emoji)
{
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct json_writer w = json_writer(&out);
    json_open(&w, '{');
    json_name(&w, "emoji"), json_put_text(&w, emoji);
    json_close(&w, '}');
    return arena_copy(arena, buf_str(&out));
}

static int seen_compare(const void *a, const void *b)
{
    uint64_t left = ((const struct sync_seen *)a)->room.v;
    uint64_t right = ((const struct sync_seen *)b)->room.v;
    return (left > right) - (left < right);
}

void fields_seen(struct fields *fields, struct sync_query *out, struct str **unknown,
                 size_t *unknown_count)
{
    const struct json *rooms = value_of(fields, "rooms", OPTIONAL);
    *unknown = NULL;
    *unknown_count = out->seen_count = out->reserved = 0;
    out->seen = NULL;
    if (!rooms)
        return;
    size_t count = json_count(rooms), i = 0, strange = 0;
    struct sync_seen *seen = arena_take_array(fields->arena, count + 1, sizeof(*seen));
    struct str *names = arena_take_array(fields->arena, count + 1, sizeof(*names));
    struct json_iter at = json_iter(rooms);
    bool good = json_kind(rooms) == JSON_OBJECT;
    for (; good && json_next(&at); i++) {
        seen[i].room = (room_id){id_of(at.name)};
        good = json_to_u64(at.value, &seen[i].seq) && seen[i].seq <= INT64_MAX;
        if (seen[i].room.v == 0)
            names[strange++] = at.name;
    }
    if (!good) {
        INVALID(
            fields, "rooms",
            "`rooms` must be an object of room ids, each with the last seq seen: a whole number");
        return;
    }
    qsort(seen, count, sizeof(*seen), seen_compare);
    out->seen = seen;
    out->seen_count = count;
    *unknown = names;
    *unknown_count = strange;
    out->reserved = quoted_bytes(names, strange);
}

static size_t characters(struct str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
    return count;
}

struct str fields_reply_to(struct fields *fields)
{
    const struct json *value = fields->object ? json_get(fields->object, STR("id")) : NULL;
    struct str text = value ? json_number_text(value) : STR_NONE;
    if (text.len > 0 && text.len <= REPLY_TO_MAX)
        return text;
    if (value && json_to_text(value, &text) && characters(text) <= REPLY_TO_MAX) {
        OWN(buf_deinit) struct buf quoted = BUF_INIT;
        json_quote(&quoted, text);
        return arena_copy(fields->arena, buf_str(&quoted));
    }
    refuse(fields, value ? ERR_FIELD_INVALID : ERR_FIELD_MISSING, "id",
           STR("A command needs an `id`: a number, or text of at most 64 characters."));
    return STR("null");
}
