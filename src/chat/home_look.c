/* What acts are about: read for the judge, who cannot wait for the store. */
#include "chat/home_internal.h"

#include <errno.h>

#include "chat/judge.h"
#include "core/clock.h"

struct looking {
    struct store_job job;
    struct live_room *live;
    size_t count;
    struct act *acts[BATCH_EVENTS]; /* they stay in the queue */
};

/* The event that put there what the act would put there or take away. */
static uint64_t standing_seq(const struct act *act)
{
    if (act->kind == ACT_VOTE)
        return act->state.own == act->choices ? act->state.own_seq : 0;
    if (act->kind == ACT_CLOSE_POLL)
        return act->state.closed_seq;
    bool pins = act->kind == ACT_PIN || act->kind == ACT_UNPIN;
    bool reacts = act->kind == ACT_REACT || act->kind == ACT_UNREACT;
    return pins ? act->marks.pin_seq : reacts ? act->marks.own_seq : 0;
}

static bool is_about_links(const struct act *act)
{
    return act->kind == ACT_MAKE_LINK || act->kind == ACT_REVOKE_LINK || act->kind == ACT_JOIN;
}

static int count_requests(struct act *act, struct store_conn *conn)
{
    struct join_request_list open = {0};
    int rc =
        store_requests(conn, act->room, 0, act->chat->limits->room_requests, act->arena, &open);
    act->requests = open.count;
    return rc;
}

/* Of people who are not in the room, and links. */
static int look_back(struct act *act, struct store_conn *conn)
{
    struct room_link_list links = {0};
    int rc = store_member_past(conn, act->room, act->target, &act->past);
    if (rc == 0 && act->kind == ACT_ASK)
        return count_requests(act, conn);
    if (rc != 0 || !is_about_links(act))
        return rc;
    bool makes = act->kind == ACT_MAKE_LINK;
    act->room_link = (struct room_link){0};
    if (!makes && act->seq == 0)
        return 0;
    rc = store_links(conn, act->room, makes ? 0 : act->seq - 1, makes ? clock_now_ms() : 0,
                     makes ? act->chat->limits->room_links : 1, act->arena, &links);
    act->links = links.count;
    if (rc == 0 && !makes && links.count && links.items[0].seq == act->seq)
        act->room_link = links.items[0];
    return rc;
}

static int look_at_root(struct act *act, struct store_conn *conn)
{
    event_unref(TAKE(act->root));
    int rc = act->thread ? store_event_get(conn, act->room, act->thread, &act->root) : 0;
    return rc == -ENOENT ? 0 : rc;
}

static bool is_about_poll(const struct act *act)
{
    return act->kind == ACT_VOTE || act->kind == ACT_CLOSE_POLL;
}

static int look_at_poll(struct act *act, struct store_conn *conn)
{
    act->state = (struct poll_state){0};
    int rc = store_poll(conn, act->room, act->seq, act->self, act->voter, &act->state);
    return rc == -ENOENT ? 0 : rc;
}

static int look_at(struct act *act, struct store_conn *conn)
{
    if (judge_looks_back(act))
        return look_back(act, conn);
    int root = look_at_root(act, conn);
    if (root != 0)
        return root;
    event_unref(TAKE(act->subject));
    event_unref(TAKE(act->standing));
    int rc = store_event_get(conn, act->room, act->seq, &act->subject);
    if (rc != 0)
        return rc == -ENOENT ? 0 : rc;
    rc = is_about_poll(act)
             ? look_at_poll(act, conn)
             : store_message_marks(conn, act->room, act->seq, act->emoji, act->self, &act->marks);
    uint64_t seq = rc == 0 ? standing_seq(act) : 0;
    return seq ? store_event_get(conn, act->room, seq, &act->standing) : rc;
}

static int run_looking(struct store_job *job, struct store_conn *conn)
{
    struct looking *looking = CONTAINER_OF(job, struct looking, job);
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < looking->count; i++)
        rc = look_at(looking->acts[i], conn);
    return rc;
}

static void have_looked(struct store_job *job)
{
    struct looking *looking = CONTAINER_OF(job, struct looking, job);
    struct live_room *live = looking->live;
    live->pending--;
    live->looking = false;
    for (size_t i = 0; i < looking->count; i++) {
        struct act *act = looking->acts[i];
        act->subject_seq = live->room.last_seq;
        if (job->rc == 0)
            continue;
        list_remove(&act->link);
        live->queued--;
        home_answer_err(act, ERR_STORE_UNAVAILABLE);
    }
    xfree(looking);
    home_advance(live);
}

void home_look(struct live_room *live)
{
    struct looking *looking = NEW(struct looking);
    looking->live = live;
    looking->job =
        (struct store_job){.home = live->home->inbox, .run = run_looking, .done = have_looked};
    LIST_EACH (link, &live->queue) {
        struct act *act = CONTAINER_OF(link, struct act, link);
        if (looking->count < ARRAY_LEN(looking->acts) && judge_looks(act))
            looking->acts[looking->count++] = act;
        if (judge_looks_back(act))
            break; /* it is appended alone: behind it all would be read once more */
    }
    live->pending++;
    live->looking = true;
    store_read(live->home->chat->store, &looking->job);
}
