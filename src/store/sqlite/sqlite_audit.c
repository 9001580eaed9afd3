#include <errno.h>

#include "store/sqlite/sqlite_rows.h"

/* The audit log: rows that are only ever added, in the transaction of their events. */

int sqlite_audit_put(struct store_conn *conn, const struct audit_entry *entry)
{
    sqlite3_stmt *s = sql(conn, SQL_AUDIT_INSERT);
    bind_i64(s, 1, entry->at);
    bind_u64(s, 2, entry->room.v);
    bind_u64(s, 3, entry->seq);
    bind_i64(s, 4, entry->type);
    bind_i64(s, 5, entry->role);
    bind_u64(s, 6, entry->by.v);
    bind_u64(s, 7, entry->user.v);
    bind_u64(s, 8, entry->about);
    bind_blob(s, 9, entry->payload);
    return sql_run(conn, s);
}

int sqlite_audit(struct store_conn *conn, const struct append *append)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < append->stored; i++) {
        struct audit_entry entry;
        if (!event_is_message(append->events[i]) && audit_entry_of(append->events[i], &entry))
            rc = sqlite_audit_put(conn, &entry);
    }
    return rc;
}

int sqlite_audits(struct store_conn *conn, room_id room, const struct audit_filter *filter,
                  const struct audit_place *before, size_t limit, struct arena *arena,
                  struct audit_list *out)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, room.v ? SQL_AUDITS_OF : SQL_AUDITS);
    struct audit_place start = audit_start(filter, before);
    bind_i64(s, 1, start.at);
    bind_u64(s, 2, room.v ? room.v : start.room.v);
    bind_u64(s, 3, start.seq);
    bind_u64(s, 4, filter->by.v);
    bind_u64(s, 5, filter->user.v);
    bind_i64(s, 6, filter->type);
    bind_limit(s, 7, limit);
    bind_u64(s, 8, filter->reader.v);
    bind_i64(s, 9, AUDIT_REPORT_CREATED);
    bind_i64(s, 10, AUDIT_REPORT_RESOLVED);
    bind_i64(s, 11, filter->since);
    OWN(buf_deinit) struct buf rows = BUF_INIT;
    int rc;
    while ((rc = sql_step(conn, s)) == 1) {
        struct audit_entry entry = {.at = sqlite3_column_int64(s, 0),
                                    .room = {column_u64(s, 1)},
                                    .seq = column_u64(s, 2),
                                    .type = (uint8_t)sqlite3_column_int(s, 3),
                                    .role = (uint8_t)sqlite3_column_int(s, 4),
                                    .by = {column_u64(s, 5)},
                                    .user = {column_u64(s, 6)},
                                    .about = column_u64(s, 7),
                                    .payload = arena_copy(arena, column_str(s, 8))};
        buf_put(&rows, &entry, sizeof(entry));
    }
    if (rc < 0)
        return rc;
    out->count = rows.len / sizeof(struct audit_entry);
    out->items = rows_to_arena(&rows, arena);
    return 0;
}
