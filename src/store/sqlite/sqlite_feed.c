#include <stdio.h>

#include "store/sqlite/sqlite_rows.h"

static int put_entry(struct store_conn *conn, user_id user, struct str key, struct str value)
{
    sqlite3_stmt *s = sql(conn, SQL_FEED_PUT);
    bind_u64(s, 1, user.v);
    bind_text(s, 2, key);
    bind_blob(s, 3, value);
    return sql_run(conn, s);
}

int store_read_marker_put(struct store_conn *conn, room_id room, user_id user, uint64_t read_seq,
                          uint64_t read_count)
{
    sqlite3_stmt *s = sql(conn, SQL_MEMBER_READ);
    bind_u64(s, 1, room.v);
    bind_u64(s, 2, user.v);
    bind_u64(s, 3, read_seq);
    bind_u64(s, 4, read_count);
    int rc = sql_run(conn, s);
    if (rc != 0 || sqlite3_changes(conn->db) == 0)
        return rc;

    char id[BASE62_LEN], key[32], value[80];
    base62_print(room.v, id);
    int key_len = snprintf(key, sizeof(key), "room.read:%.*s", BASE62_LEN, id);
    int value_len = snprintf(value, sizeof(value), "{\"read_seq\":%llu,\"read_count\":%llu}",
                             (unsigned long long)read_seq, (unsigned long long)read_count);
    REQUIRE(key_len < (int)sizeof(key) && value_len < (int)sizeof(value));
    return put_entry(conn, user, str_of(key, (size_t)key_len), str_of(value, (size_t)value_len));
}

static int last_rev(struct store_conn *conn, user_id user, uint64_t *out)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_FEED_LAST);
    bind_u64(s, 1, user.v);
    int rc = sql_step(conn, s);
    if (rc < 0)
        return rc;
    *out = column_u64(s, 0);
    return 0;
}

int store_feed(struct store_conn *conn, user_id user, uint64_t rev, size_t limit,
               struct arena *arena, struct feed_entry_list *out, uint64_t *last)
{
    int rc = last_rev(conn, user, last);
    if (rc != 0)
        return rc;
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_FEED_SINCE);
    bind_u64(s, 1, user.v);
    bind_u64(s, 2, rev);
    bind_limit(s, 3, limit);
    OWN(buf_deinit) struct buf rows = BUF_INIT;
    while ((rc = sql_step(conn, s)) == 1) {
        struct feed_entry entry = {
            .key = arena_copy(arena, column_str(s, 0)),
            .value = arena_copy(arena, column_str(s, 1)),
            .rev = column_u64(s, 2),
        };
        buf_put(&rows, &entry, sizeof(entry));
    }
    if (rc < 0)
        return rc;
    out->count = rows.len / sizeof(struct feed_entry);
    out->items = rows_to_arena(&rows, arena);
    return 0;
}
