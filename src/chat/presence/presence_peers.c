#include "chat/presence/presence_peers.h"

#include <pthread.h>
#include <stdatomic.h>

#include "chat/chat_internal.h"

enum {
    SAID_MOST = 4000,         /* people in one message */
    ALIVE_PART = 5,           /* of the silence: between two messages, if ticks are that fast */
    SILENT_TICKS = 3,         /* at the least: one says that one lives in a tick */
    LATE_MOST = 2,            /* messages that may be missing of one that lives for sure */
    ASK_AGAIN_MS = 1000,      /* between two questions to one server */
    FORGET_AFTER_MS = 3600000 /* a dead one that does not come back */
};

struct part { /* what one worker of another server says */
    uint64_t seq;
    uint8_t round;
    bool fills;    /* all of it is being said */
    bool complete; /* all of it was said once */
};

struct peer {
    uint64_t server, heard_ms, asked_ms;
    bool is_dead;
    struct part parts[BUS_WORKERS_MAX];
    struct map people; /* user id -> what is known of them, packed */
};

struct own_part { /* what one worker of ours says; only it looks here, but for `asked` */
    uint64_t seq, said_ms;
    atomic_bool asked;
};

struct presence_peers {
    uint64_t server; /* ourselves */
    struct own_part own[BUS_WORKERS_MAX];
    pthread_mutex_t lock; /* of what follows */
    struct map peers;     /* server -> struct peer */
};

struct presence_peers *presence_peers_new(uint64_t server)
{
    struct presence_peers *peers = NEW(struct presence_peers);
    peers->server = server;
    REQUIRE(pthread_mutex_init(&peers->lock, NULL) == 0);
    for (size_t i = 0; i < BUS_WORKERS_MAX; i++)
        atomic_init(&peers->own[i].asked, true); /* whoever hears it first hears all */
    return peers;
}

static void peer_free(struct peer *peer)
{
    map_deinit(&peer->people);
    xfree(peer);
}

void presence_peers_free(struct presence_peers *peers)
{
    if (!peers)
        return;
    MAP_EACH (slot, &peers->peers)
        peer_free(slot->value);
    map_deinit(&peers->peers);
    pthread_mutex_destroy(&peers->lock);
    xfree(peers);
}

/* ---- what is known of somebody, in a word -------------------------------------------------------- */

struct known {
    bool there, active;
    uint8_t told, round, part;
};

static void *pack(struct known known)
{
    uintptr_t is_known = (uintptr_t)1 << 31;
    return (void *)(is_known | (uintptr_t)known.there | (uintptr_t)known.active << 1 |
                    (uintptr_t)known.told << 2 | (uintptr_t)known.round << 8 |
                    (uintptr_t)known.part << 16);
}

static struct known unpack(const void *packed)
{
    uintptr_t word = (uintptr_t)packed;
    return (struct known){.there = word & 1,
                          .active = word >> 1 & 1,
                          .told = word >> 2 & 7,
                          .round = (uint8_t)(word >> 8),
                          .part = (uint8_t)(word >> 16)};
}

/* ---- hearing --------------------------------------------------------------------------------------- */

static struct peer *peer_of(struct presence_peers *peers, uint64_t server)
{
    struct peer *peer = map_get(&peers->peers, server);
    if (peer)
        return peer;
    peer = NEW(struct peer);
    peer->server = server;
    map_put(&peers->peers, server, peer);
    return peer;
}

static void learn(struct chat *chat, struct peer *peer, const struct bus_present *present,
                  const struct known *known, enum elsewhere how)
{
    struct known old = unpack(map_get(&peer->people, present->user.v));
    struct elsewhere_change change = {.there = present->there - old.there,
                                      .active = present->active - old.active,
                                      .told = present->told,
                                      .how = how};
    if (present->there || present->told != STATE_OFFLINE)
        map_put(&peer->people, present->user.v, pack(*known));
    else
        (void)map_remove(&peer->people, present->user.v);
    presences_elsewhere(chat->presences, present->user, &change);
}

static void lose(struct chat *chat, user_id user, struct known old, bool guards)
{
    struct elsewhere_change change = {.there = -(int)old.there,
                                      .active = -(int)old.active,
                                      .told = old.told,
                                      .how = guards ? ELSEWHERE_LOST : ELSEWHERE_LOST_TO_OTHERS};
    presences_elsewhere(chat->presences, user, &change);
}

/* All was said: who was not named has left, and that was lost. */
static void sweep_part(struct chat *chat, struct peer *peer, uint8_t at)
{
    size_t count = 0;
    uint64_t *gone = xcalloc(peer->people.len + 1, sizeof(*gone));
    MAP_EACH (slot, &peer->people) {
        struct known known = unpack(slot->value);
        if (known.part == at && known.round != peer->parts[at].round)
            gone[count++] = slot->key;
    }
    for (size_t i = 0; i < count; i++)
        lose(chat, (user_id){gone[i]}, unpack(map_remove(&peer->people, gone[i])), true);
    xfree(gone);
}

/* Is nothing missing before it? */
static bool follows(struct part *part, const struct bus_presents *presents)
{
    bool in_order = presents->seq == part->seq + 1;
    part->seq = presents->seq;
    if (presents->first) {
        part->round++;
        part->fills = true;
        return true;
    }
    part->fills &= in_order;
    return in_order && (part->fills || part->complete);
}

static bool take(struct chat *chat, struct peer *peer, const struct bus_presents *presents)
{
    struct part *part = &peer->parts[presents->part];
    bool in_order = follows(part, presents);
    enum elsewhere how = part->fills && part->complete ? ELSEWHERE_MISSED : ELSEWHERE_TOLD;
    for (size_t i = 0; i < presents->count; i++) {
        const struct bus_present *present = &presents->items[i];
        struct known known = {present->there, present->active, present->told, part->round,
                              presents->part};
        learn(chat, peer, present, &known, how);
    }
    if (presents->last && part->fills) {
        part->fills = false;
        part->complete = true;
        sweep_part(chat, peer, presents->part);
    }
    return in_order;
}

void presence_peers_hear(struct chat *chat, const struct bus_presents *presents, uint64_t now_ms)
{
    struct presence_peers *peers = chat->presence_peers;
    pthread_mutex_lock(&peers->lock);
    struct peer *peer = peer_of(peers, presents->server);
    peer->heard_ms = now_ms;
    peer->is_dead = false;
    bool asks = !take(chat, peer, presents) && now_ms >= peer->asked_ms + ASK_AGAIN_MS;
    if (asks)
        peer->asked_ms = now_ms;
    pthread_mutex_unlock(&peers->lock);
    if (asks)
        bus_ask_presents(chat->bus, presents->server);
}

void presence_peers_asked(struct chat *chat, uint64_t server)
{
    struct presence_peers *peers = chat->presence_peers;
    if (server != peers->server)
        return;
    for (size_t i = 0; i < BUS_WORKERS_MAX; i++)
        atomic_store(&peers->own[i].asked, true);
}

/* ---- who is silent ------------------------------------------------------------------------------------ */

static uint64_t silent_ms(const struct limits *limits)
{
    uint64_t ms = limits->peer_silent_s * 1000, ticks = limits->presence_coalesce_ms * SILENT_TICKS;
    return ms > ticks ? ms : ticks;
}

static uint64_t alive_ms(const struct limits *limits)
{
    return limits->peer_silent_s * 1000 / ALIVE_PART;
}

/* The longest time between two messages of one that lives: up to the tick in which it says so. */
static uint64_t between_ms(const struct limits *limits)
{
    uint64_t tick = limits->presence_coalesce_ms ? limits->presence_coalesce_ms : 1;
    return (alive_ms(limits) + tick - 1) / tick * tick;
}

/* With the lock: of all that live we have the smallest id. Who may have died a moment after the one of whom
 * it is to tell does not count: better both tell it than none. */
static bool guards(struct chat *chat, uint64_t now_ms)
{
    struct presence_peers *peers = chat->presence_peers;
    uint64_t surely_ms = between_ms(chat->limits) * LATE_MOST;
    MAP_EACH (slot, &peers->peers) {
        const struct peer *peer = slot->value;
        bool lives = !peer->is_dead && now_ms <= peer->heard_ms + surely_ms;
        if (lives && peer->server < peers->server)
            return false;
    }
    return true;
}

static void bury(struct chat *chat, struct peer *peer, bool guards)
{
    peer->is_dead = true;
    MAP_EACH (slot, &peer->people)
        lose(chat, (user_id){slot->key}, unpack(slot->value), guards);
    map_deinit(&peer->people);
    peer->people = (struct map){0};
    for (size_t i = 0; i < BUS_WORKERS_MAX; i++)
        peer->parts[i].seq = 0; /* should it live after all, all is asked for */
}

static bool is_silent(const struct chat *chat, const struct peer *peer, uint64_t now_ms)
{
    return !peer->is_dead && now_ms > peer->heard_ms + silent_ms(chat->limits);
}

/* With the lock. Of servers that died together none guards the people of another. */
static void bury_the_silent(struct chat *chat, uint64_t now_ms)
{
    bool guarding = guards(chat, now_ms);
    MAP_EACH (slot, &chat->presence_peers->peers)
        if (is_silent(chat, slot->value, now_ms))
            bury(chat, slot->value, guarding);
}

static void look_who_is_silent(struct chat *chat, uint64_t now_ms)
{
    struct presence_peers *peers = chat->presence_peers;
    bool is_lost = !bus_is_ready(chat->bus);
    struct peer *forgotten = NULL;
    pthread_mutex_lock(&peers->lock);
    MAP_EACH (slot, &peers->peers) {
        struct peer *peer = slot->value;
        if (is_lost && !peer->is_dead)
            peer->heard_ms = now_ms;
        if (peer->is_dead && now_ms > peer->heard_ms + FORGET_AFTER_MS)
            forgotten = peer;
    }
    bury_the_silent(chat, now_ms);
    if (forgotten)
        peer_free(map_remove(&peers->peers, forgotten->server));
    pthread_mutex_unlock(&peers->lock);
}

/* ---- saying ------------------------------------------------------------------------------------------- */

static void say(struct chat *chat, unsigned worker, struct bus_presents *presents)
{
    struct own_part *own = &chat->presence_peers->own[worker];
    presents->server = chat->presence_peers->server;
    presents->part = (uint8_t)worker;
    presents->seq = ++own->seq;
    bus_publish_presents(chat->bus, presents);
}

/* In pieces; of one part nobody else says anything meanwhile. */
static void say_all(struct chat *chat, unsigned worker)
{
    size_t count, at = 0;
    struct bus_present *all = presences_all(chat->presences, worker, chat->workers, &count);
    do {
        size_t some = count - at < SAID_MOST ? count - at : SAID_MOST;
        struct bus_presents piece = {.first = at == 0, .items = all + at, .count = some};
        at += some;
        piece.last = at == count;
        say(chat, worker, &piece);
    } while (at < count);
    xfree(all);
}

static size_t say_changes(struct chat *chat, unsigned worker)
{
    struct bus_present *changed = xcalloc(SAID_MOST, sizeof(*changed));
    size_t count = presences_take_noted(chat->presences, worker, chat->workers, changed, SAID_MOST);
    if (count)
        say(chat, worker, &(struct bus_presents){.items = changed, .count = count});
    xfree(changed);
    return count;
}

void presence_peers_tick(struct chat *chat, unsigned worker, uint64_t now_ms)
{
    struct own_part *own = &chat->presence_peers->own[worker];
    if (bus_is_ready(chat->bus)) {
        bool said = say_changes(chat, worker) > 0, all = atomic_exchange(&own->asked, false);
        if (all)
            say_all(chat, worker);
        bool is_time = now_ms >= own->said_ms + alive_ms(chat->limits);
        if (!said && !all && is_time)
            say(chat, worker, &(struct bus_presents){0});
        if (said || all || is_time)
            own->said_ms = now_ms;
    }
    if (worker == 0)
        look_who_is_silent(chat, now_ms);
}
