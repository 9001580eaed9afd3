/* Handing the acts of a contended room to its leader: docs/design/cluster.md. Until all of a handover are answered
 * nothing of the room is judged here, so they keep their order; where no answer comes in time they are judged
 * here after all. */
#include "chat/home/home_internal.h"

#include "chat/home/leaders.h"
#include "core/random.h"

enum {
    ANSWER_MS = 1000,         /* that an answer is waited for */
    SHUN_MS = 5000,           /* who gave none is not asked for so long, */
    REFUSED_MS = 1000,        /* nor who did not want to */
    HANDOVER_BYTES = 262144,  /* of one; a larger act is judged here */
    HANDOVERS_UNDER_WAY = 32, /* of one home to one leader */
};

struct handed {
    struct act *act;
    struct event *event; /* that was read in the log meanwhile; a reference */
    bool undone;         /* the leader's store failed: what of it does not stand is judged here */
};

struct handover_out {
    struct live_room *live;
    struct list link;
    uint64_t leader, number, until_ms;
    bool is_answered; /* and events of it have still to be read */
    bool given_up;    /* no answer is waited for: what of it does not stand is judged here */
    bool in_doubt;    /* of what was given up: whoever has it may still append it */
    bool was_read;    /* the log, since then */
    size_t count;
    struct handed items[HANDOVER_ACTS];
};

struct hands {
    uint64_t home, last_number;
    struct list under_way; /* struct handover_out */
};

struct hands *hands_new(void)
{
    struct hands *hands = NEW(struct hands);
    hands->home = random_id();
    list_init(&hands->under_way);
    return hands;
}

void hands_free(struct hands *hands)
{
    if (hands)
        REQUIRE(list_empty(&hands->under_way));
    xfree(hands);
}

static void figure(_Atomic uint64_t *figure, uint64_t more)
{
    atomic_fetch_add_explicit(figure, more, memory_order_relaxed);
}

/* ---- what is handed over --------------------------------------------------------------------------- */

static enum deed_kind deed_kind_of(enum act_kind kind)
{
    switch (kind) {
    case ACT_SEND:
        return DEED_SEND;
    case ACT_FORWARD:
        return DEED_FORWARD;
    case ACT_REACT:
        return DEED_REACT;
    case ACT_UNREACT:
        return DEED_UNREACT;
    case ACT_PIN:
        return DEED_PIN;
    case ACT_UNPIN:
        return DEED_UNPIN;
    case ACT_EDIT:
        return DEED_EDIT;
    case ACT_DELETE:
        return DEED_DELETE;
    case ACT_VOTE:
        return DEED_VOTE;
    case ACT_CLOSE_POLL:
        return DEED_CLOSE_POLL;
    default:
        return DEED_KINDS;
    }
}

static bool is_marker(const struct act *act)
{
    return act->kind == ACT_READ || act->kind == ACT_DELIVERED;
}

static struct deed deed_of(const struct act *act)
{
    return (struct deed){.kind = deed_kind_of(act->kind),
                         .self = act->self,
                         .seq = act->seq,
                         .thread = act->thread,
                         .nonce = act->nonce,
                         .emoji = act->emoji,
                         .payload = act->payload,
                         .mentions = act->mentions,
                         .poll = act->poll,
                         .ballot = act->ballot};
}

/* What one of a leader's others has handed over goes no further, and what was handed over in vain stays. */
bool home_can_travel(const struct act *act)
{
    if (deed_kind_of(act->kind) == DEED_KINDS || act->lapses_ms != 0 || act->in_doubt ||
        act->given.err != ERR_OK || act->unmet || act->nonce.len == 0)
        return false;
    const struct deed deed = deed_of(act);
    return deed_size(&deed) <= HANDOVER_BYTES;
}

/* From the front of the queue on; markers have no number, and stay. Returns how many. */
static size_t gather(const struct live_room *live, struct act **acts, struct deed *deeds)
{
    size_t count = 0, bytes = 0;
    LIST_EACH (link, &live->queue) {
        struct act *act = CONTAINER_OF(link, struct act, link);
        if (count && is_marker(act))
            continue;
        if (count == HANDOVER_ACTS || !home_can_travel(act))
            break;
        deeds[count] = deed_of(act);
        bytes += deed_size(&deeds[count]);
        if (bytes > HANDOVER_BYTES)
            break;
        acts[count++] = act;
    }
    return count;
}

static size_t under_way_to(const struct hands *hands, uint64_t leader)
{
    size_t count = 0;
    LIST_EACH (link, &hands->under_way)
        count += CONTAINER_OF(link, struct handover_out, link)->leader == leader;
    return count;
}

/* Whom to ask about this room now; false: nobody. Nor is anybody asked while an administrator has just changed the
 * server's filters, or what holds for newcomers, as they may judge by what was before; a server that is slow to read does so
 * for longer, as with everything that is said there. */
static bool find_leader(const struct live_room *live, uint64_t now_ms, struct leader *out)
{
    struct home *home = live->home;
    return now_ms < live->contended_until_ms && now_ms >= home->rules_known_ms &&
           !atomic_load(&home->chat->stopping) && bus_is_ready(home->chat->bus) &&
           leaders_of(home->chat->leaders, live->id, now_ms, out) &&
           under_way_to(home->hands, out->server) < HANDOVERS_UNDER_WAY;
}

static struct handover_out *remember(struct live_room *live, struct act **acts, size_t count)
{
    struct handover_out *out = NEW(struct handover_out);
    out->live = live;
    out->number = ++live->home->hands->last_number;
    out->count = count;
    for (size_t i = 0; i < count; i++) {
        out->items[i].act = acts[i];
        acts[i]->own_from = live->room.last_seq + 1;
        list_remove(&acts[i]->link);
        live->queued--;
    }
    list_append(&live->home->hands->under_way, &out->link);
    live->handover = out;
    live->pending++;
    return out;
}

static void send_over(struct handover_out *out, const struct leader *leader, uint64_t now_ms,
                      const struct deed *deeds)
{
    struct home *home = out->live->home;
    out->leader = leader->server;
    out->until_ms = now_ms + ANSWER_MS;
    const struct handover handover = {.from = bus_server(home->chat->bus),
                                      .to = leader->server,
                                      .home = home->hands->home,
                                      .number = out->number,
                                      .clock_ms = leader->clock_ms,
                                      .life_ms = out->until_ms - leader->heard_ms,
                                      .room = out->live->id,
                                      .deeds = deeds,
                                      .count = out->count};
    home_tell_typing(out->live);
    bus_hand_over(home->chat->bus, &handover);
    figure(&home->figures.handed_over, out->count);
}

bool home_hand_over(struct live_room *live)
{
    struct leader leader;
    struct act *acts[HANDOVER_ACTS];
    struct deed deeds[HANDOVER_ACTS];
    const uint64_t now_ms = clock_monotonic_ms();
    if (live->contended_until_ms == 0 || live->handover || live->state != LIVE_READY ||
        !find_leader(live, now_ms, &leader))
        return false;
    size_t count = gather(live, acts, deeds);
    if (count == 0)
        return false;
    send_over(remember(live, acts, count), &leader, now_ms, deeds);
    return true;
}

void home_is_contended(struct live_room *live)
{
    uint64_t span_ms = live->home->chat->limits->contended_s * 1000;
    if (span_ms && live->home->follow)
        live->contended_until_ms = clock_monotonic_ms() + span_ms;
}

/* ---- what comes back ------------------------------------------------------------------------------- */

/* Who calls it advances the room. */
static void finish(struct handover_out *out)
{
    struct live_room *live = out->live;
    for (size_t i = 0; i < out->count; i++)
        event_unref(out->items[i].event);
    list_remove(&out->link);
    live->handover = NULL;
    live->pending--;
    xfree(out);
}

/* Is all of it done, or may its leader have done no more than append it? */
static void answer_with(struct live_room *live, struct handed *item, struct event *event,
                        bool is_done_whole)
{
    struct act *act = TAKE(item->act);
    act->event = event_ref(event);
    act->problem = problem_of(ERR_OK);
    act->duplicate = act_is_duplicate(act, event);
    if (is_done_whole)
        home_answer(act);
    else
        home_answer_sent(live, act);
}

void home_handed_stands(struct live_room *live, struct event *event)
{
    struct handover_out *out = live->handover;
    for (size_t i = 0; i < out->count; i++) {
        struct handed *item = &out->items[i];
        if (!item->act || item->event || !act_has_made(item->act, event))
            continue;
        item->event = event_ref(event);
        return;
    }
}

static bool is_all_read(const struct handover_out *out)
{
    for (size_t i = 0; i < out->count; i++)
        if (out->items[i].act && !out->items[i].event)
            return false;
    return true;
}

/* From now on; what is being read already may be from before. */
static void read_log(struct handover_out *out)
{
    out->was_read = !out->live->looking;
    out->live->behind = true;
}

static struct problem problem_here(const struct problem *problem, struct arena *arena)
{
    struct problem here = *problem;
    here.field = arena_copy(arena, problem->field);
    here.detail = arena_copy(arena, problem->detail);
    here.reason = arena_copy(arena, problem->reason);
    return here;
}

/* ---- what is judged here after all ------------------------------------------------------------------ */

/* Nobody says that it stands, nor that it is refused. */
static bool is_open(const struct handover_out *out, const struct handed *item)
{
    return item->act && !item->event && (out->given_up || item->undone);
}

/* Of what its sender did behind it some stands: it would come too late. */
static bool is_overtaken(const struct handover_out *out, size_t at)
{
    const struct act *act = out->items[at].act;
    for (size_t i = at + 1; i < out->count; i++) {
        const struct handed *later = &out->items[i];
        if (later->act && !is_open(out, later) && user_id_eq(later->act->self, act->self))
            return true;
    }
    return false;
}

/* In their order, before what came behind them. Where the log cannot be read nothing is known of them, so nothing is
 * done of them. */
static void put_back(struct handover_out *out, bool is_read)
{
    struct live_room *live = out->live;
    for (size_t i = out->count; i > 0; i--) {
        struct handed *item = &out->items[i - 1];
        if (!is_open(out, item))
            continue;
        if (!is_read || is_overtaken(out, i - 1)) {
            home_answer_err(TAKE(item->act), ERR_STORE_UNAVAILABLE);
            continue;
        }
        item->act->in_doubt = out->in_doubt || item->undone;
        list_prepend(&live->queue, &TAKE(item->act)->link);
        live->queued++;
    }
}

/* What stands is answered, as it was read, or found by its nonce where it was not; of the rest it is known by now
 * that it does not. */
static void conclude(struct handover_out *out, bool is_read)
{
    struct live_room *live = out->live;
    put_back(out, is_read);
    for (size_t i = 0; i < out->count; i++) {
        struct handed *item = &out->items[i];
        if (item->act && item->event)
            answer_with(live, item, item->event, out->is_answered && !item->undone);
        else if (item->act)
            home_look_up(live, TAKE(item->act));
    }
    finish(out);
}

/* ---- the answer --------------------------------------------------------------------------------------- */

static void take_outcome(struct live_room *live, struct handed *item, const struct outcome *outcome)
{
    struct act *act = item->act;
    switch (outcome->kind) {
    case OUTCOME_REFUSED:
        item->undone = outcome->problem.err == ERR_STORE_UNAVAILABLE;
        if (item->undone)
            break;
        act->problem = problem_here(&outcome->problem, act->arena);
        home_answer(TAKE(item->act));
        break;
    case OUTCOME_STOOD:
        act->stood_seq = outcome->seq;
        act->own_from = 0;
        home_look_up(live, TAKE(item->act));
        break;
    case OUTCOME_STANDS: /* it is read */
    default:
        act->own_from = outcome->seq;
        break;
    }
}

static size_t count_undone(const struct handover_out *out)
{
    size_t count = 0;
    for (size_t i = 0; i < out->count; i++)
        count += out->items[i].undone;
    return count;
}

static void shun(const struct handover_out *out, uint64_t now_ms, uint64_t span_ms)
{
    leaders_shun(out->live->home->chat->leaders, out->leader, now_ms, now_ms + span_ms);
}

static void take_answer(struct handover_out *out, const struct handback *handback)
{
    struct live_room *live = out->live;
    for (size_t i = 0; i < out->count; i++)
        take_outcome(live, &out->items[i], &handback->outcomes[i]);
    const size_t undone = count_undone(out);
    figure(&live->home->figures.handed_back, out->count - undone);
    figure(&live->home->figures.fallen_back, undone);
    if (undone)
        shun(out, clock_monotonic_ms(), REFUSED_MS);
    out->is_answered = true;
    if (is_all_read(out))
        conclude(out, true);
    else
        read_log(out);
    home_advance(live);
}

/* First the log is read: something of it may stand. */
static void fall_back(struct handover_out *out, bool in_doubt)
{
    struct live_room *live = out->live;
    figure(&live->home->figures.fallen_back, out->count);
    out->given_up = true;
    out->in_doubt = in_doubt;
    read_log(out);
    home_advance(live);
}

void home_handed_was_read(struct live_room *live, bool is_read)
{
    struct handover_out *out = live->handover;
    if ((!out->is_answered && !out->given_up) || live->behind)
        return;
    if (!out->was_read && !(out->is_answered && is_all_read(out))) {
        read_log(out); /* what was read may be from before */
        return;
    }
    conclude(out, is_read);
}

static struct handover_out *find(struct hands *hands, const struct handback *handback)
{
    LIST_EACH (link, &hands->under_way) {
        struct handover_out *out = CONTAINER_OF(link, struct handover_out, link);
        if (out->number == handback->number && out->leader == handback->from)
            return out;
    }
    return NULL;
}

void home_take_back(struct home *home, const struct handback *handback)
{
    struct handover_out *out = find(home->hands, handback);
    if (!out || out->is_answered || out->given_up || handback->home != home->hands->home ||
        clock_monotonic_ms() > out->until_ms)
        return; /* it is late, or came twice */
    if (handback->contended)
        home_is_contended(out->live);
    if (handback->taken && handback->count == out->count) {
        take_answer(out, handback);
        return;
    }
    shun(out, clock_monotonic_ms(), REFUSED_MS);
    fall_back(out, handback->taken);
}

void home_look_at_hands(struct home *home, uint64_t now_ms)
{
    struct list *next;
    for (struct list *link = home->hands->under_way.next; link != &home->hands->under_way;
         link = next) {
        struct handover_out *out = CONTAINER_OF(link, struct handover_out, link);
        next = link->next;
        if (out->is_answered || out->given_up || now_ms <= out->until_ms)
            continue;
        shun(out, now_ms, SHUN_MS);
        fall_back(out, true);
    }
}
