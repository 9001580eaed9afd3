#include <errno.h>

#include "store/mongo/mongo_rows.h"

/* Rows of a kind, whole: documents by _id, each field looked up in the kind's list of columns. */

enum { ID_LEN = 8, KEY_NUMBERS_MOST = 3 };

static enum collection collection_of(const struct kind *kind)
{
    size_t at = 0;
    while (at < COLLECTION_COUNT && strcmp(collection_names[at], kind->mongo) != 0)
        at++;
    REQUIRE(at < COLLECTION_COUNT);
    return (enum collection)at;
}

/* Is the name one of a list with spaces between them? */
static bool is_among(const char *list, const char *name)
{
    for (struct str rest = str_from_c(list ? list : ""); rest.len;)
        if (str_eq(str_cut(&rest, ' '), str_from_c(name)))
            return true;
    return false;
}

/* ---- reading --------------------------------------------------------------------------------------- */

static bson_t *alive(const struct kind *kind)
{
    if (!kind->mongo_alive)
        return bson_new();
    for (size_t i = 0; kind->columns[i].name; i++)
        if (kind->columns[i].type == COLUMN_BLOB &&
            strcmp(kind->columns[i].mongo, kind->mongo_alive) == 0)
            return BCON_NEW(kind->mongo_alive, "{", "$ne", BLOB(STR("")), "}");
    return BCON_NEW(kind->mongo_alive, "{", "$gt", I64(0), "}");
}

/* `after` is a document of nothing but an _id. */
static int add_place(bson_t *filter, struct str after)
{
    bson_t place;
    bson_iter_t id;
    if (after.len == 0)
        return 0;
    if (!bson_init_static(&place, (const uint8_t *)after.ptr, after.len) ||
        !bson_iter_init_find(&id, &place, "_id"))
        return -EINVAL;
    bson_t behind = BSON_INITIALIZER;
    bson_append_iter(&behind, "$gt", -1, &id);
    bson_append_document(filter, "_id", -1, &behind);
    bson_destroy(&behind);
    return 0;
}

static struct str place_of(const bson_t *doc, struct arena *arena)
{
    bson_iter_t id;
    bson_t place = BSON_INITIALIZER;
    struct str bytes = STR_NONE;
    if (bson_iter_init_find(&id, doc, "_id") && bson_append_iter(&place, "_id", -1, &id))
        bytes = arena_copy(arena, str_of((const char *)bson_get_data(&place), place.len));
    bson_destroy(&place);
    return bytes;
}

static void put_id(struct buf *out, uint64_t id)
{
    uint8_t bytes[ID_LEN];
    key_put(bytes, id);
    buf_put(out, bytes, sizeof(bytes));
}

static void put_pair(struct buf *out, const bson_iter_t *at)
{
    const uint8_t *bytes;
    uint32_t len;
    bson_t item;
    bson_iter_document(at, &len, &bytes);
    if (!bson_init_static(&item, bytes, len))
        return;
    put_id(out, doc_u64(&item, "id"));
    put_id(out, doc_u64(&item, "seq"));
}

static int compare_bytes(const void *a, const void *b)
{
    return memcmp(a, b, ID_LEN);
}

/* Sorted, as they are in no order in the database, unless that tells something. */
static struct str read_ids(const bson_iter_t *list, bool pairs, bool sorted_by_id,
                           struct arena *arena)
{
    OWN(buf_deinit) struct buf ids = BUF_INIT;
    size_t size = pairs ? 2 * (size_t)ID_LEN : ID_LEN;
    bson_iter_t at;
    if (!bson_iter_recurse(list, &at))
        return STR_NONE;
    while (bson_iter_next(&at)) {
        if (pairs)
            put_pair(&ids, &at);
        else
            put_id(&ids, (uint64_t)bson_iter_as_int64(&at));
    }
    if (ids.len && sorted_by_id)
        qsort(ids.ptr, ids.len / size, size, compare_bytes);
    return arena_copy(arena, buf_str(&ids));
}

static struct str text_at(const bson_iter_t *at, struct arena *arena)
{
    uint32_t len = 0;
    if (BSON_ITER_HOLDS_UTF8(at)) {
        const char *text = bson_iter_utf8(at, &len);
        return arena_copy(arena, str_of(text, len));
    }
    if (BSON_ITER_HOLDS_BINARY(at)) {
        const uint8_t *bytes;
        bson_iter_binary(at, NULL, &len, &bytes);
        return arena_copy(arena, str_of((const char *)bytes, len));
    }
    return STR_NONE;
}

static struct kind_value read_value(const bson_iter_t *at, const struct kind_column *column,
                                    struct arena *arena)
{
    switch (column->type) {
    case COLUMN_NONCE:
    case COLUMN_TEXT:
    case COLUMN_TEXT_IF:
    case COLUMN_BLOB:
        return (struct kind_value){.text = text_at(at, arena)};
    case COLUMN_IDS:
    case COLUMN_PAIRS:
        return (struct kind_value){.text =
                                       read_ids(at, column->type == COLUMN_PAIRS,
                                                strcmp(column->name, "answered_by") != 0, arena)};
    case COLUMN_BOOL:
        return (struct kind_value){.number = bson_iter_as_bool(at)};
    case COLUMN_INT:
    case COLUMN_INT_IF:
    default:
        return (struct kind_value){.number = bson_iter_as_int64(at)};
    }
}

/* Numbers that are nowhere but in the key. */
static void read_key(const bson_iter_t *at, const struct kind *kind, struct kind_value *row)
{
    const uint8_t *bytes = NULL;
    uint32_t len = 0;
    if (!BSON_ITER_HOLDS_BINARY(at))
        return;
    bson_iter_binary(at, NULL, &len, &bytes);
    for (size_t i = 0; kind->columns[i].name; i++) {
        const char *field = kind->columns[i].mongo;
        size_t number = (size_t)(field[1] - '0');
        if (field[0] == '#' && (number + 1) * ID_LEN <= len)
            row[i].number = (int64_t)key_get(bytes + number * ID_LEN);
    }
}

static const struct kind_column *column_of(const struct kind *kind, const char *field)
{
    for (size_t i = 0; kind->columns[i].name; i++)
        if (strcmp(kind->columns[i].mongo, field) == 0)
            return &kind->columns[i];
    return NULL;
}

/* An answer in a thread has its root for a target, and what its root knows only on its way there. */
static void mend_event(const struct kind *kind, const bson_t *doc, struct kind_value *row)
{
    uint64_t root = doc_u64(doc, "thread");
    if (!root)
        return;
    row[kind_column(kind, "target")].number = as_i64(root);
    row[kind_column(kind, "answered_at")].number = 0;
    row[kind_column(kind, "answered_by")].text = STR_NONE;
}

static int read_row(const bson_t *doc, const struct kind *kind, struct arena *arena,
                    struct kind_value *row, struct str *unknown)
{
    bson_iter_t at;
    if (!bson_iter_init(&at, doc))
        return -EUCLEAN;
    while (bson_iter_next(&at)) {
        const char *field = bson_iter_key(&at);
        const struct kind_column *column = column_of(kind, field);
        if (column) {
            row[column - kind->columns] = read_value(&at, column, arena);
        } else if (strcmp(field, "_id") == 0) {
            read_key(&at, kind, row);
        } else if (!is_among(kind->mongo_left, field)) {
            *unknown = arena_printf(arena, "%s.%s", kind->mongo, field);
            return -ENOTSUP;
        }
    }
    if (kind == &store_kinds[KIND_EVENT])
        mend_event(kind, doc, row);
    return 0;
}

int mongo_rows_read(struct store_conn *conn, const struct kind *kind, struct str after,
                    size_t limit, size_t max_bytes, struct arena *arena, struct kind_rows *out)
{
    *out = (struct kind_rows){.items = arena_take_array(arena, limit, sizeof(*out->items))};
    bson_t *filter = alive(kind);
    int rc = add_place(filter, after);
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows = db_find(conn, collection_of(kind), filter, sorted("_id", 1, limit));
    if (rc != 0)
        return rc;
    size_t bytes = 0;
    const bson_t *doc;
    while ((rc = db_next(conn, rows, &doc)) == 1) {
        rc = read_row(doc, kind, arena, out->items[out->count++], &out->unknown);
        if (rc != 0)
            return rc;
        bytes += doc->len;
        if (out->count == limit || bytes >= max_bytes) {
            out->next = place_of(doc, arena);
            break;
        }
    }
    return rc;
}

int mongo_rows_count(struct store_conn *conn, const struct kind *kind, uint64_t *out)
{
    int64_t count = db_count(conn, collection_of(kind), alive(kind));
    *out = count < 0 ? 0 : (uint64_t)count;
    return count < 0 ? (int)count : 0;
}

/* By the log itself: of a room that was being made there may be nothing else yet. */
int mongo_settle(struct store_conn *conn, room_id after, size_t limit, room_id *last)
{
    *last = after;
    for (size_t i = 0; i < limit; i++) {
        struct key2 key = key2(last->v, INT64_MAX);
        OWN(bson_destroy) bson_t *doc = NULL;
        int rc = db_find_one(conn, EVENTS, BCON_NEW("_id", "{", "$gt", KEY(key), "}"),
                             sorted("_id", 1, 1), &doc);
        if (rc != 0) {
            *last = (room_id){0};
            return rc == -ENOENT ? 0 : rc;
        }
        uint64_t seq;
        last->v = doc_u64(doc, "room");
        rc = mongo_catch_up(conn, *last, &seq);
        if (rc == 0)
            rc = mongo_clear_rest(conn, *last);
        if (rc != 0)
            return rc;
    }
    return 0;
}

/* ---- writing ---------------------------------------------------------------------------------------- */

static void put_ids(bson_t *doc, const char *field, struct str ids, bool pairs)
{
    size_t size = pairs ? 2 * (size_t)ID_LEN : ID_LEN;
    bson_t list = BSON_INITIALIZER;
    for (size_t i = 0; (i + 1) * size <= ids.len; i++) {
        const uint8_t *at = (const uint8_t *)ids.ptr + i * size;
        char number[24];
        snprintf(number, sizeof(number), "%zu", i);
        if (pairs) {
            OWN(bson_destroy)
            bson_t *pair = BCON_NEW("id", U64(key_get(at)), "seq", U64(key_get(at + ID_LEN)));
            bson_append_document(&list, number, -1, pair);
        } else {
            bson_append_int64(&list, number, -1, as_i64(key_get(at)));
        }
    }
    bson_append_array(doc, field, -1, &list);
    bson_destroy(&list);
}

static void put_value(bson_t *doc, const char *field, enum column_type type,
                      const struct kind_value *value)
{
    struct str text = value->text;
    const char *ptr = text.len ? text.ptr : "";
    switch (type) {
    case COLUMN_INT_IF:
        if (value->number)
            bson_append_int64(doc, field, -1, value->number);
        break;
    case COLUMN_BOOL:
        bson_append_bool(doc, field, -1, value->number != 0);
        break;
    case COLUMN_TEXT_IF:
        if (text.len)
            bson_append_utf8(doc, field, -1, ptr, (int)text.len);
        break;
    case COLUMN_NONCE:
    case COLUMN_TEXT:
        bson_append_utf8(doc, field, -1, ptr, (int)text.len);
        break;
    case COLUMN_BLOB:
        bson_append_binary(doc, field, -1, BSON_SUBTYPE_BINARY, (const uint8_t *)ptr,
                           (uint32_t)text.len);
        break;
    case COLUMN_IDS:
    case COLUMN_PAIRS:
        if (text.len)
            put_ids(doc, field, text, type == COLUMN_PAIRS);
        break;
    case COLUMN_INT:
    default:
        bson_append_int64(doc, field, -1, value->number);
        break;
    }
}

static void put_key(bson_t *doc, const struct kind *kind, const struct kind_value *row)
{
    uint8_t bytes[KEY_NUMBERS_MOST * ID_LEN];
    size_t numbers = kind->key == KIND_KEY_TWO ? 2 : kind->key == KIND_KEY_THREE ? 3 : 0;
    for (size_t i = 0; i < numbers; i++)
        key_put(bytes + i * ID_LEN, (uint64_t)row[i].number);
    if (numbers)
        bson_append_binary(doc, "_id", -1, BSON_SUBTYPE_BINARY, bytes,
                           (uint32_t)(numbers * ID_LEN));
}

static struct str text_in(const struct kind *kind, const struct kind_value *row, const char *name)
{
    return row[kind_column(kind, name)].text;
}

static int64_t number_in(const struct kind *kind, const struct kind_value *row, const char *name)
{
    return row[kind_column(kind, name)].number;
}

/* What is found by words, and the event that last changed a row. */
static int put_own(struct store_conn *conn, bson_t *doc, const struct kind *kind,
                   const struct kind_value *row)
{
    if (kind == &store_kinds[KIND_USER]) {
        OWN(bson_destroy)
        bson_t *words = mongo_user_words(conn, text_in(kind, row, "username_key"),
                                         text_in(kind, row, "display_name"));
        if (!words)
            return -EILSEQ;
        bson_append_array(doc, "words", -1, words);
    }
    if (kind == &store_kinds[KIND_ROOM] && number_in(kind, row, "kind") == ROOM_GROUP)
        mongo_list(conn,
                   &(struct room_change){.name = text_in(kind, row, "name"),
                                         .topic = text_in(kind, row, "topic")},
                   doc);
    if (kind == &store_kinds[KIND_REPORT]) {
        struct key2 place = key2((uint64_t)number_in(kind, row, "created_at"),
                                 (uint64_t)number_in(kind, row, "id"));
        bson_append_binary(doc, "place", -1, BSON_SUBTYPE_BINARY, place.bytes, sizeof(place.bytes));
    }
    if (is_among(kind->mongo_left, "applied"))
        bson_append_int64(doc, "applied", -1, number_in(kind, row, "seq"));
    return 0;
}

static int make_doc(struct store_conn *conn, const struct kind *kind, const struct kind_value *row,
                    bson_t **out)
{
    bool answer =
        kind == &store_kinds[KIND_EVENT] && number_in(kind, row, "type") == EVENT_MESSAGE_CREATED;
    *out = bson_new();
    put_key(*out, kind, row);
    for (size_t i = 0; kind->columns[i].name; i++) {
        const struct kind_column *column = &kind->columns[i];
        bool root = answer && strcmp(column->mongo, "target") == 0;
        if (column->mongo[0] != '#')
            put_value(*out, root ? "thread" : column->mongo, column->type, &row[i]);
    }
    return put_own(conn, *out, kind, row);
}

/* Each person's highest rev. */
static int write_feeds(struct store_conn *conn, const struct kind *kind,
                       const struct kind_rows *rows)
{
    OWN(db_bulk_free) struct db_bulk feeds = {0};
    for (size_t i = 0; i < rows->count; i++)
        db_bulk_update(
            conn, &feeds, FEEDS, BCON_NEW("_id", I64(number_in(kind, rows->items[i], "user"))),
            BCON_NEW("$max", "{", "rev", I64(number_in(kind, rows->items[i], "rev")), "}"), true);
    return db_bulk_run(conn, &feeds);
}

int mongo_rows_write(struct store_conn *conn, const struct kind *kind, const struct kind_rows *rows)
{
    bson_t **docs = xcalloc(rows->count + 1, sizeof(*docs));
    size_t count = 0;
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < rows->count; i++)
        if (!kind_is_private(kind, rows->items[i]))
            rc = make_doc(conn, kind, rows->items[i], &docs[count++]);
    if (rc == 0 && count)
        rc = db_insert_new(conn, collection_of(kind), docs, count);
    for (size_t i = 0; i < count; i++)
        bson_destroy(docs[i]);
    xfree(docs);
    if (rc == 0 && kind == &store_kinds[KIND_FEED])
        rc = write_feeds(conn, kind, rows);
    return rc;
}
