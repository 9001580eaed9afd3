#include <errno.h>

#include "store/sqlite/sqlite_rows.h"

/* Who may not use the server, and who runs it. */

int sqlite_suspension_put(struct store_conn *conn, const struct suspension *suspension)
{
    sqlite3_stmt *s = sql(conn, SQL_SUSPENSION_PUT);
    bind_u64(s, 1, suspension->user.v);
    bind_u64(s, 2, suspension->by.v);
    bind_i64(s, 3, suspension->at);
    bind_i64(s, 4, suspension->until);
    bind_text(s, 5, suspension->reason);
    return sql_change(conn, s);
}

int sqlite_suspension_lift(struct store_conn *conn, user_id user)
{
    sqlite3_stmt *s = sql(conn, SQL_SUSPENSION_DELETE);
    bind_u64(s, 1, user.v);
    return sql_change(conn, s);
}

static struct suspension suspension_read(sqlite3_stmt *s, struct arena *arena)
{
    return (struct suspension){.user = {column_u64(s, 0)},
                               .by = {column_u64(s, 1)},
                               .at = sqlite3_column_int64(s, 2),
                               .until = sqlite3_column_int64(s, 3),
                               .reason = arena_copy(arena, column_str(s, 4))};
}

int sqlite_suspensions_get(struct store_conn *conn, const user_id *ids, size_t count, int64_t now,
                           struct arena *arena, struct suspension_list *out)
{
    struct suspension *items = arena_take_array(arena, count, sizeof(*items));
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_SUSPENSION_GET);
        bind_u64(s, 1, ids[i].v);
        bind_i64(s, 2, now);
        int rc = sql_step(conn, s);
        if (rc < 0)
            return rc;
        if (rc == 1)
            items[found++] = suspension_read(s, arena);
    }
    *out = (struct suspension_list){items, found};
    return 0;
}

int sqlite_suspensions(struct store_conn *conn, user_id after, int64_t now, size_t limit,
                       struct arena *arena, struct suspension_list *out)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_SUSPENSIONS);
    bind_u64(s, 1, after.v);
    bind_i64(s, 2, now);
    bind_limit(s, 3, limit);
    OWN(buf_deinit) struct buf rows = BUF_INIT;
    int rc;
    while ((rc = sql_step(conn, s)) == 1) {
        struct suspension suspension = suspension_read(s, arena);
        buf_put(&rows, &suspension, sizeof(suspension));
    }
    if (rc < 0)
        return rc;
    out->count = rows.len / sizeof(struct suspension);
    out->items = rows_to_arena(&rows, arena);
    return 0;
}

int sqlite_admins(struct store_conn *conn, user_id after, size_t limit, struct arena *arena,
                  struct user_list *out)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_USER_ADMINS);
    bind_u64(s, 1, after.v);
    bind_limit(s, 2, limit);
    return users_read(conn, s, arena, out);
}
