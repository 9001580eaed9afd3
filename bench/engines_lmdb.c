#include <err.h>
#include <lmdb.h>
#include <stdlib.h>
#include <string.h>

#include "engines.h"

/* As it comes: a copy of each changed page, a sync of them, then the root with a sync of its own. */
#define MAP_BYTES (64ull << 30) /* addresses, not memory */

struct lmdb {
    MDB_env *env;
    MDB_txn *writing;
    MDB_dbi log, nonces, markers;
};

static void need(int code, const char *what)
{
    if (code != 0)
        errx(1, "LMDB, %s: %s", what, mdb_strerror(code));
}

static void *open_it(const char *directory)
{
    struct lmdb *state = calloc(1, sizeof(*state));
    MDB_txn *txn;
    if (!state)
        err(1, "LMDB");
    need(mdb_env_create(&state->env), "create");
    need(mdb_env_set_mapsize(state->env, MAP_BYTES), "map");
    need(mdb_env_set_maxdbs(state->env, 3), "tables");
    need(mdb_env_open(state->env, directory, MDB_NORDAHEAD, 0600), directory);
    need(mdb_txn_begin(state->env, NULL, 0, &txn), "begin");
    need(mdb_dbi_open(txn, "log", MDB_CREATE, &state->log), "log");
    need(mdb_dbi_open(txn, "nonces", MDB_CREATE, &state->nonces), "nonces");
    need(mdb_dbi_open(txn, "markers", MDB_CREATE, &state->markers), "markers");
    need(mdb_txn_commit(txn), "commit");
    return state;
}

static void begin(void *opaque)
{
    struct lmdb *state = opaque;
    need(mdb_txn_begin(state->env, NULL, 0, &state->writing), "begin");
}

static void put_pair(struct lmdb *state, MDB_dbi table, const uint8_t *key, size_t key_bytes,
                     const uint8_t *value, size_t value_bytes, unsigned flags)
{
    MDB_val k = {key_bytes, (void *)key}, v = {value_bytes, (void *)value};
    need(mdb_put(state->writing, table, &k, &v, flags), "put");
}

static void put(void *opaque, const struct row *row)
{
    struct lmdb *state = opaque;
    uint8_t place[16], nonce[16 + NONCE_BYTES], numbers[16], value[ROW_BYTES_MOST];
    key_put(place, row->room);
    key_put(place + 8, row->seq);
    put_pair(state, state->log, place, 16, value, row_encode(row, value), MDB_NOOVERWRITE);
    key_put(nonce, row->room);
    key_put(nonce + 8, row->sender);
    memcpy(nonce + 16, row->nonce, NONCE_BYTES);
    put_pair(state, state->nonces, nonce, sizeof(nonce), place + 8, 8, MDB_NOOVERWRITE);
    key_put(numbers, row->seq);
    key_put(numbers + 8, row->count);
    put_pair(state, state->markers, nonce, 16, numbers, 16, 0);
}

static void commit(void *opaque)
{
    struct lmdb *state = opaque;
    need(mdb_txn_commit(state->writing), "commit");
}

static size_t page(void *opaque, uint64_t room, uint64_t before, size_t most, uint64_t *sum)
{
    struct lmdb *state = opaque;
    MDB_txn *txn;
    MDB_cursor *cursor;
    uint8_t place[16];
    size_t rows = 0;
    key_put(place, room);
    key_put(place + 8, before);
    MDB_val key = {16, place}, value;
    need(mdb_txn_begin(state->env, NULL, MDB_RDONLY, &txn), "begin");
    need(mdb_cursor_open(txn, state->log, &cursor), "cursor");
    int code = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE); /* the first at or behind it */
    code = mdb_cursor_get(cursor, &key, &value, code == 0 ? MDB_PREV : MDB_LAST);
    for (; code == 0 && rows < most && key_get(key.mv_data) == room; rows++) {
        *sum += row_sum(value.mv_data, value.mv_size);
        code = mdb_cursor_get(cursor, &key, &value, MDB_PREV);
    }
    mdb_cursor_close(cursor);
    mdb_txn_abort(txn);
    return rows;
}

static void close_it(void *opaque)
{
    struct lmdb *state = opaque;
    mdb_env_close(state->env);
    free(state);
}

const struct engine engine_lmdb = {"LMDB", open_it, begin, put, commit, page, close_it};
