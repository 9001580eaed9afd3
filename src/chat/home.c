#include "chat/home.h"

#include <errno.h>

#include "chat/batch.h"
#include "chat/blocks.h"
#include "chat/chat_internal.h"
#include "chat/judge.h"
#include "chat/receipts.h"
#include "core/clock.h"
#include "core/memory.h"
#include "search/search.h"

static void advance(struct live_room *live);
static void turn(struct inbox_item *item);

void home_init(struct home *home, struct chat *chat)
{
    home->chat = chat;
    home->turn.run = turn;
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
}

/* ---- answers ------------------------------------------------------------------------------- */

static void act_is_back(struct inbox_item *item)
{
    struct act *act = CONTAINER_OF(item, struct act, item);
    act->done(act);
}

static void answer(struct act *act)
{
    struct home *home = chat_home_of(act->chat, act->room);
    atomic_fetch_sub_explicit(&home->figures.waiting, 1, memory_order_relaxed);
    act->live = NULL;
    act->item.run = act_is_back;
    inbox_post(act->origin, &act->item);
}

static void answer_err(struct act *act, enum err err)
{
    act->problem = problem_of(err);
    answer(act);
}

static void answer_queue(struct live_room *live, enum err err)
{
    struct list *link;
    while ((link = list_pop(&live->queue)))
        answer_err(CONTAINER_OF(link, struct act, link), err);
    live->queued = 0;
}

/* ---- a nonce that may be stored already ------------------------------------------------------ */

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
    answer(act);
    advance(live);
}

/* Answers with the event that has the act's nonce; without one, with act->problem. */
static void look_up(struct live_room *live, struct act *act)
{
    live->pending++;
    act->live = live;
    act->job = (struct store_job){.home = live->home->inbox, .run = run_look_up, .done = looked_up};
    store_read(live->home->chat->store, &act->job);
}

/* ---- read markers ------------------------------------------------------------------------------ */

static int run_mark(struct store_job *job, struct store_conn *conn)
{
    struct act *act = CONTAINER_OF(job, struct act, job);
    int rc = store_event_count(conn, act->room, act->seq, &act->unread);
    if (rc == 0)
        rc = receipts_are_hidden(conn, act->self, act->arena, &act->hides_receipts);
    if (rc != 0)
        return rc;
    return store_read_marker_put(conn, act->room, act->self, act->seq, act->unread);
}

/* Others are not told: they are too many, or one of two has blocked the other. */
static bool reads_alone(const struct live_room *live, const struct member *self)
{
    const struct member *peer = live_room_peer(live, self->user);
    return live->members.len > live->home->chat->limits->presence_push_members ||
           (peer && (peer->blocks_peer || self->blocks_peer));
}

static void marked(struct store_job *job)
{
    struct act *act = CONTAINER_OF(job, struct act, job);
    struct live_room *live = act->live;
    struct chat *chat = live->home->chat;
    struct member *self = live_room_member(live, act->self);
    live->pending--;
    if (job->rc != 0) {
        answer_err(act, chat_err_of(job->rc));
    } else if (!self) {
        answer_err(act, ERR_ROOM_NOT_FOUND);
    } else {
        if (act->seq > self->read_seq) {
            self->read_seq = act->seq;
            self->read_count = act->unread;
            bus_publish_read(chat->bus, act->room, act->self, self->read_seq, self->read_count,
                             act->hides_receipts || reads_alone(live, self));
        }
        act->read_seq = self->read_seq;
        act->unread = live->room.last_count - self->read_count;
        answer(act);
    }
    advance(live);
}

static void mark(struct live_room *live, struct act *act)
{
    live->pending++;
    act->live = live;
    act->job = (struct store_job){.home = live->home->inbox, .run = run_mark, .done = marked};
    store_write(live->home->chat->store, &act->job);
}

/* ---- what became of a batch ---------------------------------------------------------------------- */

/* What one act did, or what a batch did of which we know only now. */
static void publish(struct bus *bus, struct event **events, size_t count)
{
    /* The first members of a room hear of it from its beginning. */
    if (count && events[0]->type == EVENT_ROOM_CREATED)
        for (size_t i = 1; i < count && events[i]->type == EVENT_USER_JOINED; i++)
            bus_publish_subscribe(bus, events[i]->room, (user_id){events[i]->target});
    bus_publish_events(bus, events, count);
}

static void apply(struct live_room *live, const struct batch *batch)
{
    for (size_t i = 0; i < batch->append.stored; i++)
        live_room_apply_event(live, batch->append.events[i]);
    if (batch->append.job.rc == 0)
        for (size_t i = 0; i < batch->append.projection_count; i++)
            live_room_apply(live, &batch->append.projections[i]);
}

/* Back to the front of the queue, in order. */
static void requeue(struct live_room *live, const struct batch *batch, size_t from)
{
    for (size_t i = batch->entry_count; i > from; i--) {
        list_prepend(&live->queue, &batch->entries[i - 1].act->link);
        live->queued++;
    }
}

/* Entries that stand whole. */
static size_t entries_stored(const struct batch *batch)
{
    size_t i = 0;
    while (i < batch->entry_count &&
           batch->entries[i].first + batch->entries[i].count <= batch->append.stored)
        i++;
    return i;
}

static size_t events_before(const struct batch *batch, size_t entry)
{
    return entry < batch->entry_count ? batch->entries[entry].first : batch->append.count;
}

/* Another server wrote to the room's log: what was judged without knowing of it is judged behind it, as
 * soon as the room was read. Each time somebody got on; but not for ever, should two not agree. */
static void judge_again(struct live_room *live, struct batch *batch)
{
    enum { RETRIES_MOST = 100 };
    for (size_t i = batch->entry_count; i > 0; i--) {
        struct act *act = batch->entries[i - 1].act;
        if (act->retries++ >= RETRIES_MOST) {
            answer_err(act, ERR_STORE_UNAVAILABLE);
            continue;
        }
        list_prepend(&live->queue, &act->link);
        live->queued++;
    }
}

static void settle(struct live_room *live, struct batch *batch)
{
    size_t stored = entries_stored(batch), count = batch->entry_count;
    struct event **events = batch->append.events;
    publish(live->home->chat->bus, events, events_before(batch, stored));
    for (size_t i = 0; i < stored; i++) {
        batch->entries[i].act->event = event_ref(events[batch->entries[i].first]);
        answer(batch->entries[i].act);
    }
    if (stored < count && batch->append.job.rc == -EEXIST) {
        look_up(live, batch->entries[stored].act);
        requeue(live, batch, stored + 1);
        return;
    }
    if (stored == 0 && batch->append.job.rc == -ESTALE) {
        judge_again(live, batch);
        return;
    }
    for (size_t i = stored; i < count; i++)
        answer_err(batch->entries[i].act, ERR_STORE_UNAVAILABLE);
}

/* The log says so; the others may know, and the next batch may come. */
static void conclude(struct live_room *live, struct batch *batch)
{
    settle(live, batch);
    live->batch = NULL;
    batch_free(batch);
    advance(live);
}

static void search_has_changed(struct search_change *change)
{
    struct batch *batch = CONTAINER_OF(change, struct batch, change);
    conclude(batch->live, batch);
}

/* What was edited or deleted leaves the index before anybody is told that it is done. If the index
 * cannot be written it is told all the same: the log is what is searched in the end. */
static void tell_search(struct live_room *live, struct batch *batch)
{
    struct search *search = live->home->chat->search;
    if (search && batch->append.stored)
        search_notice(search, live->id);
    if (!search || !batch_changes_messages(batch)) {
        conclude(live, batch);
        return;
    }
    batch->change = (struct search_change){.home = live->home->inbox,
                                           .done = search_has_changed,
                                           .events = batch->append.events,
                                           .count = batch->append.stored};
    search_change(search, &batch->change);
}

static void batch_is_durable(struct store_job *job)
{
    struct batch *batch = CONTAINER_OF(job, struct batch, append.job);
    struct live_room *live = batch->live;
    REQUIRE(job->rc != 0 || batch->append.stored == batch->append.count);
    if (job->rc != 0 && job->rc != -EEXIST) {
        batch->append.stored = 0;
        live->state = LIVE_DOUBTFUL; /* what stands is in the log, not here */
    }
    atomic_fetch_add_explicit(&live->home->figures.appended, batch->append.stored,
                              memory_order_relaxed);
    apply(live, batch);
    tell_search(live, batch);
}

/* ---- what acts are about ------------------------------------------------------------------- */

struct looking {
    struct store_job job;
    struct live_room *live;
    size_t count;
    struct act *acts[BATCH_EVENTS]; /* they stay in the queue */
};

/* The event that put there what the act would put there or take away. */
static uint64_t standing_seq(const struct act *act)
{
    bool pins = act->kind == ACT_PIN || act->kind == ACT_UNPIN;
    bool reacts = act->kind == ACT_REACT || act->kind == ACT_UNREACT;
    return pins ? act->marks.pin_seq : reacts ? act->marks.own_seq : 0;
}

/* Of people who are not in the room, and links. */
static int look_back(struct act *act, struct store_conn *conn)
{
    struct room_link_list links = {0};
    int rc = store_member_past(conn, act->room, act->target, &act->past);
    if (rc != 0 || act->kind == ACT_ADD_MEMBER || act->kind == ACT_UNBAN)
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

static int look_at(struct act *act, struct store_conn *conn)
{
    if (judge_looks_back(act))
        return look_back(act, conn);
    event_unref(TAKE(act->subject));
    event_unref(TAKE(act->standing));
    int rc = store_event_get(conn, act->room, act->seq, &act->subject);
    if (rc != 0)
        return rc == -ENOENT ? 0 : rc;
    rc = store_message_marks(conn, act->room, act->seq, act->emoji, act->self, &act->marks);
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
        answer_err(act, ERR_STORE_UNAVAILABLE);
    }
    xfree(looking);
    advance(live);
}

/* Reads what the next acts in the queue are about, all at once: so they share a batch. Until it is
 * back nothing is appended, and what was read is what stands. */
static void look(struct live_room *live)
{
    struct looking *looking = NEW(struct looking);
    looking->live = live;
    looking->job =
        (struct store_job){.home = live->home->inbox, .run = run_looking, .done = have_looked};
    LIST_EACH (link, &live->queue) {
        struct act *act = CONTAINER_OF(link, struct act, link);
        if (looking->count < ARRAY_LEN(looking->acts) && judge_looks(act))
            looking->acts[looking->count++] = act;
    }
    live->pending++;
    live->looking = true;
    store_read(live->home->chat->store, &looking->job);
}

/* ---- verdicts -------------------------------------------------------------------------------------- */

/* A refusal is final only after the log was asked for the nonce; where there is no room there is
 * no log. */
static void refuse(struct live_room *live, struct act *act)
{
    atomic_fetch_add_explicit(&live->home->figures.refused, 1, memory_order_relaxed);
    if (act->nonce.len == 0 || !live_room_exists(live))
        answer(act);
    else
        look_up(live, act);
}

static void carry_out(struct live_room *live, struct act *act, enum verdict verdict)
{
    switch (verdict) {
    case VERDICT_REFUSE:
        refuse(live, act);
        break;
    case VERDICT_ANSWER:
        answer(act);
        break;
    case VERDICT_SIGNAL:
        bus_publish_typing(live->home->chat->bus, live->id, act->self);
        answer(act);
        break;
    case VERDICT_MARK:
        mark(live, act);
        break;
    case VERDICT_APPEND: /* it is in the batch */
    case VERDICT_WAIT:
    case VERDICT_LOOK:
        break;
    default:
        REQUIRE(!"a known verdict");
    }
}

static void send_batch(struct live_room *live, struct batch *batch)
{
    live->batch = batch;
    batch->append.job.home = live->home->inbox;
    batch->append.job.done = batch_is_durable;
    store_append(live->home->chat->store, &batch->append);
}

static void judge_queue(struct live_room *live)
{
    const struct limits *limits = live->home->chat->limits;
    struct batch *batch = batch_new(live, clock_now_ms());
    enum verdict verdict = VERDICT_APPEND;
    while (!batch_is_full(batch) && !list_empty(&live->queue)) {
        struct act *act = CONTAINER_OF(live->queue.next, struct act, link);
        verdict = judge(live, act, batch, limits);
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
        look(live);
}

/* ---- reading a room into memory ------------------------------------------------------------------- */

struct reading {
    struct store_job job;
    struct live_room *live;
    enum live_state before;
    struct arena arena;
    struct room room;
    struct member_list members;
    struct event_list untold; /* of a doubtful room: what was appended after all */
};

/* In a direct room each may have blocked the other. */
static int read_blocks(struct reading *reading, struct store_conn *conn)
{
    struct member *members = reading->members.items;
    int rc = 0;
    if (reading->room.kind != ROOM_DIRECT || reading->members.count != 2)
        return 0;
    for (size_t i = 0; rc == 0 && i < 2; i++)
        rc = blocks_has(conn, members[i].user, members[1 - i].user, &reading->arena,
                        &members[i].blocks_peer);
    return rc;
}

static int run_reading(struct store_job *job, struct store_conn *conn)
{
    struct reading *reading = CONTAINER_OF(job, struct reading, job);
    const struct live_room *live = reading->live;
    int rc = store_room_get(conn, live->id, &reading->arena, &reading->room);
    if (rc == 0)
        rc = store_members(conn, live->id, (user_id){0}, 0, &reading->arena, &reading->members);
    if (rc == 0)
        rc = read_blocks(reading, conn);
    if (rc != 0 || reading->before != LIVE_DOUBTFUL)
        return rc;
    bool has_more;
    return store_events(conn, live->id, live->room.last_seq, SIZE_MAX, SIZE_MAX, &reading->untold,
                        &has_more);
}

static void room_was_read(struct store_job *job)
{
    struct reading *reading = CONTAINER_OF(job, struct reading, job);
    struct live_room *live = reading->live;
    live->pending--;
    live->behind = false; /* where it cannot be read, the next act tries again */
    if (job->rc == 0 || job->rc == -ENOENT) {
        reading->room.id = live->id;
        live_room_load(live, &reading->room, &reading->members);
        publish(live->home->chat->bus, reading->untold.items, reading->untold.count);
        if (live->home->chat->search && reading->untold.count)
            search_notice(live->home->chat->search, live->id);
    } else {
        live->state = reading->before;
        answer_queue(live, ERR_STORE_UNAVAILABLE);
    }
    event_list_deinit(&reading->untold);
    arena_deinit(&reading->arena);
    xfree(reading);
    advance(live);
}

static void read_room(struct live_room *live)
{
    struct reading *reading = NEW(struct reading);
    reading->live = live;
    reading->before = live->state;
    reading->job =
        (struct store_job){.home = live->home->inbox, .run = run_reading, .done = room_was_read};
    live->pending++;
    live->state = LIVE_READING;
    store_read(live->home->chat->store, &reading->job);
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

static void advance(struct live_room *live)
{
    if (live->batch || live->looking || live->state == LIVE_READING)
        return;
    bool asked = !list_empty(&live->queue);
    if (asked && live->state == LIVE_READY)
        judge_queue(live);
    else if ((asked || live->behind) && live->pending == 0)
        read_room(live); /* with something under way what would be read might still change */
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
        advance(CONTAINER_OF(link, struct live_room, idle_link));
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
    atomic_fetch_add_explicit(&home->figures.acts, 1, memory_order_relaxed);
    if (live->queued >= home->chat->limits->room_queue) {
        LIMIT_HIT(home->chat->limits, room_queue);
        answer_err(act, ERR_SERVER_BUSY);
        return;
    }
    bool first = list_empty(&live->queue);
    list_append(&live->queue, &act->link);
    live->queued++;
    if (first && !live->batch && live->state != LIVE_READING) {
        list_remove(&live->idle_link); /* out of the idle ones */
        is_due(live);
    }
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
