#include "admin/import_record.h"

#include "json/reader.h"

static const struct {
    struct str name;
    size_t offset; /* of its text; admin is the one that has none */
} fields[] = {
    {STR_INIT("username"), offsetof(struct import_record, username)},
    {STR_INIT("display_name"), offsetof(struct import_record, display_name)},
    {STR_INIT("email"), offsetof(struct import_record, email)},
    {STR_INIT("locale"), offsetof(struct import_record, locale)},
    {STR_INIT("password_hash"), offsetof(struct import_record, password_hash)},
    {STR_INIT("admin"), SIZE_MAX},
};

static bool find_field(struct str name, struct arena *arena, size_t *out, struct str *why)
{
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        if (str_eq(fields[i].name, name)) {
            *out = i;
            return true;
        }
    }
    *why = arena_printf(arena,
                        "there is no field %.*s; there are username, display_name, email, locale, "
                        "password_hash and admin",
                        (int)(name.len < 64 ? name.len : 64), name.ptr ? name.ptr : "");
    return false;
}

static struct str *text_of(struct import_record *record, size_t field)
{
    return (struct str *)((char *)record + fields[field].offset);
}

static bool has_username(const struct import_record *record, struct str *why)
{
    if (record->username.len > 0)
        return true;
    *why = STR("username is missing");
    return false;
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static bool take_json(struct import_record *record, size_t field, const struct json *value,
                      struct arena *arena, struct str *why)
{
    bool is_flag = fields[field].offset == SIZE_MAX;
    if (json_kind(value) == JSON_NULL)
        return true;
    if (is_flag ? json_to_flag(value, &record->admin) : json_to_text(value, text_of(record, field)))
        return true;
    *why = arena_printf(arena, "%.*s is not %s", STR_ARG(fields[field].name),
                        is_flag ? "true or false" : "a text");
    return false;
}

bool import_record_json(struct str line, struct arena *arena, struct import_record *out,
                        struct str *why)
{
    *out = (struct import_record){0};
    const struct json *object = json_parse(arena, line, why);
    if (!object)
        return false;
    if (json_kind(object) != JSON_OBJECT) {
        *why = STR("it is not an object");
        return false;
    }
    struct json_iter at = json_iter(object);
    size_t field;
    while (json_next(&at))
        if (!find_field(at.name, arena, &field, why) ||
            !take_json(out, field, at.value, arena, why))
            return false;
    return has_username(out, why);
}

/* ---- a table with commas ------------------------------------------------------------------------ */

/* A cell in quotation marks, in which two stand for one. *line begins behind the first; afterwards
 * behind the last. */
static bool take_quoted(struct str *line, struct arena *arena, struct str *out, struct str *why)
{
    char *text = arena_take(arena, line->len + 1);
    size_t len = 0, at = 0;
    for (; at < line->len; at++) {
        if (line->ptr[at] != '"') {
            text[len++] = line->ptr[at];
        } else if (at + 1 < line->len && line->ptr[at + 1] == '"') {
            text[len++] = line->ptr[at++];
        } else {
            *line = str_of(line->ptr + at + 1, line->len - at - 1);
            *out = str_of(text, len);
            return true;
        }
    }
    *why = STR("a quotation mark is not closed in its line");
    return false;
}

/* The next cell of the line, whose ptr is NULL behind the last one. */
static bool take_cell(struct str *line, struct arena *arena, struct str *out, struct str *why)
{
    if (line->len == 0 || line->ptr[0] != '"') {
        *out = str_cut(line, ',');
        return true;
    }
    *line = str_of(line->ptr + 1, line->len - 1);
    if (!take_quoted(line, arena, out, why))
        return false;
    if (line->len > 0 && line->ptr[0] != ',') {
        *why = STR("behind a closing quotation mark stands something else than a comma");
        return false;
    }
    *line = line->len > 0 ? str_of(line->ptr + 1, line->len - 1) : STR_NONE;
    return true;
}

bool import_columns_parse(struct str line, struct arena *arena, struct import_columns *out,
                          struct str *why)
{
    bool seen[ARRAY_LEN(fields)] = {0};
    *out = (struct import_columns){0};
    while (line.ptr) {
        struct str name;
        size_t field;
        if (!take_cell(&line, arena, &name, why) || !find_field(str_trim(name), arena, &field, why))
            return false;
        if (seen[field] || out->count == IMPORT_COLUMNS_MOST) {
            *why = STR("the first line names a column twice");
            return false;
        }
        seen[field] = true;
        out->field[out->count++] = (uint8_t)field;
    }
    if (!seen[0])
        *why = STR("the first line must name the columns, username among them");
    return seen[0];
}

static bool take_text(struct import_record *record, size_t field, struct str cell, struct str *why)
{
    if (fields[field].offset != SIZE_MAX) {
        *text_of(record, field) = cell;
        return true;
    }
    record->admin = str_eq(cell, STR("true"));
    if (record->admin || cell.len == 0 || str_eq(cell, STR("false")))
        return true;
    *why = STR("admin is neither true nor false");
    return false;
}

bool import_record_csv(struct str line, const struct import_columns *columns, struct arena *arena,
                       struct import_record *out, struct str *why)
{
    *out = (struct import_record){0};
    size_t count = 0;
    for (; line.ptr; count++) {
        struct str cell;
        if (!take_cell(&line, arena, &cell, why))
            return false;
        if (count < columns->count && !take_text(out, columns->field[count], cell, why))
            return false;
    }
    if (count != columns->count) {
        *why = arena_printf(arena, "it has %zu cells where the first line names %zu", count,
                            columns->count);
        return false;
    }
    return has_username(out, why);
}
