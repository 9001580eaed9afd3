#include <errno.h>
#include <stdio.h>

#include "store/sqlite/sqlite_rows.h"

static int put_entry(struct store_conn *conn, user_id user, struct str key, struct str value,
                     int64_t due)
{
    sqlite3_stmt *s = sql(conn, SQL_FEED_PUT);
    bind_u64(s, 1, user.v);
    bind_text(s, 2, key);
    bind_blob(s, 3, value);
    bind_i64(s, 4, due);
    return sql_run(conn, s);
}

int sqlite_read_marker_put(struct store_conn *conn, room_id room, user_id user, uint64_t read_seq,
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
    return put_entry(conn, user, str_of(key, (size_t)key_len), str_of(value, (size_t)value_len), 0);
}

int sqlite_delivered_put(struct store_conn *conn, room_id room, user_id user, uint64_t seq)
{
    sqlite3_stmt *s = sql(conn, SQL_MEMBER_DELIVERED);
    bind_u64(s, 1, room.v);
    bind_u64(s, 2, user.v);
    bind_u64(s, 3, seq);
    return sql_run(conn, s);
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

static struct feed_entry entry_read(sqlite3_stmt *s, struct arena *arena)
{
    return (struct feed_entry){
        .key = arena_copy(arena, column_str(s, 0)),
        .value = arena_copy(arena, column_str(s, 1)),
        .rev = column_u64(s, 2),
    };
}

/* All to the end into a list. */
static int read_entries(struct store_conn *conn, sqlite3_stmt *s, struct arena *arena,
                        struct feed_entry_list *out)
{
    OWN(buf_deinit) struct buf rows = BUF_INIT;
    int rc;
    while ((rc = sql_step(conn, s)) == 1) {
        struct feed_entry entry = entry_read(s, arena);
        buf_put(&rows, &entry, sizeof(entry));
    }
    if (rc < 0)
        return rc;
    out->count = rows.len / sizeof(struct feed_entry);
    out->items = rows_to_arena(&rows, arena);
    return 0;
}

/* ---- entries of the person's own -------------------------------------------------------------- */

static bool is_gone(struct str value)
{
    return str_eq(value, STR("null"));
}

/* Keys that begin with a prefix lie between it and this: ';' is next to ':', which all end with. */
static void bind_range(sqlite3_stmt *s, int at, struct str prefix, struct str after, char end[64])
{
    REQUIRE(prefix.len > 0 && prefix.len < 64 && prefix.ptr[prefix.len - 1] == ':');
    memcpy(end, prefix.ptr, prefix.len);
    end[prefix.len - 1] = ':' + 1;
    bind_text(s, at, str_compare(after, prefix) > 0 ? after : prefix);
    bind_text(s, at + 1, str_of(end, prefix.len));
}

/* 1: there is room for one more, 0: there is none. */
static int has_room(struct store_conn *conn, user_id user, struct str family, size_t most)
{
    if (most == 0)
        return 1;
    char end[64];
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_FEED_COUNT);
    bind_u64(s, 1, user.v);
    bind_range(s, 2, family, STR_NONE, end);
    int rc = sql_step(conn, s);
    return rc < 0 ? rc : column_u64(s, 0) < most;
}

/* What there is now: 1 with *same and *rev, 0 if there is nothing or it was taken away; -EBUSY: it is held. */
static int look_up(struct store_conn *conn, user_id user, struct str key, struct str value,
                   int64_t due, bool *same, uint64_t *rev)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_FEED_GET);
    bind_u64(s, 1, user.v);
    bind_text(s, 2, key);
    int rc = sql_step(conn, s);
    if (rc != 1)
        return rc;
    *same =
        str_eq(column_str(s, 1), value) && (is_gone(value) || sqlite3_column_int64(s, 3) == due);
    *rev = column_u64(s, 2);
    if (sqlite3_column_int(s, 4) != 0)
        return -EBUSY;
    return !is_gone(column_str(s, 1));
}

int sqlite_feed_put(struct store_conn *conn, user_id user, struct str key, struct str value,
                    uint64_t only_at, struct str family, size_t most, int64_t due, uint64_t *rev)
{
    bool same = false;
    int there = look_up(conn, user, key, value, due, &same, rev);
    if (there < 0 || same)
        return there < 0 ? there : 0;
    if (only_at != FEED_ANY_REV && only_at != (there ? *rev : 0))
        return -ESTALE;
    if (!there && is_gone(value))
        return -ENOENT;
    int room = there ? 1 : has_room(conn, user, family, most);
    if (room != 1)
        return room < 0 ? room : -EDQUOT;
    int rc = put_entry(conn, user, key, value, due);
    conn->forgets |= is_gone(value);
    return rc != 0 ? rc : last_rev(conn, user, rev);
}

int sqlite_feed_get(struct store_conn *conn, user_id user, struct str key, struct arena *arena,
                    struct feed_entry *out)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_FEED_GET);
    bind_u64(s, 1, user.v);
    bind_text(s, 2, key);
    int rc = sql_step(conn, s);
    if (rc != 1 || is_gone(column_str(s, 1)))
        return rc < 0 ? rc : -ENOENT;
    *out = entry_read(s, arena);
    return 0;
}

int sqlite_feeds_get(struct store_conn *conn, const user_id *users, size_t count, struct str key,
                     struct arena *arena, struct feed_entry *out)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < count; i++) {
        out[i] = (struct feed_entry){0};
        rc = sqlite_feed_get(conn, users[i], key, arena, &out[i]);
        rc = rc == -ENOENT ? 0 : rc;
    }
    return rc;
}

int sqlite_feeds_put(struct store_conn *conn, struct str key, struct str family, size_t most,
                     struct feed_put *puts, size_t count)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < count; i++) {
        struct feed_put *put = &puts[i];
        int room = put->is_new ? has_room(conn, put->user, family, most) : 1;
        put->rev = 0;
        rc = room < 0 ? room : 0;
        if (room == 1)
            rc = put_entry(conn, put->user, key, put->value, 0);
        if (room == 1 && rc == 0)
            rc = last_rev(conn, put->user, &put->rev);
    }
    return rc;
}

int sqlite_feed_list(struct store_conn *conn, user_id user, struct str prefix, struct str after,
                     size_t limit, struct arena *arena, struct feed_entry_list *out)
{
    char end[64];
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_FEED_LIST);
    bind_u64(s, 1, user.v);
    bind_range(s, 2, prefix, after, end);
    bind_limit(s, 4, limit);
    return read_entries(conn, s, arena, out);
}

/* ---- all that changed ------------------------------------------------------------------------- */

int sqlite_feed(struct store_conn *conn, user_id user, uint64_t rev, size_t limit,
                struct arena *arena, struct feed_entry_list *out, uint64_t *last)
{
    int rc = last_rev(conn, user, last);
    if (rc != 0)
        return rc;
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_FEED_SINCE);
    bind_u64(s, 1, user.v);
    bind_u64(s, 2, rev);
    bind_limit(s, 3, limit);
    return read_entries(conn, s, arena, out);
}

/* ---- entries whose time has come -------------------------------------------------------------- */

int sqlite_feed_due(struct store_conn *conn, int64_t now, size_t limit, struct arena *arena,
                    struct feed_due_list *out)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_FEED_DUE);
    bind_i64(s, 1, now);
    bind_limit(s, 2, limit);
    OWN(buf_deinit) struct buf rows = BUF_INIT;
    int rc;
    while ((rc = sql_step(conn, s)) == 1) {
        struct feed_due due = {.user = {column_u64(s, 3)},
                               .entry = entry_read(s, arena),
                               .at = sqlite3_column_int64(s, 4)};
        buf_put(&rows, &due, sizeof(due));
    }
    if (rc < 0)
        return rc;
    out->count = rows.len / sizeof(struct feed_due);
    out->items = rows_to_arena(&rows, arena);
    return 0;
}

/* Says which entry, as it was found. */
static sqlite3_stmt *at_due(struct store_conn *conn, enum sql which, const struct feed_due *due)
{
    sqlite3_stmt *s = sql(conn, which);
    bind_u64(s, 1, due->user.v);
    bind_text(s, 2, due->entry.key);
    bind_u64(s, 3, due->entry.rev);
    bind_i64(s, 4, due->at);
    return s;
}

static int run_at_due(struct store_conn *conn, sqlite3_stmt *s)
{
    int rc = sql_run(conn, s);
    return rc == 0 && sqlite3_changes(conn->db) == 0 ? -ESTALE : rc;
}

int sqlite_feed_hold(struct store_conn *conn, const struct feed_due *due, int64_t again, bool held)
{
    sqlite3_stmt *s = at_due(conn, SQL_FEED_HOLD, due);
    bind_i64(s, 5, again);
    bind_i64(s, 6, held);
    return run_at_due(conn, s);
}

int sqlite_feed_forget(struct store_conn *conn, const struct feed_due *due)
{
    return run_at_due(conn, at_due(conn, SQL_FEED_FORGET, due));
}
