#include "store/mongo/mongo_rows.h"

/* Events of an append whose writes elsewhere go together: votes, reactions. */

void mongo_gather(struct gathered *gathered, const struct event *event)
{
    buf_put(&gathered->events, (const void *)&event, sizeof(event));
}

size_t mongo_gathered_count(const struct gathered *gathered)
{
    return gathered->events.len / sizeof(struct event *);
}

const struct event *mongo_gathered_at(const struct gathered *gathered, size_t at)
{
    return ((const struct event *const *)(const void *)gathered->events.ptr)[at];
}

void mongo_gathered_drop(struct gathered *gathered)
{
    buf_deinit(&gathered->events);
    buf_deinit(&gathered->there);
}

static bool has_key(const struct buf *keys, struct key2 key)
{
    for (size_t at = 0; at < keys->len; at += sizeof(key))
        if (memcmp(keys->ptr + at, &key, sizeof(key)) == 0)
            return true;
    return false;
}

bool mongo_has_target(const struct gathered *gathered, const struct event *event)
{
    return has_key(&gathered->there, key2(event->room.v, event->target));
}

/* Each target once. */
static bson_t *targets_of(const struct gathered *gathered)
{
    OWN(buf_deinit) struct buf keys = BUF_INIT;
    bson_t *list = bson_new();
    for (size_t i = 0; i < mongo_gathered_count(gathered); i++) {
        const struct event *event = mongo_gathered_at(gathered, i);
        struct key2 key = key2(event->room.v, event->target);
        if (has_key(&keys, key))
            continue;
        char number[24];
        snprintf(number, sizeof(number), "%zu", keys.len / sizeof(key));
        bson_append_binary(list, number, -1, BSON_SUBTYPE_BINARY, key.bytes, sizeof(key.bytes));
        buf_put(&keys, &key, sizeof(key));
    }
    return list;
}

int mongo_gathered_look(struct store_conn *conn, struct gathered *gathered, enum collection in,
                        bson_t *filter)
{
    OWN(bson_destroy) bson_t *targets = targets_of(gathered);
    BCON_APPEND(filter, "_id", "{", "$in", BCON_ARRAY(targets), "}");
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows =
        db_find(conn, in, filter, BCON_NEW("projection", "{", "_id", BOOL(true), "}"));
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1) {
        struct str key = doc_str(doc, "_id");
        if (key.len == sizeof(struct key2))
            buf_put_str(&gathered->there, key);
    }
    return rc;
}
