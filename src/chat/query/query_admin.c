/* What administrators of the server see of its people. */
#include <errno.h>

#include "chat/admins.h"
#include "chat/chat_internal.h"
#include "chat/query/query_internal.h"
#include "core/clock.h"
#include "core/unicode.h"

int admin_is(struct store_conn *conn, user_id user, struct arena *arena, bool *out)
{
    struct user self;
    struct suspension_list suspended = {0};
    *out = false;
    int rc = store_user_get(conn, user, arena, &self);
    if (rc != 0 || !self.admin || self.deleted)
        return rc == -ENOENT ? 0 : rc;
    rc = store_suspensions_get(conn, &self.id, 1, clock_now_ms(), arena, &suspended);
    *out = rc == 0 && suspended.count == 0;
    return rc;
}

int query_require_admin(struct query *query, struct store_conn *conn)
{
    bool admin = false;
    int rc = admin_is(conn, query->self, query->arena, &admin);
    if (rc == 0 && !admin)
        query->problem = problem_of(ERR_AUTH_FORBIDDEN);
    return rc;
}

static int run_admin(struct store_job *job, struct store_conn *conn)
{
    return query_require_admin(QUERY_OF(job), conn);
}

void query_admin(struct chat *chat, struct query *query)
{
    query_post(chat, query, run_admin);
}

/* Of query->users: how they stand. */
static int read_standing(struct query *query, struct store_conn *conn)
{
    const struct user_list *users = &query->users;
    user_id *ids = arena_take_array(query->arena, users->count, sizeof(*ids));
    for (size_t i = 0; i < users->count; i++)
        ids[i] = users->items[i].id;
    int rc = store_suspensions_get(conn, ids, users->count, clock_now_ms(), query->arena,
                                   &query->suspensions);
    return rc == 0 ? store_presences_get(conn, ids, users->count, query->arena, &query->presences)
                   : rc;
}

static bool has(struct str text, struct str part)
{
    return part.len == 0 || memmem(text.ptr, text.len, part.ptr, part.len) != NULL;
}

/* Those whose name or displayed name has it in it. */
static void keep_named(struct query *query, struct str key)
{
    struct user_list *users = &query->users;
    size_t kept = 0;
    for (size_t i = 0; i < users->count; i++) {
        struct str name, shown;
        const struct user *user = &users->items[i];
        if ((unicode_fold(user->username, query->arena, &name) && has(name, key)) ||
            (unicode_fold(user->display_name, query->arena, &shown) && has(shown, key)))
            users->items[kept++] = *user;
    }
    users->count = kept;
}

/* One page of those in a state, by id. */
static int read_suspended(struct query *query, struct store_conn *conn, user_id after)
{
    struct suspension_list page;
    int rc = store_suspensions(conn, after, clock_now_ms(), query->limit + 1, query->arena, &page);
    if (rc != 0)
        return rc;
    size_t count = page.count > query->limit ? query->limit : page.count;
    user_id *ids = arena_take_array(query->arena, count, sizeof(*ids));
    for (size_t i = 0; i < count; i++)
        ids[i] = page.items[i].user;
    if (page.count > count)
        query_next(query, ids[count - 1].v);
    return store_users_get(conn, ids, count, query->arena, &query->users);
}

static int read_admins(struct query *query, struct store_conn *conn, user_id after)
{
    struct user_list *users = &query->users;
    int rc = store_admins(conn, after, query->limit + 1, query->arena, users);
    if (rc == 0 && users->count > query->limit) {
        users->count = query->limit;
        query_next(query, users->items[users->count - 1].id.v);
    }
    return rc;
}

static int read_of_state(struct query *query, struct store_conn *conn, struct str key)
{
    user_id after;
    if (query_cursor(query, &after.v) != 0)
        return 0;
    int rc = query->people_state == PEOPLE_ADMINS ? read_admins(query, conn, after)
                                                  : read_suspended(query, conn, after);
    if (rc == 0)
        keep_named(query, key);
    return rc;
}

static int run_people(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    struct str key;
    int rc = query_require_admin(query, conn);
    if (rc != 0 || query->problem.err != ERR_OK)
        return rc;
    if (!unicode_fold(query->text, query->arena, &key))
        return 0; /* no name is like that */
    if (query->people_state == PEOPLE_ALL)
        rc = store_users_search(conn, key, query->cursor, query->limit, query->arena, &query->users,
                                &query->next);
    else
        rc = read_of_state(query, conn, key);
    return rc == 0 && query->problem.err == ERR_OK ? read_standing(query, conn) : rc;
}

void query_people(struct chat *chat, struct query *query)
{
    query_post(chat, query, run_people);
}

static int run_person(struct store_job *job, struct store_conn *conn)
{
    enum { COUNTED_MOST = 1000 };
    struct query *query = QUERY_OF(job);
    struct session_list sessions;
    int rc = query_require_admin(query, conn);
    if (rc != 0 || query->problem.err != ERR_OK)
        return rc;
    rc = store_users_get(conn, &query->from, 1, query->arena, &query->users);
    if (rc == 0 && query->users.count == 0)
        query->problem = problem_of(ERR_USER_NOT_FOUND);
    if (rc != 0 || query->problem.err != ERR_OK)
        return rc;
    int64_t idle_since = session_idle_since(clock_now_ms(), query->chat->limits->session_idle_s);
    rc = store_sessions_of(conn, query->from, (session_id){0}, idle_since, COUNTED_MOST,
                           query->arena, &sessions);
    query->session_count = rc == 0 ? sessions.count : 0;
    return rc == 0 ? read_standing(query, conn) : rc;
}

void query_person(struct chat *chat, struct query *query)
{
    query_post(chat, query, run_person);
}
