#include <errno.h>
#include <stdio.h>

#include "store/sqlite/sqlite_rows.h"

/* Rows of a kind, whole: statements made from its list of columns, for so many rows at once that
 * preparing them costs nothing. */

enum { ID_LEN = 8 };

static void finalize_p(sqlite3_stmt **statement)
{
    sqlite3_finalize(*statement);
}
#define OWN_STATEMENT OWN(finalize) sqlite3_stmt *

static int prepare(struct store_conn *conn, const struct buf *text, sqlite3_stmt **out)
{
    int code = sqlite3_prepare_v2(conn->db, text->ptr, (int)text->len, out, NULL);
    return code == SQLITE_OK ? 0 : -EUCLEAN;
}

static void put_id(struct buf *out, uint64_t id)
{
    for (int shift = 56; shift >= 0; shift -= 8)
        buf_put_char(out, (char)(id >> shift));
}

static uint64_t get_id(const char *at)
{
    uint64_t id = 0;
    for (size_t i = 0; i < ID_LEN; i++)
        id = id << 8 | (uint8_t)at[i];
    return id;
}

/* ---- where to go on: the values of the key, each behind its type --------------------------------- */

static bool is_text(const struct kind_column *column)
{
    return column->type == COLUMN_TEXT;
}

static struct str place_of(const struct kind *kind, const struct kind_value *row,
                           struct arena *arena)
{
    OWN(buf_deinit) struct buf place = BUF_INIT;
    for (size_t i = 0; i < kind->keys; i++) {
        bool text = is_text(&kind->columns[i]);
        put_id(&place, text ? row[i].text.len : (uint64_t)row[i].number);
        if (text)
            buf_put_str(&place, row[i].text);
    }
    return arena_copy(arena, buf_str(&place));
}

static int bind_place(sqlite3_stmt *s, const struct kind *kind, struct str place)
{
    for (size_t i = 0; i < kind->keys; i++) {
        if (place.len < ID_LEN)
            return -EINVAL;
        uint64_t number = get_id(place.ptr);
        place = str_of(place.ptr + ID_LEN, place.len - ID_LEN);
        if (!is_text(&kind->columns[i])) {
            bind_u64(s, (int)i + 1, number);
            continue;
        }
        if (number > place.len)
            return -EINVAL;
        bind_text(s, (int)i + 1, str_of(place.ptr, number));
        place = str_of(place.ptr + number, place.len - number);
    }
    return place.len == 0 ? 0 : -EINVAL;
}

/* ---- reading --------------------------------------------------------------------------------------- */

static void put_keys(struct buf *text, const struct kind *kind)
{
    for (size_t i = 0; i < kind->keys; i++)
        buf_printf(text, "%s\"%s\"", i ? ", " : "", kind->columns[i].name);
}

static void put_question(struct buf *text, const struct kind *kind, bool from_start)
{
    buf_put_lit(text, "SELECT ");
    for (size_t i = 0; kind->columns[i].name; i++) {
        const struct kind_column *column = &kind->columns[i];
        buf_put_str(text, str_from_c(i ? ", " : ""));
        if (column->sqlite_read)
            buf_put_str(text, str_from_c(column->sqlite_read));
        else
            buf_printf(text, "\"%s\"", column->name);
    }
    buf_printf(text, " FROM \"%s\"", kind->sqlite);
    if (!from_start) {
        buf_put_lit(text, " WHERE (");
        put_keys(text, kind);
        buf_put_str(text, str_from_c(kind->keys == 1   ? ") > (?1)"
                                     : kind->keys == 2 ? ") > (?1, ?2)"
                                                       : ") > (?1, ?2, ?3)"));
    }
    buf_put_lit(text, " ORDER BY ");
    put_keys(text, kind);
}

/* From a list in text, or from the people whom a thread knows, as they lie in memory. */
static struct str read_ids(sqlite3_stmt *s, int at, struct arena *arena)
{
    OWN(buf_deinit) struct buf ids = BUF_INIT;
    struct str stored = column_str(s, at);
    if (sqlite3_column_type(s, at) == SQLITE_BLOB) {
        uint64_t id;
        for (size_t i = 0; i + sizeof(id) <= stored.len; i += sizeof(id)) {
            memcpy(&id, stored.ptr + i, sizeof(id));
            if (id)
                put_id(&ids, id);
        }
        return arena_copy(arena, buf_str(&ids));
    }
    for (struct str rest = stored; rest.len;) {
        uint64_t id = 0;
        if (str_to_u64(str_cut(&rest, ','), &id))
            put_id(&ids, id);
    }
    return arena_copy(arena, buf_str(&ids));
}

static struct kind_value read_value(sqlite3_stmt *s, int at, enum column_type type,
                                    struct arena *arena)
{
    char nonce[NONCE_MAX];
    switch (type) {
    case COLUMN_NONCE:
        return (struct kind_value){.text = arena_copy(arena, column_nonce(s, at, nonce))};
    case COLUMN_TEXT:
    case COLUMN_TEXT_IF:
    case COLUMN_BLOB:
        return (struct kind_value){.text = arena_copy(arena, column_str(s, at))};
    case COLUMN_IDS:
    case COLUMN_PAIRS:
        return (struct kind_value){.text = read_ids(s, at, arena)};
    case COLUMN_INT:
    case COLUMN_INT_IF:
    case COLUMN_BOOL:
    default:
        return (struct kind_value){.number = sqlite3_column_int64(s, at)};
    }
}

static size_t read_row(sqlite3_stmt *s, const struct kind *kind, struct arena *arena,
                       struct kind_value *row)
{
    size_t bytes = 0;
    for (size_t i = 0; kind->columns[i].name; i++) {
        row[i] = read_value(s, (int)i, kind->columns[i].type, arena);
        bytes += sizeof(*row) + row[i].text.len;
    }
    return bytes;
}

int sqlite_rows_read(struct store_conn *conn, const struct kind *kind, struct str after,
                     size_t limit, size_t max_bytes, struct arena *arena, struct kind_rows *out)
{
    OWN(buf_deinit) struct buf text = BUF_INIT;
    *out = (struct kind_rows){.items = arena_take_array(arena, limit, sizeof(*out->items))};
    put_question(&text, kind, after.len == 0);
    OWN_STATEMENT s = NULL;
    int rc = prepare(conn, &text, &s);
    if (rc == 0 && after.len)
        rc = bind_place(s, kind, after);
    if (rc != 0)
        return rc;
    size_t bytes = 0;
    while ((rc = sql_step(conn, s)) == 1) {
        bytes += read_row(s, kind, arena, out->items[out->count++]);
        if (out->count == limit || bytes >= max_bytes)
            break;
    }
    if (rc == 1)
        out->next = place_of(kind, out->items[out->count - 1], arena);
    return rc < 0 ? rc : 0;
}

int sqlite_rows_count(struct store_conn *conn, const struct kind *kind, uint64_t *out)
{
    OWN(buf_deinit) struct buf text = BUF_INIT;
    buf_printf(&text, "SELECT count(*) FROM \"%s\"", kind->sqlite);
    OWN_STATEMENT s = NULL;
    int rc = prepare(conn, &text, &s);
    if (rc == 0)
        rc = sql_step(conn, s);
    if (rc == 1)
        *out = column_u64(s, 0);
    return rc < 0 ? rc : 0;
}

int sqlite_settle(struct store_conn *conn, room_id after, size_t limit, room_id *last)
{
    (void)conn, (void)after, (void)limit;
    *last = (room_id){0}; /* a transaction leaves nothing undone */
    return 0;
}

/* ---- writing ---------------------------------------------------------------------------------------- */

static void put_insert(struct buf *text, const struct kind *kind)
{
    OWN(buf_deinit) struct buf values = BUF_INIT;
    buf_printf(text, "INSERT INTO \"%s\" (", kind->sqlite);
    for (size_t i = 0; kind->columns[i].name; i++) {
        if (kind->columns[i].sqlite_read)
            continue;
        buf_printf(text, "%s\"%s\"", i ? ", " : "", kind->columns[i].name);
        buf_printf(&values, "%s?%zu", i ? ", " : "", i + 1);
    }
    buf_put_lit(text, ") VALUES (");
    buf_put_str(text, buf_str(&values));
    buf_put_char(text, ')');
}

static void bind_value(sqlite3_stmt *s, int at, enum column_type type,
                       const struct kind_value *value, uint8_t uuid[16])
{
    switch (type) {
    case COLUMN_NONCE:
        bind_nonce(s, at, value->text, uuid);
        break;
    case COLUMN_TEXT:
        bind_text(s, at, value->text);
        break;
    case COLUMN_TEXT_IF:
        if (value->text.len)
            bind_text(s, at, value->text);
        break; /* not bound is NULL */
    case COLUMN_BLOB:
        bind_blob(s, at, value->text);
        break;
    case COLUMN_INT:
    case COLUMN_INT_IF:
    case COLUMN_BOOL:
        bind_i64(s, at, value->number);
        break;
    case COLUMN_IDS:
    case COLUMN_PAIRS:
    default:
        REQUIRE(!"a column of the table");
    }
}

static uint64_t number_in(const struct kind *kind, const struct kind_value *row, const char *name)
{
    return (uint64_t)row[kind_column(kind, name)].number;
}

static struct str text_in(const struct kind *kind, const struct kind_value *row, const char *name)
{
    return row[kind_column(kind, name)].text;
}

static int write_thread(struct store_conn *conn, const struct kind *kind,
                        const struct kind_value *row)
{
    struct str ids = text_in(kind, row, "answered_by");
    uint64_t answered_by[ANSWERERS_TOLD] = {0};
    for (size_t i = 0; i < ANSWERERS_TOLD && (i + 1) * ID_LEN <= ids.len; i++)
        answered_by[i] = get_id(ids.ptr + i * ID_LEN);
    sqlite3_stmt *s = sql(conn, SQL_THREAD_ANSWERED);
    bind_u64(s, 1, number_in(kind, row, "room"));
    bind_u64(s, 2, number_in(kind, row, "seq"));
    bind_u64(s, 3, number_in(kind, row, "answered_at"));
    bind_blob(s, 4, str_of((const char *)answered_by, sizeof(answered_by)));
    return sql_run(conn, s);
}

static int write_mentions(struct store_conn *conn, const struct kind *kind,
                          const struct kind_value *row)
{
    struct str ids = text_in(kind, row, "mentions");
    int rc = 0;
    for (size_t i = 0; rc == 0 && i + ID_LEN <= ids.len; i += ID_LEN) {
        sqlite3_stmt *s = sql(conn, SQL_MENTION_ADD);
        bind_u64(s, 1, number_in(kind, row, "room"));
        bind_u64(s, 2, get_id(ids.ptr + i));
        bind_u64(s, 3, number_in(kind, row, "seq"));
        bind_u64(s, 4, number_in(kind, row, "sender"));
        rc = sql_run(conn, s);
    }
    return rc;
}

static int write_with_event(struct store_conn *conn, const struct kind *kind,
                            const struct kind_value *row)
{
    uint64_t type = number_in(kind, row, "type");
    bool votes = type == EVENT_POLL_VOTED;
    int rc = 0;
    if (votes || (type == EVENT_MESSAGE_CREATED && number_in(kind, row, "target"))) {
        sqlite3_stmt *s = sql(conn, votes ? SQL_VOTE_NOTE : SQL_ANSWER_INSERT);
        bind_u64(s, 1, number_in(kind, row, "room"));
        bind_u64(s, 2, number_in(kind, row, "target"));
        bind_u64(s, 3, number_in(kind, row, "seq"));
        rc = sql_run(conn, s);
    }
    if (rc == 0 && number_in(kind, row, "answered_at"))
        rc = write_thread(conn, kind, row);
    return rc == 0 ? write_mentions(conn, kind, row) : rc;
}

static int write_reactions(struct store_conn *conn, const struct kind *kind,
                           const struct kind_value *row, sqlite3_stmt *s)
{
    struct str pairs = text_in(kind, row, "users");
    int rc = 0;
    for (size_t i = 0; rc == 0 && i + 2 * (size_t)ID_LEN <= pairs.len; i += 2 * (size_t)ID_LEN) {
        bind_u64(s, 1, number_in(kind, row, "room"));
        bind_u64(s, 2, number_in(kind, row, "message"));
        bind_text(s, 3, text_in(kind, row, "emoji"));
        bind_u64(s, 4, get_id(pairs.ptr + i));
        bind_u64(s, 5, get_id(pairs.ptr + i + ID_LEN));
        rc = sql_run(conn, s);
    }
    return rc;
}

/* What else lies in tables of its own. */
static int write_parts(struct store_conn *conn, const struct kind *kind,
                       const struct kind_value *row, sqlite3_stmt *reaction)
{
    if (kind == &store_kinds[KIND_EVENT])
        return write_with_event(conn, kind, row);
    if (kind == &store_kinds[KIND_USER])
        return sqlite_user_words(conn, (user_id){number_in(kind, row, "id")},
                                 text_in(kind, row, "username_key"),
                                 text_in(kind, row, "display_name"));
    if (kind == &store_kinds[KIND_ROOM])
        return number_in(kind, row, "kind") == ROOM_GROUP
                   ? sqlite_list(conn, (room_id){number_in(kind, row, "id")})
                   : 0;
    if (kind == &store_kinds[KIND_REACTION])
        return write_reactions(conn, kind, row, reaction);
    return 0;
}

static int write_row(struct store_conn *conn, const struct kind *kind, const struct kind_value *row,
                     sqlite3_stmt *s)
{
    uint8_t uuid[16];
    sqlite3_clear_bindings(s);
    for (size_t i = 0; kind->columns[i].name; i++)
        if (!kind->columns[i].sqlite_read)
            bind_value(s, (int)i + 1, kind->columns[i].type, &row[i], uuid);
    return sql_run(conn, s);
}

int sqlite_rows_write(struct store_conn *conn, const struct kind *kind,
                      const struct kind_rows *rows)
{
    OWN(buf_deinit) struct buf text = BUF_INIT;
    OWN(buf_deinit) struct buf reaction_text = BUF_INIT;
    OWN_STATEMENT s = NULL;
    OWN_STATEMENT reaction = NULL;
    put_insert(&text, kind);
    buf_put_lit(&reaction_text, "INSERT INTO reaction VALUES (?1, ?2, ?3, ?4, ?5)");
    int rc = prepare(conn, &text, &s);
    if (rc == 0)
        rc = prepare(conn, &reaction_text, &reaction);
    for (size_t i = 0; rc == 0 && i < rows->count; i++) {
        if (kind_is_private(kind, rows->items[i]))
            continue;
        rc = write_row(conn, kind, rows->items[i], s);
        if (rc == 0)
            rc = write_parts(conn, kind, rows->items[i], reaction);
    }
    return rc;
}
