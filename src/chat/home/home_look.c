/* What acts are about: read for the judge, who cannot wait for the store. */
#include "chat/home/home_internal.h"

#include "chat/judge/judge.h"
#include "chat/judge/newcomer.h"
#include "core/clock.h"

struct looking {
    struct store_job job;
    struct live_room *live;
    size_t count;
    size_t gathered;   /* of them, those that are read all at once */
    bool wants_filter; /* of the room, which is away */
    struct filter *filter;
    struct act *acts[BATCH_EVENTS]; /* they stay in the queue */
};

static bool pins(const struct act *act)
{
    return act->kind == ACT_PIN || act->kind == ACT_UNPIN;
}

static bool marks_message(const struct act *act)
{
    return pins(act) || act->kind == ACT_REACT || act->kind == ACT_UNREACT;
}

/* The event that put there what the act would put there or take away. */
static uint64_t standing_seq(const struct act *act)
{
    if (act->kind == ACT_VOTE)
        return act->state.own == ballot_on(&act->ballot, &act->state) ? act->state.own_seq : 0;
    if (act->kind == ACT_CLOSE_POLL)
        return act->state.closed_seq;
    if (!marks_message(act))
        return 0;
    return pins(act) ? act->marks.pin_seq : act->marks.own_seq;
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

/* What who acts may not read: newcomers may have come too late for it, and it may be too old. */
static void hide_unseen(const struct act *act, struct event **event)
{
    if (*event && ((*event)->seq < act->sees_from || (*event)->created_at <= act->gone_through))
        event_unref(TAKE(*event));
}

static bool is_about_poll(const struct act *act)
{
    return act->kind == ACT_VOTE || act->kind == ACT_CLOSE_POLL;
}

/* ---- many at once: each of these is one question ------------------------------------------------- */

/* Which event of the room, 0 for none; and where it goes, a reference. */
struct wish {
    uint64_t seq;
    struct event **out;
};

static int fetch(struct store_conn *conn, room_id room, const struct wish *wishes, size_t count)
{
    struct event_place *places = xcalloc(count + 1, sizeof(*places));
    struct event **events = xcalloc(count + 1, sizeof(struct event *));
    size_t asked = 0, at = 0;
    for (size_t i = 0; i < count; i++)
        if (wishes[i].seq)
            places[asked++] = (struct event_place){room, wishes[i].seq};
    int rc = asked ? store_events_get(conn, places, asked, events) : 0;
    for (size_t i = 0; rc == 0 && i < count; i++)
        if (wishes[i].seq)
            *wishes[i].out = events[at++];
    xfree(places);
    xfree(events);
    return rc;
}

/* What they are about, and the roots of threads. */
static int fetch_subjects(struct looking *looking, struct store_conn *conn)
{
    struct wish wishes[2 * BATCH_EVENTS];
    size_t count = 0;
    for (size_t i = 0; i < looking->gathered; i++) {
        struct act *act = looking->acts[i];
        event_unref(TAKE(act->root));
        event_unref(TAKE(act->subject));
        event_unref(TAKE(act->standing));
        wishes[count++] = (struct wish){act->thread, &act->root};
        wishes[count++] = (struct wish){act->seq, &act->subject};
    }
    int rc = fetch(conn, looking->live->id, wishes, count);
    for (size_t i = 0; rc == 0 && i < looking->gathered; i++) {
        struct act *act = looking->acts[i];
        hide_unseen(act, &act->root);
        hide_unseen(act, &act->subject);
    }
    return rc;
}

static int fetch_standing(struct looking *looking, struct store_conn *conn)
{
    struct wish wishes[BATCH_EVENTS];
    for (size_t i = 0; i < looking->gathered; i++) {
        struct act *act = looking->acts[i];
        wishes[i] = (struct wish){act->subject ? standing_seq(act) : 0, &act->standing};
    }
    return fetch(conn, looking->live->id, wishes, looking->gathered);
}

static int look_at_polls(struct looking *looking, struct store_conn *conn)
{
    struct poll_question *questions = xcalloc(looking->gathered + 1, sizeof(*questions));
    size_t count = 0, at = 0;
    for (size_t i = 0; i < looking->gathered; i++) {
        const struct act *act = looking->acts[i];
        if (act->subject && is_about_poll(act))
            questions[count++] =
                (struct poll_question){.message = act->seq, .self = act->self, .voter = act->voter};
    }
    int rc = store_polls(conn, looking->live->id, questions, count);
    for (size_t i = 0; rc == 0 && i < looking->gathered; i++) {
        struct act *act = looking->acts[i];
        if (act->subject && is_about_poll(act))
            act->state = questions[at++].state;
    }
    xfree(questions);
    return rc;
}

static int look_at_marks(struct looking *looking, struct store_conn *conn)
{
    struct marks_question *questions = xcalloc(looking->gathered + 1, sizeof(*questions));
    size_t count = 0, at = 0;
    for (size_t i = 0; i < looking->gathered; i++) {
        const struct act *act = looking->acts[i];
        if (act->subject && marks_message(act))
            questions[count++] = (struct marks_question){
                .message = act->seq, .emoji = act->emoji, .user = act->self};
    }
    int rc = store_marks(conn, looking->live->id, questions, count);
    for (size_t i = 0; rc == 0 && i < looking->gathered; i++) {
        struct act *act = looking->acts[i];
        if (act->subject && marks_message(act))
            act->marks = questions[at++].marks;
    }
    xfree(questions);
    return rc;
}

/* One that was asked for already, of the same name; NULL: there is none. */
static const struct act *asked_before(const struct looking *looking, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (looking->acts[i]->kind == ACT_REACT &&
            str_eq(looking->acts[i]->emoji, looking->acts[at]->emoji))
            return looking->acts[i];
    return NULL;
}

/* Whether the server has the emoji that are put on messages by their names: once for each name. */
static int look_at_emoji(struct looking *looking, struct store_conn *conn)
{
    for (size_t i = 0; i < looking->gathered; i++) {
        struct act *act = looking->acts[i];
        struct str name;
        if (act->kind != ACT_REACT || !emoji_is_custom(act->emoji, &name))
            continue;
        const struct act *same = asked_before(looking, i);
        int known = same ? !same->emoji_unknown : store_emoji_known(conn, name);
        if (known < 0)
            return known;
        act->emoji_unknown = !known;
    }
    return 0;
}

static int run_looking(struct store_job *job, struct store_conn *conn)
{
    struct looking *looking = CONTAINER_OF(job, struct looking, job);
    struct act *last = looking->acts[looking->count - 1];
    bool looks_back = judge_looks_back(last);
    looking->gathered = looking->count - looks_back;
    int rc = looks_back ? look_back(last, conn) : 0;
    if (rc == 0 && looking->wants_filter)
        rc = home_read_filter(conn, looking->live->id, &looking->filter);
    if (rc == 0)
        rc = newcomers_read(looking->acts, looking->gathered, conn);
    if (rc == 0)
        rc = fetch_subjects(looking, conn);
    if (rc == 0)
        rc = look_at_polls(looking, conn);
    if (rc == 0)
        rc = look_at_marks(looking, conn);
    if (rc == 0)
        rc = look_at_emoji(looking, conn);
    return rc == 0 ? fetch_standing(looking, conn) : rc;
}

static void have_looked(struct store_job *job)
{
    struct looking *looking = CONTAINER_OF(job, struct looking, job);
    struct live_room *live = looking->live;
    live->pending--;
    live->looking = false;
    if (job->rc == 0 && looking->wants_filter)
        room_filter_set(&live->filter, TAKE(looking->filter));
    filter_unref(looking->filter);
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

/* What its sender may read, by what is known here: nothing is appended until they have looked. What was reported to
 * administrators they judge as such, also where they are members who came too late for it. */
static void set_sight(const struct live_room *live, struct act *act)
{
    const struct member *self = live_room_member(live, act->self);
    struct chat *chat = live->home->chat;
    act->sees_from = self && act->kind != ACT_DELETE_REPORTED ? self->from_seq : 0;
    act->gone_through = gone_through(
        retention_of(live->room.retention_s, chat->limits->retention_s), clock_now_ms());
}

static bool looks(struct act *act)
{
    bool asks = newcomer_asks(act);
    return asks || judge_looks(act);
}

void home_look(struct live_room *live)
{
    struct looking *looking = NEW(struct looking);
    looking->live = live;
    looking->wants_filter = live->filter.away;
    looking->job =
        (struct store_job){.home = live->home->inbox, .run = run_looking, .done = have_looked};
    LIST_EACH (link, &live->queue) {
        struct act *act = CONTAINER_OF(link, struct act, link);
        bool asked = link == live->queue.next; /* whatever it was that it asked for */
        if (looking->count < ARRAY_LEN(looking->acts) && (looks(act) || asked)) {
            set_sight(live, act);
            looking->acts[looking->count++] = act;
        }
        if (judge_looks_back(act))
            break; /* it is appended alone: behind it all would be read once more */
    }
    live->pending++;
    live->looking = true;
    store_read(live->home->chat->store, &looking->job);
}
