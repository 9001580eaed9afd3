#include <errno.h>

#include "store/sqlite/sqlite_rows.h"

static void session_read(sqlite3_stmt *s, struct arena *arena, struct session *out)
{
    *out = (struct session){
        .id = {column_u64(s, 0)},
        .user = {column_u64(s, 1)},
        .generation = (uint32_t)sqlite3_column_int64(s, 2),
        .created_at = sqlite3_column_int64(s, 4),
        .rotated_at = sqlite3_column_int64(s, 5),
        .ended_at = sqlite3_column_int64(s, 6),
        .user_agent = arena_copy(arena, column_str(s, 7)),
        .address = arena_copy(arena, column_str(s, 8)),
    };
    struct str salt = column_str(s, 3);
    if (salt.len == SESSION_SALT_LEN)
        memcpy(out->salt, salt.ptr, SESSION_SALT_LEN);
}

static int read_list(struct store_conn *conn, sqlite3_stmt *s, struct arena *arena,
                     struct session_list *out)
{
    OWN(buf_deinit) struct buf rows = BUF_INIT;
    int rc;
    while ((rc = sql_step(conn, s)) == 1) {
        struct session session;
        session_read(s, arena, &session);
        buf_put(&rows, &session, sizeof(session));
    }
    if (rc < 0)
        return rc;
    out->count = rows.len / sizeof(struct session);
    out->items = rows_to_arena(&rows, arena);
    return 0;
}

int sqlite_session_create(struct store_conn *conn, const struct session *session)
{
    sqlite3_stmt *s = sql(conn, SQL_SESSION_INSERT);
    bind_u64(s, 1, session->id.v);
    bind_u64(s, 2, session->user.v);
    bind_u64(s, 3, session->generation);
    bind_blob(s, 4, str_of((const char *)session->salt, SESSION_SALT_LEN));
    bind_i64(s, 5, session->created_at);
    bind_i64(s, 6, session->rotated_at);
    bind_i64(s, 7, session->ended_at);
    bind_text(s, 8, session->user_agent);
    bind_text(s, 9, session->address);
    return sql_run(conn, s);
}

int sqlite_session_get(struct store_conn *conn, session_id id, struct arena *arena,
                       struct session *out)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_SESSION_GET);
    bind_u64(s, 1, id.v);
    int rc = sql_step(conn, s);
    if (rc != 1)
        return rc ? rc : -ENOENT;
    session_read(s, arena, out);
    return 0;
}

int sqlite_session_rotate(struct store_conn *conn, session_id id, uint32_t from_generation,
                          int64_t at)
{
    sqlite3_stmt *s = sql(conn, SQL_SESSION_ROTATE);
    bind_u64(s, 1, id.v);
    bind_u64(s, 2, from_generation);
    bind_i64(s, 3, at);
    return sql_change(conn, s);
}

int sqlite_sessions_of(struct store_conn *conn, user_id user, session_id after, int64_t idle_since,
                       size_t limit, struct arena *arena, struct session_list *out)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_SESSIONS_OF);
    bind_u64(s, 1, user.v);
    bind_u64(s, 2, after.v);
    bind_limit(s, 3, limit);
    bind_i64(s, 4, idle_since);
    return read_list(conn, s, arena, out);
}

int sqlite_sessions_end(struct store_conn *conn, user_id user, session_id keep, int64_t at,
                        struct arena *arena, struct session_list *out)
{
    REQUIRE(at > 0);
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_SESSIONS_END);
    bind_u64(s, 1, user.v);
    bind_u64(s, 2, keep.v);
    bind_i64(s, 3, at);
    return read_list(conn, s, arena, out);
}

int sqlite_session_end(struct store_conn *conn, session_id id, int64_t at)
{
    REQUIRE(at > 0);
    sqlite3_stmt *s = sql(conn, SQL_SESSION_END);
    bind_u64(s, 1, id.v);
    bind_i64(s, 2, at);
    return sql_change(conn, s);
}

int sqlite_sessions_ended_since(struct store_conn *conn, int64_t since, struct arena *arena,
                                struct session_list *out)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_SESSIONS_ENDED);
    bind_i64(s, 1, since);
    return read_list(conn, s, arena, out);
}
