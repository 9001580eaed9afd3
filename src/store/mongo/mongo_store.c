#include "store/mongo/mongo_store.h"

#include <errno.h>

#include "store/mongo/mongo_schema.h"
#include "store/mongo/mongo_writer.h"
#include "store/store_readers.h"

enum {
    USUAL_BATCH = 2048,
    SELECT_MS = 3000,    /* how long a primary is looked for */
    SOCKET_MS = 15000,   /* how long an answer is waited for */
    SCHEMA_MS = 7200000, /* the same, while indexes are made */
    CONCERN_MS = 10000,  /* how long a majority is */
    FINISHED_MS = 5000,  /* how long a room is known to be finished that others write to */
};

struct mongo_store {
    struct store store;
    mongoc_uri_t *uri;
    mongoc_client_pool_t *clients;
    const char *database; /* the uri's, or a constant */
    struct mongo_shared shared;
    struct mongo_writer writers[WRITERS];
    unsigned writers_open;
    struct mongo_figures figures;
    struct store_readers *readers;
};

static struct mongo_store *of(struct store *store)
{
    return CONTAINER_OF(store, struct mongo_store, store);
}

/* ---- reading --------------------------------------------------------------------------------- */

static int reader_open(void *ctx, struct store_conn **out)
{
    struct mongo_store *mongo = ctx;
    return mongo_conn_open(out, mongo->clients, mongo->database, &mongo->shared);
}

static int reader_run(void *ctx, struct store_conn *conn, struct store_job *job)
{
    struct mongo_store *mongo = ctx;
    if (mongo_gives_up(&mongo->figures))
        return -EBUSY;
    mongo_conn_begin(conn);
    int rc = job->run(job, conn);
    if (conn->lost)
        atomic_store_explicit(&mongo->figures.works, false, memory_order_relaxed);
    mongo_conn_begin(conn); /* an idle thread keeps nothing */
    return rc;
}

static void reader_close(void *ctx, struct store_conn *conn)
{
    mongo_conn_close(conn, ((struct mongo_store *)ctx)->clients);
}

static void engine_read(struct store *store, struct store_job *job)
{
    store_readers_read(of(store)->readers, job);
}

/* ---- the other doors ------------------------------------------------------------------------- */

static void engine_write(struct store *store, struct store_job *job)
{
    uint64_t home = map_hash((uint64_t)(uintptr_t)job->home);
    mongo_writer_post(&of(store)->writers[home % WRITERS], job);
}

static void engine_append(struct store *store, struct append *append)
{
    uint64_t room = map_hash(append->room.v);
    mongo_writer_post_append(&of(store)->writers[room % WRITERS], append);
}

static bool engine_is_ready(struct store *store)
{
    return atomic_load_explicit(&of(store)->figures.works, memory_order_relaxed);
}

static void engine_hurry(struct store *store)
{
    atomic_store_explicit(&of(store)->figures.hurried, true, memory_order_relaxed);
}

static uint64_t look_at(const _Atomic uint64_t *figure)
{
    return atomic_load_explicit(figure, memory_order_relaxed);
}

static void engine_metrics(struct store *store, struct buf *out)
{
    const struct mongo_figures *figures = &of(store)->figures;
    store_figure(out, "ready", "gauge", "1 when the database can be written.",
                 engine_is_ready(store));
    store_figure(out, "commits_total", "counter", "Groups of jobs that were written.",
                 look_at(&figures->groups));
    store_figure(out, "commit_microseconds_total", "counter", "Time spent in them.",
                 look_at(&figures->group_us));
    store_figure(out, "failures_total", "counter", "Times the database did not answer.",
                 look_at(&figures->failures));
    store_figure(out, "jobs_total", "counter", "Writes and appends done.", look_at(&figures->jobs));
    store_figure(out, "events_total", "counter", "Events appended.", look_at(&figures->events));
    store_figure(out, "reads_total", "counter", "Reads begun.",
                 store_readers_count(of(store)->readers));
    store_figure(out, "reruns_total", "counter",
                 "Transactions run again because another was in the way.",
                 look_at(&figures->reruns));
}

static void close_all(struct mongo_store *mongo)
{
    for (unsigned i = 0; i < mongo->writers_open; i++)
        mongo_writer_close(&mongo->writers[i]);
    store_readers_free(mongo->readers);
    for (unsigned i = 0; i < WRITERS; i++)
        mongo_conn_close(mongo->writers[i].conn, mongo->clients);
    if (mongo->clients)
        mongoc_client_pool_destroy(mongo->clients);
    if (mongo->uri)
        mongoc_uri_destroy(mongo->uri);
    mongo_shared_deinit(&mongo->shared);
    store_deinit(&mongo->store);
    xfree(mongo);
}

static void engine_close(struct store *store)
{
    close_all(of(store));
}

static const struct engine engine = {
    .read = engine_read,
    .write = engine_write,
    .fill = engine_read, /* by a connection without a session */
    .append = engine_append,
    .is_ready = engine_is_ready,
    .hurry = engine_hurry,
    .metrics = engine_metrics,
    .close = engine_close,
};

/* ---- opening ---------------------------------------------------------------------------------- */

static void set_unless_said(mongoc_uri_t *uri, const char *option, int32_t value)
{
    if (!mongoc_uri_has_option(uri, option))
        mongoc_uri_set_option_as_int32(uri, option, value);
}

/* What the promises rest on is not the URI's to choose. */
static void set_concerns(mongoc_uri_t *uri)
{
    mongoc_write_concern_t *write = mongoc_write_concern_new();
    mongoc_write_concern_set_wmajority(write, CONCERN_MS);
    mongoc_write_concern_set_journal(write, true);
    mongoc_uri_set_write_concern(uri, write);
    mongoc_write_concern_destroy(write);
    mongoc_read_concern_t *read = mongoc_read_concern_new();
    mongoc_read_concern_set_level(read, MONGOC_READ_CONCERN_LEVEL_MAJORITY);
    mongoc_uri_set_read_concern(uri, read);
    mongoc_read_concern_destroy(read);
    mongoc_read_prefs_t *prefs = mongoc_read_prefs_new(MONGOC_READ_PRIMARY);
    mongoc_uri_set_read_prefs_t(uri, prefs);
    mongoc_read_prefs_destroy(prefs);
    /* A command whose outcome is unknown is not sent again behind our back. */
    mongoc_uri_set_option_as_bool(uri, MONGOC_URI_RETRYWRITES, false);
}

static mongoc_client_pool_t *open_clients(const mongoc_uri_t *uri, char *why)
{
    bson_error_t error;
    mongoc_client_pool_t *clients = mongoc_client_pool_new_with_error(uri, &error);
    if (!clients) {
        snprintf(why, MONGO_WHY_SIZE, "the mongodb:// URI of --store cannot be used: %.400s",
                 error.message);
        return NULL;
    }
    mongoc_client_pool_set_error_api(clients, MONGOC_ERROR_API_VERSION_2);
    mongoc_client_pool_set_appname(clients, "NatterNet " NATTERNET_VERSION);
    return clients;
}

static int connect_to(struct mongo_store *mongo, const struct mongo_options *options, char *why)
{
    bson_error_t error;
    mongo->uri = mongoc_uri_new_with_error(options->uri, &error);
    if (!mongo->uri) {
        snprintf(why, MONGO_WHY_SIZE, "the mongodb:// URI of --store is not right: %.400s",
                 error.message);
        return -EINVAL;
    }
    set_unless_said(mongo->uri, MONGOC_URI_SERVERSELECTIONTIMEOUTMS, SELECT_MS);
    set_unless_said(mongo->uri, MONGOC_URI_SOCKETTIMEOUTMS, SOCKET_MS);
    set_concerns(mongo->uri);
    /* Each thread keeps a connection for good: with fewer of them some would wait for ever. */
    mongoc_uri_set_option_as_int32(mongo->uri, MONGOC_URI_MAXPOOLSIZE,
                                   (int32_t)(WRITERS + options->readers));
    const char *named = mongoc_uri_get_database(mongo->uri);
    mongo->database = named ? named : "natternet";
    mongo->clients = open_clients(mongo->uri, why);
    return mongo->clients ? 0 : -EINVAL;
}

static int open_conn(struct mongo_store *mongo, struct store_conn **out,
                     mongoc_client_pool_t *clients, char *why)
{
    int rc = mongo_conn_open(out, clients, mongo->database, &mongo->shared);
    if (rc != 0)
        snprintf(why, MONGO_WHY_SIZE, "the driver gives out no connection to the database: %s",
                 "leave minPoolSize, maxPoolSize and waitQueueTimeoutMS out of the URI");
    return rc;
}

/* By a connection of its own, that waits for longer. */
static int make_schema(struct mongo_store *mongo, char *why)
{
    mongoc_uri_t *patient = mongoc_uri_copy(mongo->uri);
    mongoc_uri_set_option_as_int32(patient, MONGOC_URI_SOCKETTIMEOUTMS, SCHEMA_MS);
    mongoc_client_pool_t *clients = open_clients(patient, why);
    mongoc_uri_destroy(patient);
    if (!clients)
        return -EINVAL;
    struct store_conn *conn = NULL;
    int rc = open_conn(mongo, &conn, clients, why);
    if (rc == 0)
        rc = mongo_schema_make(conn, mongo->database, why);
    mongo_conn_close(conn, clients);
    mongoc_client_pool_destroy(clients);
    return rc;
}

static int open_writers(struct mongo_store *mongo, const struct mongo_options *options, char *why)
{
    int rc = 0;
    atomic_init(&mongo->figures.works, true);
    for (unsigned i = 0; rc == 0 && i < WRITERS; i++) {
        struct mongo_writer *writer = &mongo->writers[i];
        writer->figures = &mongo->figures;
        writer->batch = options->batch ? options->batch : USUAL_BATCH;
        writer->cleans = i == 0 && !options->still;
        rc = open_conn(mongo, &writer->conn, mongo->clients, why);
        if (rc != 0)
            return rc;
    }
    for (; rc == 0 && mongo->writers_open < WRITERS; mongo->writers_open += rc == 0)
        rc = mongo_writer_open(&mongo->writers[mongo->writers_open]);
    if (rc != 0)
        snprintf(why, MONGO_WHY_SIZE, "a thread of the store cannot be started: errno %d", -rc);
    return rc;
}

int mongo_store_open(struct store **out, const struct mongo_options *options, char *why)
{
    REQUIRE(options->readers > 0);
    int rc = mongo_library_load(why, MONGO_WHY_SIZE);
    if (rc != 0)
        return rc;
    struct mongo_store *mongo = NEW(struct mongo_store);
    rc = store_init(&mongo->store, &engine);
    if (rc != 0) {
        xfree(mongo);
        snprintf(why, MONGO_WHY_SIZE, "too many open files: raise the limit (ulimit -n)");
        return rc;
    }
    mongo_shared_init(&mongo->shared, options->shared ? FINISHED_MS : 0);
    rc = connect_to(mongo, options, why);
    if (rc == 0)
        rc = make_schema(mongo, why);
    if (rc == 0)
        rc = open_writers(mongo, options, why);
    if (rc != 0) {
        close_all(mongo);
        return rc;
    }
    mongo->readers = store_readers_new(&(struct store_readers_options){
        .threads = options->readers,
        .open = reader_open,
        .run = reader_run,
        .close = reader_close,
        .ctx = mongo,
    });
    *out = &mongo->store;
    return 0;
}
