/* The joined writes of the write-ahead log: what others see, and what a rollback leaves. */
#include "store/sqlite/sqlite_wal_vfs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base.h"

enum { PATH_BYTES = 96 };

/* ---- a disk that is full for as many writes into the log as it is told ------------------------- */

static int writes_to_allow, writes_to_refuse, writes_made;
static sqlite3_vfs narrow, *real;
static sqlite3_io_methods narrow_methods;
static const sqlite3_io_methods *real_methods;

static int narrow_write(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 at)
{
    writes_made++;
    if (writes_to_refuse == 0 || writes_to_allow-- > 0)
        return real_methods->xWrite(file, bytes, len, at);
    writes_to_refuse--;
    return SQLITE_FULL;
}

static int narrow_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags,
                       int *out)
{
    (void)vfs;
    int code = real->xOpen(real, name, file, flags, out);
    if (code != SQLITE_OK || !(flags & SQLITE_OPEN_WAL))
        return code;
    narrow_methods = *file->pMethods;
    narrow_methods.xWrite = narrow_write;
    real_methods = file->pMethods;
    file->pMethods = &narrow_methods;
    return code;
}

static int install_narrow_disk(void **state)
{
    (void)state;
    real = sqlite3_vfs_find(NULL);
    narrow = *real;
    narrow.zName = "narrow";
    narrow.xOpen = narrow_open;
    return sqlite3_vfs_register(&narrow, 1) == SQLITE_OK ? 0 : -1;
}

/* ---- two connections ---------------------------------------------------------------------------- */

static char folder[64];
static sqlite3 *writer, *other;

static int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof(folder), "/tmp/natternet-wal-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static const char *path_of(const char *suffix)
{
    static char path[PATH_BYTES];
    snprintf(path, sizeof(path), "%s/db%s", folder, suffix);
    return path;
}

static int remove_folder(void **state)
{
    (void)state;
    sqlite3_close(TAKE(writer));
    sqlite3_close(TAKE(other));
    unlink(path_of("-wal"));
    unlink(path_of("-shm"));
    unlink(path_of(""));
    return rmdir(folder);
}

static void run(sqlite3 *db, const char *text)
{
    char *error = NULL;
    if (sqlite3_exec(db, text, NULL, NULL, &error) != SQLITE_OK)
        fail_msg("%s: %s", text, error);
}

static const char *ask(sqlite3 *db, const char *text)
{
    static char answer[128];
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_prepare_v2(db, text, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    snprintf(answer, sizeof(answer), "%s", (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    return answer;
}

static void assert_rows(sqlite3 *db, const char *where, int expected)
{
    char text[96], count[16];
    snprintf(text, sizeof(text), "SELECT count(*) FROM thing %s", where);
    snprintf(count, sizeof(count), "%d", expected);
    assert_string_equal(ask(db, text), count);
}

static sqlite3 *open_with(const char *vfs)
{
    sqlite3 *db;
    assert_int_equal(
        sqlite3_open_v2(path_of(""), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, vfs),
        SQLITE_OK);
    run(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;"
            "PRAGMA cache_size = 10");
    return db;
}

static void open_both(void)
{
    writer = open_with(sqlite_wal_vfs());
    sqlite_wal_vfs_attach(writer);
    other = open_with(NULL);
    run(writer, "CREATE TABLE thing (id INTEGER PRIMARY KEY, text TEXT)");
}

/* So many rows of one page each. */
static void insert(sqlite3 *db, int from, int count)
{
    char text[256];
    snprintf(text, sizeof(text),
             "WITH RECURSIVE n(i) AS (VALUES (%d) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < %d)"
             " INSERT INTO thing SELECT i, hex(zeroblob(1500)) FROM n",
             from, from + count);
    run(db, text);
}

static void a_commit_of_many_pages_takes_few_writes(void **state)
{
    (void)state;
    open_both();
    run(writer, "PRAGMA cache_size = 1000");
    writes_made = 0;
    insert(writer, 0, 100); /* 100 pages and more of 4,096 and 24 bytes: 7 pieces of 64 KiB */
    assert_in_range(writes_made, 7, 10);
}

static long long bytes_of(const char *suffix)
{
    struct stat status;
    assert_int_equal(stat(path_of(suffix), &status), 0);
    return status.st_size;
}

static void copy(const char *suffix, const char *to)
{
    static char bytes[1 << 20];
    FILE *in = fopen(path_of(suffix), "rb");
    size_t len = fread(bytes, 1, sizeof(bytes), in);
    fclose(in);
    assert_in_range(len, 1, sizeof(bytes) - 1);
    FILE *out = fopen(path_of(to), "wb");
    assert_int_equal(fwrite(bytes, 1, len, out), len);
    assert_int_equal(fclose(out), 0);
}

/* As a crash leaves it: the room behind the last commit is read over. */
static void small_commits_find_room_in_the_log_and_a_crash_leaves_nothing_of_it(void **state)
{
    (void)state;
    open_both();
    insert(writer, 0, 1);
    long long size = bytes_of("-wal");
    for (int i = 1; i < 6; i++) {
        insert(writer, i, 1);
        assert_int_equal(bytes_of("-wal"), size);
    }
    copy("", "2");
    copy("-wal", "2-wal");
    sqlite3 *after;
    assert_int_equal(sqlite3_open(path_of("2"), &after), SQLITE_OK);
    assert_rows(after, "", 6);
    assert_string_equal(ask(after, "PRAGMA integrity_check"), "ok");
    sqlite3_close(after);
    unlink(path_of("2"));
    int grown = 0;
    for (int i = 6; i < 100; i++, size = bytes_of("-wal")) {
        insert(writer, i, 1);
        grown += bytes_of("-wal") > size;
    }
    assert_in_range(grown, 5, 25);
    assert_rows(other, "", 100);
}

/* The log ends where somebody else has written since. */
static void room_is_never_made_where_others_committed(void **state)
{
    (void)state;
    open_both();
    insert(writer, 0, 100); /* makes no room, so the file ends with it */
    insert(other, 100, 1);
    run(writer, "PRAGMA wal_checkpoint(FULL)");
    assert_string_equal(ask(other, "PRAGMA integrity_check"), "ok");
    assert_rows(writer, "", 101);

    insert(writer, 1000, 100);
    run(writer, "BEGIN");
    insert(writer, 2000, 60);
    run(writer, "ROLLBACK");
    insert(other, 3000, 20);
    run(writer, "PRAGMA wal_checkpoint(FULL)");
    assert_string_equal(ask(other, "PRAGMA integrity_check"), "ok");
    assert_rows(writer, "", 221);
}

/* Room that there is none for is no failure. */
static void a_disk_that_is_full_behind_a_commit_does_not_refuse_it(void **state)
{
    (void)state;
    open_both();
    int refused = 0;
    for (int i = 0; i < 40; i++) {
        writes_to_allow = 1;
        writes_to_refuse = 9;
        insert(writer, i, 1);
        refused += 9 - writes_to_refuse;
    }
    writes_to_refuse = 0;
    assert_true(refused > 0);
    assert_rows(other, "", 40);
    assert_string_equal(ask(other, "PRAGMA integrity_check"), "ok");
}

static void others_see_every_commit_at_once_and_nothing_before(void **state)
{
    (void)state;
    open_both();
    for (int i = 0; i < 20; i++) {
        run(writer, "BEGIN");
        insert(writer, i * 40,
               40); /* more than its cache holds: a part goes into the log before the commit */
        assert_rows(other, "", i * 40);
        assert_rows(writer, "", (i + 1) * 40);
        run(writer, "COMMIT");
        assert_rows(other, "", (i + 1) * 40);
    }
    assert_string_equal(ask(other, "PRAGMA integrity_check"), "ok");
}

static void without_a_sync_others_see_every_commit_too(void **state)
{
    (void)state;
    open_both();
    run(writer, "PRAGMA synchronous = OFF");
    for (int i = 0; i < 20; i++) {
        insert(writer, i * 40, 40);
        assert_rows(other, "", (i + 1) * 40);
    }
    assert_string_equal(ask(other, "PRAGMA integrity_check"), "ok");
}

/* Without the lock, where the held bytes would have gone, there are pages of somebody else. */
static void what_was_rolled_back_never_overwrites_what_others_committed(void **state)
{
    (void)state;
    open_both();
    insert(writer, 0, 10);
    for (int spilled = 11; spilled < 60; spilled++) {
        run(other,
            "PRAGMA wal_checkpoint(TRUNCATE)"); /* so that undoing reads nothing in the log */
        run(writer, "BEGIN");
        insert(writer, 1000, spilled);
        run(writer, "ROLLBACK");
        insert(other, spilled * 100 + 10000, 50);
        run(writer, "DELETE FROM thing WHERE id = 5; INSERT INTO thing VALUES (5, 'again')");
        assert_string_equal(ask(other, "PRAGMA integrity_check"), "ok");
    }
    sqlite3_close(TAKE(writer));
    sqlite3_close(TAKE(other));
    other = open_with(NULL);
    assert_string_equal(ask(other, "PRAGMA integrity_check"), "ok");
    assert_string_equal(ask(other, "SELECT text FROM thing WHERE id = 5"), "again");
    assert_rows(other, "WHERE id >= 10000", 49 * 50);
}

static void a_transaction_that_was_never_committed_leaves_nothing(void **state)
{
    (void)state;
    open_both();
    insert(writer, 0, 10);
    run(writer, "BEGIN");
    insert(writer, 100, 50);
    sqlite3_close(TAKE(writer)); /* rolls back */
    assert_rows(other, "", 10);
    assert_string_equal(ask(other, "PRAGMA integrity_check"), "ok");
}

static void what_is_undone_within_a_transaction_is_written_over(void **state)
{
    (void)state;
    open_both();
    run(writer, "BEGIN");
    insert(writer, 0, 30);
    run(writer, "SAVEPOINT one");
    insert(writer, 100, 60);
    run(writer, "ROLLBACK TO one");
    insert(writer, 200, 20);
    run(writer, "COMMIT");
    assert_rows(other, "", 50);
    assert_string_equal(ask(other, "PRAGMA integrity_check"), "ok");
}

/* The statement that only read is undone, the transaction is not: it must not become durable with a hole. */
static void what_could_not_be_written_while_reading_is_never_committed(void **state)
{
    (void)state;
    open_both();
    insert(writer, 0, 10);
    run(writer, "BEGIN");
    insert(writer, 100, 60);
    writes_to_refuse = 1;
    int code =
        sqlite3_exec(writer, "INSERT INTO thing SELECT id + 1000, text FROM thing ORDER BY id",
                     NULL, NULL, NULL);
    assert_int_equal(writes_to_refuse, 0);
    assert_int_equal(code, SQLITE_FULL);
    assert_false(sqlite3_get_autocommit(writer));
    assert_int_not_equal(sqlite3_exec(writer, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    if (!sqlite3_get_autocommit(writer))
        run(writer, "ROLLBACK");
    assert_rows(other, "", 10);
    insert(writer, 100, 60);
    assert_rows(other, "", 70);
    assert_string_equal(ask(other, "PRAGMA integrity_check"), "ok");
}

static void a_log_that_starts_anew_is_read_by_others(void **state)
{
    (void)state;
    open_both();
    for (int i = 0; i < 5; i++) {
        insert(writer, i * 100, 100);
        run(i % 2 ? other : writer, "PRAGMA wal_checkpoint(TRUNCATE)");
    }
    assert_rows(other, "", 500);
    assert_string_equal(ask(other, "PRAGMA integrity_check"), "ok");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_commit_of_many_pages_takes_few_writes),
        CASE(small_commits_find_room_in_the_log_and_a_crash_leaves_nothing_of_it),
        CASE(room_is_never_made_where_others_committed),
        CASE(a_disk_that_is_full_behind_a_commit_does_not_refuse_it),
        CASE(others_see_every_commit_at_once_and_nothing_before),
        CASE(without_a_sync_others_see_every_commit_too),
        CASE(what_was_rolled_back_never_overwrites_what_others_committed),
        CASE(a_transaction_that_was_never_committed_leaves_nothing),
        CASE(what_is_undone_within_a_transaction_is_written_over),
        CASE(what_could_not_be_written_while_reading_is_never_committed),
        CASE(a_log_that_starts_anew_is_read_by_others),
    };
    return cmocka_run_group_tests(tests, install_narrow_disk, NULL);
}
