#include <errno.h>

#include "store/overtaken.h"
#include "store/sqlite/sqlite_rows.h"

/* The hot path: one insert an event, one look at the room's end an append, one update a sender.
 * Nothing is allocated. */

static int insert_event(struct store_conn *conn, const struct event *event)
{
    uint8_t uuid[16];
    sqlite3_stmt *s = sql(conn, SQL_EVENT_INSERT);
    bind_u64(s, 1, event->room.v);
    bind_u64(s, 2, event->seq);
    bind_i64(s, 3, event->type);
    bind_u64(s, 4, event->sender.v);
    bind_u64(s, 5, event->target | event->thread); /* one of them is 0 */
    bind_i64(s, 6, event->created_at);
    bind_u64(s, 7, event->count);
    bind_i64(s, 8, event->role);
    bind_i64(s, 9, event->kind);
    bind_nonce(s, 10, event->nonce, uuid);
    /* Of an edit, the message itself holds the words. */
    bind_blob(s, 11, event->type == EVENT_MESSAGE_UPDATED ? STR_NONE : event->payload);
    bind_u64(s, 12, event->reply_to);
    bind_u64(s, 13, event->reactions);
    bind_u64(s, 14, event->answers);
    int rc = sql_run(conn, s);
    if (rc == -EEXIST)
        return -ESTALE; /* not the nonce, which conflicts in silence: the place is taken */
    if (rc == 0 && sqlite3_changes(conn->db) == 0)
        return -EEXIST;
    return rc;
}

/* 0 if it does; -ESTALE if not, or -EEXIST if that is because it stands already. The home numbers
 * behind the last event, so this only guards "no gap, no double" against our own mistakes; one seek. */
static int follows_the_log(struct store_conn *conn, const struct event *first)
{
    OWN(statement_done) sqlite3_stmt *last = sql(conn, SQL_EVENT_LAST_SEQ);
    bind_u64(last, 1, first->room.v);
    int rc = sql_step(conn, last);
    if (rc < 0)
        return rc;
    if (column_u64(last, 0) + 1 == first->seq)
        return 0;
    uint8_t uuid[16];
    OWN(statement_done) sqlite3_stmt *known = sql(conn, SQL_EVENT_BY_NONCE);
    bind_u64(known, 1, first->room.v);
    bind_u64(known, 2, first->sender.v);
    bind_nonce(known, 3, first->nonce, uuid);
    rc = sql_step(conn, known);
    if (rc < 0)
        return rc;
    return rc == 1 ? -EEXIST : -ESTALE;
}

static int note_answerer(struct store_conn *conn, const struct event *answer)
{
    sqlite3_stmt *s = sql(conn, SQL_MEMBER_ANSWERED);
    bind_u64(s, 1, answer->room.v);
    bind_u64(s, 2, answer->sender.v);
    bind_i64(s, 3, answer->created_at);
    return sql_run(conn, s);
}

/* Whoever writes has read what was there. No entry in their feed: the message says it itself. */
static int move_markers(struct store_conn *conn, const struct append *append)
{
    sqlite3_stmt *s = sql(conn, SQL_MEMBER_SENT);
    for (size_t i = 0; i < append->stored; i++) {
        const struct event *event = append->events[i];
        if (!event_is_message(event) || is_overtaken(&append->events[i], append->stored - i,
                                                     sizeof(append->events[i]), overtakes_marker))
            continue;
        bind_u64(s, 1, event->room.v);
        bind_u64(s, 2, event->sender.v);
        bind_u64(s, 3, event->seq);
        bind_u64(s, 4, event->count);
        bind_i64(s, 5, event->created_at);
        int rc = event_is_answer(event) ? note_answerer(conn, event) : sql_run(conn, s);
        if (rc != 0)
            return rc;
    }
    return 0;
}

int sqlite_append(struct store_conn *conn, struct append *append)
{
    append->stored = 0;
    int verdict = follows_the_log(conn, append->events[0]);
    while (verdict == 0 && append->stored < append->count) {
        verdict = insert_event(conn, append->events[append->stored]);
        append->stored += verdict == 0;
    }
    if (verdict != 0 && verdict != -EEXIST)
        return verdict;
    int rc = verdict == 0 ? sqlite_project(conn, append) : 0;
    if (rc == 0)
        rc = move_markers(conn, append);
    if (rc == 0)
        rc = sqlite_poll_messages(conn,
                                  append); /* before what takes polls away with all their votes */
    if (rc == 0)
        rc = sqlite_change_messages(conn, append);
    if (rc == 0)
        rc = sqlite_mark_messages(conn, append);
    if (rc == 0)
        rc = sqlite_mention(conn, append);
    if (rc == 0)
        rc = sqlite_answer(conn, append);
    if (rc == 0)
        rc = sqlite_audit(conn, append);
    return rc != 0 ? rc : verdict;
}

int sqlite_append_stands(struct store_conn *conn, const struct append *append)
{
    const struct event *last = append->events[append->stored - 1];
    uint8_t uuid[16];
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_EVENT_BY_NONCE);
    bind_u64(s, 1, last->room.v);
    bind_u64(s, 2, last->sender.v);
    bind_nonce(s, 3, last->nonce, uuid);
    int rc = sql_step(conn, s);
    return rc == 1 ? column_u64(s, 0) == last->seq : rc;
}
