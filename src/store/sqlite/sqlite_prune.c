#include <errno.h>

#include "store/readable.h"
#include "store/sqlite/sqlite_rows.h"

/* What is too old leaves the beginning of a log, a few events at a time. All that is about a message lies under
 * its seq, so it goes by ranges up to the log's new beginning, and what was left behind once goes the next time.
 * The rows of the log themselves become stubs: their type is negative, and no reading but that by nonce shows
 * them. They are deleted later, when nobody sends those acts again. */

int sqlite_log_bounds(struct store_conn *conn, room_id room, user_id user, struct log_bounds *out)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_LOG_BOUNDS);
    bind_u64(s, 1, room.v);
    bind_u64(s, 2, user.v);
    int rc = sql_step(conn, s);
    if (rc != 1)
        return rc ? rc : -ENOENT;
    *out = (struct log_bounds){.first_seq = column_u64(s, 0),
                               .first_count = column_u64(s, 1),
                               .first_at = sqlite3_column_int64(s, 2),
                               .retention_s = column_u64(s, 3),
                               .from_seq = column_u64(s, 4)};
    return 0;
}

static int room_bounds(struct store_conn *conn, room_id room, struct log_bounds *out)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_ROOM_BOUNDS);
    bind_u64(s, 1, room.v);
    int rc = sql_step(conn, s);
    *out = (struct log_bounds){0};
    if (rc == 1)
        *out = (struct log_bounds){.first_seq = column_u64(s, 0),
                                   .first_count = column_u64(s, 1),
                                   .first_at = sqlite3_column_int64(s, 2),
                                   .retention_s = column_u64(s, 3)};
    return rc < 0 ? rc : 0;
}

int sqlite_rooms_bounds(struct store_conn *conn, const room_id *rooms, size_t count,
                        struct log_bounds *out)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < count; i++)
        rc = room_bounds(conn, rooms[i], &out[i]);
    return rc;
}

int sqlite_aging_rooms(struct store_conn *conn, room_id after, bool all, const struct ageing *due,
                       size_t limit, struct arena *arena, struct aging_room **out, size_t *count)
{
    static const enum sql names[2][2] = {{SQL_AGING_ROOMS, SQL_ROOMS_BY_AGE},
                                         {SQL_AGING_ROOMS_DUE, SQL_ROOMS_DUE}};
    OWN(statement_done) sqlite3_stmt *s = sql(conn, names[due != NULL][all]);
    bind_u64(s, 1, after.v);
    bind_limit(s, 2, limit);
    if (due) {
        bind_i64(s, 3, due->now);
        bind_u64(s, 4, due->most_s);
    }
    OWN(buf_deinit) struct buf rows = BUF_INIT;
    int rc;
    while ((rc = sql_step(conn, s)) == 1) {
        struct aging_room room = {.room = {column_u64(s, 0)},
                                  .first_seq = column_u64(s, 1),
                                  .last_seq = column_u64(s, 2),
                                  .retention_s = column_u64(s, 3),
                                  .first_at = sqlite3_column_int64(s, 4),
                                  .stub_seq = column_u64(s, 5)};
        buf_put(&rows, &room, sizeof(room));
    }
    if (rc < 0)
        return rc;
    *count = rows.len / sizeof(struct aging_room);
    *out = rows_to_arena(&rows, arena);
    return 0;
}

/* How far it goes this time. 0 events: out->first_seq is not set. */
static int find_old(struct store_conn *conn, room_id room, int64_t through, size_t limit,
                    struct pruned *out)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_PRUNE_PLACES);
    bind_u64(s, 1, room.v);
    bind_limit(s, 2, limit + 1);
    *out = (struct pruned){0};
    int rc;
    while ((rc = sql_step(conn, s)) == 1) {
        int64_t at = sqlite3_column_int64(s, 2);
        out->more = at <= through && out->count == limit;
        if (at > through || out->more) {
            out->first_at = at;
            return 0;
        }
        out->count++;
        out->first_seq = column_u64(s, 0) + 1;
        out->first_count = column_u64(s, 1);
        out->first_at = at;
    }
    return rc;
}

static int run_to(struct store_conn *conn, enum sql name, room_id room, uint64_t to)
{
    sqlite3_stmt *s = sql(conn, name);
    bind_u64(s, 1, room.v);
    bind_u64(s, 2, to);
    return sql_run(conn, s);
}

static int run_range(struct store_conn *conn, enum sql name, room_id room, uint64_t from,
                     uint64_t to)
{
    sqlite3_stmt *s = sql(conn, name);
    bind_u64(s, 1, room.v);
    bind_u64(s, 2, from);
    bind_u64(s, 3, to);
    return sql_run(conn, s);
}

static int forget_marks(struct store_conn *conn, room_id room, uint64_t first)
{
    static const enum sql all[] = {SQL_PRUNE_THREADS, SQL_PRUNE_VERSIONS,   SQL_PRUNE_REACTIONS,
                                   SQL_PRUNE_COUNTS,  SQL_PRUNE_PINS,       SQL_PRUNE_POLLS,
                                   SQL_PRUNE_VOTES,   SQL_PRUNE_VOTE_NOTES, SQL_PRUNE_MENTIONS};
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < ARRAY_LEN(all); i++)
        rc = run_to(conn, all[i], room, first);
    return rc;
}

static int move_beginning(struct store_conn *conn, room_id room, const struct pruned *pruned)
{
    sqlite3_stmt *s = sql(conn, SQL_PRUNE_ROOM);
    bind_u64(s, 1, room.v);
    bind_u64(s, 2, pruned->first_seq);
    bind_u64(s, 3, pruned->first_count);
    bind_i64(s, 4, pruned->first_at);
    return sql_run(conn, s);
}

/* What is kept began later than was known: it is not looked at again before that is old. */
static int note_age(struct store_conn *conn, room_id room, int64_t first_at)
{
    sqlite3_stmt *s = sql(conn, SQL_PRUNE_NOTHING);
    bind_u64(s, 1, room.v);
    bind_i64(s, 2, first_at);
    return sql_run(conn, s);
}

int sqlite_prune(struct store_conn *conn, room_id room, int64_t through, size_t limit,
                 struct pruned *out)
{
    int rc = find_old(conn, room, through, limit, out);
    if (rc == 0 && out->count == 0)
        return note_age(conn, room, out->first_at);
    if (rc != 0)
        return rc;
    uint64_t from = out->first_seq - out->count;
    rc = run_range(conn, SQL_PRUNE_ANSWERS, room, from, out->first_seq);
    if (rc == 0)
        rc = forget_marks(conn, room, out->first_seq);
    if (rc == 0)
        rc = run_range(conn, SQL_PRUNE_EVENTS, room, from, out->first_seq);
    conn->forgets |= rc == 0;
    return rc == 0 ? move_beginning(conn, room, out) : rc;
}

int sqlite_prune_stubs(struct store_conn *conn, room_id room, int64_t through, size_t limit,
                       bool *more)
{
    uint64_t end = 0;
    size_t count = 0;
    int rc;
    *more = false;
    {
        OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_STUB_PLACES);
        bind_u64(s, 1, room.v);
        bind_limit(s, 2, limit + 1);
        while ((rc = sql_step(conn, s)) == 1 && sqlite3_column_int64(s, 1) <= through) {
            *more = count == limit;
            if (*more)
                break;
            end = column_u64(s, 0) + 1;
            count++;
        }
    }
    if (rc < 0 || count == 0)
        return rc < 0 ? rc : 0;
    rc = run_to(conn, SQL_STUBS_DELETE, room, end);
    return rc == 0 ? run_to(conn, SQL_STUBS_ROOM, room, end) : rc;
}
