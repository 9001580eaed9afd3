/* reader.h - JSON text (RFC 8259) to values that are asked by type; yyjson inside.
 *
 * Strict: UTF-8 only, no byte order mark, no lone surrogates, no comments, trailing commas or NaN,
 * no name twice in one object (RFC 8259, 4 leaves that open, and two readers that choose differently
 * are a hole), no nesting past JSON_DEPTH_MAX. Numbers stay the text they were, so that a large one
 * can be repeated without loss; json_to_u64() reads those that we count with.
 * Owns:   everything lies in the arena; the bytes read are copied there first.
 * Thread: one, as its arena. */
#pragma once

#include "core/arena.h"

enum { JSON_DEPTH_MAX = 32 };

enum json_kind {
    JSON_NULL,
    JSON_FLAG,
    JSON_NUMBER,
    JSON_TEXT,
    JSON_ARRAY,
    JSON_OBJECT,
};

struct json; /* one value */

/* NULL if `bytes` is not JSON; `why` is then half a sentence in the arena: "unexpected character at
 * byte 17". */
const struct json *json_parse(struct arena *arena, struct str bytes, struct str *why);

enum json_kind json_kind(const struct json *value);

/* These return false, and leave *out, where the value is of another kind. */
bool json_to_flag(const struct json *value, bool *out);
bool json_to_u64(const struct json *value, uint64_t *out);    /* digits alone: no sign, no point */
bool json_to_text(const struct json *value, struct str *out); /* unescaped; may hold NUL */

/* The number as it was written; empty for other kinds. */
struct str json_number_text(const struct json *value);

/* The member of that name; NULL if there is none or `object` is no object. */
const struct json *json_get(const struct json *object, struct str name);

/* How many elements or members; 0 for other kinds. */
size_t json_count(const struct json *value);

/* Writes the value anew, without white space; whoever reads that reads the same value. */
struct buf;
void json_repeat(struct buf *out, const struct json *value);

/* Walks an array or an object in the order written:
 *     struct json_iter at = json_iter(value);
 *     while (json_next(&at)) use(at.name, at.value);        name is empty in an array */
struct json_iter {
    struct str name;
    const struct json *value;
    const struct json *next; /* private, as is left */
    size_t left;
    bool named;
};
/* Of another kind than these it has nothing to walk. */
struct json_iter json_iter(const struct json *value);
/* Steps to the next one; false: there is none. */
bool json_next(struct json_iter *at);
