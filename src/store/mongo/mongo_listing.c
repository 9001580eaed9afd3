#include <errno.h>

#include "core/unicode.h"
#include "store/mongo/mongo_rows.h"

/* Groups: of a room's row, key, by which they are in order; words, by which they are found; public, whether
 * by everybody. Whoever makes a room public or changes what it is called gives its name and topic with it. */

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

/* ---- those that were there before ---------------------------------------------------------------- */

static void list_one(struct store_conn *conn, struct db_bulk *bulk, const bson_t *room)
{
    bson_t *values = bson_new();
    mongo_list(conn,
               &(struct room_change){.name = doc_text(room, "name", &conn->arena),
                                     .topic = doc_text(room, "topic", &conn->arena)},
               values);
    db_bulk_update(
        conn, bulk, ROOMS,
        BCON_NEW("_id", U64(doc_u64(room, "_id")), "key", "{", "$exists", BOOL(false), "}"),
        BCON_NEW("$set", BCON_DOCUMENT(values)), false);
    bson_destroy(values);
}

int mongo_list_all(struct store_conn *conn)
{
    enum { AT_ONCE = 1000 };
    OWN(db_bulk_free) struct db_bulk bulk = {0};
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows = db_find(
        conn, ROOMS, BCON_NEW("kind", I64(ROOM_GROUP), "key", "{", "$exists", BOOL(false), "}"),
        BCON_NEW("projection", "{", "name", BOOL(true), "topic", BOOL(true), "}"));
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1) {
        list_one(conn, &bulk, doc);
        if (bulk.count < AT_ONCE)
            continue;
        rc = db_bulk_run(conn, &bulk);
        mongo_conn_begin(conn);
        if (rc != 0)
            return rc;
    }
    if (rc == 0)
        rc = db_bulk_run(conn, &bulk);
    mongo_conn_begin(conn);
    return rc;
}

/* ---- finding ------------------------------------------------------------------------------------- */

/* Behind a place, with these words: added to what else is asked. */
static bson_t *ask(struct store_conn *conn, bson_t *filter, const struct listing_words *words,
                   const struct listing_place *after)
{
    BCON_APPEND(filter, "applied", "{", "$gt", I64(0), "}", "$or", "[", "{", "key", "{", "$gt",
                TEXT(conn, after->key), "}", "}", "{", "key", TEXT(conn, after->key), "_id", "{",
                "$gt", U64(after->room.v), "}", "}", "]");
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

/* Takes the filter. */
static int read_page(struct store_conn *conn, bson_t *filter, size_t limit, struct arena *arena,
                     struct room_list *out, struct listing_place *next)
{
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows = db_find(conn, ROOMS, filter,
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

int mongo_directory(struct store_conn *conn, const struct listing_words *words,
                    const struct listing_place *after, size_t limit, struct arena *arena,
                    struct room_list *out, struct listing_place *next)
{
    bson_t *filter = BCON_NEW("public", BOOL(true), "archived", "{", "$not", "{", "$gt", I64(0),
                              "}", "}", "member_count", "{", "$gt", I64(0), "}");
    return read_page(conn, ask(conn, filter, words, after), limit, arena, out, next);
}

static void ask_state(bson_t *filter, enum groups_state state)
{
    if (state == GROUPS_PUBLIC)
        BSON_APPEND_BOOL(filter, "public", true);
    else if (state == GROUPS_LOCKED)
        BCON_APPEND(filter, "locked", "{", "$gt", I64(0), "}");
    else if (state == GROUPS_ARCHIVED)
        BCON_APPEND(filter, "archived", "{", "$gt", I64(0), "}");
    else if (state == GROUPS_EMPTY)
        BCON_APPEND(filter, "member_count", I64(0));
}

int mongo_groups(struct store_conn *conn, const struct groups_question *question,
                 const struct listing_place *after, size_t limit, struct arena *arena,
                 struct room_list *out, struct listing_place *next)
{
    bson_t *filter = BCON_NEW("kind", I64(ROOM_GROUP));
    ask_state(filter, question->state);
    return read_page(conn, ask(conn, filter, &question->words, after), limit, arena, out, next);
}

int mongo_owners(struct store_conn *conn, const room_id *rooms, size_t count, user_id *out)
{
    OWN(bson_destroy) bson_t *wanted = bson_new();
    for (size_t i = 0; i < count; i++) {
        mongo_put_number(wanted, i, rooms[i].v);
        out[i] = (user_id){0};
    }
    if (count == 0)
        return 0;
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows = db_find(conn, MEMBERS,
                                    BCON_NEW("room", "{", "$in", BCON_ARRAY(wanted), "}", "role",
                                             I64(ROLE_OWNER), "gone", BOOL(false)),
                                    NULL);
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1)
        for (size_t i = 0; i < count; i++)
            if (rooms[i].v == doc_u64(doc, "room"))
                out[i] = (user_id){doc_u64(doc, "user")};
    return rc;
}
