#include "api/watches.h"

#include <stdlib.h>

#include "api/ws_session.h"

struct watched {
    user_id user;
    uint32_t count, cap;
    struct watcher *watchers;
};

void watches_deinit(struct watches *watches)
{
    REQUIRE(watches->watched.len == 0);
    map_deinit(&watches->watched);
}

static struct watched *watched_of(struct watches *watches, user_id user)
{
    struct watched *watched = map_get(&watches->watched, user.v);
    if (!watched) {
        watched = NEW(struct watched);
        watched->user = user;
        map_put(&watches->watched, user.v, watched);
    }
    return watched;
}

/* Each has the other's place, so that none is looked for. */
static void add(struct watches *watches, user_id user, struct ws_session *session, uint32_t watch)
{
    struct watched *watched = watched_of(watches, user);
    if (watched->count == watched->cap) {
        watched->cap = watched->cap * 2 + 2;
        watched->watchers = xrealloc(watched->watchers, watched->cap * sizeof(*watched->watchers));
    }
    session->watching->watches[watch] = (struct watch){watched, watched->count};
    watched->watchers[watched->count++] = (struct watcher){session, watch};
}

/* The last watcher takes the freed place. */
static void remove_one(struct watches *watches, const struct watch *watch)
{
    struct watched *watched = watch->watched;
    const struct watcher *moved = &watched->watchers[--watched->count];
    moved->session->watching->watches[moved->watch].place = watch->place;
    watched->watchers[watch->place] = *moved;
    if (watched->count > 0)
        return;
    map_remove(&watches->watched, watched->user.v);
    xfree(watched->watchers);
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
    for (uint32_t i = 0; session->watching && i < session->watching->count; i++)
        remove_one(watches, &session->watching->watches[i]);
    xfree(TAKE(session->watching));
}

void watches_set(struct watches *watches, struct ws_session *session, user_id *users, size_t count)
{
    forget(watches, session);
    count = tidy(users, count);
    REQUIRE(count <= UINT32_MAX);
    if (count == 0)
        return;
    session->watching = xmalloc(sizeof(struct watching) + count * sizeof(struct watch));
    session->watching->count = (uint32_t)count;
    for (uint32_t i = 0; i < count; i++)
        add(watches, users[i], session, i);
}

const struct watcher *watches_of(const struct watches *watches, user_id user, size_t *count)
{
    const struct watched *watched = map_get(&watches->watched, user.v);
    *count = watched ? watched->count : 0;
    return watched ? watched->watchers : NULL;
}
