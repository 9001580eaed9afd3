#include "limit.h"

#include <endian.h>
#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "histogram.h"
#include "log_table.h"

#define PAYLOAD_BYTES 128 /* a message of 100 bytes as it is stored */
#define ROOMS 100
#define SENDERS 1024
#define APPEND_BYTES 4096

static void print_durations(const char *what, int batch, uint64_t rows, uint64_t elapsed_ns,
                            const struct histogram *commits)
{
    printf(
        "{\"limit\":\"%s\",\"batch\":%d,\"rows_per_s\":%.0f,\"commits_per_s\":%.0f,\"commit_us\":"
        "{\"p50\":%.0f,\"p99\":%.0f,\"max\":%.0f}}\n",
        what, batch, (double)rows * 1e9 / (double)elapsed_ns,
        (double)commits->total * 1e9 / (double)elapsed_ns,
        (double)histogram_share(commits, 0.5) / 1e3, (double)histogram_share(commits, 0.99) / 1e3,
        (double)commits->max / 1e3);
}

static void run_sql(sqlite3 *db, const char *sql)
{
    char *why = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
        errx(1, "%s: %s", sql, why);
}

static sqlite3 *open_log(const char *directory)
{
    char path[4096];
    sqlite3 *db = NULL;
    snprintf(path, sizeof path, "%s/limit.db", directory);
    if (sqlite3_open(path, &db) != SQLITE_OK)
        errx(1, "%s: %s", path, sqlite3_errmsg(db));
    run_sql(db, LOG_TABLE);
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
static void insert_row(sqlite3_stmt *insert, uint64_t row)
{
    static uint8_t payload[PAYLOAD_BYTES];
    uint64_t sender = row % SENDERS;
    uint64_t nonce[2] = {htobe64(row), row * 0x9e3779b97f4a7c15ull};
    const sqlite3_int64 columns[] = {random_of(sender % ROOMS),
                                     (sqlite3_int64)row,
                                     1,
                                     random_of(ROOMS + sender),
                                     0,
                                     (sqlite3_int64)now_ns(),
                                     (sqlite3_int64)(row / ROOMS),
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

void limit_sqlite(const char *directory, int batch, double seconds, double per_s)
{
    static struct histogram commits;
    sqlite3 *db = open_log(directory);
    sqlite3_stmt *insert =
        prepare(db, "INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, 0)");
    const uint64_t before = rows_there(db);
    uint64_t rows = 0, start = now_ns(), end = start + (uint64_t)(seconds * 1e9), now = start;
    while (now < end) {
        if (per_s > 0) {
            sleep_until(start + (uint64_t)((double)commits.total * 1e9 / per_s));
            now = now_ns();
        }
        run_sql(db, "BEGIN IMMEDIATE");
        for (int at = 0; at < batch; at++)
            insert_row(insert, before + ++rows);
        run_sql(db, "COMMIT");
        uint64_t done = now_ns();
        histogram_add(&commits, done - now);
        now = done;
    }
    sqlite3_finalize(insert);
    sqlite3_close(db);
    print_durations("sqlite", batch, rows, now - start, &commits);
}

void limit_fdatasync(const char *directory, double seconds)
{
    static struct histogram commits;
    static const uint8_t block[APPEND_BYTES];
    char path[4096];
    snprintf(path, sizeof path, "%s/limit.append", directory);
    int fd = open(path, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0)
        err(1, "%s", path);
    uint64_t start = now_ns(), end = start + (uint64_t)(seconds * 1e9), now = start;
    while (now < end) {
        if (write(fd, block, sizeof block) != (ssize_t)sizeof block || fdatasync(fd) < 0)
            err(1, "%s", path);
        uint64_t done = now_ns();
        histogram_add(&commits, done - now);
        now = done;
    }
    close(fd);
    print_durations("fdatasync", 1, commits.total, now - start, &commits);
}
