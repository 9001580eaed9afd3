#include <errno.h>

#include "store/mongo/mongo_rows.h"

/* What rooms do not want said: rules, empty where there are none any more; applied, the event that set them. */

/* Once the row has them, those on their way to it are in the log no longer. */
static int forget_rules(struct store_conn *conn, room_id room, uint64_t seq)
{
    struct key2 key = key2(room.v, seq);
    int64_t met =
        db_update(conn, EVENTS, BCON_NEW("_id", KEY(key), "room", U64(room.v)),
                  BCON_NEW("$unset", "{", "projections.0.filters", BCON_UTF8(""), "}"), false);
    return met < 0 ? (int)met : 0;
}

int mongo_filter_put(struct store_conn *conn, room_id room, const struct projection *projection)
{
    struct str rules = projection->change.filters;
    uint64_t seq = projection->seq;
    if (!rules.ptr)
        return 0;
    int64_t met = db_update(
        conn, FILTERS, BCON_NEW("_id", U64(room.v), "applied", "{", "$lt", U64(seq), "}"),
        BCON_NEW("$set", "{", "rules", TEXT(conn, rules), "applied", U64(seq), "}"), false);
    if (met < 0)
        return (int)met;
    int rc = met > 0 ? 0
                     : db_insert(conn, FILTERS,
                                 BCON_NEW("_id", U64(room.v), "rules", TEXT(conn, rules), "applied",
                                          U64(seq)));
    return rc == 0 || rc == -EEXIST ? forget_rules(conn, room, seq) : rc; /* done before */
}

int mongo_filter_get(struct store_conn *conn, room_id room, struct arena *arena, struct str *out)
{
    OWN(bson_destroy) bson_t *doc = NULL;
    int rc = db_find_one(conn, FILTERS, BCON_NEW("_id", U64(room.v)), NULL, &doc);
    if (rc == 0)
        *out = doc_text(doc, "rules", arena);
    return rc == 0 && out->len == 0 ? -ENOENT : rc;
}
