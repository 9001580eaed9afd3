#include "store/sqlite/sqlite_rows.h"

/* Links that let people into rooms. */

static enum sql statement_of(enum projection_kind kind)
{
    if (kind == PROJECT_LINK)
        return SQL_LINK_PUT;
    return kind == PROJECT_LINK_USED ? SQL_LINK_USED : SQL_LINK_REVOKE;
}

int sqlite_link(struct store_conn *conn, room_id room, const struct projection *projection)
{
    sqlite3_stmt *s = sql(conn, statement_of(projection->kind));
    bind_u64(s, 1, room.v);
    bind_u64(s, 2, projection->link);
    if (projection->kind == PROJECT_LINK) {
        bind_i64(s, 3, projection->at);
        bind_u64(s, 4, projection->most);
    }
    return sql_run(conn, s);
}

int sqlite_links(struct store_conn *conn, room_id room, uint64_t after, int64_t now, size_t limit,
                 struct arena *arena, struct room_link_list *out)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_LINKS);
    bind_u64(s, 1, room.v);
    bind_u64(s, 2, after);
    bind_i64(s, 3, now);
    bind_limit(s, 4, limit);
    OWN(buf_deinit) struct buf rows = BUF_INIT;
    int rc;
    while ((rc = sql_step(conn, s)) == 1) {
        struct room_link link = {.seq = column_u64(s, 0),
                                 .by = {column_u64(s, 1)},
                                 .created_at = sqlite3_column_int64(s, 2),
                                 .expires_at = sqlite3_column_int64(s, 3),
                                 .most = column_u64(s, 4),
                                 .used = column_u64(s, 5)};
        buf_put(&rows, &link, sizeof(link));
    }
    if (rc < 0)
        return rc;
    out->count = rows.len / sizeof(struct room_link);
    out->items = rows_to_arena(&rows, arena);
    return 0;
}
