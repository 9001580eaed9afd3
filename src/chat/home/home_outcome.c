/* What became of a batch: who is answered, who is told, who must be judged again. */
#include "chat/home/home_internal.h"

#include <errno.h>
#include <stdlib.h>

#include "chat/report/report_filtered.h"
#include "chat/report/report_pass.h"
#include "model/permission.h"
#include "search/search.h"

/* ---- edits that not all members may read --------------------------------------------------------- */

/* What was deleted has no words to hide. */
static bool hides(const struct live_room *live, const struct event *event)
{
    if (event->target >= live->room.newest_from)
        return false;
    if (event->type == EVENT_MESSAGE_DELETED) /* why quotes perhaps what was said */
        return event->payload.len > sizeof(EVENT_BY_SERVER) - 1;
    return event->type == EVENT_MESSAGE_UPDATED &&
           !(event->message && event_is_deleted(event->message));
}

/* Without the message: who may read that asks for it. */
static struct event *bare_of(const struct event *event)
{
    struct event columns;
    memcpy(&columns, event, sizeof(columns));
    columns.message = NULL;
    return event_new(&columns);
}

/* With the tombstone, so that the words leave all devices at once, but not why: who may read that finds it there later. */
static struct event *unexplained(const struct event *deletion)
{
    struct event columns;
    memcpy(&columns, deletion, sizeof(columns));
    columns.payload = STR(EVENT_BY_SERVER);
    OWN(event_unref)
    struct event *tombstone =
        deletion->message ? event_told_deletion(deletion->message, &columns) : NULL;
    columns.message = tombstone;
    return event_new(&columns);
}

/* What has just become durable is told to those who are in the room as we know it. What is read later is told to who
 * was there then, of whom we do not know; and of very many people each edit would cost a look at all. */
static bool knows_people(const struct live_room *live)
{
    enum { APART_MOST = 5000 };
    return live->batch && live->batch->append.job.rc == 0 && live->members.len <= APART_MOST;
}

static int by_id(const void *a, const void *b)
{
    uint64_t left = ((const user_id *)a)->v, right = ((const user_id *)b)->v;
    return (left > right) - (left < right);
}

/* Who came too late for it, sorted. */
static size_t find_late(const struct live_room *live, uint64_t target, user_id *out)
{
    size_t count = 0;
    MAP_EACH (slot, &live->members) {
        const struct member *member = slot->value;
        if (target < member->from_seq)
            out[count++] = member->user;
    }
    if (count)
        qsort(out, count, sizeof(*out), by_id);
    return count;
}

/* Where some members came too late for the message that was edited, they are told it without the message. Where we do
 * not know who they are, all are told it without what only some may read: one frame serves them all. */
static void publish_edit(const struct live_room *live, struct event *event)
{
    struct bus *bus = live->home->chat->bus;
    /* With other servers somebody may have come by one of them of whom the home does not know yet. */
    bool to_all = !knows_people(live) || live->home->follow;
    OWN(event_unref)
    struct event *bare =
        to_all && event->type == EVENT_MESSAGE_DELETED ? unexplained(event) : bare_of(event);
    if (to_all) {
        bus_publish_events(bus, &bare, 1);
        return;
    }
    user_id *late = xcalloc(live->members.len + 1, sizeof(*late));
    size_t count = find_late(live, event->target, late);
    if (count)
        bus_publish_apart(bus, event, bare, late, count);
    else
        bus_publish_events(bus, &event, 1);
    xfree(late);
}

static void publish_events(const struct live_room *live, struct event **events, size_t count)
{
    struct bus *bus = live->home->chat->bus;
    size_t from = 0;
    for (size_t i = 0; i < count; i++) {
        if (!hides(live, events[i]))
            continue;
        if (i > from)
            bus_publish_events(bus, events + from, i - from);
        publish_edit(live, events[i]);
        from = i + 1;
    }
    if (count > from)
        bus_publish_events(bus, events + from, count - from);
}

static void publish(const struct live_room *live, struct event **events, size_t count)
{
    struct bus *bus = live->home->chat->bus;
    /* The first members of a room hear of it from its beginning. */
    if (count && events[0]->type == EVENT_ROOM_CREATED)
        for (size_t i = 1; i < count && events[i]->type == EVENT_USER_JOINED; i++)
            bus_publish_subscribe(bus, events[i]->room, (user_id){events[i]->target});
    if (live->room.newest_from)
        publish_events(live, events, count);
    else
        bus_publish_events(bus, events, count);
}

void home_tell(struct live_room *live, struct event **events, size_t count)
{
    struct home *home = live->home;
    uint64_t told;
    if (!home->follow || count == 0) {
        publish(live, events, count);
        return;
    }
    if (!follow_told(home, live->id, &told))
        told = events[0]->seq - 1; /* nobody is here, or those who come now */
    for (; count > 0 && events[0]->seq <= told; events++)
        count--;
    if (count == 0)
        return;
    if (events[0]->seq > told + 1) {
        live->behind = live->holed = true;
        return;
    }
    publish(live, events, count);
    follow_set_told(home, live->id, events[count - 1]->seq);
}

/* May others decide of reports then? live is as it was before. */
static bool changes_staff(const struct live_room *live, const struct projection *projection)
{
    enum role before;
    switch (projection->kind) {
    case PROJECT_MEMBER:
        before = live_room_role(live, projection->user);
        return before != ROLE_NONE && before != projection->role;
    case PROJECT_MEMBER_GONE:
        return role_is_above(live_room_role(live, projection->user), ROLE_MEMBER);
    case PROJECT_CHANGE:
        return projection->change.permissions != 0;
    default:
        return false;
    }
}

static void apply_projection(struct live_room *live, const struct projection *projection)
{
    bool passes = changes_staff(live, projection);
    live_room_apply(live, projection);
    if (passes)
        report_pass(live->home->chat, live->home->inbox, live->id, projection->user);
}

static void apply(struct live_room *live, const struct batch *batch)
{
    for (size_t i = 0; i < batch->append.stored; i++)
        live_room_apply_event(live, batch->append.events[i]);
    if (batch->append.job.rc == 0)
        for (size_t i = 0; i < batch->append.projection_count; i++)
            apply_projection(live, &batch->append.projections[i]);
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
        act->in_doubt |= batch->append.job.rc == -EALREADY;
        if (act->retries++ >= RETRIES_MOST) {
            home_answer_err(act, ERR_STORE_UNAVAILABLE);
            continue;
        }
        list_prepend(&live->queue, &act->link);
        live->queued++;
    }
}

static bool lost_its_place(const struct batch *batch)
{
    return batch->append.job.rc == -ESTALE || batch->append.job.rc == -EALREADY;
}

/* No event says what was chosen in an anonymous poll: the voter's own devices are told beside it. */
static void tell_own_vote(const struct live_room *live, const struct act *act)
{
    if (act->kind == ACT_VOTE && act->state.poll.anonymous)
        bus_publish_own_vote(live->home->chat->bus, live->id, act->self, act->seq, act->event->seq,
                             ballot_on(&act->ballot, &act->state));
}

/* Who leads the room knows by it that it has others, too. */
static void note_own_writers(struct live_room *live, const struct batch *batch, size_t stored)
{
    for (size_t i = 0; i < stored; i++)
        if (batch->entries[i].act->lapses_ms == 0) {
            home_note_writer(live, 0);
            return;
        }
}

static void settle(struct live_room *live, struct batch *batch)
{
    size_t stored = entries_stored(batch), count = batch->entry_count;
    struct event **events = batch->append.events;
    home_tell(live, events, events_before(batch, stored));
    if (live->home->follow) {
        follow_announce(live, events, events_before(batch, stored));
        note_own_writers(live, batch, stored);
    }
    for (size_t i = 0; i < stored; i++) {
        struct act *act = batch->entries[i].act;
        act->event = event_ref(events[batch->entries[i].first]);
        if (act->reports)
            report_filtered(live->home->chat, live->home->inbox, act->event,
                            act->reports == ACT_REPORTS_TO_SERVER);
        tell_own_vote(live, act);
        home_answer_sent(live, act);
    }
    if (stored < count && batch->append.job.rc == -EEXIST) {
        home_look_up(live, batch->entries[stored].act);
        requeue(live, batch, stored + 1);
        return;
    }
    if (stored == 0 && lost_its_place(batch)) {
        home_is_contended(live);
        judge_again(live, batch);
        return;
    }
    for (size_t i = stored; i < count; i++)
        home_answer_err(batch->entries[i].act, ERR_STORE_UNAVAILABLE);
}

/* The log says so; the others may know, and the next batch may come. */
static void conclude(struct live_room *live, struct batch *batch)
{
    settle(live, batch);
    live->batch = NULL;
    batch_free(batch);
    home_advance(live);
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

void home_batch_is_durable(struct store_job *job)
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
