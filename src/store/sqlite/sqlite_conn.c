#include "store/sqlite/sqlite_conn.h"

#include <errno.h>
#include <stdio.h>

#include "store/sqlite/sqlite_error.h"
#include "store/sqlite/sqlite_wal_vfs.h"

static const char *const texts[SQL_COUNT] = {
#define X(name, text) text,
    SQL_LIST(X)
#undef X
};

enum { USUAL_CACHE_KIB = 2000 }; /* SQLite's own default */

/* Beyond the common ones:
 * - the log is made durable by every COMMIT (synchronous=FULL); checkpoints happen when we say so;
 * - what is deleted is overwritten with zeros, whatever the library's build has as default;
 * - no mmap: an I/O error would come as SIGBUS and end the process, where now it is an answer. */
static const char common_settings[] = "PRAGMA synchronous = FULL;"
                                      "PRAGMA wal_autocheckpoint = 0;"
                                      "PRAGMA journal_size_limit = 67108864;"
                                      "PRAGMA secure_delete = ON;"
                                      "PRAGMA temp_store = MEMORY;"
                                      "PRAGMA trusted_schema = OFF;";

static int note_wal_pages(void *ctx, sqlite3 *db, const char *name, int pages)
{
    (void)db, (void)name;
    ((struct store_conn *)ctx)->wal_pages = pages;
    return SQLITE_OK;
}

static int prepare(struct store_conn *conn, enum sql name)
{
    int code = sqlite3_prepare_v3(conn->db, texts[name], -1, SQLITE_PREPARE_PERSISTENT,
                                  &conn->statements[name], NULL);
    return code == SQLITE_OK ? 0 : sqlite_errno(conn->db, code);
}

/* That a statement does not fit the schema is found at the start, not when somebody asks. None is kept:
 * all of them take half a megabyte, and an ordinary server needs few. */
static int try_all(struct store_conn *conn)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < SQL_COUNT; i++) {
        rc = prepare(conn, (enum sql)i);
        sqlite3_finalize(TAKE(conn->statements[i]));
    }
    return rc;
}

/* The schema is in memory since the first statement, so nothing is read from the disk here, and the
 * writer has tried all of them: a failure is our own mistake. */
void sqlite_conn_prepare(struct store_conn *conn, enum sql name)
{
    REQUIRE(prepare(conn, name) == 0);
}

static int set_up(struct store_conn *conn, enum conn_role role, size_t cache_kib)
{
    char of_role[96];
    snprintf(of_role, sizeof(of_role), "PRAGMA query_only = %s; PRAGMA cache_size = -%zu;",
             role == CONN_READER ? "ON" : "OFF", cache_kib ? cache_kib : USUAL_CACHE_KIB);
    sqlite3_busy_timeout(conn->db, SQLITE_BUSY_MS);
    int code = sqlite3_exec(conn->db, common_settings, NULL, NULL, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_exec(conn->db, of_role, NULL, NULL, NULL);
    if (code != SQLITE_OK)
        return sqlite_errno(conn->db, code);
    if (role == CONN_CHECKPOINTER)
        return 0;
    if (role == CONN_WRITER)
        sqlite_wal_vfs_attach(conn->db);
    conn->forgets = role == CONN_WRITER; /* who knows what a crash left in the log */
    sqlite3_wal_hook(conn->db, note_wal_pages, conn);
    return role == CONN_WRITER ? try_all(conn) : prepare(conn, SQL_EVENT_LAST_SEQ);
}

static const struct store_queries queries = {
#define X(name, parameters, arguments) .name = sqlite_##name,
    STORE_QUERIES(X)
#undef X
};

int sqlite_conn_open(struct store_conn **out, const char *path, enum conn_role role,
                     size_t cache_kib)
{
    struct store_conn *conn = NEW(struct store_conn);
    conn->queries = &queries;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    const char *vfs = role == CONN_WRITER ? sqlite_wal_vfs() : NULL;
    int code = sqlite3_open_v2(path, &conn->db, flags, vfs);
    int rc = code == SQLITE_OK ? set_up(conn, role, cache_kib) : sqlite_errno(conn->db, code);
    if (rc != 0) {
        sqlite_conn_close(conn);
        return rc;
    }
    *out = conn;
    return 0;
}

void sqlite_conn_close(struct store_conn *conn)
{
    if (!conn)
        return;
    for (size_t i = 0; i < SQL_COUNT; i++)
        sqlite3_finalize(conn->statements[i]);
    int code = sqlite3_close(conn->db);
    REQUIRE(code == SQLITE_OK); /* else a statement of ours is still open */
    xfree(conn);
}

/* A parameter that is not there is our own mistake; that there is no memory cannot be helped. */
static void bound(int code)
{
    REQUIRE(code == SQLITE_OK);
}

void bind_i64(sqlite3_stmt *statement, int at, int64_t value)
{
    bound(sqlite3_bind_int64(statement, at, value));
}

void bind_u64(sqlite3_stmt *statement, int at, uint64_t value)
{
    bind_i64(statement, at, value > INT64_MAX ? INT64_MAX : (int64_t)value);
}

void bind_text(sqlite3_stmt *statement, int at, struct str text)
{
    const char *ptr = text.len ? text.ptr : "";
    bound(sqlite3_bind_text64(statement, at, ptr, text.len, SQLITE_STATIC, SQLITE_UTF8));
}

void bind_blob(sqlite3_stmt *statement, int at, struct str bytes)
{
    const char *ptr = bytes.len ? bytes.ptr : "";
    bound(sqlite3_bind_blob64(statement, at, ptr, bytes.len, SQLITE_STATIC));
}

void bind_limit(sqlite3_stmt *statement, int at, size_t limit)
{
    bind_i64(statement, at, limit ? (int64_t)limit : -1);
}

uint64_t column_u64(sqlite3_stmt *statement, int at)
{
    return (uint64_t)sqlite3_column_int64(statement, at);
}

struct str column_str(sqlite3_stmt *statement, int at)
{
    const char *ptr = sqlite3_column_blob(statement, at);
    return str_of(ptr ? ptr : "", (size_t)sqlite3_column_bytes(statement, at));
}

int sql_step(struct store_conn *conn, sqlite3_stmt *statement)
{
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        return 1;
    if (code == SQLITE_DONE)
        return 0;
    return sqlite_errno(conn->db, code);
}

int sql_run(struct store_conn *conn, sqlite3_stmt *statement)
{
    int rc;
    while ((rc = sql_step(conn, statement)) == 1)
        ;
    sqlite3_reset(statement);
    return rc;
}

int sql_change(struct store_conn *conn, sqlite3_stmt *statement)
{
    int rc = sql_run(conn, statement);
    if (rc == 0 && sqlite3_changes(conn->db) == 0)
        return -ENOENT;
    return rc;
}

int sql_do(struct store_conn *conn, enum sql name)
{
    return sql_run(conn, sql(conn, name));
}
