#include "chat/query/receipts.h"

#include "chat/blocks.h"
#include "chat/chat_internal.h"
#include "chat/query/query_internal.h"

int receipts_are_hidden(struct store_conn *conn, user_id user, struct arena *arena, bool *out)
{
    return blocks_has_entry(conn, user, FEED_NO_RECEIPTS, arena, out);
}

/* Of a direct room alone: in groups who is blocked has a part in all that is there. */
static int is_blocked(struct query *query, struct store_conn *conn, user_id other, bool *out)
{
    bool mine = false, theirs = false;
    *out = false;
    if (!room_id_eq(query->room, chat_direct_room_of(query->chat, query->self, other)))
        return 0;
    int rc = blocks_has(conn, query->self, other, query->arena, &mine);
    if (rc == 0)
        rc = blocks_has(conn, other, query->self, query->arena, &theirs);
    *out = mine || theirs;
    return rc;
}

static int is_to_be_seen(struct query *query, struct store_conn *conn, user_id other, bool *out)
{
    bool hidden = false, blocked = false;
    *out = true;
    if (user_id_eq(other, query->self))
        return 0;
    int rc = query->hides_receipts ? 0 : receipts_are_hidden(conn, other, query->arena, &hidden);
    if (rc == 0)
        rc = is_blocked(query, conn, other, &blocked);
    *out = !query->hides_receipts && !hidden && !blocked;
    return rc;
}

static int run_receipts(struct store_job *job, struct store_conn *conn)
{
    struct query *query = CONTAINER_OF(job, struct query, job);
    int rc = query_run_members(job, conn);
    if (rc == 0)
        rc = receipts_are_hidden(conn, query->self, query->arena, &query->hides_receipts);
    struct member_list *members = &query->members;
    size_t seen = 0;
    for (size_t i = 0; rc == 0 && i < members->count; i++) {
        bool shown;
        rc = is_to_be_seen(query, conn, members->items[i].user, &shown);
        if (rc == 0 && shown)
            members->items[seen++] = members->items[i];
    }
    members->count = seen;
    return rc;
}

void query_receipts(struct chat *chat, struct query *query)
{
    query_post(chat, query, run_receipts);
}
