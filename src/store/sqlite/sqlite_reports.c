#include <errno.h>

#include "store/sqlite/sqlite_rows.h"

/* What people report, and who is there to decide of it. */

int sqlite_report_put(struct store_conn *conn, const struct report *report)
{
    sqlite3_stmt *s = sql(conn, SQL_REPORT_PUT);
    bind_u64(s, 1, report->id);
    bind_u64(s, 2, report->queue.v);
    bind_i64(s, 3, report->kind);
    bind_u64(s, 4, report->room.v);
    bind_u64(s, 5, report->seq);
    bind_u64(s, 6, report->user.v);
    bind_u64(s, 7, report->by.v);
    bind_i64(s, 8, report->category);
    bind_text(s, 9, report->text);
    bind_i64(s, 10, report->created_at);
    bind_i64(s, 11, report->escalated_at);
    bind_u64(s, 12, report->escalated_by.v);
    bind_text(s, 13, report->escalation);
    bind_i64(s, 14, report->resolved_at);
    bind_u64(s, 15, report->resolved_by.v);
    bind_text(s, 16, report->resolution);
    bind_i64(s, 17, report->outcome);
    bind_blob(s, 18, report->evidence);
    conn->forgets |= report->evidence.len == 0;
    return sql_run(conn, s);
}

/* REPORT_COLUMNS. */
static struct report report_read(sqlite3_stmt *s, struct arena *arena)
{
    return (struct report){.id = column_u64(s, 0),
                           .queue = {column_u64(s, 1)},
                           .kind = (uint8_t)sqlite3_column_int(s, 2),
                           .room = {column_u64(s, 3)},
                           .seq = column_u64(s, 4),
                           .user = {column_u64(s, 5)},
                           .by = {column_u64(s, 6)},
                           .category = (uint8_t)sqlite3_column_int(s, 7),
                           .text = arena_copy(arena, column_str(s, 8)),
                           .created_at = sqlite3_column_int64(s, 9),
                           .escalated_at = sqlite3_column_int64(s, 10),
                           .escalated_by = {column_u64(s, 11)},
                           .escalation = arena_copy(arena, column_str(s, 12)),
                           .resolved_at = sqlite3_column_int64(s, 13),
                           .resolved_by = {column_u64(s, 14)},
                           .resolution = arena_copy(arena, column_str(s, 15)),
                           .outcome = (uint8_t)sqlite3_column_int(s, 16)};
}
enum { REPORT_COLUMN_COUNT = 17 };

int sqlite_report_get(struct store_conn *conn, uint64_t id, struct arena *arena, struct report *out)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_REPORT_GET);
    bind_u64(s, 1, id);
    int rc = sql_step(conn, s);
    if (rc != 1)
        return rc < 0 ? rc : -ENOENT;
    *out = report_read(s, arena);
    out->evidence = arena_copy(arena, column_str(s, REPORT_COLUMN_COUNT));
    return 0;
}

static int read_reports(struct store_conn *conn, sqlite3_stmt *s, struct arena *arena,
                        struct report_list *out)
{
    OWN(buf_deinit) struct buf rows = BUF_INIT;
    int rc;
    while ((rc = sql_step(conn, s)) == 1) {
        struct report report = report_read(s, arena);
        buf_put(&rows, &report, sizeof(report));
    }
    if (rc < 0)
        return rc;
    out->count = rows.len / sizeof(struct report);
    out->items = rows_to_arena(&rows, arena);
    return 0;
}

int sqlite_reports(struct store_conn *conn, const struct report_filter *filter,
                   const struct report_place *before, size_t limit, struct arena *arena,
                   struct report_list *out)
{
    OWN(statement_done)
    sqlite3_stmt *s = sql(conn, filter->open ? SQL_REPORTS_IN_WORK : SQL_REPORTS);
    bind_u64(s, 1, filter->queue.v);
    bind_i64(s, 2, before->at);
    bind_u64(s, 3, before->id);
    bind_u64(s, 4, filter->except.v);
    bind_limit(s, 5, limit);
    return read_reports(conn, s, arena, out);
}

int sqlite_reports_by(struct store_conn *conn, user_id by, size_t limit, struct arena *arena,
                      struct report_list *out)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_REPORTS_BY);
    bind_u64(s, 1, by.v);
    bind_limit(s, 2, limit);
    return read_reports(conn, s, arena, out);
}

int sqlite_reports_open(struct store_conn *conn, room_id queue, user_id except, size_t most,
                        size_t *out)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_REPORTS_OPEN);
    bind_u64(s, 1, queue.v);
    bind_u64(s, 2, except.v);
    bind_limit(s, 3, most);
    int rc = sql_step(conn, s);
    if (rc == 1)
        *out = column_u64(s, 0);
    return rc < 0 ? rc : 0;
}

/* ---- who decides ------------------------------------------------------------------------------- */

int sqlite_staff(struct store_conn *conn, room_id room, size_t limit, struct arena *arena,
                 struct member_list *out)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_STAFF);
    bind_u64(s, 1, room.v);
    bind_limit(s, 2, limit);
    OWN(buf_deinit) struct buf rows = BUF_INIT;
    int rc;
    while ((rc = sql_step(conn, s)) == 1) {
        struct member member = {.user = {column_u64(s, 0)},
                                .role = (enum role)sqlite3_column_int(s, 1)};
        buf_put(&rows, &member, sizeof(member));
    }
    if (rc < 0)
        return rc;
    out->count = rows.len / sizeof(struct member);
    out->items = rows_to_arena(&rows, arena);
    return 0;
}
