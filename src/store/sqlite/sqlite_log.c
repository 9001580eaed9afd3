#include <errno.h>

#include "store/sqlite/sqlite_rows.h"

/* ---- events ---------------------------------------------------------------------------------- */

struct event *event_read(sqlite3_stmt *s, room_id room)
{
    char nonce[NONCE_MAX];
    int type = sqlite3_column_int(s, 1);
    struct event columns = {
        .room = room,
        .seq = column_u64(s, 0),
        .type = (uint8_t)(type < 0 ? -type : type),
        .pruned = type < 0,
        .sender = {column_u64(s, 2)},
        .created_at = sqlite3_column_int64(s, 4),
        .count = column_u64(s, 5),
        .role = (uint8_t)sqlite3_column_int(s, 6),
        .kind = (uint8_t)sqlite3_column_int(s, 7),
        .nonce = column_nonce(s, 8, nonce),
        .payload = column_str(s, 9),
        .edit_seq = column_u64(s, 10),
        .edit_at = sqlite3_column_int64(s, 11),
        .edit_by = {column_u64(s, 12)},
        .reply_to = column_u64(s, 13),
        .reactions = column_u64(s, 14),
        .answers = column_u64(s, 15),
        .answered_at = sqlite3_column_int64(s, 16),
    };
    *(event_is_message(&columns) ? &columns.thread : &columns.target) = column_u64(s, 3);
    struct str answerers = column_str(s, 17);
    if (answerers.len == sizeof(columns.answered_by))
        memcpy(columns.answered_by, answerers.ptr, answerers.len);
    return event_new(&columns);
}

/* Of what was pruned, found by its nonce alone: its type is negative. */
static bool is_stub(sqlite3_stmt *s)
{
    return sqlite3_column_int(s, 1) < 0;
}

int sqlite_event_get(struct store_conn *conn, room_id room, uint64_t seq, struct event **out)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_EVENT_GET);
    bind_u64(s, 1, room.v);
    bind_u64(s, 2, seq);
    int rc = sql_step(conn, s);
    if (rc != 1 || is_stub(s))
        return rc < 0 ? rc : -ENOENT;
    *out = event_read(s, room);
    return 0;
}

int sqlite_events_get(struct store_conn *conn, const struct event_place *places, size_t count,
                      struct event **out)
{
    int rc = 0;
    for (size_t i = 0; i < count; i++)
        out[i] = NULL;
    for (size_t i = 0; rc == 0 && i < count; i++) {
        rc = sqlite_event_get(conn, places[i].room, places[i].seq, &out[i]);
        rc = rc == -ENOENT ? 0 : rc;
    }
    for (size_t i = 0; rc != 0 && i < count; i++)
        event_unref(TAKE(out[i]));
    return rc;
}

/* Gives a change the message that it is about, unless that was pruned. */
static int read_message_of(struct store_conn *conn, struct event *event)
{
    if (!event_changes_message(event))
        return 0;
    OWN(event_unref) struct event *message = NULL;
    int rc = sqlite_event_get(conn, event->room, event->target, &message);
    if (!message)
        return rc == -ENOENT ? 0 : rc;
    bool says_why = event->type == EVENT_MESSAGE_DELETED && event->payload.len;
    event->message =
        says_why && event_is_deleted(message) ? event_told_deletion(message, event) : TAKE(message);
    return 0;
}

static int read_messages_of(struct store_conn *conn, const struct event_list *list)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < list->count; i++)
        rc = read_message_of(conn, list->items[i]);
    return rc;
}

int sqlite_events(struct store_conn *conn, room_id room, uint64_t after, size_t limit,
                  size_t max_bytes, struct event_list *out, bool *has_more)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_EVENTS_AFTER);
    bind_u64(s, 1, room.v);
    bind_u64(s, 2, after);
    struct event_list list = {0};
    size_t cap = 0, bytes = 0;
    int rc;
    while ((rc = sql_step(conn, s)) == 1) {
        bytes += (size_t)sqlite3_column_bytes(s, 9);
        if (list.count == limit || (list.count > 0 && bytes > max_bytes))
            break;
        event_list_push(&list, &cap, event_read(s, room));
    }
    *has_more = rc == 1;
    if (rc >= 0)
        rc = read_messages_of(conn, &list);
    if (rc < 0) {
        event_list_deinit(&list);
        return rc;
    }
    *out = list;
    return 0;
}

int sqlite_event_by_nonce(struct store_conn *conn, room_id room, user_id sender, struct str nonce,
                          struct event **out)
{
    uint8_t uuid[16];
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_EVENT_BY_NONCE);
    bind_u64(s, 1, room.v);
    bind_u64(s, 2, sender.v);
    bind_nonce(s, 3, nonce, uuid);
    int rc = sql_step(conn, s);
    if (rc != 1)
        return rc ? rc : -ENOENT;
    OWN(event_unref) struct event *event = event_read(s, room);
    rc = read_message_of(conn, event);
    if (rc == 0)
        *out = TAKE(event);
    return rc;
}

int sqlite_event_count(struct store_conn *conn, room_id room, uint64_t seq, uint64_t *out)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_EVENT_COUNT);
    bind_u64(s, 1, room.v);
    bind_u64(s, 2, seq);
    int rc = sql_step(conn, s);
    if (rc != 1)
        return rc ? rc : -ENOENT;
    *out = column_u64(s, 0);
    return 0;
}

int sqlite_last_count(struct store_conn *conn, room_id room, uint64_t *out)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_LAST_COUNT);
    bind_u64(s, 1, room.v);
    int rc = sql_step(conn, s);
    *out = rc == 1 ? column_u64(s, 0) : 0;
    return rc < 0 ? rc : 0;
}

int sqlite_event_stamp(struct store_conn *conn, room_id room, uint64_t seq, struct event_stamp *out)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_EVENT_STAMP);
    bind_u64(s, 1, room.v);
    bind_u64(s, 2, seq);
    int rc = sql_step(conn, s);
    if (rc != 1)
        return rc ? rc : -ENOENT;
    *out = (struct event_stamp){column_u64(s, 0), sqlite3_column_int64(s, 1)};
    return 0;
}
