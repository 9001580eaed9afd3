/* What the driver can do at most, over one connection, one thing after the other. Use:
 *   limit_mongo URI insert BATCH SECONDS   insert_many, in the server's shape and with its write concern
 *   limit_mongo URI pages COUNT            pages of 50 of the messages of the largest room id, newest and anywhere, as
 *                                          one find() over the server's index; the database is the URI's */
#include <err.h>
#include <mongoc/mongoc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "histogram.h"

#define PAYLOAD_BYTES 128 /* a message of 100 bytes as it is stored */
#define ROOMS 100
#define BATCH_MOST 4096
#define PAGE 50

static void put_key(uint8_t *out, uint64_t value)
{
    for (int i = 0; i < 8; i++)
        out[i] = (uint8_t)(value >> (56 - 8 * i));
}

static bson_t *row_of(uint64_t number)
{
    uint8_t key[16], nonce[16] = {0};
    char payload[PAYLOAD_BYTES];
    uint64_t room = 1 + number % ROOMS, seq = 1 + number / ROOMS;
    put_key(key, room);
    put_key(key + 8, seq);
    put_key(nonce, number);
    memset(payload, 'x', sizeof(payload));
    bson_t *row = bson_new();
    BSON_APPEND_BINARY(row, "_id", BSON_SUBTYPE_BINARY, key, sizeof(key));
    BSON_APPEND_INT64(row, "room", (int64_t)room);
    BSON_APPEND_INT64(row, "seq", (int64_t)seq);
    BSON_APPEND_INT64(row, "sender", (int64_t)(number * 0x9e3779b97f4a7c15 >> 1));
    BSON_APPEND_INT64(row, "type", 1);
    BSON_APPEND_INT64(row, "count", (int64_t)seq);
    BSON_APPEND_DATE_TIME(row, "at", 1700000000000);
    BSON_APPEND_BINARY(row, "nonce", BSON_SUBTYPE_BINARY, nonce, sizeof(nonce));
    BSON_APPEND_BINARY(row, "payload", BSON_SUBTYPE_BINARY, (uint8_t *)payload, sizeof(payload));
    return row;
}

/* The unique nonce that idempotency needs. */
static void prepare(mongoc_client_t *client, mongoc_collection_t *log)
{
    bson_error_t error;
    (void)mongoc_collection_drop(log, NULL);
    bson_t *command =
        BCON_NEW("createIndexes", BCON_UTF8("events"), "indexes", "[", "{", "key", "{", "room",
                 BCON_INT32(1), "sender", BCON_INT32(1), "nonce", BCON_INT32(1), "}", "name",
                 BCON_UTF8("room_sender_nonce"), "unique", BCON_BOOL(true), "}", "]");
    if (!mongoc_client_write_command_with_opts(client, "limit", command, NULL, NULL, &error))
        errx(1, "index: %s", error.message);
    bson_destroy(command);
}

static void insert(mongoc_collection_t *log, uint64_t first, size_t batch)
{
    bson_error_t error;
    bson_t *rows[BATCH_MOST];
    for (size_t i = 0; i < batch; i++)
        rows[i] = row_of(first + i);
    if (!mongoc_collection_insert_many(log, (const bson_t **)rows, batch, NULL, NULL, &error))
        errx(1, "insert: %s", error.message);
    for (size_t i = 0; i < batch; i++)
        bson_destroy(rows[i]);
}

static void measure(mongoc_collection_t *log, size_t batch, uint64_t seconds)
{
    struct histogram inserts = {0};
    uint64_t began = now_ns(), rows = 0, last = began;
    while (last - began < seconds * 1000000000) {
        insert(log, rows, batch);
        rows += batch;
        uint64_t now = now_ns();
        histogram_add(&inserts, now - last);
        last = now;
    }
    printf("{\"limit\":\"insert_many\",\"batch\":%zu,\"rows_per_s\":%.0f,\"insert_us\":{\"p50\":%."
           "0f,\"p99\":%.0f}}\n",
           batch, (double)rows * 1e9 / (double)(last - began),
           (double)histogram_share(&inserts, 0.5) / 1e3,
           (double)histogram_share(&inserts, 0.99) / 1e3);
}

static void measure_inserts(mongoc_client_t *client, size_t batch, uint64_t seconds)
{
    mongoc_collection_t *log = mongoc_client_get_collection(client, "limit", "events");
    mongoc_write_concern_t *majority = mongoc_write_concern_new();
    mongoc_write_concern_set_w(majority, MONGOC_WRITE_CONCERN_W_MAJORITY);
    mongoc_write_concern_set_journal(majority, true);
    mongoc_collection_set_write_concern(log, majority);
    prepare(client, log);
    measure(log, batch, seconds);
    mongoc_write_concern_destroy(majority);
    mongoc_collection_destroy(log);
}

/* How many rows the question has. Takes both. */
static size_t ask(mongoc_collection_t *log, bson_t *filter, bson_t *options, bson_t *last)
{
    mongoc_cursor_t *rows = mongoc_collection_find_with_opts(log, filter, options, NULL);
    const bson_t *row;
    bson_error_t error;
    size_t count = 0;
    while (mongoc_cursor_next(rows, &row)) {
        if (last && count == 0)
            bson_copy_to(row, last);
        count++;
    }
    if (mongoc_cursor_error(rows, &error))
        errx(1, "find: %s", error.message);
    mongoc_cursor_destroy(rows);
    bson_destroy(filter);
    bson_destroy(options);
    return count;
}

static int64_t number_in(const bson_t *row, const char *name)
{
    bson_iter_t at;
    if (!bson_iter_init_find(&at, row, name) || !BSON_ITER_HOLDS_INT64(&at))
        errx(1, "a row has no number %s", name);
    return bson_iter_int64(&at);
}

static void measure_page(mongoc_collection_t *log, const char *what, int64_t room, int64_t from,
                         int64_t through, size_t count)
{
    struct histogram pages = {0};
    for (size_t i = 0; i < count; i++) {
        uint64_t began = now_ns();
        int64_t before = from + (int64_t)((uint64_t)random() % (uint64_t)(through - from + 1));
        size_t found =
            ask(log,
                BCON_NEW("room", BCON_INT64(room), "type", BCON_INT64(1), "seq", "{", "$gt",
                         BCON_INT64(0), "$lte", BCON_INT64(before), "}", "thread", BCON_NULL),
                BCON_NEW("sort", "{", "seq", BCON_INT32(-1), "}", "limit", BCON_INT64(PAGE)), NULL);
        if (found != PAGE)
            errx(1, "a page has %zu messages", found);
        histogram_add(&pages, now_ns() - began);
    }
    printf("{\"limit\":\"find\",\"page\":\"%s\",\"ms\":{\"p50\":%.1f,\"p99\":%.1f}}\n", what,
           (double)histogram_share(&pages, 0.5) / 1e6, (double)histogram_share(&pages, 0.99) / 1e6);
}

static void measure_pages(mongoc_client_t *client, const mongoc_uri_t *uri, size_t count)
{
    mongoc_collection_t *log =
        mongoc_client_get_collection(client, mongoc_uri_get_database(uri), "events");
    bson_t newest;
    bson_t *options = BCON_NEW("sort", "{", "_id", BCON_INT32(-1), "}", "limit", BCON_INT64(1));
    if (ask(log, bson_new(), options, &newest) != 1)
        errx(1, "the database has no events");
    int64_t room = number_in(&newest, "room"), end = number_in(&newest, "seq");
    if (end < 2 * PAGE)
        errx(1, "the room has no more than %lld events", (long long)end);
    measure_page(log, "newest", room, end, end, count);
    measure_page(log, "anywhere", room, 2 * PAGE, end, count);
    bson_destroy(&newest);
    mongoc_collection_destroy(log);
}

int main(int argc, char **argv)
{
    bool inserts = argc == 5 && strcmp(argv[2], "insert") == 0;
    if (!inserts && !(argc == 4 && strcmp(argv[2], "pages") == 0))
        errx(2, "use: limit_mongo URI insert BATCH SECONDS, or URI pages COUNT");
    size_t number = strtoul(argv[3], NULL, 10);
    if (number < 1 || (inserts && number > BATCH_MOST))
        errx(2, "BATCH is 1 to %d, COUNT at least 1", BATCH_MOST);
    mongoc_init();
    bson_error_t error;
    mongoc_uri_t *uri = mongoc_uri_new_with_error(argv[1], &error);
    if (!uri)
        errx(1, "not a URI: %s", error.message);
    mongoc_client_t *client = mongoc_client_new_from_uri(uri);
    if (inserts)
        measure_inserts(client, number, strtoul(argv[4], NULL, 10));
    else
        measure_pages(client, uri, number);
    mongoc_client_destroy(client);
    mongoc_uri_destroy(uri);
    mongoc_cleanup();
    return 0;
}
