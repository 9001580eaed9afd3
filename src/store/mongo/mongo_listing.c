#include <errno.h>

#include "core/unicode.h"
#include "store/mongo/mongo_rows.h"

/* Public groups: of a room's row, public; key, by which they are in order; words, by which they are
 * found. Whoever makes a room public gives its name and topic with it. */

void mongo_list(struct store_conn *conn, const struct room_change *change, bson_t *values)
{
    struct str name, topic;
    struct listing_words words = {0};
    if (!unicode_fold(change->name, &conn->arena, &name) ||
        !unicode_fold(change->topic, &conn->arena, &topic))
        return;
    listing_index(&words, name);
    listing_index(&words, topic);
    OWN(bson_destroy) bson_t *list = bson_new();
    for (size_t i = 0; i < words.count; i++) {
        char number[24];
        snprintf(number, sizeof(number), "%zu", i);
        bson_append_utf8(list, number, -1, words.items[i].ptr, (int)words.items[i].len);
    }
    BCON_APPEND(values, "key", TEXT(conn, listing_cut(name, LISTING_KEY_BYTES)), "words",
                BCON_ARRAY(list));
}

static bson_t *asked(struct store_conn *conn, const struct listing_words *words,
                     const struct listing_place *after)
{
    bson_t *filter =
        BCON_NEW("public", BOOL(true), "applied", "{", "$gt", I64(0), "}", "archived", "{", "$not",
                 "{", "$gt", I64(0), "}", "}", "member_count", "{", "$gt", I64(0), "}", "$or", "[",
                 "{", "key", "{", "$gt", TEXT(conn, after->key), "}", "}", "{", "key",
                 TEXT(conn, after->key), "_id", "{", "$gt", U64(after->room.v), "}", "}", "]");
    OWN(bson_destroy) bson_t *all = bson_new();
    for (size_t i = 0; i < words->count; i++) {
        char number[24];
        snprintf(number, sizeof(number), "%zu", i);
        struct str word = words->items[i];
        /* All that begins with it sorts from it up to it and the last character there can be. */
        struct str end = arena_printf(&conn->arena, "%.*s\xf4\x8f\xbf\xbf", STR_ARG(word));
        OWN(bson_destroy)
        bson_t *one = BCON_NEW("words", "{", "$elemMatch", "{", "$gte", TEXT(conn, word), "$lt",
                               TEXT(conn, end), "}", "}");
        bson_append_document(all, number, -1, one);
    }
    if (words->count)
        BCON_APPEND(filter, "$and", BCON_ARRAY(all));
    return filter;
}

int mongo_directory(struct store_conn *conn, const struct listing_words *words,
                    const struct listing_place *after, size_t limit, struct arena *arena,
                    struct room_list *out, struct listing_place *next)
{
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows = db_find(conn, ROOMS, asked(conn, words, after),
                                    BCON_NEW("sort", "{", "key", BCON_INT32(1), "_id",
                                             BCON_INT32(1), "}", "limit", U64(limit + 1)));
    struct room *items = arena_take_array(arena, limit, sizeof(*items));
    struct str key = STR_NONE;
    size_t count = 0;
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1 && count < limit) {
        items[count++] = mongo_room_read(doc, arena);
        key = doc_text(doc, "key", arena);
    }
    if (rc < 0)
        return rc;
    *out = (struct room_list){items, count};
    *next = (struct listing_place){0};
    if (rc == 1 && count)
        *next = (struct listing_place){key, items[count - 1].id};
    return 0;
}
