#include <errno.h>

#include "store/sqlite/sqlite_rows.h"

/* ---- events ---------------------------------------------------------------------------------- */

struct event *event_read(sqlite3_stmt *s, room_id room)
{
    char nonce[NONCE_MAX];
    return event_new(&(struct event){
        .room = room,
        .seq = column_u64(s, 0),
        .type = (uint8_t)sqlite3_column_int(s, 1),
        .sender = {column_u64(s, 2)},
        .target = column_u64(s, 3),
        .created_at = sqlite3_column_int64(s, 4),
        .count = column_u64(s, 5),
        .role = (uint8_t)sqlite3_column_int(s, 6),
        .kind = (uint8_t)sqlite3_column_int(s, 7),
        .nonce = column_nonce(s, 8, nonce),
        .payload = column_str(s, 9),
    });
}

void event_list_push(struct event_list *list, size_t *cap, struct event *event)
{
    if (list->count == *cap) {
        *cap = *cap ? *cap * 2 : 16;
        list->items = xrealloc(list->items, *cap * sizeof(struct event *));
    }
    list->items[list->count++] = event;
}

int store_events(struct store_conn *conn, room_id room, uint64_t after, size_t limit,
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
    if (rc < 0) {
        event_list_deinit(&list);
        return rc;
    }
    *out = list;
    *has_more = rc == 1;
    return 0;
}

int store_event_by_nonce(struct store_conn *conn, room_id room, user_id sender, struct str nonce,
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
    *out = event_read(s, room);
    return 0;
}

int store_event_count(struct store_conn *conn, room_id room, uint64_t seq, uint64_t *out)
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
