/* What a killed server left half done in a room is done before anything else is judged there. */
#include "chat/home/home_internal.h"
#include "chat/judge/rules.h"

struct repair {
    struct act act;
    struct arena arena;
    char nonce[OWN_NONCE_MAX];
};

static void is_repaired(struct act *act)
{
    struct repair *repair = CONTAINER_OF(act, struct repair, act);
    act_deinit(act);
    arena_deinit(&repair->arena);
    xfree(repair);
}

void home_repair(struct live_room *live, const struct event *last)
{
    char text[OWN_NONCE_MAX];
    struct str nonce = repair_nonce(text, last);
    if (nonce.len == 0)
        return;
    struct repair *repair = NEW(struct repair);
    memcpy(repair->nonce, text, nonce.len);
    repair->act = (struct act){.origin = live->home->inbox,
                               .done = is_repaired,
                               .kind = ACT_REPAIR,
                               .room = live->id,
                               .self = last->sender,
                               .target = {last->target},
                               .nonce = str_of(repair->nonce, nonce.len),
                               .subject = event_ref((struct event *)last),
                               .chat = live->home->chat,
                               .arena = &repair->arena};
    atomic_fetch_add_explicit(&live->home->figures.waiting, 1, memory_order_relaxed);
    list_prepend(&live->queue, &repair->act.link);
    live->queued++;
}
