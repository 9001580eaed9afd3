#include "chat/presence/presences.h"

#include <pthread.h>

#include "chat/chat_internal.h"
#include "core/clock.h"

enum { SHARDS = 64 };

struct present { /* somebody who is connected, or of whom there is something to tell */
    user_id user;
    uint32_t connections, active;
    uint16_t there_else, active_else; /* at so many other servers */
    uint8_t told;                     /* enum presence_state: what others think */
    bool shown;                       /* somebody who asked has seen another state than that */
    bool renewed;                     /* there is more to tell than a state */
    bool noted;                       /* in the list of those whom other servers are to hear of */
    bool silent;                      /* that they have left another server tells */
    uint32_t renewal;                 /* the last one's number */
    uint64_t due_ms;
    int64_t left_at;
    struct list link; /* in one of its shard's two lists, or in none */
};
IS_SIZED(struct present, 64);

struct users {
    user_id *items;
    size_t count, cap;
};

struct shard {
    pthread_mutex_t lock;
    struct map people;
    uint32_t renewals;            /* so far */
    struct users noted;           /* for other servers */
    struct list changed, leaving; /* each waits the same time, so each is in the order of due_ms */
};

struct presences {
    const struct limits *limits;
    bool has_peers;
    struct shard shards[SHARDS];
    unsigned next[BUS_WORKERS_MAX]; /* the shard that a worker begins with; only it looks here */
};

struct presences *presences_new(const struct limits *limits, bool has_peers)
{
    struct presences *presences = NEW(struct presences);
    presences->limits = limits;
    presences->has_peers = has_peers;
    for (size_t i = 0; i < SHARDS; i++) {
        struct shard *shard = &presences->shards[i];
        REQUIRE(pthread_mutex_init(&shard->lock, NULL) == 0);
        list_init(&shard->changed);
        list_init(&shard->leaving);
    }
    return presences;
}

void presences_free(struct presences *presences)
{
    if (!presences)
        return;
    for (size_t i = 0; i < SHARDS; i++) {
        struct shard *shard = &presences->shards[i];
        MAP_EACH (slot, &shard->people)
            xfree(slot->value);
        map_deinit(&shard->people);
        xfree(shard->noted.items);
        pthread_mutex_destroy(&shard->lock);
    }
    xfree(presences);
}

static unsigned shard_of(user_id user)
{
    return (unsigned)(map_hash(user.v) >> 32) % SHARDS;
}

static struct shard *shard_lock(struct presences *presences, user_id user)
{
    struct shard *shard = &presences->shards[shard_of(user)];
    pthread_mutex_lock(&shard->lock);
    return shard;
}

static struct present *present_of(struct shard *shard, user_id user)
{
    struct present *present = map_get(&shard->people, user.v);
    if (present)
        return present;
    present = NEW(struct present);
    present->user = user;
    list_init(&present->link);
    map_put(&shard->people, user.v, present);
    return present;
}

static enum presence_state state_of(const struct present *present, enum presence_choice choice)
{
    return presence_state_of(choice, present->connections > 0 || present->there_else > 0,
                             present->active > 0 || present->active_else > 0);
}

static void note(const struct presences *presences, struct shard *shard, struct present *present)
{
    struct users *noted = &shard->noted;
    if (!presences->has_peers || present->noted)
        return;
    present->noted = true;
    if (noted->count == noted->cap) {
        noted->cap += noted->cap / 2 + 8;
        noted->items = xrealloc(noted->items, noted->cap * sizeof(*noted->items));
    }
    noted->items[noted->count++] = present->user;
}

/* Where there is nothing more to be remembered of somebody. */
static void drop_if_gone(struct shard *shard, struct present *present)
{
    bool is_gone = present->connections == 0 && present->there_else == 0;
    bool is_to_tell =
        present->renewed || present->told != STATE_OFFLINE || !list_empty(&present->link);
    if (!is_gone || present->noted || is_to_tell)
        return;
    map_remove(&shard->people, present->user.v);
    xfree(present);
}

/* Into the list that fits, unless it waits in it already. */
static void becomes_due(struct presences *presences, struct shard *shard, struct present *present)
{
    bool leaves = present->connections == 0 && !present->renewed;
    uint64_t wait =
        leaves ? presences->limits->presence_leave_ms : presences->limits->presence_coalesce_ms;
    list_remove(&present->link);
    present->due_ms = clock_monotonic_ms() + wait;
    list_append(leaves ? &shard->leaving : &shard->changed, &present->link);
}

static void renew(struct shard *shard, struct present *present)
{
    present->renewed = true;
    present->renewal = ++shard->renewals;
}

static void change(struct chat *chat, user_id user, int connections, int active, bool renewed)
{
    struct presences *presences = chat->presences;
    struct shard *shard = shard_lock(presences, user);
    struct present *present = present_of(shard, user);
    bool was_there = present->connections > 0, was_active = present->active > 0;
    present->connections += (uint32_t)connections;
    present->active += (uint32_t)active;
    if (renewed)
        renew(shard, present);
    REQUIRE(present->active <= present->connections);
    bool is_there = present->connections > 0, is_active = present->active > 0;
    if (was_there && !is_there)
        present->left_at = clock_now_ms();
    if (is_there)
        present->silent = false;
    if (renewed || was_there != is_there || was_active != is_active)
        note(presences, shard, present);
    if (renewed || was_there != is_there || was_active != is_active)
        becomes_due(presences, shard, present);
    pthread_mutex_unlock(&shard->lock);
}

void presence_connect(struct chat *chat, user_id user)
{
    change(chat, user, 1, 1, false);
}

void presence_disconnect(struct chat *chat, user_id user, bool was_active)
{
    change(chat, user, -1, was_active ? -1 : 0, false);
}

void presence_move(struct chat *chat, user_id user, bool active)
{
    change(chat, user, 0, active ? 1 : -1, false);
}

void presence_renew(struct chat *chat, user_id user)
{
    change(chat, user, 0, 0, true);
}

void presences_read_anew(struct presences *presences, user_id user)
{
    struct shard *shard = shard_lock(presences, user);
    struct present *present = map_get(&shard->people, user.v);
    if (present) {
        present->renewal = ++shard->renewals;
        if (list_empty(&present->link)) /* their turn may be under way */
            becomes_due(presences, shard, present);
    }
    pthread_mutex_unlock(&shard->lock);
}

enum presence_state presences_state(struct presences *presences, user_id user,
                                    enum presence_choice choice)
{
    struct shard *shard = shard_lock(presences, user);
    struct present *present = map_get(&shard->people, user.v);
    enum presence_state state = present ? state_of(present, choice) : STATE_OFFLINE;
    if (present && state != present->told)
        present->shown = true; /* who came and goes before that is told has been seen */
    pthread_mutex_unlock(&shard->lock);
    return state;
}

/* ---- telling ------------------------------------------------------------------------------------- */

static size_t take_from(struct list *waiting, uint64_t now_ms, struct due *out, size_t most)
{
    size_t count = 0;
    while (count < most && !list_empty(waiting)) {
        struct present *present = CONTAINER_OF(waiting->next, struct present, link);
        if (present->due_ms > now_ms)
            break;
        list_remove(&present->link);
        out[count++] = (struct due){present->user, present->renewal};
    }
    return count;
}

unsigned presences_worker(user_id user, unsigned workers)
{
    return shard_of(user) % workers;
}

size_t presences_take_due(struct presences *presences, unsigned worker, unsigned workers,
                          uint64_t now_ms, struct due *out, size_t most)
{
    size_t count = 0, own = (SHARDS - worker + workers - 1) / workers;
    for (size_t visited = 0; visited < own && count < most; visited++) {
        unsigned turn = presences->next[worker]++ % (unsigned)own;
        struct shard *shard = &presences->shards[worker + turn * workers];
        pthread_mutex_lock(&shard->lock);
        count += take_from(&shard->changed, now_ms, out + count, most - count);
        count += take_from(&shard->leaving, now_ms, out + count, most - count);
        pthread_mutex_unlock(&shard->lock);
    }
    return count;
}

int64_t presences_left_at(struct presences *presences, user_id user)
{
    struct shard *shard = shard_lock(presences, user);
    const struct present *present = map_get(&shard->people, user.v);
    int64_t left_at =
        present && present->connections == 0 && present->there_else == 0 ? present->left_at : 0;
    pthread_mutex_unlock(&shard->lock);
    return left_at;
}

static struct telling tell(struct present *present, enum presence_choice choice, int64_t kept)
{
    struct telling telling = {.state = state_of(present, choice)};
    bool was_seen_last =
        kept && choice != PRESENCE_INVISIBLE; /* news even if nobody saw them come */
    telling.is_news =
        present->renewed || present->shown || was_seen_last || present->told != telling.state;
    if (present->silent && telling.state == STATE_OFFLINE)
        telling.is_news = false;
    present->silent = false;
    if (present->left_at == kept)
        present->left_at = 0;
    present->told = (uint8_t)telling.state;
    present->renewed = present->shown = false;
    return telling;
}

struct telling presences_tell(struct presences *presences, struct due due,
                              enum presence_choice choice, int64_t kept)
{
    struct shard *shard = shard_lock(presences, due.user);
    struct present *present = map_get(&shard->people, due.user.v);
    struct telling telling = {.state = STATE_OFFLINE};
    if (present && present->renewal == due.renewal) {
        uint8_t told = present->told;
        telling = tell(present, choice, kept);
        if (told != present->told)
            note(presences, shard, present);
        drop_if_gone(shard, present);
    }
    pthread_mutex_unlock(&shard->lock);
    return telling;
}

struct seen *presences_unsaved(struct presences *presences, int64_t now, size_t *count)
{
    size_t cap = 1;
    struct seen *all = xmalloc(sizeof(*all));
    *count = 0;
    for (size_t i = 0; i < SHARDS; i++) {
        struct shard *shard = &presences->shards[i];
        pthread_mutex_lock(&shard->lock);
        cap += shard->people.len;
        all = xrealloc(all, cap * sizeof(*all));
        MAP_EACH (slot, &shard->people) {
            const struct present *present = slot->value;
            int64_t at = present->connections ? now : present->left_at;
            if (at)
                all[(*count)++] = (struct seen){present->user, at};
        }
        pthread_mutex_unlock(&shard->lock);
    }
    return all;
}

/* ---- other servers -------------------------------------------------------------------------------- */

/* It is told as late as if they had left here. */
static void is_lost(struct presences *presences, struct shard *shard, struct present *present,
                    bool to_others)
{
    bool is_gone = present->connections == 0 && present->there_else == 0;
    if (is_gone && !to_others) {
        present->left_at = clock_now_ms();
        present->shown = true; /* what it told last may not have been heard here */
    }
    present->silent = is_gone && to_others;
    becomes_due(presences, shard, present);
}

static void move_elsewhere(struct presences *presences, struct shard *shard,
                           struct present *present, const struct elsewhere_change *change)
{
    bool differs = present->told != change->told, is_here = present->connections > 0;
    present->there_else = (uint16_t)(present->there_else + change->there);
    present->active_else = (uint16_t)(present->active_else + change->active);
    if (change->how == ELSEWHERE_LOST || change->how == ELSEWHERE_LOST_TO_OTHERS) {
        is_lost(presences, shard, present, change->how == ELSEWHERE_LOST_TO_OTHERS);
        return;
    }
    present->told = change->told;
    if (differs && change->how == ELSEWHERE_MISSED)
        renew(shard, present);
    /* Whoever is here as well may have been judged, here or there, without knowing of that; and a turn that
     * was read here before they said something there must not be told behind it. */
    if (is_here)
        present->renewal = ++shard->renewals;
    if (present->renewed || is_here)
        becomes_due(presences, shard, present);
}

void presences_elsewhere(struct presences *presences, user_id user,
                         const struct elsewhere_change *change)
{
    struct shard *shard = shard_lock(presences, user);
    struct present *present = present_of(shard, user);
    move_elsewhere(presences, shard, present, change);
    drop_if_gone(shard, present);
    pthread_mutex_unlock(&shard->lock);
}

static struct bus_present presented(const struct present *present)
{
    return (struct bus_present){.user = present->user,
                                .there = present->connections > 0,
                                .active = present->active > 0,
                                .told = present->told};
}

static size_t take_noted_of(struct shard *shard, struct bus_present *out, size_t most)
{
    size_t count = 0;
    while (count < most && shard->noted.count > 0) {
        user_id user = shard->noted.items[--shard->noted.count];
        struct present *present = map_get(&shard->people, user.v);
        REQUIRE(present);
        out[count++] = presented(present);
        present->noted = false;
        drop_if_gone(shard, present);
    }
    if (shard->noted.count == 0) {
        xfree(TAKE(shard->noted.items));
        shard->noted.cap = 0;
    }
    return count;
}

size_t presences_take_noted(struct presences *presences, unsigned worker, unsigned workers,
                            struct bus_present *out, size_t most)
{
    size_t count = 0;
    for (size_t i = worker; i < SHARDS && count < most; i += workers) {
        struct shard *shard = &presences->shards[i];
        pthread_mutex_lock(&shard->lock);
        count += take_noted_of(shard, out + count, most - count);
        pthread_mutex_unlock(&shard->lock);
    }
    return count;
}

struct bus_present *presences_all(struct presences *presences, unsigned worker, unsigned workers,
                                  size_t *count)
{
    size_t cap = 1;
    struct bus_present *all = xmalloc(sizeof(*all));
    *count = 0;
    for (size_t i = worker; i < SHARDS; i += workers) {
        struct shard *shard = &presences->shards[i];
        pthread_mutex_lock(&shard->lock);
        cap += shard->people.len;
        all = xrealloc(all, cap * sizeof(*all));
        MAP_EACH (slot, &shard->people) {
            const struct present *present = slot->value;
            if (present->connections)
                all[(*count)++] = presented(present);
        }
        pthread_mutex_unlock(&shard->lock);
    }
    return all;
}

size_t presences_remembered(struct presences *presences)
{
    size_t count = 0;
    for (size_t i = 0; i < SHARDS; i++) {
        pthread_mutex_lock(&presences->shards[i].lock);
        count += presences->shards[i].people.len;
        pthread_mutex_unlock(&presences->shards[i].lock);
    }
    return count;
}
