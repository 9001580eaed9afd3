#include <errno.h>

#include "store/mongo/mongo_doc.h"

/* ---- settings of the database itself --------------------------------------------------------- */

int mongo_meta_get(struct store_conn *conn, struct str key, struct arena *arena, struct str *out)
{
    OWN(bson_destroy) bson_t *doc = NULL;
    int rc = db_find_one(conn, META, BCON_NEW("_id", TEXT(conn, key)), NULL, &doc);
    if (rc == 0)
        *out = doc_text(doc, "value", arena);
    return rc;
}

int mongo_meta_put(struct store_conn *conn, struct str key, struct str value)
{
    int64_t met = db_update(conn, META, BCON_NEW("_id", TEXT(conn, key)),
                            BCON_NEW("$set", "{", "value", BLOB(value), "}"), true);
    return met < 0 ? (int)met : 0;
}

/* ---- invitations ----------------------------------------------------------------------------- */

int mongo_invite_create(struct store_conn *conn, const struct invite *invite)
{
    int rc = db_delete(conn, INVITES,
                       BCON_NEW("$or", "[", "{", "left", I64(0), "}", "{", "expires", "{", "$lte",
                                I64(invite->created_at), "}", "}", "]"));
    if (rc != 0)
        return rc;
    int64_t there = db_count(conn, INVITES, BCON_NEW("_id", TEXT(conn, invite->code)));
    if (there != 0)
        return there < 0 ? (int)there : -EEXIST;
    return db_insert(conn, INVITES,
                     BCON_NEW("_id", TEXT(conn, invite->code), "maker", U64(invite->maker.v),
                              "left", U64(invite->uses_left), "at", I64(invite->created_at),
                              "expires", I64(invite->expires_at)));
}

int mongo_invite_use(struct store_conn *conn, struct str code, int64_t at)
{
    return db_change(conn, INVITES,
                     BCON_NEW("_id", TEXT(conn, code), "left", "{", "$gt", I64(0), "}", "expires",
                              "{", "$gt", I64(at), "}"),
                     BCON_NEW("$inc", "{", "left", I64(-1), "}"));
}
