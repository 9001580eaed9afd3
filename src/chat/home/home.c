#include "chat/home/home_internal.h"
#include "chat/judge/judge.h"
#include "core/clock.h"
#include "core/memory.h"

static void turn(struct inbox_item *item);

void home_init(struct home *home, struct chat *chat)
{
    home->chat = chat;
    home->turn.run = turn;
    room_filters_init(&home->filters, chat->limits->filters_bytes / chat->workers);
    if (chat->has_peers) {
        home->follow = follow_new();
        home->hands = hands_new();
        home->duties = duties_new();
    }
    list_init(&home->idle);
    list_init(&home->due);
}

static void forget_room(struct live_room *live)
{
    map_remove(&live->home->rooms, live->id.v);
    atomic_fetch_sub_explicit(&live->home->figures.rooms, 1, memory_order_relaxed);
    live_room_free(live);
}

void home_deinit(struct home *home)
{
    struct list *link;
    while ((link = list_pop(&home->idle)))
        forget_room(CONTAINER_OF(link, struct live_room, idle_link));
    REQUIRE(home->rooms.len == 0);
    follow_free(home->follow);
    hands_free(home->hands);
    duties_free(home->duties);
    bus_bundle_drop(&home->signals);
    map_deinit(&home->typing);
}

void home_tell_servers(struct home *home)
{
    if (home->signals.count)
        bus_bundle_send(home->chat->bus, &home->signals);
    map_deinit(&home->typing);
}

/* ---- answers ------------------------------------------------------------------------------- */

static void act_is_back(struct inbox_item *item)
{
    struct act *act = CONTAINER_OF(item, struct act, item);
    act->done(act);
}

void home_answer(struct act *act)
{
    struct home *home = chat_home_of(act->chat, act->room);
    atomic_fetch_sub_explicit(&home->figures.waiting, 1, memory_order_relaxed);
    act->live = NULL;
    act->item.run = act_is_back;
    inbox_post(act->origin, &act->item);
}

void home_answer_err(struct act *act, enum err err)
{
    act->problem = problem_of(err);
    home_answer(act);
}

void home_answer_queue(struct live_room *live, enum err err)
{
    struct list *link;
    while ((link = list_pop(&live->queue)))
        home_answer_err(CONTAINER_OF(link, struct act, link), err);
    live->queued = 0;
}

/* ---- verdicts -------------------------------------------------------------------------------------- */

/* A refusal is final only after the log was asked for the nonce; where there is no room there is
 * no log. */
static void refuse(struct live_room *live, struct act *act)
{
    atomic_fetch_add_explicit(&live->home->figures.refused, 1, memory_order_relaxed);
    bool asks_log = act->nonce.len > 0 || live->home->follow;
    if (!asks_log || !live_room_exists(live))
        home_answer(act);
    else
        home_look_up(live, act);
}

static void tell_typing(struct live_room *live, const struct act *act)
{
    struct home *home = live->home;
    bus_publish_typing(home->chat->bus, live->id, act->self, act->thread, &home->signals);
    if (home->follow)
        map_put(&home->typing, live->id.v, home);
}

/* It was so before by another act; but its own nonce may have an event that says so of an earlier time, which is its answer
 * then: as with what a leader found to stand. */
static void answer_as_it_stands(struct live_room *live, struct act *act)
{
    if (!act->event || act->nonce.len == 0 || act_has_made(act, act->event)) {
        home_answer(act);
        return;
    }
    act->stood_seq = act->event->seq;
    act->duplicate = false;
    event_unref(TAKE(act->event));
    home_look_up(live, act);
}

static void carry_out(struct live_room *live, struct act *act, enum verdict verdict)
{
    switch (verdict) {
    case VERDICT_REFUSE:
        refuse(live, act);
        break;
    case VERDICT_ANSWER:
        if (act->kind == ACT_READ && live->home->follow)
            home_marker(live, act); /* they may have read on elsewhere */
        else
            answer_as_it_stands(live, act);
        break;
    case VERDICT_SIGNAL:
        tell_typing(live, act);
        home_answer(act);
        break;
    case VERDICT_MARKER:
        home_marker(live, act);
        break;
    case VERDICT_APPEND: /* it is in the batch */
    case VERDICT_WAIT:
    case VERDICT_LOOK:
        break;
    default:
        REQUIRE(!"a known verdict");
    }
}

/* Who types and then sends is heard in that order at other servers, too: what was gathered leaves before
 * anybody can read the message. */
void home_tell_typing(struct live_room *live)
{
    if (live->home->follow && map_get(&live->home->typing, live->id.v))
        home_tell_servers(live->home);
}

static void send_batch(struct live_room *live, struct batch *batch)
{
    home_tell_typing(live);
    live->batch = batch;
    batch->append.job.home = live->home->inbox;
    batch->append.job.done = home_batch_is_durable;
    store_append(live->home->chat->store, &batch->append);
}

static enum verdict verdict_on(struct live_room *live, struct act *act, struct batch *batch)
{
    if (home_has_lapsed(act)) {
        act->problem = problem_of(ERR_STORE_UNAVAILABLE);
        return VERDICT_ANSWER; /* nobody hears it */
    }
    return home_knows_enough(live, act) ? judge(live, act, batch, live->home->chat->limits)
                                        : VERDICT_WAIT;
}

static void judge_queue(struct live_room *live)
{
    bool may_hand = true; /* asked once: where there is nobody, all of it is judged here */
    struct batch *batch = batch_new(live, clock_now_ms());
    enum verdict verdict = VERDICT_APPEND;
    while (!batch_is_full(batch) && !list_empty(&live->queue)) {
        struct act *act = CONTAINER_OF(live->queue.next, struct act, link);
        if (may_hand && live->contended_until_ms && home_can_travel(act)) {
            if (batch->append.count > 0)
                break; /* once that stands */
            if (home_hand_over(live))
                break;
            may_hand = false;
        }
        verdict = verdict_on(live, act, batch);
        if (verdict == VERDICT_WAIT || verdict == VERDICT_LOOK)
            break;
        list_remove(&act->link);
        live->queued--;
        carry_out(live, act, verdict);
    }
    if (batch->append.count > 0) {
        send_batch(live, batch);
        return;
    }
    batch_free(batch);
    if (verdict == VERDICT_LOOK)
        home_look(live);
    else if (live->behind && live->home->follow)
        home_follow(live);
}

/* ---- the room's next step -------------------------------------------------------------------------- */

/* Rooms of nobody are forgotten at once, others when they are the longest idle of too many. A
 * doubtful one stays: it knows from where on its events were not told. */
static void rest(struct live_room *live)
{
    struct home *home = live->home;
    if (live->state != LIVE_DOUBTFUL && !live_room_exists(live)) {
        forget_room(live);
        return;
    }
    list_remove(&live->idle_link);
    list_append(&home->idle, &live->idle_link);
    if (home->rooms.len > home->chat->limits->rooms_in_memory || memory_is_tight())
        forget_room(CONTAINER_OF(home->idle.next, struct live_room, idle_link));
}

void home_advance(struct live_room *live)
{
    if (live->batch || live->looking || live->state == LIVE_READING)
        return;
    bool asked = !list_empty(&live->queue);
    if (live->behind && live->home->follow) {
        home_follow(live);
        return;
    }
    if (live->handover || (asked && home_hand_over(live)))
        return;
    if (asked && live->state == LIVE_READY)
        judge_queue(live);
    else if ((asked || live->behind) && live->pending == 0)
        home_read_room(live); /* with something under way what would be read might still change */
    if (!live->batch && live->pending == 0 && list_empty(&live->queue))
        rest(live);
}

/* What arrived with the first act of a room is judged together with it: one batch, one publication.
 * So the first only says that there is something to do, behind all that the inbox holds already. */
static void turn(struct inbox_item *item)
{
    struct home *home = CONTAINER_OF(item, struct home, turn);
    struct list now, *link;
    home->turn_posted = false;
    list_init(&now);
    list_splice(&now, &home->due);
    while ((link = list_pop(&now)))
        home_advance(CONTAINER_OF(link, struct live_room, idle_link));
}

static void is_due(struct live_room *live)
{
    struct home *home = live->home;
    list_append(&home->due, &live->idle_link);
    if (home->turn_posted)
        return;
    home->turn_posted = true;
    inbox_post(home->inbox, &home->turn);
}

static struct live_room *room_of(struct home *home, room_id id)
{
    struct live_room *live = map_get(&home->rooms, id.v);
    if (live)
        return live;
    live = live_room_new(home, id);
    map_put(&home->rooms, id.v, live);
    atomic_fetch_add_explicit(&home->figures.rooms, 1, memory_order_relaxed);
    return live;
}

void home_receive(struct home *home, struct act *act)
{
    struct live_room *live = room_of(home, act->room);
    act->arrived = 1 + atomic_fetch_add_explicit(&home->figures.acts, 1, memory_order_relaxed);
    if (live->queued >= home->chat->limits->room_queue) {
        LIMIT_HIT(home->chat->limits, room_queue);
        home_answer_err(act, ERR_SERVER_BUSY);
        return;
    }
    bool first = list_empty(&live->queue);
    list_append(&live->queue, &act->link);
    live->queued++;
    if (home->follow)
        act->given = act->problem;
    if (first && !live->batch && live->state != LIVE_READING) {
        list_remove(&live->idle_link); /* out of the idle ones */
        is_due(live);
    }
}

void home_is_behind(struct home *home, room_id room)
{
    struct live_room *live = room_of(home, room);
    live->behind = true;
    live->heard = live->looking || live->state == LIVE_READING;
    if (live->batch || live->heard)
        return;
    list_remove(&live->idle_link);
    is_due(live);
}

/* ---- who blocks whom ------------------------------------------------------------------------------- */

struct blocks_change {
    struct inbox_item item;
    struct home *home;
    room_id room;
};

static void blocks_have_changed(struct inbox_item *item)
{
    struct blocks_change *change = CONTAINER_OF(item, struct blocks_change, item);
    struct live_room *live = map_get(&change->home->rooms, change->room.v);
    if (live)
        live_room_blocks_changed(live);
    xfree(change);
}

void home_blocks_changed(struct home *home, room_id room)
{
    struct blocks_change *change = NEW(struct blocks_change);
    change->item.run = blocks_have_changed;
    change->home = home;
    change->room = room;
    inbox_post(home->inbox, &change->item);
}

/* ---- what is too old --------------------------------------------------------------------------------- */

struct pruned_news {
    struct inbox_item item;
    struct home *home;
    room_id room;
    struct pruned pruned;
};

static void was_pruned(struct inbox_item *item)
{
    struct pruned_news *news = CONTAINER_OF(item, struct pruned_news, item);
    struct live_room *live = map_get(&news->home->rooms, news->room.v);
    if (live)
        live_room_was_pruned(live, &news->pruned);
    xfree(news);
}

void home_was_pruned(struct home *home, room_id room, const struct pruned *pruned)
{
    struct pruned_news *news = NEW(struct pruned_news);
    news->item.run = was_pruned;
    news->home = home;
    news->room = room;
    news->pruned = *pruned;
    inbox_post(home->inbox, &news->item);
}
