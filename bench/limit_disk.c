#include "limit.h"

#include <endian.h>
#include <err.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "histogram.h"
#include "log_table.h"
#include "store/sqlite/sqlite_checkpoint.h"

static void print_durations(int batch, uint64_t rows, uint64_t elapsed_ns,
                            const struct histogram *commits)
{
    printf("{\"limit\":\"sqlite\",\"batch\":%d,\"rows_per_s\":%.0f,\"commits_per_s\":%.0f,\"commit_"
           "us\":"
           "{\"p50\":%.0f,\"p99\":%.0f,\"max\":%.0f}}\n",
           batch, (double)rows * 1e9 / (double)elapsed_ns,
           (double)commits->total * 1e9 / (double)elapsed_ns,
           (double)histogram_share(commits, 0.5) / 1e3,
           (double)histogram_share(commits, 0.99) / 1e3, (double)commits->max / 1e3);
}

static void run_sql(sqlite3 *db, const char *sql)
{
    char *why = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
        errx(1, "%s: %s", sql, why);
}

static int note_pages(void *wal_pages, sqlite3 *db, const char *name, int pages)
{
    (void)db, (void)name;
    *(int *)wal_pages = pages;
    return SQLITE_OK;
}

static sqlite3 *open_log(const char *path, int *wal_pages)
{
    sqlite3 *db = NULL;
    if (sqlite3_open(path, &db) != SQLITE_OK)
        errx(1, "%s: %s", path, sqlite3_errmsg(db));
    run_sql(db, LOG_TABLE);
    int stays =
        1; /* the log, from one run to the next: one that is overwritten costs less than one that grows */
    sqlite3_file_control(db, "main", SQLITE_FCNTL_PERSIST_WAL, &stays);
    sqlite3_wal_hook(db, note_pages, wal_pages); /* instead of SQLite's own checkpoints */
    return db;
}

static uint64_t rows_there(sqlite3 *db)
{
    sqlite3_stmt *statement = prepare(db, "SELECT count(*) FROM log");
    uint64_t count =
        sqlite3_step(statement) == SQLITE_ROW ? (uint64_t)sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    return count;
}

/* Ids are as long as the server's: any 63 bits. */
static sqlite3_int64 random_of(uint64_t number)
{
    return (sqlite3_int64)((number + 1) * 0x9e3779b97f4a7c15ull >> 1);
}

/* A sender is in one room and counts their own messages, as the load does. */
static void insert_row(sqlite3_stmt *insert, const struct limit_rows *of, uint64_t row)
{
    static uint8_t payload[LOG_PAYLOAD_BYTES];
    uint64_t sender = row % (uint64_t)of->senders, rooms = (uint64_t)of->rooms;
    uint64_t nonce[2] = {htobe64(row), row * 0x9e3779b97f4a7c15ull};
    const sqlite3_int64 columns[] = {random_of(sender % rooms),
                                     (sqlite3_int64)row,
                                     1,
                                     random_of(rooms + sender),
                                     0,
                                     (sqlite3_int64)now_ns(),
                                     (sqlite3_int64)(row / rooms),
                                     0,
                                     0};
    for (int at = 0; at < 9; at++)
        sqlite3_bind_int64(insert, at + 1, columns[at]);
    sqlite3_bind_blob(insert, 10, nonce, sizeof nonce, SQLITE_TRANSIENT);
    sqlite3_bind_blob(insert, 11, payload, sizeof payload, SQLITE_STATIC);
    if (sqlite3_step(insert) != SQLITE_DONE)
        errx(1, "insert: %s", sqlite3_errmsg(sqlite3_db_handle(insert)));
    sqlite3_reset(insert);
}

static void sleep_until(uint64_t due_ns)
{
    uint64_t now = now_ns();
    if (now < due_ns)
        usleep((useconds_t)((due_ns - now) / 1000));
}

static void insert_batch(sqlite3_stmt *insert, const struct limit_rows *of, uint64_t first)
{
    sqlite3 *db = sqlite3_db_handle(insert);
    run_sql(db, "BEGIN IMMEDIATE");
    for (int at = 0; at < of->batch; at++)
        insert_row(insert, of, first + (uint64_t)at);
    run_sql(db, "COMMIT");
}

void limit_sqlite(const char *directory, struct limit_rows of)
{
    static struct histogram commits;
    static struct checkpointer checkpointer;
    char path[4096];
    int wal_pages = 0;
    snprintf(path, sizeof path, "%s/limit.db", directory);
    sqlite3 *db = open_log(path, &wal_pages);
    if (checkpointer_open(&checkpointer, path) != 0)
        errx(1, "no thread");
    sqlite3_stmt *insert =
        prepare(db, "INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, 0)");
    const uint64_t before = rows_there(db);
    uint64_t rows = 0, start = now_ns(), end = start + (uint64_t)(of.seconds * 1e9), now = start;
    while (now < end) {
        if (of.per_s > 0) {
            sleep_until(start + (uint64_t)((double)commits.total * 1e9 / of.per_s));
            now = now_ns();
        }
        insert_batch(insert, &of, before + rows + 1);
        rows += (uint64_t)of.batch;
        checkpointer_tend(&checkpointer, db, wal_pages);
        uint64_t done = now_ns();
        histogram_add(&commits, done - now);
        now = done;
    }
    sqlite3_finalize(insert);
    checkpointer_close(&checkpointer);
    sqlite3_close(db);
    print_durations(of.batch, rows, now - start, &commits);
}
