#include "store/mongo/mongo_conn.h"

#include <errno.h>

#include "store/mongo/mongo_doc.h"

const char *const collection_names[COLLECTION_COUNT] = {
    [META] = "meta",
    [USERS] = "users",
    [SESSIONS] = "sessions",
    [INVITES] = "invites",
    [EVENTS] = "events",
    [ROOMS] = "rooms",
    [MEMBERS] = "members",
    [VERSIONS] = "versions",
    [REACTIONS] = "reactions",
    [PINS] = "pins",
    [FEEDS] = "feeds",
    [ENTRIES] = "entries",
    [PRESENCES] = "presences",
    [BANS] = "bans",
    [LINKS] = "links",
    [REQUESTS] = "requests",
    [AUDIT] = "audit",
    [REPORTS] = "reports",
    [SUSPENSIONS] = "suspensions",
    [FILTERS] = "filters",
    [EMOJI] = "emoji",
    [EMOJI_IMAGES] = "emoji_images",
    [POLLS] = "polls",
    [VOTES] = "votes",
};

static const struct store_queries queries = {
#define X(name, parameters, arguments) .name = mongo_##name,
    STORE_QUERIES(X)
#undef X
};

int mongo_conn_open(struct store_conn **out, mongoc_client_pool_t *pool, const char *database,
                    struct mongo_shared *shared)
{
    mongoc_client_t *client = mongoc_client_pool_pop(pool);
    if (!client)
        return -ENOMEM;
    struct store_conn *conn = NEW(struct store_conn);
    conn->queries = &queries;
    conn->shared = shared;
    conn->client = client;
    conn->arena = ARENA_INIT;
    for (size_t i = 0; i < COLLECTION_COUNT; i++)
        conn->collections[i] = mongoc_client_get_collection(client, database, collection_names[i]);
    *out = conn;
    return 0;
}

void mongo_conn_close(struct store_conn *conn, mongoc_client_pool_t *pool)
{
    if (!conn)
        return;
    for (size_t i = 0; i < COLLECTION_COUNT; i++)
        mongoc_collection_destroy(conn->collections[i]);
    mongoc_client_pool_push(pool, conn->client);
    arena_deinit(&conn->arena);
    map_deinit(&conn->ends);
    xfree(conn);
}

void mongo_conn_begin(struct store_conn *conn)
{
    map_deinit(&conn->ends); /* its values are in the arena */
    arena_deinit(&conn->arena);
    conn->again = conn->lost = false;
}

/* ---- errors ----------------------------------------------------------------------------------- */

enum { DUPLICATE_KEY = 11000, WRITE_CONFLICT = 112 };

static bool is_about_the_network(const bson_error_t *error)
{
    return error->domain == MONGOC_ERROR_STREAM || error->domain == MONGOC_ERROR_SERVER_SELECTION ||
           error->domain == MONGOC_ERROR_CLIENT;
}

int mongo_errno(struct store_conn *conn, const bson_t *reply, const bson_error_t *error)
{
    bool in_transaction = conn->session && mongoc_client_session_in_transaction(conn->session);
    if (in_transaction && (error->code == DUPLICATE_KEY || error->code == WRITE_CONFLICT ||
                           mongoc_error_has_label(reply, "TransientTransactionError")))
        conn->again = true; /* somebody else was faster: what they did is seen the next time */
    if (error->code == DUPLICATE_KEY)
        return -EEXIST;
    if (is_about_the_network(error))
        conn->lost = true;
    return -EBUSY;
}

/* ---- options ---------------------------------------------------------------------------------- */

/* Takes `options`, which may be NULL; the session, where there is one, goes with everything. */
static bson_t *with_session(const struct store_conn *conn, bson_t *options)
{
    if (!options)
        options = bson_new();
    bson_error_t error;
    if (conn->session)
        REQUIRE(mongoc_client_session_append(conn->session, options, &error));
    return options;
}

/* ---- questions -------------------------------------------------------------------------------- */

mongoc_cursor_t *db_find(struct store_conn *conn, enum collection in, bson_t *filter,
                         bson_t *options)
{
    OWN(bson_destroy) bson_t *asked = filter;
    OWN(bson_destroy) bson_t *how = with_session(conn, options);
    return mongoc_collection_find_with_opts(conn->collections[in], asked, how, NULL);
}

mongoc_cursor_t *db_aggregate(struct store_conn *conn, enum collection in, bson_t *pipeline)
{
    OWN(bson_destroy) bson_t *asked = pipeline;
    OWN(bson_destroy) bson_t *how = with_session(conn, NULL);
    return mongoc_collection_aggregate(conn->collections[in], MONGOC_QUERY_NONE, asked, how, NULL);
}

int db_next(struct store_conn *conn, mongoc_cursor_t *rows, const bson_t **doc)
{
    if (mongoc_cursor_next(rows, doc))
        return 1;
    bson_error_t error;
    const bson_t *reply = NULL;
    return mongoc_cursor_error_document(rows, &error, &reply) ? mongo_errno(conn, reply, &error)
                                                              : 0;
}

int db_find_one(struct store_conn *conn, enum collection in, bson_t *filter, bson_t *options,
                bson_t **out)
{
    if (!options)
        options = BCON_NEW("limit", I64(1));
    OWN(mongoc_cursor_destroy) mongoc_cursor_t *rows = db_find(conn, in, filter, options);
    const bson_t *doc;
    int rc = db_next(conn, rows, &doc);
    if (rc != 1)
        return rc ? rc : -ENOENT;
    *out = bson_copy(doc);
    return 0;
}

int64_t db_count_most(struct store_conn *conn, enum collection in, bson_t *filter, int64_t most)
{
    OWN(bson_destroy) bson_t *asked = filter;
    OWN(bson_destroy)
    bson_t *how = with_session(conn, most ? BCON_NEW("limit", BCON_INT64(most)) : NULL);
    bson_t reply;
    bson_error_t error;
    int64_t count =
        mongoc_collection_count_documents(conn->collections[in], asked, how, NULL, &reply, &error);
    if (count < 0)
        count = mongo_errno(conn, &reply, &error);
    bson_destroy(&reply);
    return count;
}

/* ---- changes ---------------------------------------------------------------------------------- */

int db_insert(struct store_conn *conn, enum collection in, bson_t *doc)
{
    OWN(bson_destroy) bson_t *row = doc;
    OWN(bson_destroy) bson_t *how = with_session(conn, NULL);
    bson_t reply;
    bson_error_t error;
    bool ok = mongoc_collection_insert_one(conn->collections[in], row, how, &reply, &error);
    int rc = ok ? 0 : mongo_errno(conn, &reply, &error);
    bson_destroy(&reply);
    return rc;
}

/* Was each of them refused because it is there? */
static bool were_there(const bson_t *reply)
{
    bson_iter_t list, at, in;
    if (!bson_iter_init_find(&list, reply, "writeErrors") || !bson_iter_recurse(&list, &at))
        return false;
    while (bson_iter_next(&at)) {
        if (!bson_iter_recurse(&at, &in))
            return false;
        while (bson_iter_next(&in))
            if (strcmp(bson_iter_key(&in), "code") == 0 && bson_iter_as_int64(&in) != DUPLICATE_KEY)
                return false;
    }
    return !bson_iter_init_find(&list, reply, "writeConcernErrors");
}

int db_insert_new(struct store_conn *conn, enum collection in, bson_t *const *docs, size_t count)
{
    OWN(bson_destroy) bson_t *how = with_session(conn, BCON_NEW("ordered", BOOL(false)));
    bson_t reply;
    bson_error_t error;
    bool ok = mongoc_collection_insert_many(conn->collections[in], (const bson_t **)(uintptr_t)docs,
                                            count, how, &reply, &error);
    int rc = ok || were_there(&reply) ? 0 : mongo_errno(conn, &reply, &error);
    bson_destroy(&reply);
    return rc;
}

static int64_t update(struct store_conn *conn, enum collection in, bson_t *filter, bson_t *change,
                      bool upsert, bool many)
{
    OWN(bson_destroy) bson_t *asked = filter;
    OWN(bson_destroy) bson_t *done = change;
    OWN(bson_destroy) bson_t *how = with_session(conn, BCON_NEW("upsert", BOOL(upsert)));
    bson_t reply;
    bson_error_t error;
    bool ok =
        many
            ? mongoc_collection_update_many(conn->collections[in], asked, done, how, &reply, &error)
            : mongoc_collection_update_one(conn->collections[in], asked, done, how, &reply, &error);
    int64_t rc = ok ? doc_i64(&reply, "matchedCount") : mongo_errno(conn, &reply, &error);
    bson_destroy(&reply);
    return rc;
}

int64_t db_update(struct store_conn *conn, enum collection in, bson_t *filter, bson_t *change,
                  bool upsert)
{
    return update(conn, in, filter, change, upsert, false);
}

int64_t db_update_many(struct store_conn *conn, enum collection in, bson_t *filter, bson_t *change)
{
    return update(conn, in, filter, change, false, true);
}

int db_change(struct store_conn *conn, enum collection in, bson_t *filter, bson_t *change)
{
    int64_t met = update(conn, in, filter, change, false, false);
    return met < 0 ? (int)met : met == 0 ? -ENOENT : 0;
}

int db_delete(struct store_conn *conn, enum collection in, bson_t *filter)
{
    OWN(bson_destroy) bson_t *asked = filter;
    OWN(bson_destroy) bson_t *how = with_session(conn, NULL);
    bson_t reply;
    bson_error_t error;
    bool ok = mongoc_collection_delete_many(conn->collections[in], asked, how, &reply, &error);
    int rc = ok ? 0 : mongo_errno(conn, &reply, &error);
    bson_destroy(&reply);
    return rc;
}

/* ---- several at once ---------------------------------------------------------------------------- */

void db_bulk_update(struct store_conn *conn, struct db_bulk *bulk, enum collection in,
                    bson_t *filter, bson_t *change, bool upsert)
{
    OWN(bson_destroy) bson_t *asked = filter;
    OWN(bson_destroy) bson_t *done = change;
    if (!bulk->operation) {
        OWN(bson_destroy) bson_t *how = with_session(conn, BCON_NEW("ordered", BOOL(true)));
        bulk->operation =
            mongoc_collection_create_bulk_operation_with_opts(conn->collections[in], how);
    }
    OWN(bson_destroy) bson_t *how = BCON_NEW("upsert", BOOL(upsert));
    bson_error_t error;
    REQUIRE(mongoc_bulk_operation_update_one_with_opts(bulk->operation, asked, done, how, &error));
    bulk->count++;
}

int db_bulk_run(struct store_conn *conn, struct db_bulk *bulk)
{
    int rc = 0;
    if (bulk->operation) {
        bson_t reply;
        bson_error_t error;
        if (mongoc_bulk_operation_execute(bulk->operation, &reply, &error) == 0)
            rc = mongo_errno(conn, &reply, &error);
        bson_destroy(&reply);
    }
    db_bulk_free(bulk);
    return rc;
}

void db_bulk_free(struct db_bulk *bulk)
{
    if (bulk->operation)
        mongoc_bulk_operation_destroy(bulk->operation);
    *bulk = (struct db_bulk){0};
}
