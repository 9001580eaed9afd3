#include <err.h>
#include <rocksdb/c.h>
#include <stdlib.h>
#include <string.h>

#include "engines.h"

/* As its own guide advises for a start: filters of ten bits a key, which is how a nonce is known to be new without
 * reading; a cache as large as SQLite's; levels compacted by two threads. Which table a key is of says its first
 * byte. Twins within one batch would have to be found by who makes the batch. */
#define CACHE_BYTES (64u << 20)
enum { LOG = 'l', NONCES = 'n', MARKERS = 'm', TABLE_BYTE = 1 };

struct rocks {
    rocksdb_t *db;
    rocksdb_options_t *options;
    rocksdb_block_based_table_options_t *table;
    rocksdb_cache_t *cache;
    rocksdb_writeoptions_t *durable;
    rocksdb_readoptions_t *reading;
    rocksdb_writebatch_t *batch;
};

static void need(char *problem, const char *what)
{
    if (problem)
        errx(1, "RocksDB, %s: %s", what, problem);
}

static void *open_it(const char *directory)
{
    struct rocks *state = calloc(1, sizeof(*state));
    char *problem = NULL;
    if (!state)
        err(1, "RocksDB");
    state->cache = rocksdb_cache_create_lru(CACHE_BYTES);
    state->table = rocksdb_block_based_options_create();
    rocksdb_block_based_options_set_block_cache(state->table, state->cache);
    rocksdb_block_based_options_set_filter_policy(state->table,
                                                  rocksdb_filterpolicy_create_bloom_full(10));
    state->options = rocksdb_options_create();
    rocksdb_options_set_create_if_missing(state->options, 1);
    rocksdb_options_increase_parallelism(state->options, 2);
    rocksdb_options_set_block_based_table_factory(state->options, state->table);
    rocksdb_options_set_compression(state->options, rocksdb_snappy_compression);
    state->durable = rocksdb_writeoptions_create();
    rocksdb_writeoptions_set_sync(state->durable, 1);
    state->reading = rocksdb_readoptions_create();
    state->batch = rocksdb_writebatch_create();
    state->db = rocksdb_open(state->options, directory, &problem);
    need(problem, directory);
    return state;
}

static void begin(void *opaque)
{
    struct rocks *state = opaque;
    rocksdb_writebatch_clear(state->batch);
}

static void refuse_known(struct rocks *state, const char *key, size_t key_bytes)
{
    char *problem = NULL;
    rocksdb_pinnableslice_t *known =
        rocksdb_get_pinned(state->db, state->reading, key, key_bytes, &problem);
    need(problem, "get");
    if (known)
        errx(1, "RocksDB: a nonce is there already");
}

static void put(void *opaque, const struct row *row)
{
    struct rocks *state = opaque;
    uint8_t place[TABLE_BYTE + 16] = {LOG}, nonce[TABLE_BYTE + 16 + NONCE_BYTES] = {NONCES};
    uint8_t numbers[16], value[ROW_BYTES_MOST];
    key_put(place + TABLE_BYTE, row->room);
    key_put(place + TABLE_BYTE + 8, row->seq);
    rocksdb_writebatch_put(state->batch, (char *)place, sizeof(place), (char *)value,
                           row_encode(row, value));
    key_put(nonce + TABLE_BYTE, row->room);
    key_put(nonce + TABLE_BYTE + 8, row->sender);
    memcpy(nonce + TABLE_BYTE + 16, row->nonce, NONCE_BYTES);
    refuse_known(state, (char *)nonce, sizeof(nonce));
    rocksdb_writebatch_put(state->batch, (char *)nonce, sizeof(nonce),
                           (char *)place + TABLE_BYTE + 8, 8);
    nonce[0] = MARKERS;
    key_put(numbers, row->seq);
    key_put(numbers + 8, row->count);
    rocksdb_writebatch_put(state->batch, (char *)nonce, TABLE_BYTE + 16, (char *)numbers, 16);
}

static void commit(void *opaque)
{
    struct rocks *state = opaque;
    char *problem = NULL;
    rocksdb_write(state->db, state->durable, state->batch, &problem);
    need(problem, "write");
}

static size_t page(void *opaque, uint64_t room, uint64_t before, size_t most, uint64_t *sum)
{
    struct rocks *state = opaque;
    uint8_t place[TABLE_BYTE + 16] = {LOG};
    size_t rows = 0, length;
    char *problem = NULL;
    key_put(place + TABLE_BYTE, room);
    key_put(place + TABLE_BYTE + 8, before - 1);
    rocksdb_iterator_t *at = rocksdb_create_iterator(state->db, state->reading);
    rocksdb_iter_seek_for_prev(at, (char *)place, sizeof(place));
    for (; rows < most && rocksdb_iter_valid(at); rows++) {
        const char *key = rocksdb_iter_key(at, &length);
        if (memcmp(key, place, TABLE_BYTE + 8) != 0)
            break;
        const char *value = rocksdb_iter_value(at, &length);
        *sum += row_sum((const uint8_t *)value, length);
        rocksdb_iter_prev(at);
    }
    rocksdb_iter_get_error(at, &problem);
    need(problem, "page");
    rocksdb_iter_destroy(at);
    return rows;
}

static void close_it(void *opaque)
{
    struct rocks *state = opaque;
    rocksdb_close(state->db);
    rocksdb_writebatch_destroy(state->batch);
    rocksdb_writeoptions_destroy(state->durable);
    rocksdb_readoptions_destroy(state->reading);
    rocksdb_options_destroy(state->options);
    rocksdb_block_based_options_destroy(state->table);
    rocksdb_cache_destroy(state->cache);
    free(state);
}

const struct engine engine_rocksdb = {"RocksDB", open_it, begin, put, commit, page, close_it};
