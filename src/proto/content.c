#include "proto/content.h"

#include <inttypes.h>

#include "core/unicode.h"
#include "json/reader.h"
#include "json/writer.h"

struct work {
    const struct json *content;
    struct arena *arena;
    const struct limits *limits;
    struct problem *problem;
    struct json_writer writer; /* inside the object, behind its type */
};

static bool refuse(struct work *work, enum err err, struct str field, struct str detail)
{
    *work->problem = problem_field(err, field, detail);
    return false;
}

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
    return true;
}

/* `encrypted` is reserved for end-to-end encryption and refused as unknown until it is there. */
static const struct content_type {
    struct str name;
    bool (*write)(struct work *work); /* checks and writes the type's own fields */
} types[] = {
    {STR_INIT("text"), write_text},
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
                             const struct limits *limits, struct problem *problem)
{
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct work work = {content, arena, limits, problem, json_writer(&out)};
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
    return arena_copy(arena, buf_str(&out));
}
