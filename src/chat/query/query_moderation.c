#include "chat/chat_internal.h"
#include "chat/query/query_internal.h"
#include "core/clock.h"
#include "model/permission.h"

/* What moderators see. */

int query_require(struct query *query, struct store_conn *conn, enum permission permission)
{
    struct room_view *view = &query->view;
    int rc = query_read_view(query, conn, view);
    if (rc != 0)
        return rc;
    if (view->room.kind == ROOM_DIRECT)
        query->problem = problem_of(ERR_ROOM_DIRECT_FIXED);
    else if (!room_permits(&view->room, view->role, permission))
        query->problem = problem_of(ERR_ROOM_FORBIDDEN);
    return 0;
}

/* The people behind query->bans. */
static int read_banned(struct query *query, struct store_conn *conn)
{
    user_id *ids = arena_take_array(query->arena, query->bans.count, sizeof(*ids));
    for (size_t i = 0; i < query->bans.count; i++)
        ids[i] = query->bans.items[i].user;
    return store_users_get(conn, ids, query->bans.count, query->arena, &query->users);
}

static int run_bans(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    uint64_t after;
    int rc = query_require(query, conn, PERMISSION_BAN);
    if (rc != 0 || query->problem.err != ERR_OK || query_cursor(query, &after) != 0)
        return rc;
    rc = store_bans(conn, query->room, (user_id){after}, clock_now_ms(), query->limit + 1,
                    query->arena, &query->bans);
    if (rc != 0)
        return rc;
    if (query->bans.count > query->limit) {
        query->bans.count = query->limit;
        query_next(query, query->bans.items[query->limit - 1].user.v);
    }
    return read_banned(query, conn);
}

void query_bans(struct chat *chat, struct query *query)
{
    query_post(chat, query, run_bans);
}

static int run_links(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    int rc = query_require(query, conn, PERMISSION_INVITE);
    if (rc != 0 || query->problem.err != ERR_OK)
        return rc;
    return store_links(conn, query->room, 0, clock_now_ms(), query->chat->limits->room_links,
                       query->arena, &query->links);
}

void query_links(struct chat *chat, struct query *query)
{
    query_post(chat, query, run_links);
}

/* ---- who asks to be let in ----------------------------------------------------------------------- */

static int read_askers(struct query *query, struct store_conn *conn)
{
    user_id *ids = arena_take_array(query->arena, query->requests.count, sizeof(*ids));
    for (size_t i = 0; i < query->requests.count; i++)
        ids[i] = query->requests.items[i].user;
    return store_users_get(conn, ids, query->requests.count, query->arena, &query->users);
}

static int run_requests(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    struct join_request_list *requests = &query->requests;
    uint64_t after;
    int rc = query_require(query, conn, PERMISSION_INVITE);
    if (rc != 0 || query->problem.err != ERR_OK || query_cursor(query, &after) != 0)
        return rc;
    rc = store_requests(conn, query->room, after, query->limit + 1, query->arena, requests);
    if (rc == 0 && requests->count > query->limit) {
        requests->count = query->limit;
        query_next(query, requests->items[query->limit - 1].seq);
    }
    return rc == 0 ? read_askers(query, conn) : rc;
}

void query_requests(struct chat *chat, struct query *query)
{
    query_post(chat, query, run_requests);
}

static int run_own_requests(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    struct join_request_list *requests = &query->requests;
    uint64_t after;
    if (query_cursor(query, &after) != 0)
        return 0;
    int rc = store_requests_of(conn, query->self, (room_id){after}, query->limit + 1, query->arena,
                               requests);
    if (rc == 0 && requests->count > query->limit) {
        requests->count = query->limit;
        query_next(query, requests->items[query->limit - 1].room.v);
    }
    return rc;
}

void query_own_requests(struct chat *chat, struct query *query)
{
    query_post(chat, query, run_own_requests);
}
