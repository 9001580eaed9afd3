#include "json/reader.h"

#include <stdlib.h>
#include <yyjson.h>

#include "json/writer.h"

/* A struct json is a yyjson_val by another name, so that no other file sees the library. */
static yyjson_val *inner(const struct json *value)
{
    return (yyjson_val *)(uintptr_t)value;
}

static const struct json *outer(yyjson_val *value)
{
    return (const struct json *)value;
}

static void *arena_malloc(void *arena, size_t size)
{
    return arena_take(arena, size);
}

static void *arena_realloc(void *arena, void *old, size_t old_size, size_t size)
{
    if (size <= old_size)
        return old;
    return memcpy(arena_take(arena, size), old, old_size);
}

static void arena_free(void *arena UNUSED, void *old UNUSED)
{
}

static int name_compare(const void *a, const void *b)
{
    const struct str *left = a, *right = b;
    if (left->len != right->len)
        return left->len < right->len ? -1 : 1;
    return memcmp(left->ptr, right->ptr, left->len);
}

enum { NAMES_FEW = 8 }; /* as commands have: each compared with each is the cheapest */

static bool few_have_one_twice(const struct str *names, size_t count)
{
    for (size_t i = 1; i < count; i++)
        for (size_t before = 0; before < i; before++)
            if (str_eq(names[before], names[i]))
                return true;
    return false;
}

/* Sorting keeps it cheap for an object of thousands of names, which a client may send. */
static bool has_name_twice(struct arena *arena, const struct json *object)
{
    size_t count = json_count(object), i = 0;
    if (count < 2)
        return false;
    struct str few[NAMES_FEW];
    struct str *names = count <= NAMES_FEW ? few : arena_take_array(arena, count, sizeof(*names));
    struct json_iter at = json_iter(object);
    while (json_next(&at))
        names[i++] = at.name;
    if (count <= NAMES_FEW)
        return few_have_one_twice(names, count);
    qsort(names, count, sizeof(*names), name_compare);
    for (i = 1; i < count; i++)
        if (str_eq(names[i - 1], names[i]))
            return true;
    return false;
}

/* What is wrong with it beyond its grammar; NULL: nothing. */
static const char *fault_in(struct arena *arena, const struct json *value, int depth)
{
    enum json_kind kind = json_kind(value);
    if (kind != JSON_ARRAY && kind != JSON_OBJECT)
        return NULL;
    if (depth == JSON_DEPTH_MAX)
        return "nested deeper than 32 levels";
    if (kind == JSON_OBJECT && has_name_twice(arena, value))
        return "a name occurs twice in one object";
    const char *fault = NULL;
    struct json_iter at = json_iter(value);
    while (!fault && json_next(&at))
        fault = fault_in(arena, at.value, depth + 1);
    return fault;
}

const struct json *json_parse(struct arena *arena, struct str bytes, struct str *why)
{
    const yyjson_alc alc = {arena_malloc, arena_realloc, arena_free, arena};
    yyjson_read_err error = {0};
    /* Without the flag INSITU the library copies the bytes and only reads ours. */
    yyjson_doc *doc = yyjson_read_opts((char *)(uintptr_t)bytes.ptr, bytes.len,
                                       YYJSON_READ_NUMBER_AS_RAW, &alc, &error);
    if (!doc) {
        *why = bytes.len ? arena_printf(arena, "%s at byte %zu", error.msg, error.pos)
                         : STR("there is nothing");
        return NULL;
    }
    const struct json *root = outer(yyjson_doc_get_root(doc));
    const char *fault = fault_in(arena, root, 0);
    if (fault) {
        *why = str_from_c(fault);
        return NULL;
    }
    return root;
}

enum json_kind json_kind(const struct json *value)
{
    switch (yyjson_get_type(inner(value))) {
    case YYJSON_TYPE_BOOL:
        return JSON_FLAG;
    case YYJSON_TYPE_RAW: /* YYJSON_READ_NUMBER_AS_RAW */
        return JSON_NUMBER;
    case YYJSON_TYPE_STR:
        return JSON_TEXT;
    case YYJSON_TYPE_ARR:
        return JSON_ARRAY;
    case YYJSON_TYPE_OBJ:
        return JSON_OBJECT;
    default:
        return JSON_NULL;
    }
}

bool json_to_flag(const struct json *value, bool *out)
{
    if (json_kind(value) != JSON_FLAG)
        return false;
    *out = yyjson_get_bool(inner(value));
    return true;
}

struct str json_number_text(const struct json *value)
{
    if (json_kind(value) != JSON_NUMBER)
        return STR_NONE;
    return str_of(yyjson_get_raw(inner(value)), yyjson_get_len(inner(value)));
}

bool json_to_u64(const struct json *value, uint64_t *out)
{
    return str_to_u64(json_number_text(value), out);
}

bool json_to_text(const struct json *value, struct str *out)
{
    if (json_kind(value) != JSON_TEXT)
        return false;
    *out = str_of(yyjson_get_str(inner(value)), yyjson_get_len(inner(value)));
    return true;
}

const struct json *json_get(const struct json *object, struct str name)
{
    return outer(yyjson_obj_getn(inner(object), name.ptr, name.len));
}

size_t json_count(const struct json *value)
{
    if (json_kind(value) != JSON_ARRAY && json_kind(value) != JSON_OBJECT)
        return 0;
    return yyjson_get_len(inner(value));
}

/* Values lie one behind the other, each object's and array's contents right after it: a member is
 * its name, then its value. */
struct json_iter json_iter(const struct json *value)
{
    struct json_iter at = {.left = json_count(value), .named = json_kind(value) == JSON_OBJECT};
    if (at.left)
        at.next = outer(unsafe_yyjson_get_first(inner(value)));
    return at;
}

bool json_next(struct json_iter *at)
{
    if (at->left == 0)
        return false;
    at->left--;
    yyjson_val *next = inner(at->next);
    if (at->named) {
        at->name = str_of(yyjson_get_str(next), yyjson_get_len(next));
        next++;
    }
    at->value = outer(next);
    at->next = outer(unsafe_yyjson_get_next(next));
    return true;
}

/* The depth was bounded when it was read. */
static void repeat(struct json_writer *w, const struct json *value)
{
    enum json_kind kind = json_kind(value);
    bool flag = false;
    struct str text = STR_NONE;
    if (kind == JSON_NULL) {
        json_put_null(w);
    } else if (kind == JSON_FLAG) {
        json_to_flag(value, &flag);
        json_put_flag(w, flag);
    } else if (kind == JSON_NUMBER) {
        json_put_raw(w, json_number_text(value));
    } else if (kind == JSON_TEXT) {
        json_to_text(value, &text);
        json_put_text(w, text);
    } else {
        json_open(w, kind == JSON_ARRAY ? '[' : '{');
        struct json_iter at = json_iter(value);
        while (json_next(&at)) {
            if (kind == JSON_OBJECT)
                json_put_name(w, at.name);
            repeat(w, at.value);
        }
        json_close(w, kind == JSON_ARRAY ? ']' : '}');
    }
}

void json_repeat(struct buf *out, const struct json *value)
{
    struct json_writer w = json_writer(out);
    repeat(&w, value);
}
