#include "store/sqlite/sqlite_rows.h"

/* Messages that were edited or deleted: the row of the message says how it stands, and what it said
 * before lies among the versions, under its own time. The edits themselves hold no words, so that
 * to forget them there is one place to look for. */

static int keep_version(struct store_conn *conn, const struct event *edit)
{
    if (edit->keep_until <= edit->created_at)
        return 0;
    sqlite3_stmt *s = sql(conn, SQL_VERSION_KEEP);
    bind_u64(s, 1, edit->room.v);
    bind_u64(s, 2, edit->target);
    bind_u64(s, 3, edit->seq);
    bind_i64(s, 4, edit->created_at);
    bind_i64(s, 5, edit->keep_until);
    return sql_run(conn, s);
}

static int forget_versions(struct store_conn *conn, const struct event *deletion)
{
    sqlite3_stmt *s = sql(conn, SQL_VERSION_FORGET);
    bind_u64(s, 1, deletion->room.v);
    bind_u64(s, 2, deletion->target);
    return sql_run(conn, s);
}

static int change_message(struct store_conn *conn, const struct event *change)
{
    bool deletes = change->type == EVENT_MESSAGE_DELETED;
    int rc = deletes ? forget_versions(conn, change) : keep_version(conn, change);
    if (rc == 0 && deletes)
        rc = sqlite_marks_forget(conn, change->room, change->target);
    if (rc == 0 && deletes)
        rc = sqlite_poll_forget(conn, change->room, change->target);
    if (rc == 0 && deletes)
        rc = sqlite_mentions_forget(conn, change->room, change->target);
    if (rc != 0)
        return rc;
    sqlite3_stmt *s = sql(conn, SQL_MESSAGE_CHANGE);
    bind_u64(s, 1, change->room.v);
    bind_u64(s, 2, change->target);
    bind_blob(s, 3, deletes ? STR_NONE : change->payload);
    bind_u64(s, 4, change->seq);
    bind_i64(s, 5, change->created_at);
    bind_u64(s, 6, change->sender.v);
    return sql_run(conn, s);
}

int sqlite_forget(struct store_conn *conn, const enum sql *names, size_t count, room_id room,
                  uint64_t message)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < count; i++) {
        sqlite3_stmt *s = sql(conn, names[i]);
        bind_u64(s, 1, room.v);
        bind_u64(s, 2, message);
        rc = sql_run(conn, s);
    }
    return rc;
}

int sqlite_change_messages(struct store_conn *conn, const struct append *append)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < append->stored; i++) {
        const struct event *event = append->events[i];
        if (!event_changes_message(event))
            continue;
        rc = change_message(conn, event);
        conn->forgets |= rc == 0;
    }
    return rc;
}

int sqlite_versions(struct store_conn *conn, room_id room, uint64_t message, uint64_t after,
                    int64_t now, size_t limit, struct arena *arena, struct version_list *out)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_VERSION_LIST);
    bind_u64(s, 1, room.v);
    bind_u64(s, 2, message);
    bind_u64(s, 3, after);
    bind_i64(s, 4, now);
    bind_limit(s, 5, limit);
    OWN(buf_deinit) struct buf rows = BUF_INIT;
    int rc;
    while ((rc = sql_step(conn, s)) == 1) {
        struct version version = {.seq = column_u64(s, 0),
                                  .replaced_at = sqlite3_column_int64(s, 1),
                                  .content = arena_copy(arena, column_str(s, 2))};
        buf_put(&rows, &version, sizeof(version));
    }
    if (rc < 0)
        return rc;
    out->count = rows.len / sizeof(struct version);
    out->items = rows_to_arena(&rows, arena);
    return 0;
}

int sqlite_versions_clean(struct store_conn *conn, int64_t now, bool *forgotten)
{
    OWN(statement_done) sqlite3_stmt *is_old = sql(conn, SQL_VERSION_IS_OLD);
    bind_i64(is_old, 1, now);
    int rc = sql_step(conn, is_old);
    *forgotten = rc == 1 && sqlite3_column_int(is_old, 0) != 0;
    if (rc < 0 || !*forgotten)
        return rc < 0 ? rc : 0;
    sqlite3_stmt *s = sql(conn, SQL_VERSION_CLEAN);
    bind_i64(s, 1, now);
    return sql_run(conn, s);
}

int sqlite_versions_keep_for(struct store_conn *conn, room_id room, uint64_t seq, int64_t seconds)
{
    sqlite3_stmt *s = sql(conn, SQL_VERSION_KEEP_FOR);
    bind_u64(s, 1, room.v);
    bind_i64(s, 2, seconds * 1000);
    int rc = sql_run(conn, s);
    if (rc != 0)
        return rc;
    s = sql(
        conn,
        SQL_VERSION_DROP); /* who sets a shorter time does not want to wait for the next cleaning */
    bind_u64(s, 1, room.v);
    bind_u64(s, 2, seq);
    rc = sql_run(conn, s);
    conn->forgets |= rc == 0 && sqlite3_changes(conn->db) > 0;
    return rc;
}
