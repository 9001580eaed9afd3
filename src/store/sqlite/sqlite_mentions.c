#include "store/sqlite/sqlite_rows.h"

/* One row for each person whom a message names, and one for all of the room: what is unread of them
 * is counted from there, behind the read marker. */

static const user_id everybody = {0};

static int add(struct store_conn *conn, const struct event *message, user_id user)
{
    sqlite3_stmt *s = sql(conn, SQL_MENTION_ADD);
    bind_u64(s, 1, message->room.v);
    bind_u64(s, 2, user.v);
    bind_u64(s, 3, message->seq);
    bind_u64(s, 4, message->sender.v);
    return sql_run(conn, s);
}

int sqlite_mention(struct store_conn *conn, const struct append *append)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < append->stored; i++) {
        const struct event *event = append->events[i];
        if (mentions_all(&event->mentions)) {
            rc = add(conn, event, everybody);
            continue;
        }
        for (size_t k = 0; rc == 0 && k < event->mentions.count; k++)
            rc = add(conn, event, event->mentions.users[k]);
    }
    return rc;
}

int sqlite_mentions_forget(struct store_conn *conn, room_id room, uint64_t message)
{
    sqlite3_stmt *s = sql(conn, SQL_MENTIONS_FORGET);
    bind_u64(s, 1, room.v);
    bind_u64(s, 2, message);
    return sql_run(conn, s);
}
