#include "store/overtaken.h"
#include "store/sqlite/sqlite_rows.h"

/* The root of a thread tells how many answers it has, when the last came, and from whom: so a page of
 * a room's messages needs nothing else to show them. */

static sqlite3_stmt *about(struct store_conn *conn, enum sql name, const struct event *answer)
{
    sqlite3_stmt *s = sql(conn, name);
    bind_u64(s, 1, answer->room.v);
    bind_u64(s, 2, answer->thread);
    return s;
}

static int insert_answer(struct store_conn *conn, const struct event *answer)
{
    sqlite3_stmt *s = about(conn, SQL_ANSWER_INSERT, answer);
    bind_u64(s, 3, answer->seq);
    return sql_run(conn, s);
}

static int tell_root(struct store_conn *conn, const struct event *answer)
{
    sqlite3_stmt *root = about(conn, SQL_ROOT_ANSWERED, answer);
    bind_u64(root, 3, answer->answers);
    int rc = sql_run(conn, root);
    if (rc != 0)
        return rc;
    sqlite3_stmt *s = about(conn, SQL_THREAD_ANSWERED, answer);
    bind_i64(s, 3, answer->created_at);
    bind_blob(s, 4, str_of((const char *)answer->answered_by, sizeof(answer->answered_by)));
    return sql_run(conn, s);
}

int sqlite_answer(struct store_conn *conn, const struct append *append)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < append->stored; i++) {
        if (!event_is_answer(append->events[i]))
            continue;
        rc = insert_answer(conn, append->events[i]);
        if (rc == 0 && !is_overtaken(&append->events[i], append->stored - i,
                                     sizeof(append->events[i]), overtakes_answer))
            rc = tell_root(conn, append->events[i]);
    }
    return rc;
}
