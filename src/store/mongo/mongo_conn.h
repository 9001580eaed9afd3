/* mongo_conn.h - one store thread's way to the database: questions and changes, in words of a line.
 * Private to store/mongo.
 *
 * Filters, changes and options are taken and freed, so that they may be made in the call. What is
 * asked for is read at the primary with majority read concern; what is written is acknowledged by a
 * majority. Inside a write job all of it belongs to the job's transaction.
 * Fails:  negative errno as in store.h. Of an error after which the transaction cannot stand but may
 *         well succeed when it is run again, conn->again tells as well.
 * Thread: one at a time. */
#pragma once

#include "core/map.h"
#include "store/mongo/mongo_library.h"
#include "store/queries.h"

enum collection {
    META,
    USERS,
    SESSIONS,
    INVITES,
    EVENTS,
    ROOMS,
    MEMBERS,
    VERSIONS,
    REACTIONS,
    PINS,
    POLLS,
    VOTES,
    FEEDS,
    ENTRIES,
    PRESENCES,
    BANS,
    LINKS,
    REQUESTS,
    AUDIT,
    REPORTS,
    SUSPENSIONS,
    FILTERS,
    EMOJI,
    EMOJI_IMAGES,
    COLLECTION_COUNT
};
extern const char *const collection_names[COLLECTION_COUNT];

struct mongo_shared; /* what all connections of a store know: mongo_rows.h */

struct store_conn {
    const struct store_queries *queries; /* first, as queries.h says */
    struct mongo_shared *shared;
    mongoc_client_t *client;
    mongoc_client_session_t *session; /* of a write's transaction; NULL in reads */
    bool again;                       /* the transaction is lost, and may be tried anew */
    bool lost;                        /* the database did not answer */
    struct arena arena;               /* of the job that is run now */
    struct map ends;                  /* of rooms, as this job sees them: mongo_rows.h */
    mongoc_collection_t *collections[COLLECTION_COUNT];
};

int mongo_conn_open(struct store_conn **out, mongoc_client_pool_t *pool, const char *database,
                    struct mongo_shared *shared) MUST_USE;
void mongo_conn_close(struct store_conn *conn, mongoc_client_pool_t *pool); /* NULL is fine */
/* Forgets what the last job knew. */
void mongo_conn_begin(struct store_conn *conn);

#define X(name, parameters, arguments) int mongo_##name parameters;
STORE_QUERIES(X)
#undef X

/* The errno of an error, and in conn what else it means. */
int mongo_errno(struct store_conn *conn, const bson_t *reply, const bson_error_t *error);

static inline void bson_destroy_p(bson_t **doc)
{
    if (*doc)
        bson_destroy(*doc);
}
static inline void mongoc_cursor_destroy_p(mongoc_cursor_t **cursor)
{
    if (*cursor)
        mongoc_cursor_destroy(*cursor);
}

/* OWN(mongoc_cursor_destroy) mongoc_cursor_t *rows = db_find(...); */
mongoc_cursor_t *db_find(struct store_conn *conn, enum collection in, bson_t *filter,
                         bson_t *options) MUST_USE;
mongoc_cursor_t *db_aggregate(struct store_conn *conn, enum collection in, bson_t *pipeline)
    MUST_USE;
/* 1: *doc is there, borrowed until the next call; 0: no more. */
int db_next(struct store_conn *conn, mongoc_cursor_t *rows, const bson_t **doc);
/* The first of them as a copy; -ENOENT. */
int db_find_one(struct store_conn *conn, enum collection in, bson_t *filter, bson_t *options,
                bson_t **out);
/* How many there are, or -errno; no more than `most` are counted (0: all). */
int64_t db_count_most(struct store_conn *conn, enum collection in, bson_t *filter, int64_t most);
static inline int64_t db_count(struct store_conn *conn, enum collection in, bson_t *filter)
{
    return db_count_most(conn, in, filter, 0);
}

int db_insert(struct store_conn *conn, enum collection in,
              bson_t *doc); /* -EEXIST: the key is taken */
/* Those of many, borrowed, whose keys are not taken; in no order. */
int db_insert_new(struct store_conn *conn, enum collection in, bson_t *const *docs, size_t count);
/* How many rows were met, or -errno. With `upsert` a row is made of what is not there. */
int64_t db_update(struct store_conn *conn, enum collection in, bson_t *filter, bson_t *change,
                  bool upsert);
int64_t db_update_many(struct store_conn *conn, enum collection in, bson_t *filter, bson_t *change);
/* The same, where meeting none is -ENOENT. */
int db_change(struct store_conn *conn, enum collection in, bson_t *filter, bson_t *change);
int db_delete(struct store_conn *conn, enum collection in, bson_t *filter);

/* Several changes in one command, in order. An empty one costs nothing. */
struct db_bulk {
    mongoc_bulk_operation_t *operation;
    size_t count;
};
void db_bulk_update(struct store_conn *conn, struct db_bulk *bulk, enum collection in,
                    bson_t *filter, bson_t *change, bool upsert);
int db_bulk_run(struct store_conn *conn, struct db_bulk *bulk); /* and frees it */
void db_bulk_free(struct db_bulk *bulk);
static inline void db_bulk_free_p(struct db_bulk *bulk)
{
    db_bulk_free(bulk);
}
