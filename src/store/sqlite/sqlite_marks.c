#include <errno.h>

#include "store/sqlite/sqlite_rows.h"

/* What is put on messages: reactions, with who and counted, and pins. Counts have rows of their own,
 * so that a page of messages costs the same however many people reacted. */

/* A statement about one emoji on the target of the event. */
static sqlite3_stmt *about(struct store_conn *conn, enum sql name, const struct event *event)
{
    sqlite3_stmt *s = sql(conn, name);
    bind_u64(s, 1, event->room.v);
    bind_u64(s, 2, event->target);
    bind_text(s, 3, event->emoji);
    return s;
}

static int change_count(struct store_conn *conn, const struct event *event, int64_t change)
{
    sqlite3_stmt *count =
        about(conn, change > 0 ? SQL_REACTION_COUNT_ADD : SQL_REACTION_COUNT_REMOVE, event);
    bind_u64(count, 4, event->seq);
    int rc = sql_run(conn, count);
    if (rc == 0 && change < 0)
        rc = sql_run(conn, about(conn, SQL_REACTION_COUNT_CLEAN, event));
    if (rc != 0)
        return rc;
    sqlite3_stmt *s = sql(conn, SQL_REACTIONS_CHANGE);
    bind_u64(s, 1, event->room.v);
    bind_u64(s, 2, event->target);
    bind_i64(s, 3, change);
    return sql_run(conn, s);
}

static int react(struct store_conn *conn, const struct event *event)
{
    bool adds = event->type == EVENT_REACTION_ADDED;
    sqlite3_stmt *s = about(conn, adds ? SQL_REACTION_ADD : SQL_REACTION_REMOVE, event);
    bind_u64(s, 4, event->sender.v);
    if (adds)
        bind_u64(s, 5, event->seq);
    int rc = sql_run(conn, s);
    if (rc != 0 || sqlite3_changes(conn->db) == 0)
        return rc;
    return change_count(conn, event, adds ? 1 : -1);
}

static int pin(struct store_conn *conn, const struct event *event)
{
    bool adds = event->type == EVENT_MESSAGE_PINNED;
    sqlite3_stmt *s = sql(conn, adds ? SQL_PIN_ADD : SQL_PIN_REMOVE);
    bind_u64(s, 1, event->room.v);
    bind_u64(s, 2, event->target);
    if (adds)
        bind_u64(s, 3, event->seq);
    return sql_run(conn, s);
}

int sqlite_mark_messages(struct store_conn *conn, const struct append *append)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < append->stored; i++) {
        const struct event *event = append->events[i];
        if (event->type == EVENT_REACTION_ADDED || event->type == EVENT_REACTION_REMOVED)
            rc = react(conn, event);
        else if (event->type == EVENT_MESSAGE_PINNED || event->type == EVENT_MESSAGE_UNPINNED)
            rc = pin(conn, event);
    }
    return rc;
}

int sqlite_marks_forget(struct store_conn *conn, room_id room, uint64_t message)
{
    static const enum sql names[] = {SQL_REACTIONS_FORGET, SQL_REACTION_COUNTS_FORGET,
                                     SQL_PIN_REMOVE};
    return sqlite_forget(conn, names, ARRAY_LEN(names), room, message);
}

/* ---- reading --------------------------------------------------------------------------------- */

static int read_marks(struct store_conn *conn, room_id room, struct marks_question *question)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_MESSAGE_MARKS);
    bind_u64(s, 1, room.v);
    bind_u64(s, 2, question->message);
    bind_text(s, 3, question->emoji);
    bind_u64(s, 4, question->user.v);
    int rc = sql_step(conn, s);
    if (rc < 0)
        return rc;
    question->marks = (struct message_marks){.own_seq = column_u64(s, 0),
                                             .count = column_u64(s, 1),
                                             .kinds = column_u64(s, 2),
                                             .pin_seq = column_u64(s, 3),
                                             .pins = column_u64(s, 4)};
    return 0;
}

int sqlite_marks(struct store_conn *conn, room_id room, struct marks_question *questions,
                 size_t count)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < count; i++)
        rc = read_marks(conn, room, &questions[i]);
    return rc;
}

int sqlite_reactions(struct store_conn *conn, room_id room, uint64_t message, user_id self,
                     struct arena *arena, struct reaction_list *out)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_REACTIONS);
    bind_u64(s, 1, room.v);
    bind_u64(s, 2, message);
    bind_u64(s, 3, self.v);
    OWN(buf_deinit) struct buf rows = BUF_INIT;
    int rc;
    while ((rc = sql_step(conn, s)) == 1) {
        struct reaction reaction = {.emoji = arena_copy(arena, column_str(s, 0)),
                                    .count = column_u64(s, 1),
                                    .seq = column_u64(s, 2),
                                    .mine = sqlite3_column_int(s, 3) != 0};
        buf_put(&rows, &reaction, sizeof(reaction));
    }
    if (rc < 0)
        return rc;
    out->count = rows.len / sizeof(struct reaction);
    out->items = rows_to_arena(&rows, arena);
    return 0;
}

int sqlite_reaction_users(struct store_conn *conn, room_id room, uint64_t message, struct str emoji,
                          user_id after, size_t limit, struct arena *arena, user_id **out,
                          size_t *count)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_REACTION_USERS);
    bind_u64(s, 1, room.v);
    bind_u64(s, 2, message);
    bind_text(s, 3, emoji);
    bind_u64(s, 4, after.v);
    bind_limit(s, 5, limit);
    return user_ids_read(conn, s, arena, out, count);
}

int sqlite_pins(struct store_conn *conn, room_id room, struct event_list *out)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_PINS);
    bind_u64(s, 1, room.v);
    struct event_list list = {0};
    size_t cap = 0;
    int rc;
    while ((rc = sql_step(conn, s)) == 1) {
        struct event *event = NULL;
        rc = sqlite_event_get(conn, room, column_u64(s, 0), &event);
        if (rc != 0)
            break;
        event_list_push(&list, &cap, event);
    }
    if (rc != 0) {
        event_list_deinit(&list);
        return rc;
    }
    *out = list;
    return 0;
}
