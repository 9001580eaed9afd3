/* sqlite_wal_vfs.h - SQLite's files as before, but for how the write-ahead log is written.
 *
 * SQLite writes each page of a transaction into the log with two calls, its head and the page, and
 * since the heads are 24 bytes long each page touches two of the system's. Here they are put behind
 * each other and written in pieces of 64 KiB, the last with the last page of the COMMIT, before
 * others may see it. Where the log grows by small commits it grows ahead of them. What a transaction wrote is forgotten when it is rolled back:
 * sqlite_wal_vfs_attach().
 * Source: sqlite.org/walformat.html, sqlite.org/c3ref/vfs.html.
 * Thread: the registering may be done from any; a file belongs to its connection. Private to store/sqlite. */
#pragma once

#include <sqlite3.h>

/* The name for sqlite3_open_v2(); registers it over the default one the first time. */
const char *sqlite_wal_vfs(void);
/* Once for a connection that was opened with it, instead of a rollback hook of the caller's. */
void sqlite_wal_vfs_attach(sqlite3 *db);
