#include "server/housekeeping.h"

#include "api/api.h"
#include "auth/accounts.h"
#include "chat/chat.h"

enum { SWEEP_MS = 1000, GATHER_MS = 100, PRUNE_MS = 1000 };

static void tell_presence(struct loop_timer *timer)
{
    struct housekeeping *keeping = CONTAINER_OF(timer, struct housekeeping, presence);
    presence_tick(keeping->shared->chat, keeping->worker);
    loop_timer_start(keeping->loop, timer, keeping->shared->config->limits.presence_coalesce_ms);
}

static void tell_servers(struct loop_timer *timer)
{
    struct housekeeping *keeping = CONTAINER_OF(timer, struct housekeeping, gather);
    chat_tell_servers(keeping->shared->chat, keeping->worker);
    loop_timer_start(keeping->loop, timer, GATHER_MS);
}

static void sweep(struct loop_timer *timer)
{
    struct housekeeping *keeping = CONTAINER_OF(timer, struct housekeeping, sweep);
    chat_sweep(keeping->shared->chat, keeping->worker);
    if (keeping->worker == 0)
        auth_sweep(keeping->shared->auth, loop_inbox(keeping->loop));
    loop_timer_start(keeping->loop, timer, SWEEP_MS);
}

static void prune(struct loop_timer *timer)
{
    struct housekeeping *keeping = CONTAINER_OF(timer, struct housekeeping, prune);
    chat_prune(keeping->shared->chat);
    loop_timer_start(keeping->loop, timer, PRUNE_MS);
}

void housekeeping_start(struct housekeeping *keeping, const struct api_shared *shared,
                        unsigned worker, struct loop *loop)
{
    *keeping = (struct housekeeping){.shared = shared,
                                     .loop = loop,
                                     .worker = worker,
                                     .presence.on_due = tell_presence,
                                     .gather.on_due = tell_servers,
                                     .sweep.on_due = sweep,
                                     .prune.on_due = prune};
    loop_timer_start(loop, &keeping->presence, shared->config->limits.presence_coalesce_ms);
    if (chat_has_peers(shared->chat)) {
        loop_timer_start(loop, &keeping->sweep, SWEEP_MS);
        loop_timer_start(loop, &keeping->gather, GATHER_MS);
    }
    if (worker == 0)
        loop_timer_start(loop, &keeping->prune, PRUNE_MS);
}

void housekeeping_drain(struct housekeeping *keeping)
{
    if (keeping->worker == 0)
        chat_stop_pruning(keeping->shared->chat);
}

void housekeeping_stop(struct housekeeping *keeping)
{
    loop_timer_stop(keeping->loop, &keeping->presence);
    loop_timer_stop(keeping->loop, &keeping->gather);
    loop_timer_stop(keeping->loop, &keeping->sweep);
    loop_timer_stop(keeping->loop, &keeping->prune);
}
