/* That nothing a store holds is in no kind, and that each engine reads back what it wrote. */
#include "store/kinds.h"

#include <sqlite3.h>
#include <string.h>

#include "store/mongo/mongo_conn.h"
#include "store/store_fixture.h"

#define WHAT_TO_DO "; src/store/kinds.c lists what `natternet migrate` carries"

/* ---- that nothing is left out ---------------------------------------------------------------- */

static bool is_among(const char *list, const char *name)
{
    for (struct str rest = str_from_c(list ? list : ""); rest.len;)
        if (str_eq(str_cut(&rest, ' '), str_from_c(name)))
            return true;
    return false;
}

/* The columns of a table that a kind or a part of one names, "ROOM SEQ …", in the test's arena; ptr NULL:
 * it is none of this kind's. */
static struct str columns_in(const struct kind *kind, const char *table)
{
    struct str all = STR(""), name = str_from_c(table);
    if (strcmp(kind->sqlite, table) == 0) {
        for (size_t i = 0; kind->columns[i].name; i++)
            if (!kind->columns[i].sqlite_read)
                all = arena_printf(&arena, "%.*s%s ", STR_ARG(all), kind->columns[i].name);
        return all;
    }
    for (struct str rest = str_from_c(kind->sqlite_parts ? kind->sqlite_parts : ""); rest.len;) {
        struct str part = str_cut(&rest, ';');
        if (str_eq(str_cut(&part, ' '), name))
            return part;
    }
    return STR_NONE;
}

static unsigned count_words(struct str list)
{
    unsigned count = 0;
    while (list.len)
        count += str_cut(&list, ' ').len > 0;
    return count;
}

static void check_columns(sqlite3 *db, const char *table, struct str columns)
{
    sqlite3_stmt *s = NULL;
    unsigned found = 0;
    const char *list = arena_copy(&arena, columns).ptr;
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT name FROM pragma_table_info(?1)", -1, &s, NULL),
                     SQLITE_OK);
    sqlite3_bind_text(s, 1, table, -1, SQLITE_STATIC);
    for (; sqlite3_step(s) == SQLITE_ROW; found++) {
        const char *column = (const char *)sqlite3_column_text(s, 0);
        if (!is_among(list, column))
            fail_msg("column %s.%s is in no kind" WHAT_TO_DO, table, column);
    }
    sqlite3_finalize(s);
    assert_int_equal(found, count_words(columns));
}

static void every_table_and_column_of_sqlite_belongs_to_one_kind(void **state)
{
    (void)state;
    sqlite3 *db = NULL;
    sqlite3_stmt *s = NULL;
    engine = &contract_engines[0];
    open_store();
    assert_int_equal(sqlite3_open(file_in_dir("natternet.db"), &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "SELECT name FROM sqlite_schema WHERE type = 'table'"
                                        " AND name NOT LIKE 'sqlite_%'",
                                        -1, &s, NULL),
                     SQLITE_OK);
    while (sqlite3_step(s) == SQLITE_ROW) {
        const char *table = (const char *)sqlite3_column_text(s, 0);
        struct str columns = STR_NONE;
        unsigned claims = 0;
        for (size_t i = 0; i < KIND_COUNT; i++) {
            struct str mine = columns_in(&store_kinds[i], table);
            claims += mine.ptr != NULL;
            columns = mine.ptr ? mine : columns;
        }
        if (claims != 1)
            fail_msg("table %s is in %u kinds" WHAT_TO_DO, table, claims);
        check_columns(db, table, columns);
    }
    sqlite3_finalize(s);
    sqlite3_close(db);
}

static void every_collection_of_mongodb_belongs_to_one_kind(void **state)
{
    (void)state;
#if NATTERNET_MONGO
    for (size_t i = 0; i < COLLECTION_COUNT; i++) {
        unsigned claims = 0;
        for (size_t j = 0; j < KIND_COUNT; j++)
            claims += strcmp(store_kinds[j].mongo, collection_names[i]) == 0 ||
                      is_among(store_kinds[j].mongo_parts, collection_names[i]);
        if (claims != 1)
            fail_msg("collection %s is in %u kinds" WHAT_TO_DO, collection_names[i], claims);
    }
#endif
}

static void every_column_has_a_field_of_its_own(void **state)
{
    (void)state;
    for (size_t i = 0; i < KIND_COUNT; i++)
        for (size_t j = 0; store_kinds[i].columns[j].name; j++)
            for (size_t k = 0; k < j; k++) {
                assert_string_not_equal(store_kinds[i].columns[j].name,
                                        store_kinds[i].columns[k].name);
                assert_string_not_equal(store_kinds[i].columns[j].mongo,
                                        store_kinds[i].columns[k].mongo);
            }
}

/* ---- rows of every kind, all columns set ------------------------------------------------------- */

enum { ROWS = 5, ID_LEN = 8 };

static struct str ids(size_t count, uint64_t first)
{
    char *bytes = arena_take(&arena, count * ID_LEN);
    for (size_t i = 0; i < count; i++)
        bytes[i * ID_LEN + ID_LEN - 1] = (char)(first + i);
    return str_of(bytes, count * ID_LEN);
}

static struct kind_value make_value(enum column_type type, size_t row, size_t column)
{
    switch (type) {
    case COLUMN_BOOL:
        return (struct kind_value){.number = row % 2 == 0};
    case COLUMN_TEXT:
    case COLUMN_TEXT_IF:
    case COLUMN_BLOB:
        return (struct kind_value){.text = arena_printf(&arena, "text %zu of %zu", column, row)};
    case COLUMN_NONCE:
        return (struct kind_value){
            .text = row % 2 ? arena_printf(&arena, "nonce-%zu", row)
                            : arena_printf(&arena, "0190a5c4-8b5e-7f30-9d3c-0123456789a%zu", row)};
    case COLUMN_IDS:
        return (struct kind_value){.text = ids(2, row + 1)};
    case COLUMN_PAIRS:
        return (struct kind_value){.text = ids(4, row + 1)};
    case COLUMN_INT:
    case COLUMN_INT_IF:
    default:
        return (struct kind_value){.number = (int64_t)(1000 * (row + 1) + column)};
    }
}

#define SET(kind, row, name, value) (row)[kind_column((kind), (name))].number = (int64_t)(value)

/* What is not stored in its own right says what the rest says. */
static void mend(const struct kind *kind, struct kind_value *row, size_t number)
{
    if (kind ==
        &store_kinds[KIND_EVENT]) { /* of five rooms one event each: a root, then an answer, … */
        bool answer = number % 2;
        SET(kind, row, "room", number + 1);
        SET(kind, row, "type", EVENT_MESSAGE_CREATED);
        SET(kind, row, "target", answer ? 7 : 0);
        if (answer) {
            SET(kind, row, "answered_at", 0);
            row[kind_column(kind, "answered_by")].text = STR_NONE;
        }
    }
    if (kind == &store_kinds[KIND_VERSION])
        SET(kind, row, "keep_until", INT64_MAX); /* else it would be forgotten meanwhile */
    if (kind == &store_kinds[KIND_ROOM]) {
        const struct kind *event = &store_kinds[KIND_EVENT];
        SET(kind, row, "id", number + 1);
        SET(kind, row, "kind", ROOM_GROUP);
        SET(kind, row, "last_seq",
            make_value(COLUMN_INT, number, kind_column(event, "seq")).number);
        SET(kind, row, "last_count",
            make_value(COLUMN_INT, number, kind_column(event, "count")).number);
        SET(kind, row, "last_at",
            make_value(COLUMN_INT, number, kind_column(event, "created_at")).number);
        row[kind_column(kind, "pair")].text = STR_NONE;
    }
}

static void make_rows(const struct kind *kind, struct kind_rows *rows)
{
    *rows = (struct kind_rows){arena_take_array(&arena, ROWS, sizeof(*rows->items)), ROWS, STR_NONE,
                               STR_NONE};
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t j = 0; kind->columns[j].name; j++)
            rows->items[i][j] = make_value(kind->columns[j].type, i, j);
        mend(kind, rows->items[i], i);
    }
}

static void assert_same(const struct kind *kind, const struct kind_value *got,
                        const struct kind_value *wanted)
{
    for (size_t i = 0; kind->columns[i].name; i++)
        if (got[i].number != wanted[i].number || !str_eq(got[i].text, wanted[i].text))
            fail_msg("%s.%s: %lld \"%.*s\", not %lld \"%.*s\"", kind->name, kind->columns[i].name,
                     (long long)got[i].number, STR_ARG(got[i].text), (long long)wanted[i].number,
                     STR_ARG(wanted[i].text));
}

#define FILLING(conn)                                                                              \
    for (struct store_conn *conn = visit_begin(store_fill); conn; conn = visit_end())

/* Rows are distinct in their first column, or in the first that is a text. */
static void assert_reads(struct store_conn *conn, const struct kind *kind,
                         const struct kind_rows *wanted)
{
    enum { AT_ONCE = 2, MUCH = 1 << 20 };
    struct str place = STR_NONE;
    size_t found = 0;
    do {
        struct kind_rows page;
        assert_int_equal(store_rows_read(conn, kind, place, AT_ONCE, MUCH, &arena, &page), 0);
        for (size_t i = 0; i < page.count; i++)
            if (!kind_is_private(kind, page.items[i])) {
                assert_true(found < ROWS);
                assert_same(kind, page.items[i], wanted->items[found++]);
            }
        place = page.next;
    } while (place.len);
    if (found != ROWS)
        fail_msg("%zu of %d %s are there", found, ROWS, kind->name);
}

static void what_is_written_of_a_kind_is_read_again_page_by_page(void **state)
{
    (void)state;
    struct kind_rows rows[KIND_COUNT];
    for (size_t i = 0; i < KIND_COUNT; i++)
        make_rows(&store_kinds[i], &rows[i]);
    for (size_t i = 0; i < KIND_COUNT; i++)
        FILLING(conn)
    assert_int_equal(store_rows_write(conn, &store_kinds[i], &rows[i]), 0);
    for (size_t i = 0; i < KIND_COUNT; i++)
        READING (conn) {
            uint64_t count = 0;
            assert_reads(conn, &store_kinds[i], &rows[i]);
            assert_int_equal(store_rows_count(conn, &store_kinds[i], &count), 0);
            assert_true(count >= ROWS);
        }
}

static void a_person_who_was_carried_over_is_found_by_the_words_of_their_name(void **state)
{
    (void)state;
    struct kind_rows rows;
    struct user_list found;
    struct str next;
    make_rows(&store_kinds[KIND_USER], &rows);
    FILLING(conn)
    assert_int_equal(store_rows_write(conn, &store_kinds[KIND_USER], &rows), 0);
    READING (conn)
        assert_int_equal(
            store_users_search(conn, STR("text 4"), STR_NONE, 10, &arena, &found, &next), 0);
    assert_int_equal(found.count, ROWS); /* "text 4 of …" is the display name */
}

int main(void)
{
    const struct CMUnitTest lists[] = {
        cmocka_unit_test_setup_teardown(every_table_and_column_of_sqlite_belongs_to_one_kind,
                                        start_dir, finish_store),
        cmocka_unit_test(every_collection_of_mongodb_belongs_to_one_kind),
        cmocka_unit_test(every_column_has_a_field_of_its_own),
    };
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_written_of_a_kind_is_read_again_page_by_page,
                                        start_store, finish_store),
        cmocka_unit_test_setup_teardown(
            a_person_who_was_carried_over_is_found_by_the_words_of_their_name, start_store,
            finish_store),
    };
    int wrong = cmocka_run_group_tests(lists, NULL, NULL);
    if (wrong)
        return wrong;
    RUN_ON_ENGINES(tests);
}
