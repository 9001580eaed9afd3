/* log_table.h - the log as SQLite has it at its limit: the columns, the index of nonces and the settings of the server's, so that what is
 * written is the same wherever a benchmark does it; when it is moved into the file each says itself. For programs of the
 * benchmark alone: errors end them. */
#pragma once

#include <err.h>
#include <sqlite3.h>

enum { LOG_PAYLOAD_BYTES = 128 }; /* a message of 100 bytes as it is stored */

/* A file that is there goes on, as the server's does. */
#define LOG_TABLE                                                                                  \
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536;"            \
    "CREATE TABLE IF NOT EXISTS log (room INTEGER, seq INTEGER, type INTEGER, sender INTEGER,"     \
    " target INTEGER, time INTEGER, count INTEGER, role INTEGER, kind INTEGER, nonce BLOB,"        \
    " payload BLOB, edit_seq INTEGER, edit_at INTEGER, edit_by INTEGER, reply_to INTEGER,"         \
    " reactions INTEGER, answers INTEGER, PRIMARY KEY (room, seq)) WITHOUT ROWID;"                 \
    "CREATE UNIQUE INDEX IF NOT EXISTS log_nonce ON log (room, sender, nonce);"

static inline sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        errx(1, "%s: %s", sql, sqlite3_errmsg(db));
    return statement;
}
