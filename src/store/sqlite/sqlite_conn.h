/* sqlite_conn.h - one connection and its prepared statements. Private to store/sqlite.
 *
 * A statement is fetched with sql(), bound, stepped, and reset at the latest when its name goes
 * out of scope: OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_USER_GET). What is bound is
 * borrowed until then.
 * Thread: one at a time. */
#pragma once

#include <sqlite3.h>

#include "core/arena.h"
#include "core/str.h"
#include "store/queries.h"
#include "store/sqlite/sqlite_sql.h"

enum conn_role {
    CONN_WRITER,
    CONN_READER,
    CONN_CHECKPOINTER, /* prepares nothing */
};

enum { SQLITE_BUSY_MS = 2000 }; /* how long another program may hold a lock before we give up */

struct store_conn {
    const struct store_queries *queries; /* first, as queries.h says */
    sqlite3 *db;
    int wal_pages;     /* in the write-ahead log after the last commit here */
    uint64_t began_us; /* a reader's transaction, before it saw anything; 0: there is none */
    bool forgets;      /* words were removed: the log must not keep them either */
    sqlite3_stmt *statements[SQL_COUNT];
};

#define X(name, parameters, arguments) int sqlite_##name parameters;
STORE_QUERIES(X)
#undef X

/* cache_kib: of its pages; 0 leaves SQLite's own default. */
int sqlite_conn_open(struct store_conn **out, const char *path, enum conn_role role,
                     size_t cache_kib) MUST_USE;
void sqlite_conn_close(struct store_conn *conn); /* NULL is fine */

/* A connection prepares what it is asked for. */
void sqlite_conn_prepare(struct store_conn *conn, enum sql name);

static inline sqlite3_stmt *sql(struct store_conn *conn, enum sql name)
{
    if (!conn->statements[name])
        sqlite_conn_prepare(conn, name);
    return conn->statements[name];
}

static inline void statement_done(sqlite3_stmt *statement)
{
    sqlite3_reset(statement);
}
OWN_DEFINE(statement_done, sqlite3_stmt *)

/* For those of which not every parameter is bound each time: the others are then NULL. */
static inline void statement_clear(sqlite3_stmt *statement)
{
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
}
OWN_DEFINE(statement_clear, sqlite3_stmt *)

/* Ids, sequence numbers and counts are 63 bits wide; larger questions are the largest number. */
void bind_u64(sqlite3_stmt *statement, int at, uint64_t value);
void bind_i64(sqlite3_stmt *statement, int at, int64_t value);
void bind_text(sqlite3_stmt *statement, int at, struct str text);
void bind_blob(sqlite3_stmt *statement, int at, struct str bytes);
/* 0 binds "all of them". */
void bind_limit(sqlite3_stmt *statement, int at, size_t limit);

uint64_t column_u64(sqlite3_stmt *statement, int at);
/* Borrowed until the next step. */
struct str column_str(sqlite3_stmt *statement, int at);

/* 1: a row is there; 0: no more; else -errno. */
int sql_step(struct store_conn *conn, sqlite3_stmt *statement);
/* To the end, rows thrown away, and reset: 0 or -errno. */
int sql_run(struct store_conn *conn, sqlite3_stmt *statement);
/* The same, and -ENOENT if no row was changed by it. */
int sql_change(struct store_conn *conn, sqlite3_stmt *statement);
/* A statement without parameters. */
int sql_do(struct store_conn *conn, enum sql name);
