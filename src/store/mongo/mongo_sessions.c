#include <errno.h>

#include "store/mongo/mongo_doc.h"

static struct session session_read(const bson_t *doc, struct arena *arena)
{
    struct session session = {
        .id = {doc_u64(doc, "_id")},
        .user = {doc_u64(doc, "user")},
        .generation = (uint32_t)doc_i64(doc, "generation"),
        .created_at = doc_i64(doc, "at"),
        .rotated_at = doc_i64(doc, "rotated"),
        .ended_at = doc_i64(doc, "ended"),
        .user_agent = doc_text(doc, "agent", arena),
        .address = doc_text(doc, "address", arena),
    };
    struct str salt = doc_str(doc, "salt");
    if (salt.len == SESSION_SALT_LEN)
        memcpy(session.salt, salt.ptr, SESSION_SALT_LEN);
    return session;
}

static int read_list(struct store_conn *conn, bson_t *filter, bson_t *options, struct arena *arena,
                     struct session_list *out)
{
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows = db_find(conn, SESSIONS, filter, options);
    OWN(buf_deinit) struct buf found = BUF_INIT;
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1) {
        struct session session = session_read(doc, arena);
        buf_put(&found, &session, sizeof(session));
    }
    if (rc < 0)
        return rc;
    out->count = found.len / sizeof(struct session);
    out->items = rows_to_arena(&found, arena);
    return 0;
}

int mongo_session_create(struct store_conn *conn, const struct session *session)
{
    int64_t there = db_count(conn, SESSIONS, BCON_NEW("_id", U64(session->id.v)));
    if (there != 0)
        return there < 0 ? (int)there : -EEXIST;
    struct str salt = str_of((const char *)session->salt, SESSION_SALT_LEN);
    /* So that what ends all sessions of the person and what makes one do not pass each other by. */
    int64_t met = db_update(conn, USERS, BCON_NEW("_id", U64(session->user.v)),
                            BCON_NEW("$set", "{", "session", U64(session->id.v), "}"), false);
    if (met < 0)
        return (int)met;
    return db_insert(
        conn, SESSIONS,
        BCON_NEW("_id", U64(session->id.v), "user", U64(session->user.v), "generation",
                 U64(session->generation), "salt", BLOB(salt), "at", I64(session->created_at),
                 "rotated", I64(session->rotated_at), "ended", I64(session->ended_at), "agent",
                 TEXT(conn, session->user_agent), "address", TEXT(conn, session->address)));
}

int mongo_session_get(struct store_conn *conn, session_id id, struct arena *arena,
                      struct session *out)
{
    OWN(bson_destroy) bson_t *doc = NULL;
    int rc = db_find_one(conn, SESSIONS, BCON_NEW("_id", U64(id.v)), NULL, &doc);
    if (rc == 0)
        *out = session_read(doc, arena);
    return rc;
}

int mongo_session_rotate(struct store_conn *conn, session_id id, uint32_t from_generation,
                         int64_t at)
{
    return db_change(
        conn, SESSIONS,
        BCON_NEW("_id", U64(id.v), "generation", U64(from_generation), "ended", I64(0)),
        BCON_NEW("$inc", "{", "generation", I64(1), "}", "$set", "{", "rotated", I64(at), "}"));
}

int mongo_sessions_of(struct store_conn *conn, user_id user, session_id after, int64_t idle_since,
                      size_t limit, struct arena *arena, struct session_list *out)
{
    bson_t *filter = BCON_NEW("user", U64(user.v), "ended", I64(0), "_id", "{", "$gt", U64(after.v),
                              "}", "rotated", "{", "$gte", I64(idle_since), "}");
    return read_list(conn, filter, sorted("_id", 1, limit), arena, out);
}

static bson_t *ended(int64_t at)
{
    return BCON_NEW("$set", "{", "ended", I64(at), "agent", BCON_UTF8(""), "address", BCON_UTF8(""),
                    "}");
}

int mongo_sessions_end(struct store_conn *conn, user_id user, session_id keep, int64_t at,
                       struct arena *arena, struct session_list *out)
{
    REQUIRE(at > 0);
    bson_t *filter =
        BCON_NEW("user", U64(user.v), "ended", I64(0), "_id", "{", "$ne", U64(keep.v), "}");
    int rc = read_list(conn, filter, NULL, arena, out);
    for (size_t i = 0; rc == 0 && i < out->count; i++) {
        rc = db_change(conn, SESSIONS, BCON_NEW("_id", U64(out->items[i].id.v)), ended(at));
        out->items[i].ended_at = at;
    }
    return rc;
}

int mongo_session_end(struct store_conn *conn, session_id id, int64_t at)
{
    REQUIRE(at > 0);
    return db_change(conn, SESSIONS, BCON_NEW("_id", U64(id.v), "ended", I64(0)), ended(at));
}

int mongo_sessions_ended_since(struct store_conn *conn, int64_t since, struct arena *arena,
                               struct session_list *out)
{
    int64_t from = since > 1 ? since : 1;
    return read_list(conn, BCON_NEW("ended", "{", "$gte", I64(from), "}"), sorted("ended", 1, 0),
                     arena, out);
}
