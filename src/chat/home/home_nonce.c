/* A nonce that may be stored already: its act is answered with what has it. */
#include "chat/home/home_internal.h"

#include <errno.h>

#include "chat/judge/judge.h"

enum { RETRIES_MOST = 100 }; /* should the log grow faster than it can be read */

/* Of a vote it is not known whether it was a secret one. */
static int find_by_nonce(struct act *act, struct store_conn *conn)
{
    if (act->nonce.len == 0)
        return -ENOENT;
    int rc = store_event_by_nonce(conn, act->room, act->self, act->nonce, &act->event);
    if (rc == -ENOENT && act->kind == ACT_VOTE)
        rc = store_event_by_nonce(conn, act->room, act->voter, act->nonce, &act->event);
    if (rc == -ENOENT &&
        act->stood_seq) /* what was done before by another act, such as a reaction */
        rc = store_event_get(conn, act->room, act->stood_seq, &act->event);
    return rc;
}

static int run_look_up(struct store_job *job, struct store_conn *conn)
{
    struct act *act = CONTAINER_OF(job, struct act, job);
    struct room_end *ends;
    size_t count = 0;
    int rc = find_by_nonce(act, conn);
    if (rc != -ENOENT || !act->chat->has_peers)
        return rc;
    rc = store_ends_of(conn, &act->room, 1, act->arena, &ends, &count);
    act->log_end = count ? ends[0].last_seq : 0;
    return rc == 0 ? -ENOENT : rc;
}

/* Another server's events, which the verdict did not know of, may change it: those that we do not know of yet,
 * and those that we have read since. */
static bool is_overtaken(const struct live_room *live, const struct act *act)
{
    return act->log_end > live->room.last_seq || live->foreign_seq > act->known;
}

/* What is asked for is answered in any order: it is judged again before what came after it, and no sooner. */
static void put_back(struct live_room *live, struct act *act)
{
    struct list *behind = live->queue.next;
    while (behind != &live->queue && CONTAINER_OF(behind, struct act, link)->arrived < act->arrived)
        behind = behind->next;
    list_append(behind, &act->link);
    live->queued++;
}

static void judge_anew(struct live_room *live, struct act *act)
{
    act->problem = act->given;
    act->stood_seq = 0;
    if (act->log_end > live->room.last_seq) {
        live->behind = true;
        live->state = LIVE_DOUBTFUL;
    }
    put_back(live, act);
    act->live = NULL;
    home_advance(live);
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

/* False, with a problem: another kind of act has its nonce. */
static bool is_found(struct live_room *live, struct act *act)
{
    note_late(live, act->event);
    if (act->event->seq == act->stood_seq || judge_made(act, act->event)) {
        act->duplicate = act_is_duplicate(act, act->event);
        act->problem = problem_of(ERR_OK);
        return true;
    }
    act_deinit(act);
    if (act->problem.err == ERR_OK)
        act->problem = problem_field(ERR_FIELD_INVALID, STR("nonce"),
                                     STR("You used this nonce for something else in this room; "
                                         "make a new one."));
    return false;
}

static void looked_up(struct store_job *job)
{
    struct act *act = CONTAINER_OF(job, struct act, job);
    struct live_room *live = act->live;
    live->pending--;
    bool stands = false;
    if (job->rc == 0) {
        stands = is_found(live, act);
    } else if (job->rc == -ENOENT && is_overtaken(live, act) && act->retries++ < RETRIES_MOST) {
        judge_anew(live, act);
        return;
    } else if (job->rc != -ENOENT) {
        act->problem = problem_of(ERR_STORE_UNAVAILABLE);
    } else if (act->problem.err == ERR_OK || act->in_doubt) {
        /* It was there a moment ago, or may still come to stand: no refusal of it is final yet. */
        act->problem = problem_of(ERR_STORE_UNAVAILABLE);
    }
    if (stands && act->duplicate && act_has_made(act, act->event))
        atomic_fetch_add_explicit(&live->home->figures.duplicates, 1, memory_order_relaxed);
    if (stands)
        home_answer_sent(live, act);
    else
        home_answer(act);
    home_advance(live);
}

void home_look_up(struct live_room *live, struct act *act)
{
    live->pending++;
    act->live = live;
    act->known = live->room.last_seq;
    act->job = (struct store_job){.home = live->home->inbox, .run = run_look_up, .done = looked_up};
    store_read(live->home->chat->store, &act->job);
}
