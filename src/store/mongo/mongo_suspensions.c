#include <errno.h>

#include "store/mongo/mongo_rows.h"

/* Who may not use the server, and who runs it. A suspension is a row of its person: by, at, until, reason.
 * A transaction sees what stood when it began; so those that must not miss each other write one row. */

int mongo_admins_change(struct store_conn *conn)
{
    int64_t met = db_update(conn, META, BCON_NEW("_id", BCON_UTF8("schema")),
                            BCON_NEW("$inc", "{", "admins", I64(1), "}"), false);
    return met < 0 ? (int)met : 0;
}

/* A session that is made now writes there too. */
static int touch_person(struct store_conn *conn, const struct suspension *suspension)
{
    return db_change(conn, USERS, BCON_NEW("_id", U64(suspension->user.v), "deleted", I64(0)),
                     BCON_NEW("$inc", "{", "suspended", I64(1), "}"));
}

int mongo_suspension_put(struct store_conn *conn, const struct suspension *suspension)
{
    int rc = mongo_admins_change(conn);
    if (rc == 0)
        rc = touch_person(conn, suspension);
    if (rc != 0)
        return rc;
    int64_t met = db_update(conn, SUSPENSIONS, BCON_NEW("_id", U64(suspension->user.v)),
                            BCON_NEW("$set", "{", "by", U64(suspension->by.v), "at",
                                     I64(suspension->at), "until", I64(suspension->until), "reason",
                                     TEXT(conn, suspension->reason), "}"),
                            true);
    return met < 0 ? (int)met : 0;
}

int mongo_suspension_lift(struct store_conn *conn, user_id user)
{
    int64_t there = db_count(conn, SUSPENSIONS, BCON_NEW("_id", U64(user.v)));
    if (there <= 0)
        return there < 0 ? (int)there : -ENOENT;
    return db_delete(conn, SUSPENSIONS, BCON_NEW("_id", U64(user.v)));
}

static int read_suspensions(struct store_conn *conn, bson_t *filter, size_t limit,
                            struct arena *arena, struct suspension_list *out)
{
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows = db_find(conn, SUSPENSIONS, filter, sorted("_id", 1, limit));
    OWN(buf_deinit) struct buf found = BUF_INIT;
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1) {
        struct suspension suspension = {.user = {doc_u64(doc, "_id")},
                                        .by = {doc_u64(doc, "by")},
                                        .at = doc_i64(doc, "at"),
                                        .until = doc_i64(doc, "until"),
                                        .reason = doc_text(doc, "reason", arena)};
        buf_put(&found, &suspension, sizeof(suspension));
    }
    if (rc < 0)
        return rc;
    out->count = found.len / sizeof(struct suspension);
    out->items = rows_to_arena(&found, arena);
    return 0;
}

int mongo_suspensions_get(struct store_conn *conn, const user_id *ids, size_t count, int64_t now,
                          struct arena *arena, struct suspension_list *out)
{
    OWN(bson_destroy) bson_t *wanted = bson_new();
    for (size_t i = 0; i < count; i++)
        mongo_put_number(wanted, i, ids[i].v);
    bson_t *filter =
        BCON_NEW("_id", "{", "$in", BCON_ARRAY(wanted), "}", "until", "{", "$gt", I64(now), "}");
    return read_suspensions(conn, filter, 0, arena, out);
}

int mongo_suspensions(struct store_conn *conn, user_id after, int64_t now, size_t limit,
                      struct arena *arena, struct suspension_list *out)
{
    bson_t *filter =
        BCON_NEW("_id", "{", "$gt", U64(after.v), "}", "until", "{", "$gt", I64(now), "}");
    return read_suspensions(conn, filter, limit, arena, out);
}

int mongo_admins(struct store_conn *conn, user_id after, size_t limit, struct arena *arena,
                 struct user_list *out)
{
    bson_t *filter =
        BCON_NEW("admin", BOOL(true), "deleted", I64(0), "_id", "{", "$gt", U64(after.v), "}");
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows = db_find(conn, USERS, filter, sorted("_id", 1, limit));
    OWN(buf_deinit) struct buf found = BUF_INIT;
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1) {
        struct user user = mongo_user_read(doc, arena);
        buf_put(&found, &user, sizeof(user));
    }
    if (rc < 0)
        return rc;
    out->count = found.len / sizeof(struct user);
    out->items = rows_to_arena(&found, arena);
    return 0;
}
