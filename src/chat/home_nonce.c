/* A nonce that may be stored already: its act is answered with what has it. */
#include "chat/home_internal.h"

#include <errno.h>

#include "chat/judge.h"

static int run_look_up(struct store_job *job, struct store_conn *conn)
{
    struct act *act = CONTAINER_OF(job, struct act, job);
    return store_event_by_nonce(conn, act->room, act->self, act->nonce, &act->event);
}

/* It came to stand after its append had failed, or another server put it there: the others hear of it
 * as soon as the room was read. */
static void note_late(struct live_room *live, const struct event *event)
{
    if (event->seq <= live->room.last_seq)
        return;
    live->behind = true;
    live->state = LIVE_DOUBTFUL;
}

static void looked_up(struct store_job *job)
{
    struct act *act = CONTAINER_OF(job, struct act, job);
    struct live_room *live = act->live;
    live->pending--;
    if (job->rc == 0 && !judge_made(act, act->event)) {
        act_deinit(act);
        if (act->problem.err == ERR_OK)
            act->problem = problem_field(ERR_FIELD_INVALID, STR("nonce"),
                                         STR("You used this nonce for something else in this room; "
                                             "make a new one."));
    } else if (job->rc == 0) {
        act->duplicate = true;
        act->problem = problem_of(ERR_OK);
        note_late(live, act->event);
    } else if (job->rc != -ENOENT) {
        act->problem = problem_of(ERR_STORE_UNAVAILABLE);
    } else if (act->problem.err == ERR_OK) {
        act->problem = problem_of(ERR_STORE_UNAVAILABLE); /* it was there a moment ago */
    }
    if (act->duplicate)
        atomic_fetch_add_explicit(&live->home->figures.duplicates, 1, memory_order_relaxed);
    home_answer(act);
    home_advance(live);
}

void home_look_up(struct live_room *live, struct act *act)
{
    live->pending++;
    act->live = live;
    act->job = (struct store_job){.home = live->home->inbox, .run = run_look_up, .done = looked_up};
    store_read(live->home->chat->store, &act->job);
}
