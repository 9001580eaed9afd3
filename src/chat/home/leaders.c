#include "chat/home/leaders.h"

#include <pthread.h>

#include "core/map.h"

/* Who comes and goes is forgotten; more servers than this are not asked. */
enum { SERVERS_MOST = 256, FORGET_MS = 60000 };

struct server {
    struct bus_alive alive;
    uint64_t heard_ms;
    uint64_t shunned_ms, shunned_until_ms; /* 0: is not */
};

struct leaders {
    uint64_t self;
    pthread_mutex_t lock; /* of what follows; only for rooms that are contended, once a batch */
    struct server servers[SERVERS_MOST];
    size_t count;
};

struct leaders *leaders_new(uint64_t self)
{
    struct leaders *leaders = NEW(struct leaders);
    leaders->self = self;
    REQUIRE(pthread_mutex_init(&leaders->lock, NULL) == 0);
    return leaders;
}

void leaders_free(struct leaders *leaders)
{
    if (leaders)
        pthread_mutex_destroy(&leaders->lock);
    xfree(leaders);
}

static struct server *find(struct leaders *leaders, uint64_t id)
{
    for (size_t i = 0; i < leaders->count; i++)
        if (leaders->servers[i].alive.server == id)
            return &leaders->servers[i];
    return NULL;
}

static void forget_the_silent(struct leaders *leaders, uint64_t now_ms)
{
    size_t kept = 0;
    for (size_t i = 0; i < leaders->count; i++)
        if (now_ms < leaders->servers[i].heard_ms + FORGET_MS)
            leaders->servers[kept++] = leaders->servers[i];
    leaders->count = kept;
}

static struct server *find_or_add(struct leaders *leaders, uint64_t id, uint64_t now_ms)
{
    struct server *server = find(leaders, id);
    if (server)
        return server;
    forget_the_silent(leaders, now_ms);
    if (leaders->count == SERVERS_MOST)
        return NULL;
    server = &leaders->servers[leaders->count++];
    *server = (struct server){.alive.server = id};
    return server;
}

/* What comes late says nothing new: by its own clock. */
void leaders_hear(struct leaders *leaders, const struct bus_alive *alive, uint64_t now_ms)
{
    if (alive->server == leaders->self)
        return;
    pthread_mutex_lock(&leaders->lock);
    struct server *server = find_or_add(leaders, alive->server, now_ms);
    if (server && (server->heard_ms == 0 || alive->clock_ms >= server->alive.clock_ms)) {
        server->alive = *alive;
        server->heard_ms = now_ms;
    }
    pthread_mutex_unlock(&leaders->lock);
}

void leaders_hear_clock(struct leaders *leaders, uint64_t id, uint64_t clock_ms, uint64_t now_ms)
{
    pthread_mutex_lock(&leaders->lock);
    struct server *server = find(leaders, id);
    if (server && clock_ms >= server->alive.clock_ms) {
        server->alive.clock_ms = clock_ms;
        server->heard_ms = now_ms;
    }
    pthread_mutex_unlock(&leaders->lock);
}

void leaders_shun(struct leaders *leaders, uint64_t server, uint64_t now_ms, uint64_t until_ms)
{
    pthread_mutex_lock(&leaders->lock);
    struct server *shunned = find(leaders, server);
    if (shunned) {
        shunned->shunned_ms = now_ms;
        shunned->shunned_until_ms = until_ms;
    }
    pthread_mutex_unlock(&leaders->lock);
}

static bool may_lead(const struct server *server, uint64_t now_ms)
{
    bool is_heard = now_ms < server->heard_ms + LEADER_SILENT_MS;
    bool is_shunned = server->shunned_until_ms &&
                      (now_ms < server->shunned_until_ms || server->heard_ms <= server->shunned_ms);
    return server->alive.leads && server->alive.version == HANDOVER_VERSION && is_heard &&
           !is_shunned;
}

static uint64_t weight_of(uint64_t server, room_id room)
{
    return map_hash(server ^ map_hash(room.v));
}

bool leaders_of(struct leaders *leaders, room_id room, uint64_t now_ms, struct leader *out)
{
    uint64_t most = weight_of(leaders->self, room);
    const struct server *best = NULL;
    pthread_mutex_lock(&leaders->lock);
    for (size_t i = 0; i < leaders->count; i++) {
        const struct server *server = &leaders->servers[i];
        uint64_t weight = weight_of(server->alive.server, room);
        if (weight > most && may_lead(server, now_ms)) {
            best = server;
            most = weight;
        }
    }
    if (best)
        *out = (struct leader){best->alive.server, best->alive.clock_ms, best->heard_ms};
    pthread_mutex_unlock(&leaders->lock);
    return best != NULL;
}
