#include "api/watches.h"

#include <stdlib.h>

#include "api/ws_session.h"

struct watched {
    size_t count, cap;
    struct ws_session **sessions;
};

void watches_deinit(struct watches *watches)
{
    REQUIRE(watches->watched.len == 0);
    map_deinit(&watches->watched);
}

static void add(struct watches *watches, user_id user, struct ws_session *session)
{
    struct watched *watched = map_get(&watches->watched, user.v);
    if (!watched) {
        watched = NEW(struct watched);
        map_put(&watches->watched, user.v, watched);
    }
    if (watched->count == watched->cap) {
        watched->cap = watched->cap * 2 + 2;
        watched->sessions = xrealloc(watched->sessions, watched->cap * sizeof(*watched->sessions));
    }
    watched->sessions[watched->count++] = session;
}

static void remove_one(struct watches *watches, user_id user, const struct ws_session *session)
{
    struct watched *watched = map_get(&watches->watched, user.v);
    REQUIRE(watched);
    size_t at = 0;
    while (watched->sessions[at] != session)
        at++;
    watched->sessions[at] = watched->sessions[--watched->count];
    if (watched->count > 0)
        return;
    map_remove(&watches->watched, user.v);
    xfree(watched->sessions);
    xfree(watched);
}

static int compare(const void *a, const void *b)
{
    uint64_t left = ((const user_id *)a)->v, right = ((const user_id *)b)->v;
    return (left > right) - (left < right);
}

/* Each once, without those that are nobody. */
static size_t tidy(user_id *users, size_t count)
{
    size_t kept = 0;
    if (count)
        qsort(users, count, sizeof(*users), compare);
    for (size_t i = 0; i < count; i++)
        if (users[i].v && (kept == 0 || !user_id_eq(users[i], users[kept - 1])))
            users[kept++] = users[i];
    return kept;
}

static void forget(struct watches *watches, struct ws_session *session)
{
    struct watching *watching = TAKE(session->watching);
    for (size_t i = 0; watching && i < watching->count; i++)
        remove_one(watches, watching->users[i], session);
    xfree(watching);
}

void watches_set(struct watches *watches, struct ws_session *session, user_id *users, size_t count)
{
    forget(watches, session);
    count = tidy(users, count);
    if (count == 0)
        return;
    session->watching = xmalloc(sizeof(struct watching) + count * sizeof(*users));
    session->watching->count = count;
    memcpy(session->watching->users, users, count * sizeof(*users));
    for (size_t i = 0; i < count; i++)
        add(watches, users[i], session);
}

struct ws_session *const *watches_of(const struct watches *watches, user_id user, size_t *count)
{
    const struct watched *watched = map_get(&watches->watched, user.v);
    *count = watched ? watched->count : 0;
    return watched ? watched->sessions : NULL;
}
