#include <errno.h>

#include "store/sqlite/sqlite_rows.h"

/* Emoji of this server, and the images that they show. */

static struct custom_emoji emoji_read(sqlite3_stmt *s, struct arena *arena)
{
    return (struct custom_emoji){.id = column_u64(s, 0),
                                 .name = arena_copy(arena, column_str(s, 1)),
                                 .former = arena_copy(arena, column_str(s, 2)),
                                 .digest = arena_copy(arena, column_str(s, 3)),
                                 .image = {.type = (enum image_type)column_u64(s, 4),
                                           .width = (uint32_t)column_u64(s, 5),
                                           .height = (uint32_t)column_u64(s, 6),
                                           .frames = (uint32_t)column_u64(s, 7)},
                                 .bytes = column_u64(s, 8),
                                 .by = {column_u64(s, 9)},
                                 .created_at = sqlite3_column_int64(s, 10)};
}

int sqlite_emoji(struct store_conn *conn, size_t limit, struct arena *arena,
                 struct custom_emoji_list *out)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_EMOJI_ALL);
    bind_limit(s, 1, limit);
    OWN(buf_deinit) struct buf rows = BUF_INIT;
    int rc;
    while ((rc = sql_step(conn, s)) == 1) {
        struct custom_emoji emoji = emoji_read(s, arena);
        buf_put(&rows, &emoji, sizeof(emoji));
    }
    if (rc < 0)
        return rc;
    out->count = rows.len / sizeof(struct custom_emoji);
    out->items = rows_to_arena(&rows, arena);
    return 0;
}

int sqlite_emoji_put(struct store_conn *conn, const struct custom_emoji *emoji)
{
    sqlite3_stmt *s = sql(conn, SQL_EMOJI_PUT);
    bind_u64(s, 1, emoji->id);
    bind_text(s, 2, emoji->name);
    bind_text(s, 3, emoji->former);
    bind_text(s, 4, emoji->digest);
    bind_u64(s, 5, emoji->image.type);
    bind_u64(s, 6, emoji->image.width);
    bind_u64(s, 7, emoji->image.height);
    bind_u64(s, 8, emoji->image.frames);
    bind_u64(s, 9, emoji->bytes);
    bind_u64(s, 10, emoji->by.v);
    bind_i64(s, 11, emoji->created_at);
    return sql_run(conn, s);
}

int sqlite_emoji_delete(struct store_conn *conn, const struct custom_emoji *emoji)
{
    sqlite3_stmt *s = sql(conn, SQL_EMOJI_DELETE);
    bind_u64(s, 1, emoji->id);
    int rc = sql_change(conn, s);
    if (rc != 0)
        return rc;
    s = sql(conn, SQL_EMOJI_IMAGE_FORGET);
    bind_text(s, 1, emoji->digest);
    return sql_run(conn, s);
}

int sqlite_emoji_image_put(struct store_conn *conn, struct str digest, enum image_type type,
                           struct str bytes)
{
    sqlite3_stmt *s = sql(conn, SQL_EMOJI_IMAGE_PUT);
    bind_text(s, 1, digest);
    bind_u64(s, 2, type);
    bind_blob(s, 3, bytes);
    return sql_run(conn, s);
}

int sqlite_emoji_image(struct store_conn *conn, struct str digest, struct arena *arena,
                       enum image_type *type, struct str *bytes)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_EMOJI_IMAGE_GET);
    bind_text(s, 1, digest);
    int rc = sql_step(conn, s);
    if (rc != 1)
        return rc < 0 ? rc : -ENOENT;
    *type = (enum image_type)column_u64(s, 0);
    *bytes = arena_copy(arena, column_str(s, 1));
    return 0;
}

int sqlite_emoji_known(struct store_conn *conn, struct str name)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_EMOJI_KNOWN);
    bind_text(s, 1, name);
    return sql_step(conn, s);
}
