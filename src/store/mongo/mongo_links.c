#include <errno.h>

#include "store/mongo/mongo_rows.h"

/* Links that let people into rooms: a row of the room and the event that made it; expires_at, most and
 * used; applied, the event that last changed it. One that is revoked has expired at once. */

static int make(struct store_conn *conn, struct key2 key, const struct projection *p)
{
    int rc = db_insert(conn, LINKS,
                       BCON_NEW("_id", KEY(key), "seq", U64(p->link), "expires_at", I64(p->at),
                                "most", U64(p->most), "used", I64(0), "applied", U64(p->seq)));
    return rc == -EEXIST ? 0 : rc; /* done before */
}

int mongo_link(struct store_conn *conn, room_id room, const struct projection *projection)
{
    struct key2 key = key2(room.v, projection->link);
    uint64_t seq = projection->seq;
    if (projection->kind == PROJECT_LINK)
        return make(conn, key, projection);
    bson_t *change =
        projection->kind == PROJECT_LINK_USED
            ? BCON_NEW("$inc", "{", "used", I64(1), "}", "$set", "{", "applied", U64(seq), "}")
            : BCON_NEW("$set", "{", "expires_at", I64(0), "applied", U64(seq), "}");
    int64_t met =
        db_update(conn, LINKS, BCON_NEW("_id", KEY(key), "applied", "{", "$lt", U64(seq), "}"),
                  change, false);
    return met < 0 ? (int)met : 0;
}

/* -ENOENT: its event is not shown yet. */
static int read_link(struct store_conn *conn, room_id room, const bson_t *doc,
                     struct room_link *out)
{
    OWN(event_unref) struct event *event = NULL;
    *out = (struct room_link){.seq = doc_u64(doc, "seq"),
                              .expires_at = doc_i64(doc, "expires_at"),
                              .most = doc_u64(doc, "most"),
                              .used = doc_u64(doc, "used")};
    int rc = mongo_event_get(conn, room, out->seq, &event);
    if (rc != 0)
        return rc;
    out->by = event->sender;
    out->created_at = event->created_at;
    return 0;
}

int mongo_links(struct store_conn *conn, room_id room, uint64_t after, int64_t now, size_t limit,
                struct arena *arena, struct room_link_list *out)
{
    struct key2 from = key2(room.v, after), to = key2(room.v, INT64_MAX);
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows = db_find(conn, LINKS,
                                    BCON_NEW("_id", "{", "$gt", KEY(from), "$lte", KEY(to), "}",
                                             "expires_at", "{", "$gt", I64(now), "}"),
                                    sorted("_id", 1, 0));
    OWN(buf_deinit) struct buf found = BUF_INIT;
    const bson_t *doc;
    int rc = 0;
    while (found.len / sizeof(struct room_link) < limit && (rc = db_next(conn, rows, &doc)) == 1) {
        struct room_link link;
        uint64_t most = doc_u64(doc, "most");
        if (most != 0 && doc_u64(doc, "used") >= most)
            continue;
        rc = read_link(conn, room, doc, &link);
        if (rc == 0)
            buf_put(&found, &link, sizeof(link));
        else if (rc != 0 && rc != -ENOENT)
            return rc;
    }
    if (rc < 0 && rc != -ENOENT)
        return rc;
    out->count = found.len / sizeof(struct room_link);
    out->items = rows_to_arena(&found, arena);
    return 0;
}
