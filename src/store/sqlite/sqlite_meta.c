#include <errno.h>

#include "store/sqlite/sqlite_rows.h"

/* ---- settings of the database itself --------------------------------------------------------- */

int sqlite_meta_get(struct store_conn *conn, struct str key, struct arena *arena, struct str *out)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_META_GET);
    bind_text(s, 1, key);
    int rc = sql_step(conn, s);
    if (rc != 1)
        return rc ? rc : -ENOENT;
    *out = arena_copy(arena, column_str(s, 0));
    return 0;
}

int sqlite_meta_put(struct store_conn *conn, struct str key, struct str value)
{
    sqlite3_stmt *s = sql(conn, SQL_META_PUT);
    bind_text(s, 1, key);
    bind_blob(s, 2, value);
    return sql_run(conn, s);
}

/* ---- invitations ----------------------------------------------------------------------------- */

int sqlite_invite_create(struct store_conn *conn, const struct invite *invite)
{
    sqlite3_stmt *clean = sql(conn, SQL_INVITE_CLEAN);
    bind_i64(clean, 1, invite->created_at);
    int rc = sql_run(conn, clean);
    if (rc != 0)
        return rc;
    sqlite3_stmt *s = sql(conn, SQL_INVITE_INSERT);
    bind_text(s, 1, invite->code);
    bind_u64(s, 2, invite->maker.v);
    bind_u64(s, 3, invite->uses_left);
    bind_i64(s, 4, invite->created_at);
    bind_i64(s, 5, invite->expires_at);
    return sql_run(conn, s);
}

int sqlite_invite_use(struct store_conn *conn, struct str code, int64_t at)
{
    sqlite3_stmt *s = sql(conn, SQL_INVITE_USE);
    bind_text(s, 1, code);
    bind_i64(s, 2, at);
    return sql_change(conn, s);
}
