#include "store/mongo/mongo_schema.h"

#include <errno.h>

#include "store/mongo/mongo_rows.h"
#include "store/mongo/mongo_store.h"
#include "store/mongo/mongo_transact.h"

/* docs/design/store-mongo.md says which question uses which. Keys of a form that cannot sort by
 * themselves (texts behind numbers) are fields with an index; all others are the _id. */
struct index {
    enum collection in;
    const char *name;
    const char *fields[3]; /* ascending */
    bool unique;
    const char *only; /* rows of which this field ... */
    enum { ALL, IS_SET, IS_TRUE, IS_ONE, IS_ZERO, IS_POSITIVE, IS_ABOVE_ONE, IS_VOTE } rows;
};

static const struct index indexes[] = {
    {EVENTS, "room_sender_nonce", {"room", "sender", "nonce"}, true, NULL, ALL},
    {EVENTS, "room_thread", {"room", "thread", "seq"}, false, "type", IS_ONE},
    {EVENTS, "votes", {"room", "target"}, false, "type", IS_VOTE},
    {EVENTS, "mentions", {"room", "mentions", "seq"}, false, "mentions", IS_SET},
    {USERS, "username", {"key"}, true, "key", IS_SET},
    {USERS, "skeleton", {"skeleton"}, true, "skeleton", IS_SET},
    {USERS, "email", {"email_key"}, true, "verified", IS_TRUE},
    {USERS, "words", {"words"}, false, NULL, ALL},
    {USERS, "deleted", {"deleted"}, false, "deleted", IS_POSITIVE},
    {USERS, "admins", {"admin", "_id"}, false, "admin", IS_TRUE},
    {SESSIONS, "living", {"user", "_id"}, false, "ended", IS_ZERO},
    {SESSIONS, "ended", {"ended"}, false, "ended", IS_POSITIVE},
    {ROOMS, "directory", {"key", "_id"}, false, "public", IS_TRUE},
    {ROOMS, "aging", {"ages", "_id"}, false, "ages", IS_TRUE},
    {ROOMS, "listed_words", {"words"}, false, "public", IS_TRUE},
    {ROOMS, "groups", {"kind", "key", "_id"}, false, "kind", IS_ABOVE_ONE}, /* no direct rooms */
    {ROOMS, "group_words", {"words", "kind"}, false, "kind", IS_ABOVE_ONE},
    {REQUESTS, "open", {"room", "seq"}, false, "refused", IS_ZERO},
    {REQUESTS, "request_of", {"user", "room"}, false, NULL, ALL},
    {AUDIT, "of_room", {"room", "_id"}, false, NULL, ALL},
    {REPORTS, "queue", {"queue", "place"}, false, NULL, ALL},
    {REPORTS, "open", {"queue", "place"}, false, "resolved_at", IS_ZERO},
    {REPORTS, "by", {"by"}, false, "resolved_at", IS_ZERO},
    {MEMBERS, "member_of", {"user", "gone", "room"}, false, NULL, ALL},
    {MEMBERS, "staff", {"room", "role"}, false, "role", IS_ABOVE_ONE}, /* and guests */
    {VERSIONS, "keep", {"keep_until"}, false, NULL, ALL},
    {REACTIONS, "emoji", {"room", "message", "emoji"}, true, NULL, ALL},
    {PINS, "order", {"room", "seq"}, false, NULL, ALL},
    {EMOJI, "name", {"name"}, true, NULL, ALL},
    {ENTRIES, "key", {"user", "key"}, true, NULL, ALL},
    {ENTRIES, "rev", {"user", "rev"}, false, NULL, ALL},
    {ENTRIES, "due", {"due"}, false, "due", IS_POSITIVE},
};

/* Those that others took the place of: they would only cost. */
static const struct {
    enum collection in;
    const char *name;
} old_indexes[] = {
    {EVENTS, "room_messages"},
};

/* Grows with each change that an older program would do something wrong over: it refuses what is newer than it
 * knows, before it changes anything. What is older is brought up to date, by making the collections and indexes
 * that are missing.
 *   1  the first
 *   2  collections since: reports, suspensions, filters, emoji, polls, votes; what is too old leaves the beginning of a
 *      log and becomes stubs, which an older program would show as events, and of which it would copy none */
enum { SCHEMA_VERSION = 2, NAMESPACE_EXISTS = 48, INDEX_NOT_FOUND = 27 };

static bson_t *rows_of(const struct index *index)
{
    switch (index->rows) {
    case IS_SET:
        return BCON_NEW(index->only, "{", "$exists", BCON_BOOL(true), "}");
    case IS_TRUE:
        return BCON_NEW(index->only, BCON_BOOL(true));
    case IS_ONE:
        return BCON_NEW(index->only, BCON_INT64(1));
    case IS_ZERO:
        return BCON_NEW(index->only, BCON_INT64(0));
    case IS_POSITIVE:
        return BCON_NEW(index->only, "{", "$gt", BCON_INT64(0), "}");
    case IS_ABOVE_ONE:
        return BCON_NEW(index->only, "{", "$gt", BCON_INT64(1), "}");
    case IS_VOTE:
        return BCON_NEW(index->only, BCON_INT64(EVENT_POLL_VOTED));
    case ALL:
    default:
        return NULL;
    }
}

static bson_t *index_spec(const struct index *index)
{
    OWN(bson_destroy) bson_t *keys = bson_new();
    for (size_t i = 0; i < ARRAY_LEN(index->fields) && index->fields[i]; i++)
        bson_append_int32(keys, index->fields[i], -1, 1);
    bson_t *spec = BCON_NEW("key", BCON_DOCUMENT(keys), "name", BCON_UTF8(index->name));
    if (index->unique)
        bson_append_bool(spec, "unique", -1, true);
    OWN(bson_destroy) bson_t *rows = rows_of(index);
    if (rows)
        bson_append_document(spec, "partialFilterExpression", -1, rows);
    return spec;
}

/* All indexes of a collection; one that has none is made by itself. */
static bson_t *collection_command(enum collection in)
{
    OWN(bson_destroy) bson_t *specs = bson_new();
    uint32_t count = 0;
    for (size_t i = 0; i < ARRAY_LEN(indexes); i++) {
        if (indexes[i].in != in)
            continue;
        char number[12];
        snprintf(number, sizeof(number), "%u", count++);
        OWN(bson_destroy) bson_t *spec = index_spec(&indexes[i]);
        bson_append_document(specs, number, -1, spec);
    }
    if (count == 0)
        return BCON_NEW("create", BCON_UTF8(collection_names[in]));
    return BCON_NEW("createIndexes", BCON_UTF8(collection_names[in]), "indexes", BCON_ARRAY(specs));
}

static int say_error(char *why, const char *what, const bson_error_t *error)
{
    snprintf(why, MONGO_WHY_SIZE,
             "the MongoDB database cannot be used: %s failed: %.300s; mend that, then start again",
             what, error->message);
    return -EIO;
}

/* Takes the command. */
static int run_command(struct store_conn *conn, const char *database, bson_t *command,
                       uint32_t ignored, char *why)
{
    OWN(bson_destroy) bson_t *asked = command;
    bson_t reply;
    bson_error_t error = {0};
    bool ok =
        mongoc_client_write_command_with_opts(conn->client, database, asked, NULL, &reply, &error);
    bson_destroy(&reply);
    if (ok || error.code == ignored)
        return 0;
    bson_iter_t at;
    const char *what = bson_iter_init(&at, asked) && bson_iter_next(&at) ? bson_iter_key(&at) : "";
    return say_error(why, what, &error);
}

/* Transactions do not make collections, so all are made now. */
static int make_collections(struct store_conn *conn, const char *database, char *why)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < COLLECTION_COUNT; i++)
        rc = run_command(conn, database, collection_command((enum collection)i), NAMESPACE_EXISTS,
                         why);
    return rc;
}

static int drop_old_indexes(struct store_conn *conn, const char *database, char *why)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < ARRAY_LEN(old_indexes); i++)
        rc = run_command(conn, database,
                         BCON_NEW("dropIndexes", BCON_UTF8(collection_names[old_indexes[i].in]),
                                  "index", BCON_UTF8(old_indexes[i].name)),
                         INDEX_NOT_FOUND, why);
    return rc;
}

/* Groups that were there before administrators found them get the words for it. */
static int list_groups(struct store_conn *conn, const char *database, char *why)
{
    int rc = mongo_list_all(conn);
    if (rc != 0)
        snprintf(why, MONGO_WHY_SIZE,
                 "the MongoDB database %s cannot be brought up to date: its groups could not be "
                 "given the words by which administrators find them (errno %d); start again",
                 database, -rc);
    return rc;
}

/* ---- the version -------------------------------------------------------------------------------------- */

/* 0: there is none, the database is new. */
static int read_version(struct store_conn *conn, uint64_t *out)
{
    struct str value;
    *out = 0;
    mongo_conn_begin(conn);
    int rc = mongo_meta_get(conn, STR("schema"), &conn->arena, &value);
    if (rc == 0 && (!str_to_u64(value, out) || *out == 0))
        rc = -EUCLEAN;
    return rc == -ENOENT ? 0 : rc;
}

static int run_raise(struct store_job *job UNUSED, struct store_conn *conn)
{
    uint64_t now;
    char text[24];
    int rc = read_version(conn, &now);
    if (rc != 0 || now >= SCHEMA_VERSION) /* another server was faster, and may be newer */
        return rc;
    snprintf(text, sizeof(text), "%d", SCHEMA_VERSION);
    return mongo_meta_put(conn, STR("schema"), str_from_c(text));
}

/* Whether this program may touch the database at all. */
static int check_version(struct store_conn *conn, const char *database, char *why)
{
    uint64_t found;
    int rc = read_version(conn, &found);
    if (rc == -EUCLEAN)
        snprintf(why, MONGO_WHY_SIZE,
                 "the MongoDB database %s is none of NatterNet's, or damaged: \"schema\" in its "
                 "collection meta is no "
                 "version; name another database in --store, or restore a backup",
                 database);
    else if (rc != 0)
        snprintf(why, MONGO_WHY_SIZE,
                 "the MongoDB database %s cannot be read: look at its servers, and at the network "
                 "between",
                 database);
    if (rc != 0 || found <= SCHEMA_VERSION)
        return rc;
    snprintf(why, MONGO_WHY_SIZE,
             "the MongoDB database %s was made or used by a newer NatterNet (version %llu of the "
             "data, this program "
             "knows %d); run that version",
             database, (unsigned long long)found, SCHEMA_VERSION);
    return -ENOTSUP;
}

/* Before the version says that it is done: who is cut off in the middle begins again. */
static int forget_old_votes(struct store_conn *conn, const char *database, char *why)
{
    uint64_t found;
    int rc = read_version(conn, &found);
    if (rc == 0 && found < SCHEMA_VERSION)
        rc = mongo_polls_forget_votes(conn);
    if (rc != 0)
        snprintf(
            why, MONGO_WHY_SIZE,
            "the MongoDB database %s cannot be brought up to date: what was voted in polls that "
            "were deleted could not be taken out of its log (errno %d); start again",
            database, -rc);
    return rc;
}

/* In a transaction: which shows that there are some. */
static int raise_version(struct store_conn *conn, const char *database, char *why)
{
    struct store_job job = {.run = run_raise};
    _Atomic uint64_t reruns = 0;
    int rc = mongo_transact(conn, &job, &reruns, NULL);
    if (rc != 0)
        snprintf(
            why, MONGO_WHY_SIZE,
            "the MongoDB database %s makes no transactions; NatterNet needs a replica set (one "
            "member is enough: rs.initiate()) or a sharded cluster",
            database);
    return rc;
}

int mongo_schema_make(struct store_conn *conn, const char *database, char *why)
{
    /* The driver's own words say which server it is that does not answer. */
    int rc = run_command(conn, database, BCON_NEW("ping", BCON_INT32(1)), 0, why);
    if (rc == 0)
        rc = check_version(conn, database, why);
    if (rc == 0)
        rc = make_collections(conn, database, why);
    if (rc == 0)
        rc = drop_old_indexes(conn, database, why);
    if (rc == 0)
        rc = list_groups(conn, database, why);
    if (rc == 0)
        rc = forget_old_votes(conn, database, why);
    if (rc == 0)
        rc = raise_version(conn, database, why);
    return rc == 0 ? check_version(conn, database, why) : rc;
}
