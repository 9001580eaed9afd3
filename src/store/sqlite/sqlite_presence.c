#include "store/sqlite/sqlite_rows.h"

static int read_presence(struct store_conn *conn, user_id user, struct arena *arena,
                         struct presence *out)
{
    *out = presence_unknown(user);
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_PRESENCE_GET);
    bind_u64(s, 1, user.v);
    int rc = sql_step(conn, s);
    if (rc != 1)
        return rc;
    out->choice = (enum presence_choice)sqlite3_column_int(s, 0);
    out->text = arena_copy(arena, column_str(s, 1));
    out->emoji = arena_copy(arena, column_str(s, 2));
    out->until = sqlite3_column_int64(s, 3);
    out->last_seen_at = sqlite3_column_int64(s, 4);
    return 0;
}

int sqlite_presences_get(struct store_conn *conn, const user_id *ids, size_t count,
                         struct arena *arena, struct presence_list *out)
{
    struct presence *items = arena_take_array(arena, count, sizeof(*items));
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < count; i++)
        rc = read_presence(conn, ids[i], arena, &items[i]);
    *out = (struct presence_list){items, rc == 0 ? count : 0};
    return rc;
}

int sqlite_presence_put(struct store_conn *conn, const struct presence *presence)
{
    sqlite3_stmt *s = sql(conn, SQL_PRESENCE_PUT);
    bind_u64(s, 1, presence->user.v);
    bind_i64(s, 2, presence->choice);
    bind_text(s, 3, presence->text);
    bind_text(s, 4, presence->emoji);
    bind_i64(s, 5, presence->until);
    return sql_run(conn, s);
}

int sqlite_presences_seen(struct store_conn *conn, const struct seen *seen, size_t count)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < count; i++) {
        sqlite3_stmt *s = sql(conn, SQL_PRESENCE_SEEN);
        bind_u64(s, 1, seen[i].user.v);
        bind_i64(s, 2, seen[i].at);
        rc = sql_run(conn, s);
    }
    return rc;
}
