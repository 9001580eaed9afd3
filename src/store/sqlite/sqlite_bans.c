#include <errno.h>

#include "store/sqlite/sqlite_rows.h"

/* What a room holds against people, in it or not. */

int sqlite_ban(struct store_conn *conn, room_id room, const struct projection *projection)
{
    sqlite3_stmt *s = sql(conn, projection->at ? SQL_BAN_PUT : SQL_BAN_LIFT);
    bind_u64(s, 1, room.v);
    bind_u64(s, 2, projection->user.v);
    if (projection->at) {
        bind_u64(s, 3, projection->seq);
        bind_i64(s, 4, projection->at);
    }
    return sql_run(conn, s);
}

int sqlite_member_past(struct store_conn *conn, room_id room, user_id user, struct member_past *out)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_MEMBER_PAST);
    bind_u64(s, 1, room.v);
    bind_u64(s, 2, user.v);
    int rc = sql_step(conn, s);
    if (rc != 1)
        return rc ? rc : -EUCLEAN; /* it has a row always */
    *out = (struct member_past){.sent_at = sqlite3_column_int64(s, 0),
                                .muted_until = sqlite3_column_int64(s, 1),
                                .banned_until = sqlite3_column_int64(s, 2),
                                .was_guest = sqlite3_column_int(s, 3) == ROLE_GUEST,
                                .asked_seq = column_u64(s, 4),
                                .refused_at = sqlite3_column_int64(s, 5)};
    return 0;
}

static struct ban ban_read(sqlite3_stmt *s, struct arena *arena)
{
    return (struct ban){.user = {column_u64(s, 0)},
                        .by = {column_u64(s, 1)},
                        .seq = column_u64(s, 2),
                        .created_at = sqlite3_column_int64(s, 3),
                        .until = sqlite3_column_int64(s, 4),
                        .payload = arena_copy(arena, column_str(s, 5))};
}

int sqlite_bans(struct store_conn *conn, room_id room, user_id after, int64_t now, size_t limit,
                struct arena *arena, struct ban_list *out)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_BANS);
    bind_u64(s, 1, room.v);
    bind_u64(s, 2, after.v);
    bind_i64(s, 3, now);
    bind_limit(s, 4, limit);
    OWN(buf_deinit) struct buf rows = BUF_INIT;
    int rc;
    while ((rc = sql_step(conn, s)) == 1) {
        struct ban ban = ban_read(s, arena);
        buf_put(&rows, &ban, sizeof(ban));
    }
    if (rc < 0)
        return rc;
    out->count = rows.len / sizeof(struct ban);
    out->items = rows_to_arena(&rows, arena);
    return 0;
}
