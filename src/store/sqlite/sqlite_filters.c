#include <errno.h>

#include "store/sqlite/sqlite_rows.h"

/* What rooms do not want said. */

int sqlite_filter_put(struct store_conn *conn, room_id room, const struct projection *projection)
{
    struct str rules = projection->change.filters;
    if (!rules.ptr)
        return 0;
    sqlite3_stmt *s = sql(conn, SQL_FILTER_PUT);
    bind_u64(s, 1, room.v);
    bind_u64(s, 2, projection->seq);
    bind_text(s, 3, rules);
    return sql_run(conn, s);
}

int sqlite_filter_get(struct store_conn *conn, room_id room, struct arena *arena, struct str *out)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_FILTER_GET);
    bind_u64(s, 1, room.v);
    int rc = sql_step(conn, s);
    if (rc != 1)
        return rc ? rc : -ENOENT;
    *out = arena_copy(arena, column_str(s, 0));
    return 0;
}
