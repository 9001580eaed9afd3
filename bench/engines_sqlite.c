#include <err.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "engines.h"
#include "log_table.h"
#include "store/sqlite/sqlite_wal_vfs.h"

/* A log ahead of the file, full durability. A page is read over a
 * connection of its own, as the server's readers do, with the cache that they have. */
struct sqlite {
    sqlite3 *writer, *reader;
    sqlite3_stmt *begin, *commit, *insert, *mark, *page;
};

static void run_sql(sqlite3 *db, const char *sql)
{
    char *why = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
        errx(1, "%s: %s", sql, why);
}

static sqlite3 *open_at(const char *path, const char *vfs)
{
    sqlite3 *db = NULL;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(path, &db, flags, vfs) != SQLITE_OK)
        errx(1, "%s: %s", path, sqlite3_errmsg(db));
    return db;
}

static void run(sqlite3_stmt *statement)
{
    if (sqlite3_step(statement) != SQLITE_DONE)
        errx(1, "%s: %s", sqlite3_sql(statement), sqlite3_errmsg(sqlite3_db_handle(statement)));
    sqlite3_reset(statement);
}

static struct sqlite *open_with(const char *directory, const char *vfs)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/engine.db", directory);
    struct sqlite *state = calloc(1, sizeof(*state));
    if (!state)
        err(1, "SQLite");
    state->writer = open_at(path, vfs);
    run_sql(state->writer,
            "PRAGMA wal_autocheckpoint = 10000;" LOG_TABLE
            "CREATE TABLE IF NOT EXISTS marker (room INTEGER, sender INTEGER, seq INTEGER,"
            " count INTEGER, PRIMARY KEY (room, sender)) WITHOUT ROWID;");
    state->reader = open_at(path, NULL);
    run_sql(state->reader, "PRAGMA query_only = ON; PRAGMA cache_size = -512");
    state->begin = prepare(state->writer, "BEGIN IMMEDIATE");
    state->commit = prepare(state->writer, "COMMIT");
    state->insert = prepare(state->writer, "INSERT INTO log VALUES"
                                           " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    state->mark = prepare(state->writer, "INSERT INTO marker VALUES (?1, ?2, ?3, ?4)"
                                         " ON CONFLICT (room, sender) DO UPDATE"
                                         " SET seq = ?3, count = ?4");
    state->page = prepare(state->reader, "SELECT * FROM log WHERE room = ?1 AND seq < ?2"
                                         " ORDER BY seq DESC LIMIT ?3");
    return state;
}

static void *open_plain(const char *directory)
{
    return open_with(directory, NULL);
}

static void *open_gathered(const char *directory)
{
    struct sqlite *state = open_with(directory, sqlite_wal_vfs());
    sqlite_wal_vfs_attach(state->writer);
    return state;
}

static void begin(void *opaque)
{
    struct sqlite *state = opaque;
    run(state->begin);
}

static void bind_numbers(sqlite3_stmt *statement, int first, const uint64_t *numbers, int count)
{
    for (int i = 0; i < count; i++)
        sqlite3_bind_int64(statement, first + i, (sqlite3_int64)numbers[i]);
}

static void put(void *opaque, const struct row *row)
{
    struct sqlite *state = opaque;
    const uint64_t before[] = {row->room, row->seq,   row->type, row->sender, row->target,
                               row->time, row->count, row->role, row->kind};
    const uint64_t behind[] = {row->edit_seq, row->edit_at,   row->edit_by,
                               row->reply_to, row->reactions, row->answers};
    const uint64_t marker[] = {row->room, row->sender, row->seq, row->count};
    bind_numbers(state->insert, 1, before, 9);
    sqlite3_bind_blob(state->insert, 10, row->nonce, NONCE_BYTES, SQLITE_STATIC);
    sqlite3_bind_blob(state->insert, 11, row->payload, (int)row->payload_bytes, SQLITE_STATIC);
    bind_numbers(state->insert, 12, behind, 6);
    run(state->insert);
    bind_numbers(state->mark, 1, marker, 4);
    run(state->mark);
}

static void commit(void *opaque)
{
    struct sqlite *state = opaque;
    run(state->commit);
}

static size_t page(void *opaque, uint64_t room, uint64_t before, size_t most, uint64_t *sum)
{
    struct sqlite *state = opaque;
    const uint64_t asked[] = {room, before, most};
    size_t rows = 0;
    int code;
    bind_numbers(state->page, 1, asked, 3);
    while ((code = sqlite3_step(state->page)) == SQLITE_ROW) {
        for (int i = 2; i < 17; i++)
            if (i != 9 && i != 10)
                *sum += (uint64_t)sqlite3_column_int64(state->page, i);
        *sum += payload_sum(sqlite3_column_blob(state->page, 10),
                            (size_t)sqlite3_column_bytes(state->page, 10));
        rows++;
    }
    if (code != SQLITE_DONE)
        errx(1, "page: %s", sqlite3_errmsg(state->reader));
    sqlite3_reset(state->page);
    return rows;
}

static void close_it(void *opaque)
{
    struct sqlite *state = opaque;
    sqlite3_stmt *all[] = {state->begin, state->commit, state->insert, state->mark, state->page};
    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
        sqlite3_finalize(all[i]);
    sqlite3_close(state->reader);
    sqlite3_close(state->writer);
    free(state);
}

const struct engine engine_sqlite = {"SQLite", open_plain, begin, put, commit, page, close_it};
/* The log written as the server writes it: sqlite_wal_vfs.h. */
const struct engine engine_sqlite_gathered = {
    "SQLite as the server writes its log", open_gathered, begin, put, commit, page, close_it};
