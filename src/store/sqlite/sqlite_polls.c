#include <errno.h>

#include "store/sqlite/sqlite_rows.h"

/* Polls and votes. Each vote comes with all counts behind it, so that a poll is one row to read. */

static sqlite3_stmt *about(struct store_conn *conn, enum sql name, const struct event *event)
{
    sqlite3_stmt *s = sql(conn, name);
    bind_u64(s, 1, event->room.v);
    bind_u64(s, 2, event->target);
    return s;
}

static int add_poll(struct store_conn *conn, const struct event *message)
{
    sqlite3_stmt *s = sql(conn, SQL_POLL_ADD);
    bind_u64(s, 1, message->room.v);
    bind_u64(s, 2, message->seq);
    bind_i64(s, 3, message->poll.options);
    bind_i64(s, 4, message->poll.multiple);
    bind_i64(s, 5, message->poll.anonymous);
    bind_i64(s, 6, message->poll.closes_at);
    return sql_run(conn, s);
}

/* All events of votes in a poll are found by it: an index of events would cost each message. */
static int note(struct store_conn *conn, const struct event *event)
{
    sqlite3_stmt *s = about(conn, SQL_VOTE_NOTE, event);
    bind_u64(s, 3, event->seq);
    return sql_run(conn, s);
}

static int vote(struct store_conn *conn, const struct event *event)
{
    const struct vote *vote = event->vote;
    sqlite3_stmt *s = about(conn, SQL_VOTE_PUT, event);
    bind_u64(s, 3, event->sender.v);
    bind_u64(s, 4, vote->choices);
    bind_u64(s, 5, event->seq);
    int rc = sql_run(conn, s);
    if (rc == 0)
        rc = note(conn, event);
    if (rc != 0)
        return rc;
    sqlite3_stmt *poll = about(conn, SQL_POLL_VOTED, event);
    bind_u64(poll, 3, event->seq);
    bind_u64(poll, 4, vote->tally.voters);
    bind_blob(poll, 5, str_of((const char *)vote->tally.counts, vote->options * sizeof(uint64_t)));
    return sql_run(conn, poll);
}

static int close_poll(struct store_conn *conn, const struct event *event)
{
    sqlite3_stmt *s = about(conn, SQL_POLL_CLOSE, event);
    bind_u64(s, 3, event->seq);
    bind_i64(s, 4, event->created_at);
    bind_u64(s, 5, event->sender.v);
    return sql_run(conn, s);
}

int sqlite_poll_messages(struct store_conn *conn, const struct append *append)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < append->stored; i++) {
        const struct event *event = append->events[i];
        if (event_is_poll(event))
            rc = add_poll(conn, event);
        else if (event->type == EVENT_POLL_VOTED)
            rc = vote(conn, event);
        else if (event->type == EVENT_POLL_CLOSED)
            rc = close_poll(conn, event);
    }
    return rc;
}

/* That somebody voted stays in the log, which has no gaps; what they chose does not, nor the counts. */
int sqlite_poll_forget(struct store_conn *conn, room_id room, uint64_t message)
{
    static const enum sql names[] = {SQL_VOTES_EMPTY, SQL_VOTE_NOTES_FORGET, SQL_VOTES_FORGET,
                                     SQL_POLL_FORGET};
    return sqlite_forget(conn, names, ARRAY_LEN(names), room, message);
}

/* ---- reading --------------------------------------------------------------------------------- */

static int read_poll(struct store_conn *conn, room_id room, struct poll_question *question)
{
    struct poll_state *out = &question->state;
    *out = (struct poll_state){0};
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_POLL);
    bind_u64(s, 1, room.v);
    bind_u64(s, 2, question->message);
    bind_u64(s, 3, question->self.v);
    bind_u64(s, 4, question->voter.v);
    int rc = sql_step(conn, s);
    if (rc != 1)
        return rc;
    *out = (struct poll_state){.poll = {.options = (uint8_t)sqlite3_column_int(s, 0),
                                        .multiple = sqlite3_column_int(s, 1) != 0,
                                        .anonymous = sqlite3_column_int(s, 2) != 0,
                                        .closes_at = sqlite3_column_int64(s, 3)},
                               .seq = column_u64(s, 4),
                               .tally = {.voters = column_u64(s, 5)},
                               .closed_seq = column_u64(s, 7),
                               .closed_at = sqlite3_column_int64(s, 8),
                               .closed_by = {column_u64(s, 9)},
                               .own = column_u64(s, 10),
                               .own_seq = column_u64(s, 11)};
    struct str counts = column_str(s, 6);
    if (counts.len && counts.len <= sizeof(out->tally.counts))
        memcpy(out->tally.counts, counts.ptr, counts.len);
    return 0;
}

int sqlite_polls(struct store_conn *conn, room_id room, struct poll_question *questions,
                 size_t count)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < count; i++)
        rc = read_poll(conn, room, &questions[i]);
    return rc;
}

int sqlite_voters(struct store_conn *conn, room_id room, uint64_t message, unsigned option,
                  user_id after, size_t limit, struct arena *arena, user_id **out, size_t *count)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_VOTERS);
    bind_u64(s, 1, room.v);
    bind_u64(s, 2, message);
    bind_u64(s, 3, option);
    bind_u64(s, 4, after.v);
    bind_limit(s, 5, limit);
    return user_ids_read(conn, s, arena, out, count);
}
