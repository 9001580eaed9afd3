/* mongo_doc.h - values into documents and out again. Private to store/mongo.
 * BSON's integers are signed: ids, sequence numbers and counts have 63 bits, larger questions are
 * the largest number. */
#pragma once

#include "core/buf.h"
#include "store/mongo/mongo_conn.h"

static inline int64_t as_i64(uint64_t value)
{
    return value > INT64_MAX ? INT64_MAX : (int64_t)value;
}

#define I64(value) BCON_INT64((int64_t)(value))
#define U64(value) BCON_INT64(as_i64(value))
#define BOOL(value) BCON_BOOL(value)
/* Text as the driver wants it, in the job's arena. */
#define TEXT(conn, s) BCON_UTF8(arena_copy(&(conn)->arena, (s)).ptr)
#define BLOB(s)                                                                                    \
    BCON_BIN(BSON_SUBTYPE_BINARY, (const uint8_t *)((s).len ? (s).ptr : ""), (uint32_t)(s).len)
#define KEY(key) BCON_BIN(BSON_SUBTYPE_BINARY, (key).bytes, (uint32_t)sizeof((key).bytes))

/* Keys of two or three numbers, big-endian, so that they sort as the numbers do. */
struct key2 {
    uint8_t bytes[16];
};
struct key3 {
    uint8_t bytes[24];
};

static inline void key_put(uint8_t *out, uint64_t value)
{
    for (int i = 0; i < 8; i++)
        out[i] = (uint8_t)(value >> (56 - 8 * i));
}

static inline uint64_t key_get(const uint8_t *in)
{
    uint64_t value = 0;
    for (int i = 0; i < 8; i++)
        value = value << 8 | in[i];
    return value;
}

static inline struct key2 key2(uint64_t a, uint64_t b)
{
    struct key2 key;
    key_put(key.bytes, a);
    key_put(key.bytes + 8, b);
    return key;
}

static inline struct key3 key3(uint64_t a, uint64_t b, uint64_t c)
{
    struct key3 key;
    key_put(key.bytes, a);
    key_put(key.bytes + 8, b);
    key_put(key.bytes + 16, c);
    return key;
}

/* What a field holds; 0, false or empty where it is missing. Texts are borrowed from the document. */
int64_t doc_i64(const bson_t *doc, const char *field);
static inline uint64_t doc_u64(const bson_t *doc, const char *field)
{
    return (uint64_t)doc_i64(doc, field);
}
bool doc_bool(const bson_t *doc, const char *field);
struct str doc_str(const bson_t *doc, const char *field);
static inline struct str doc_text(const bson_t *doc, const char *field, struct arena *arena)
{
    return arena_copy(arena, doc_str(doc, field));
}

/* Lists of unknown length are gathered in a buffer, as an array of structs; this moves it to where
 * the caller wants it. */
static inline void *rows_to_arena(const struct buf *rows, struct arena *arena)
{
    void *items = arena_take(arena, rows->len);
    if (rows->len)
        memcpy(items, rows->ptr, rows->len);
    return items;
}

/* One more key into a list of them for $in. */
static inline void mongo_put_key(bson_t *list, uint32_t *count, const uint8_t *key, uint32_t len)
{
    char number[12];
    snprintf(number, sizeof(number), "%u", (*count)++);
    bson_append_binary(list, number, -1, BSON_SUBTYPE_BINARY, key, len);
}
/* The number of a list at this place, behind all before it. */
static inline void mongo_put_number(bson_t *list, size_t at, uint64_t value)
{
    char place[24];
    snprintf(place, sizeof(place), "%zu", at);
    bson_append_int64(list, place, -1, as_i64(value));
}
static inline void mongo_put_id(bson_t *list, uint32_t *count, uint64_t id)
{
    mongo_put_number(list, (*count)++, id);
}

/* Options of a question: sorted by a field (-1: descending), at most `limit` (0: all). */
static inline bson_t *sorted(const char *field, int way, uint64_t limit)
{
    return BCON_NEW("sort", "{", field, BCON_INT32(way), "}", "limit", U64(limit));
}
