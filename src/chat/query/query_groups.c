/* What administrators of the server see of its groups: what they are called and whose they are, and nothing of
 * what is said there. What two have with each other is not among them. */
#include <errno.h>

#include "chat/query/query_internal.h"
#include "core/base62.h"
#include "core/map.h"

/* Of query->directory: whose they are. */
static int read_owners(struct query *query, struct store_conn *conn)
{
    const struct room_list *groups = &query->directory;
    struct map seen = {0};
    room_id *rooms = arena_take_array(query->arena, groups->count, sizeof(*rooms));
    user_id *owners = arena_take_array(query->arena, groups->count, sizeof(*owners));
    user_id *ids = arena_take_array(query->arena, groups->count, sizeof(*ids));
    size_t count = 0;
    for (size_t i = 0; i < groups->count; i++)
        rooms[i] = groups->items[i].id;
    int rc = store_owners(conn, rooms, groups->count, owners);
    query->owners = owners;
    for (size_t i = 0; rc == 0 && i < groups->count; i++) {
        if (!owners[i].v || map_get(&seen, owners[i].v))
            continue;
        map_put(&seen, owners[i].v, query);
        ids[count++] = owners[i];
    }
    map_deinit(&seen);
    return rc == 0 ? store_users_get(conn, ids, count, query->arena, &query->users) : rc;
}

/* 0: it is in query->directory, by itself. */
static int read_group(struct query *query, struct store_conn *conn, room_id id)
{
    struct room *room = ARENA_NEW(query->arena, struct room);
    int rc = store_room_get(conn, id, query->arena, room);
    if (rc == 0 && room->kind != ROOM_GROUP)
        rc = -ENOENT;
    if (rc == 0)
        query->directory = (struct room_list){room, 1};
    return rc;
}

static int search(struct query *query, struct store_conn *conn)
{
    struct groups_question question = {.state = query->groups_state};
    struct listing_place after, next = {0};
    room_id id;
    if (base62_parse(query->text, &id.v)) {
        int rc = read_group(query, conn, id);
        if (rc != -ENOENT)
            return rc;
    }
    if (!query_listing(query, &question.words, &after))
        return 0;
    int rc =
        store_groups(conn, &question, &after, query->limit, query->arena, &query->directory, &next);
    if (rc == 0)
        query_listing_next(query, &next);
    return rc;
}

static int run_groups(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    int rc = query_require_admin(query, conn);
    if (rc == 0 && query->problem.err == ERR_OK)
        rc = search(query, conn);
    return rc == 0 && query->problem.err == ERR_OK ? read_owners(query, conn) : rc;
}

void query_groups(struct chat *chat, struct query *query)
{
    query_post(chat, query, run_groups);
}

/* -ENOENT: there is no such group. */
static int require_group(struct query *query, struct store_conn *conn)
{
    int rc = query_require_admin(query, conn);
    return rc == 0 && query->problem.err == ERR_OK ? read_group(query, conn, query->room) : rc;
}

static int run_group(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    int rc = require_group(query, conn);
    return rc == 0 && query->problem.err == ERR_OK ? read_owners(query, conn) : rc;
}

void query_group(struct chat *chat, struct query *query)
{
    query_post(chat, query, run_group);
}

static int run_group_members(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    int rc = require_group(query, conn);
    return rc == 0 && query->problem.err == ERR_OK ? query_read_members(query, conn) : rc;
}

void query_group_members(struct chat *chat, struct query *query)
{
    query_post(chat, query, run_group_members);
}
