#include "chat/chat_internal.h"
#include "chat/query/query_internal.h"
#include "core/base62.h"

/* What was done to keep the peace: in one room to its moderators, everywhere to administrators. A cursor
 * is time, room and seq of the last row given. */

enum { PLACE_NUMBERS = 3, PLACE_LEN = PLACE_NUMBERS * BASE62_LEN };

/* As base62_parse(), and 0 too: what was done to the server has no room. */
static bool read_number(struct str text, uint64_t *out)
{
    char zero[BASE62_LEN];
    base62_print(0, zero);
    *out = 0;
    return str_eq(text, str_of(zero, sizeof(zero))) || base62_parse(text, out);
}

static bool read_place(const struct query *query, struct audit_place *out)
{
    uint64_t numbers[PLACE_NUMBERS];
    struct str cursor = query->cursor;
    *out = (struct audit_place){.at = INT64_MAX, .room = {INT64_MAX}, .seq = INT64_MAX};
    if (cursor.len == 0)
        return true;
    if (cursor.len != PLACE_LEN)
        return false;
    for (size_t i = 0; i < PLACE_NUMBERS; i++)
        if (!read_number(str_of(cursor.ptr + i * BASE62_LEN, BASE62_LEN), &numbers[i]))
            return false;
    *out = (struct audit_place){(int64_t)numbers[0], {numbers[1]}, numbers[2]};
    return true;
}

static void print_place(struct query *query, const struct audit_entry *last)
{
    const uint64_t numbers[PLACE_NUMBERS] = {(uint64_t)last->at, last->room.v, last->seq};
    char text[PLACE_LEN];
    for (size_t i = 0; i < PLACE_NUMBERS; i++)
        base62_print(numbers[i], text + i * BASE62_LEN);
    query->next = arena_copy(query->arena, str_of(text, sizeof(text)));
}

/* Those who did it, and those to whom it was done. */
static int read_people(struct query *query, struct store_conn *conn)
{
    struct map seen = {0};
    user_id *ids = arena_take_array(query->arena, query->audit.count * 2, sizeof(*ids));
    size_t count = 0;
    for (size_t i = 0; i < query->audit.count; i++) {
        const user_id both[] = {query->audit.items[i].by, query->audit.items[i].user};
        for (size_t j = 0; j < ARRAY_LEN(both); j++) {
            if (!both[j].v || map_get(&seen, both[j].v))
                continue;
            map_put(&seen, both[j].v, query);
            ids[count++] = both[j];
        }
    }
    map_deinit(&seen);
    return store_users_get(conn, ids, count, query->arena, &query->users);
}

static int read_audit(struct query *query, struct store_conn *conn)
{
    struct audit_place before;
    struct audit_list *audit = &query->audit;
    if (!read_place(query, &before)) {
        query->problem = problem_field(ERR_FIELD_INVALID, STR("cursor"),
                                       STR("`cursor` must be what `next` of the page before was."));
        return 0;
    }
    query->audit_filter.reader = query->self;
    int rc = store_audits(conn, query->room, &query->audit_filter, &before, query->limit + 1,
                          query->arena, audit);
    if (rc != 0)
        return rc;
    if (audit->count > query->limit) {
        audit->count = query->limit;
        print_place(query, &audit->items[query->limit - 1]);
    }
    return read_people(query, conn);
}

static int run_room_audit(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    int rc = query_require(query, conn, PERMISSION_AUDIT);
    return rc != 0 || query->problem.err != ERR_OK ? rc : read_audit(query, conn);
}

static int run_all_audit(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    int rc = query_require_admin(query, conn);
    return rc != 0 || query->problem.err != ERR_OK ? rc : read_audit(query, conn);
}

void query_audit(struct chat *chat, struct query *query)
{
    query_post(chat, query, run_room_audit);
}

void query_all_audit(struct chat *chat, struct query *query)
{
    query_post(chat, query, run_all_audit);
}
