#include "proto/content.h"

#include <inttypes.h>

#include "core/unicode.h"
#include "json/reader.h"
#include "json/writer.h"
#include "proto/parts.h"
#include "proto/poll.h"

struct work {
    const struct json *content;
    struct arena *arena;
    const struct limits *limits;
    struct problem *problem;
    struct json_writer writer; /* inside the object, behind its type */
    struct mentions mentions;
};

static bool refuse(struct work *work, enum err err, struct str field, struct str detail)
{
    *work->problem = problem_field(err, field, detail);
    return false;
}

/* ---- mentions ------------------------------------------------------------------------------------ */

static const struct str mentions_field = STR_INIT("content.mentions");

static bool refuse_mentions(struct work *work)
{
    return refuse(work, ERR_FIELD_INVALID, mentions_field,
                  arena_printf(work->arena,
                               "`content.mentions` must be a list of at most %" PRIu64
                               " user ids, `everyone` or `here`",
                               work->limits->message_mentions));
}

/* Sets it; false if it was set before. */
static bool set_once(bool *flag)
{
    bool was = *flag;
    *flag = true;
    return !was;
}

static bool add_user(struct mentions *mentions, user_id *users, uint64_t id)
{
    for (size_t i = 0; i < mentions->count; i++)
        if (users[i].v == id)
            return false;
    users[mentions->count++] = (user_id){id};
    return true;
}

/* One of the list: *is_new if it was not in it before. False: it names nobody. */
static bool read_mention(struct work *work, const struct json *value, user_id *users, bool *is_new)
{
    struct mentions *mentions = &work->mentions;
    struct str name;
    uint64_t id;
    if (!json_to_text(value, &name))
        return false;
    if (str_eq(name, STR("everyone")))
        *is_new = set_once(&mentions->everyone);
    else if (str_eq(name, STR("here")))
        *is_new = set_once(&mentions->here);
    else if (base62_parse(name, &id))
        *is_new = add_user(mentions, users, id);
    else
        return false;
    return true;
}

/* Those of whom there are none are left out. */
static bool write_mentions(struct work *work)
{
    const struct json *list = json_get(work->content, STR("mentions"));
    if (!list || json_kind(list) == JSON_NULL)
        return true;
    size_t count = json_count(list);
    if (json_kind(list) != JSON_ARRAY || count > work->limits->message_mentions)
        return refuse_mentions(work);
    user_id *users = arena_take_array(work->arena, count, sizeof(*users));
    work->mentions.users = users;
    struct json_iter at = json_iter(list);
    for (bool first = true; json_next(&at); first = false) {
        struct str name = STR_NONE;
        bool is_new = false;
        if (!read_mention(work, at.value, users, &is_new))
            return refuse_mentions(work);
        if (first) {
            json_name(&work->writer, "mentions");
            json_open(&work->writer, '[');
        }
        if (is_new && json_to_text(at.value, &name))
            json_put_text(&work->writer, name);
    }
    if (count)
        json_close(&work->writer, ']');
    return true;
}

/* ---- text ---------------------------------------------------------------------------------------- */

static bool write_text(struct work *work)
{
    const struct json *value = json_get(work->content, STR("text"));
    struct str field = STR("content.text"), text;
    uint64_t max = work->limits->message_text_bytes;
    if (!value)
        return refuse(work, ERR_FIELD_MISSING, field,
                      STR("`content.text` is missing; send what the message says"));
    if (!json_to_text(value, &text))
        return refuse(work, ERR_FIELD_INVALID, field, STR("`content.text` must be text"));
    if (text.len > max)
        return refuse(work, ERR_FIELD_INVALID, field,
                      arena_printf(work->arena,
                                   "`content.text` must be at most %" PRIu64 " bytes of UTF-8; "
                                   "this is %zu: send it in parts",
                                   max, text.len));
    if (unicode_is_blank(text))
        return refuse(work, ERR_FIELD_INVALID, field,
                      STR("`content.text` must hold more than white space"));
    buf_reserve(work->writer.out, text.len + sizeof("\"text\":\"\"}"));
    json_name(&work->writer, "text");
    json_put_text(&work->writer, text);
    return write_mentions(work);
}

static bool write_poll(struct work *work)
{
    return poll_write(work->content, work->arena, work->limits, work->problem, &work->writer);
}

/* `encrypted` is reserved for end-to-end encryption and refused as unknown until it is there. */
static const struct content_type {
    struct str name;
    bool (*write)(struct work *work); /* checks and writes the type's own fields */
} types[] = {
    {STR_INIT("text"), write_text},
    {STR_INIT("poll"), write_poll},
};

static const struct content_type *type_find(struct work *work)
{
    const struct json *value = json_get(work->content, STR("type"));
    struct str field = STR("content.type"), name;
    if (!value) {
        refuse(work, ERR_FIELD_MISSING, field,
               STR("`content.type` is missing; send {\"type\": \"text\", \"text\": \"...\"}"));
        return NULL;
    }
    if (!json_to_text(value, &name)) {
        refuse(work, ERR_FIELD_INVALID, field,
               STR("`content.type` must be text, such as \"text\""));
        return NULL;
    }
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (str_eq(types[i].name, name))
            return &types[i];
    refuse(work, ERR_CONTENT_UNKNOWN_TYPE, field, STR_NONE);
    return NULL;
}

struct str content_canonical(const struct json *content, struct arena *arena,
                             const struct limits *limits, struct problem *problem,
                             struct mentions *mentions)
{
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct work work = {.content = content,
                        .arena = arena,
                        .limits = limits,
                        .problem = problem,
                        .writer = json_writer(&out)};
    if (json_kind(content) != JSON_OBJECT) {
        refuse(&work, ERR_FIELD_INVALID, STR("content"),
               STR("`content` must be an object; send {\"type\": \"text\", \"text\": \"...\"}"));
        return STR_NONE;
    }
    const struct content_type *type = type_find(&work);
    if (!type)
        return STR_NONE;
    json_open(&work.writer, '{');
    json_name(&work.writer, "type");
    json_put_text(&work.writer, type->name);
    if (!type->write(&work))
        return STR_NONE;
    json_close(&work.writer, '}');
    if (mentions)
        *mentions = work.mentions;
    return arena_copy(arena, buf_str(&out));
}

/* Canonical content as JSON, if it is of this type. */
static const struct json *parse_as(struct str canonical, struct str wanted, struct arena *arena)
{
    struct str why, type;
    const struct json *content = canonical.len ? json_parse(arena, canonical, &why) : NULL;
    const struct json *name = content ? json_get(content, STR("type")) : NULL;
    return name && json_to_text(name, &type) && str_eq(type, wanted) ? content : NULL;
}

static bool field_text(const struct json *object, struct str name, struct str *out)
{
    const struct json *value = json_get(object, name);
    return value && json_to_text(value, out);
}

bool content_text(struct str canonical, struct arena *arena, struct str *out)
{
    const struct json *content = parse_as(canonical, STR("text"), arena);
    if (content)
        return field_text(content, STR("text"), out);
    *out = poll_words(canonical, arena);
    return out->ptr != NULL;
}

struct str content_words(struct str canonical, struct arena *arena)
{
    struct str words = STR_NONE;
    return content_text(canonical, arena, &words) ? words : STR_NONE;
}

/* Of what was forwarded before, who said it first. */
static void put_origin(struct json_writer *w, const struct event *message,
                       const struct json *content)
{
    const struct json *before = json_get(content, STR("forwarded"));
    struct str sender, at;
    json_name(w, "forwarded");
    json_open(w, '{');
    if (before && field_text(before, STR("sender"), &sender) &&
        field_text(before, STR("created_at"), &at)) {
        json_name(w, "sender"), json_put_text(w, sender);
        json_name(w, "created_at"), json_put_text(w, at);
    } else {
        json_name(w, "sender"), put_id(w, message->sender.v);
        json_name(w, "created_at"), put_time(w, message->created_at);
    }
    json_close(w, '}');
}

struct str content_forwarded(const struct event *message, struct arena *arena)
{
    struct str text;
    const struct json *content = parse_as(message->payload, STR("text"), arena);
    if (!content || !field_text(content, STR("text"), &text))
        return STR_NONE;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct json_writer w = json_writer(&out);
    json_open(&w, '{');
    json_name(&w, "type"), json_put_text(&w, STR("text"));
    json_name(&w, "text"), json_put_text(&w, text);
    put_origin(&w, message, content);
    json_close(&w, '}');
    return arena_copy(arena, buf_str(&out));
}
