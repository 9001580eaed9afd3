/* The driver's own bare insert_many, in the server's shape and with its write concern: what appending through MongoDB
 * can be at most. Use: limit_mongo URI BATCH SECONDS; one connection, one insert after the other. */
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

int main(int argc, char **argv)
{
    if (argc != 4)
        errx(2, "use: limit_mongo URI BATCH SECONDS");
    size_t batch = strtoul(argv[2], NULL, 10);
    if (batch < 1 || batch > BATCH_MOST)
        errx(2, "BATCH is 1 to %d", BATCH_MOST);
    mongoc_init();
    mongoc_client_t *client = mongoc_client_new(argv[1]);
    if (!client)
        errx(1, "not a URI: %s", argv[1]);
    mongoc_collection_t *log = mongoc_client_get_collection(client, "limit", "events");
    mongoc_write_concern_t *majority = mongoc_write_concern_new();
    mongoc_write_concern_set_w(majority, MONGOC_WRITE_CONCERN_W_MAJORITY);
    mongoc_write_concern_set_journal(majority, true);
    mongoc_collection_set_write_concern(log, majority);
    prepare(client, log);
    measure(log, batch, strtoul(argv[3], NULL, 10));
    mongoc_write_concern_destroy(majority);
    mongoc_collection_destroy(log);
    mongoc_client_destroy(client);
    mongoc_cleanup();
    return 0;
}
