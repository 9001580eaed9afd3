/* What a killed server left half done in a room is done before anything else is judged there. */
#include "chat/home/home_internal.h"
#include "chat/judge/rules.h"

struct resting {
    struct act act;
    struct arena arena;
    char nonce[OWN_NONCE_MAX];
};

static void has_rested(struct act *act)
{
    struct resting *resting = CONTAINER_OF(act, struct resting, act);
    act_deinit(act);
    arena_deinit(&resting->arena);
    xfree(resting);
}

void home_rest(struct live_room *live, const struct event *last)
{
    char text[OWN_NONCE_MAX];
    struct str nonce = rest_nonce(text, last);
    if (nonce.len == 0)
        return;
    struct resting *resting = NEW(struct resting);
    memcpy(resting->nonce, text, nonce.len);
    resting->act = (struct act){.origin = live->home->inbox,
                                .done = has_rested,
                                .kind = ACT_REST,
                                .room = live->id,
                                .self = last->sender,
                                .target = {last->target},
                                .nonce = str_of(resting->nonce, nonce.len),
                                .subject = event_ref((struct event *)last),
                                .chat = live->home->chat,
                                .arena = &resting->arena};
    atomic_fetch_add_explicit(&live->home->figures.waiting, 1, memory_order_relaxed);
    list_prepend(&live->queue, &resting->act.link);
    live->queued++;
}
