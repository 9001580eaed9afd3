#include <errno.h>

#include "store/mongo/mongo_rows.h"

/* Emoji of this server, rows by their ids, and the images that they show, by their digests. */

static struct custom_emoji emoji_read(const bson_t *doc, struct arena *arena)
{
    return (struct custom_emoji){.id = doc_u64(doc, "_id"),
                                 .name = doc_text(doc, "name", arena),
                                 .former = doc_text(doc, "former", arena),
                                 .digest = doc_text(doc, "digest", arena),
                                 .image = {.type = (enum image_type)doc_u64(doc, "type"),
                                           .width = (uint32_t)doc_u64(doc, "width"),
                                           .height = (uint32_t)doc_u64(doc, "height"),
                                           .frames = (uint32_t)doc_u64(doc, "frames")},
                                 .bytes = doc_u64(doc, "bytes"),
                                 .by = {doc_u64(doc, "by")},
                                 .created_at = doc_i64(doc, "at")};
}

int mongo_emoji(struct store_conn *conn, size_t limit, struct arena *arena,
                struct custom_emoji_list *out)
{
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows = db_find(conn, EMOJI, bson_new(), sorted("name", 1, limit));
    OWN(buf_deinit) struct buf found = BUF_INIT;
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1) {
        struct custom_emoji emoji = emoji_read(doc, arena);
        buf_put(&found, &emoji, sizeof(emoji));
    }
    if (rc < 0)
        return rc;
    out->count = found.len / sizeof(struct custom_emoji);
    out->items = rows_to_arena(&found, arena);
    return 0;
}

/* An insertion that the index refuses loses the whole transaction: it is asked for first. */
static int64_t others_named(struct store_conn *conn, const struct custom_emoji *emoji)
{
    return db_count(
        conn, EMOJI,
        BCON_NEW("name", TEXT(conn, emoji->name), "_id", "{", "$ne", U64(emoji->id), "}"));
}

int mongo_emoji_put(struct store_conn *conn, const struct custom_emoji *emoji)
{
    int64_t met = others_named(conn, emoji);
    if (met != 0)
        return met < 0 ? (int)met : -EEXIST;
    met = db_update(conn, EMOJI, BCON_NEW("_id", U64(emoji->id)),
                    BCON_NEW("$set", "{", "name", TEXT(conn, emoji->name), "former",
                             TEXT(conn, emoji->former), "digest", TEXT(conn, emoji->digest), "type",
                             U64(emoji->image.type), "width", U64(emoji->image.width), "height",
                             U64(emoji->image.height), "frames", U64(emoji->image.frames), "bytes",
                             U64(emoji->bytes), "by", U64(emoji->by.v), "at",
                             I64(emoji->created_at), "}"),
                    true);
    return met < 0 ? (int)met : 0;
}

int mongo_emoji_delete(struct store_conn *conn, const struct custom_emoji *emoji)
{
    int64_t met = db_count(conn, EMOJI, BCON_NEW("_id", U64(emoji->id)));
    if (met <= 0)
        return met < 0 ? (int)met : -ENOENT;
    int rc = db_delete(conn, EMOJI, BCON_NEW("_id", U64(emoji->id)));
    if (rc != 0)
        return rc;
    met = db_count(conn, EMOJI, BCON_NEW("digest", TEXT(conn, emoji->digest)));
    if (met != 0)
        return met < 0 ? (int)met : 0;
    return db_delete(conn, EMOJI_IMAGES, BCON_NEW("_id", TEXT(conn, emoji->digest)));
}

int mongo_emoji_image_put(struct store_conn *conn, struct str digest, enum image_type type,
                          struct str bytes)
{
    int64_t met =
        db_update(conn, EMOJI_IMAGES, BCON_NEW("_id", TEXT(conn, digest)),
                  BCON_NEW("$set", "{", "type", U64(type), "image", BLOB(bytes), "}"), true);
    return met < 0 ? (int)met : 0;
}

int mongo_emoji_image(struct store_conn *conn, struct str digest, struct arena *arena,
                      enum image_type *type, struct str *bytes)
{
    OWN(bson_destroy) bson_t *doc = NULL;
    int rc = db_find_one(conn, EMOJI_IMAGES, BCON_NEW("_id", TEXT(conn, digest)), NULL, &doc);
    if (rc != 0)
        return rc;
    *type = (enum image_type)doc_u64(doc, "type");
    *bytes = doc_text(doc, "image", arena);
    return 0;
}

/* Names are of letters, digits and _: none of it means anything else in an expression. */
static bson_t *was_called(struct store_conn *conn, struct str name)
{
    struct str pattern = arena_printf(&conn->arena, "(^| )%.*s( |$)", STR_ARG(name));
    return BCON_NEW("former", BCON_REGEX(pattern.ptr, ""));
}

int mongo_emoji_known(struct store_conn *conn, struct str name)
{
    int64_t met = db_count_most(conn, EMOJI, BCON_NEW("name", TEXT(conn, name)), 1);
    if (met == 0)
        met = db_count_most(conn, EMOJI, was_called(conn, name), 1);
    return met < 0 ? (int)met : met > 0;
}
