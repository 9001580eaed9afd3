/* engines.h - what a store of messages asks of an engine, so that SQLite, LMDB and RocksDB can be held against each
 * other: docs/design/store.md argues with the figures.
 *
 * An engine keeps three things of each message: its row by (room, seq), its unique nonce by (room, sender, nonce),
 * and how far its sender has come in the room. It ends the program where anything fails.
 * Thread: one. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { NONCE_BYTES = 16, ROW_BYTES_MOST = 512 };

struct row {
    uint64_t room, seq, type, sender, target, time, count, role, kind;
    uint8_t nonce[NONCE_BYTES];
    uint64_t edit_seq, edit_at, edit_by, reply_to, reactions, answers;
    const char *payload; /* borrowed */
    size_t payload_bytes;
};

/* Two that come right behind each other in a directory of their own are one engine in two ways. */
struct engine {
    const char *name;
    void *(*open)(const char *directory); /* made where there is none */
    void (*begin)(void *state);
    void (*put)(void *state, const struct row *row);
    void (*commit)(void *state); /* durable when it returns */
    /* Up to `most` rows of the room older than `before`, newest first: how many, their payloads added to `sum`. */
    size_t (*page)(void *state, uint64_t room, uint64_t before, size_t most, uint64_t *sum);
    void (*close)(void *state);
};

extern const struct engine engine_sqlite, engine_sqlite_gathered, engine_lmdb, engine_rocksdb;

/* ---- for those that know only keys and values ------------------------------------------------- */

/* Numbers that sort as they count. */
void key_put(uint8_t out[8], uint64_t value);
uint64_t key_get(const uint8_t in[8]);
/* All but room and seq, numbers as short as they are, as SQLite keeps them; how many bytes. */
size_t row_encode(const struct row *row, uint8_t out[ROW_BYTES_MOST]);
/* The columns are read one by one, as whoever asks for a page needs them; what they add up to. */
uint64_t row_sum(const uint8_t *value, size_t length);
/* The same of columns that are there already. */
uint64_t payload_sum(const void *payload, size_t length);
