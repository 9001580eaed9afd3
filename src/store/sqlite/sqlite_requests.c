#include <errno.h>

#include "store/sqlite/sqlite_rows.h"

/* Who has asked to be let into which room. A row stays when somebody was refused, without their words. */

int sqlite_request(struct store_conn *conn, room_id room, const struct projection *projection)
{
    bool asks = projection->kind == PROJECT_REQUEST;
    sqlite3_stmt *s = sql(conn, asks             ? SQL_REQUEST_PUT
                                : projection->at ? SQL_REQUEST_REFUSE
                                                 : SQL_REQUEST_DELETE);
    bind_u64(s, 1, room.v);
    bind_u64(s, 2, projection->user.v);
    if (asks || projection->at)
        bind_i64(s, 3, projection->at);
    if (asks) {
        bind_u64(s, 4, projection->seq);
        bind_text(s, 5, projection->text);
    }
    return sql_run(conn, s);
}

static int read_requests(struct store_conn *conn, sqlite3_stmt *s, struct arena *arena,
                         struct join_request_list *out)
{
    OWN(buf_deinit) struct buf rows = BUF_INIT;
    int rc;
    while ((rc = sql_step(conn, s)) == 1) {
        struct join_request request = {.room = {column_u64(s, 0)},
                                       .user = {column_u64(s, 1)},
                                       .seq = column_u64(s, 2),
                                       .created_at = sqlite3_column_int64(s, 3),
                                       .refused_at = sqlite3_column_int64(s, 4),
                                       .text = arena_copy(arena, column_str(s, 5))};
        buf_put(&rows, &request, sizeof(request));
    }
    if (rc < 0)
        return rc;
    out->count = rows.len / sizeof(struct join_request);
    out->items = rows_to_arena(&rows, arena);
    return 0;
}

int sqlite_requests(struct store_conn *conn, room_id room, uint64_t after, size_t limit,
                    struct arena *arena, struct join_request_list *out)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_REQUESTS);
    bind_u64(s, 1, room.v);
    bind_u64(s, 2, after);
    bind_limit(s, 3, limit);
    return read_requests(conn, s, arena, out);
}

int sqlite_requests_of(struct store_conn *conn, user_id user, room_id after, size_t limit,
                       struct arena *arena, struct join_request_list *out)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_REQUESTS_OF);
    bind_u64(s, 1, user.v);
    bind_u64(s, 2, after.v);
    bind_limit(s, 3, limit);
    return read_requests(conn, s, arena, out);
}
