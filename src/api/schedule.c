#include "api/schedule.h"

#include "api/worker.h"
#include "core/clock.h"
#include "model/feed.h"
#include "model/thread.h"
#include "proto/poll.h"
#include "proto/scheduled.h"
#include "proto/thread.h"

enum { LOOK_MS = 1000, AT_ONCE = 64, HOLD_MS = 60000 };

struct schedule {
    struct api *api;
    struct loop_timer look;
    struct arena arena; /* of what was found */
    struct query query;
    size_t sending; /* entries under way */
    bool looking, stopped;
    bool has_more; /* that were due when it looked: it looks again at once */
};

struct sending {
    struct schedule *schedule;
    struct arena arena;  /* its own: its home reads into it, on another thread */
    struct feed_due due; /* one that was put anew meanwhile stays */
    struct scheduled scheduled;
    struct act act;
    struct query query;
};

static const struct str family = FEED_SCHEDULED;

void schedule_read_value(struct fields *fields, const struct limits *limits, struct query *query)
{
    static const struct str threads = FEED_THREAD;
    if (str_eq(query->family, threads)) {
        query->value = fields_thread_marker(fields, &query->follows);
        return;
    }
    if (!str_eq(query->family, family)) {
        query->value = fields_object(fields, "value", limits->feed_value_bytes);
        return;
    }
    int64_t now = clock_now_ms();
    struct scheduled scheduled = fields_scheduled(fields, limits, now);
    query->due = scheduled.at > now ? scheduled.at : now; /* nobody's goes first by an old date */
    query->value = scheduled_value(fields->arena, &scheduled);
}

/* ---- one entry ------------------------------------------------------------------------------------ */

/* When all that was found is through, it looks again. */
static void look_later(struct schedule *schedule)
{
    if (schedule->sending > 0 || schedule->looking)
        return;
    arena_deinit(&schedule->arena);
    if (!schedule->stopped)
        loop_timer_start(schedule->api->loop, &schedule->look, schedule->has_more ? 0 : LOOK_MS);
}

static void end(struct sending *sending)
{
    struct schedule *schedule = sending->schedule;
    act_deinit(&sending->act);
    arena_deinit(&sending->arena);
    xfree(sending);
    schedule->sending--;
    schedule->api->under_way--;
    look_later(schedule);
}

/* If it could not be changed it is found again, but not at once. */
static void entry_changed(struct query *query)
{
    struct sending *sending = CONTAINER_OF(query, struct sending, query);
    if (query->problem.err != ERR_OK)
        sending->schedule->has_more = false;
    end(sending);
}

static void ask(struct sending *sending, void (*post)(struct chat *chat, struct query *query),
                void (*done)(struct query *query), struct query query)
{
    struct schedule *schedule = sending->schedule;
    query.origin = schedule->api->inbox;
    query.done = done;
    query.arena = &sending->arena;
    query.self = sending->due.user;
    query.key = sending->due.entry.key;
    query.only_at = sending->due.entry.rev;
    query.family = family;
    query.held = sending->due;
    sending->query = query;
    post(schedule->api->shared->chat, &sending->query);
}

static void refuse(struct sending *sending, enum err err)
{
    int64_t kept = (int64_t)sending->schedule->api->limits->scheduled_kept_s * 1000;
    struct str value = scheduled_refuse(&sending->arena, sending->due.entry.value, err);
    ask(sending, query_feed_settle, entry_changed,
        (struct query){.value = value, .due = clock_now_ms() + kept});
}

static void take_away(struct sending *sending)
{
    ask(sending, query_feed_settle, entry_changed, (struct query){.value = STR("null")});
}

static void try_later(struct sending *sending, uint64_t wait_s)
{
    int64_t wait = wait_s ? (int64_t)wait_s : 1;
    ask(sending, query_feed_hold, entry_changed,
        (struct query){.due = clock_now_ms() + wait * 1000, .hold = false});
}

/* What a room has no room for just now may go later; all else that is refused stays so. */
static bool goes_later(const struct problem *problem)
{
    int status = err_status(problem->err);
    return status == 503 || status == 429;
}

static void was_sent(struct act *act)
{
    struct sending *sending = CONTAINER_OF(act, struct sending, act);
    const struct problem *problem = &act->problem;
    if (problem->err == ERR_OK)
        take_away(sending);
    else if (goes_later(problem))
        try_later(sending, problem->retry_after_s);
    else
        refuse(sending, problem->err);
}

/* Now nobody changes it, nor takes it back, before it is settled whether it went out. Where another server
 * holds it, it costs its sender nothing here. */
static void is_held(struct query *query)
{
    struct sending *sending = CONTAINER_OF(query, struct sending, query);
    struct schedule *schedule = sending->schedule;
    struct str nonce;
    room_id room = scheduled_key(sending->due.entry.key, &nonce);
    if (query->problem.err == ERR_AUTH_SUSPENDED) {
        refuse(sending, ERR_AUTH_SUSPENDED);
        return;
    }
    if (query->problem.err != ERR_OK) {
        entry_changed(query);
        return;
    }
    sending->due.at = query->due;
    uint64_t wait = rates_take(&schedule->api->shared->rates, RATE_MESSAGES, sending->due.user.v, 1,
                               loop_now_ms(schedule->api->loop));
    if (wait) {
        try_later(sending, wait);
        return;
    }
    sending->act = (struct act){.origin = schedule->api->inbox,
                                .done = was_sent,
                                .arena = &sending->arena,
                                .kind = ACT_SEND,
                                .room = room,
                                .self = sending->due.user,
                                .nonce = nonce,
                                .payload = sending->scheduled.content,
                                .mentions = sending->scheduled.mentions,
                                .poll = content_poll(sending->scheduled.content, &sending->arena),
                                .seq = sending->scheduled.reply_to,
                                .thread = sending->scheduled.thread};
    act_post(schedule->api->shared->chat, &sending->act);
}

/* Until it is settled it is ours, whatever becomes of us. */
static void send(struct sending *sending)
{
    ask(sending, query_feed_hold, is_held,
        (struct query){.due = clock_now_ms() + HOLD_MS, .hold = true});
}

static void begin(struct schedule *schedule, const struct feed_due *due)
{
    struct sending *sending = NEW(struct sending);
    struct feed_entry *entry = &sending->due.entry;
    struct problem problem;
    sending->schedule = schedule;
    sending->due = *due;
    entry->key = arena_copy(&sending->arena, due->entry.key);
    entry->value = arena_copy(&sending->arena, due->entry.value);
    schedule->sending++;
    schedule->api->under_way++;
    if (str_eq(entry->value, STR("null"))) {
        ask(sending, query_feed_forget, entry_changed, (struct query){0});
        return;
    }
    bool is_whole = scheduled_read(&sending->arena, entry->value, schedule->api->limits,
                                   &sending->scheduled, &problem);
    if (sending->scheduled.refused)
        take_away(sending); /* it has been there to be seen for long enough */
    else if (!is_whole)
        refuse(sending, problem.err); /* a limit is smaller now than when it was put */
    else
        send(sending);
}

/* ---- looking -------------------------------------------------------------------------------------- */

static void have_looked(struct query *query)
{
    struct schedule *schedule = CONTAINER_OF(query, struct schedule, query);
    size_t found = query->problem.err == ERR_OK ? query->dues.count : 0;
    schedule->has_more = found == AT_ONCE;
    for (size_t i = 0; i < found; i++)
        begin(schedule, &query->dues.items[i]);
    schedule->looking = false;
    schedule->api->under_way--;
    look_later(schedule);
}

static void look(struct loop_timer *timer)
{
    struct schedule *schedule = CONTAINER_OF(timer, struct schedule, look);
    schedule->looking = true;
    schedule->api->under_way++;
    schedule->query = (struct query){.origin = schedule->api->inbox,
                                     .done = have_looked,
                                     .arena = &schedule->arena,
                                     .limit = AT_ONCE};
    query_feed_due(schedule->api->shared->chat, &schedule->query);
}

struct schedule *schedule_new(struct api *api)
{
    struct schedule *schedule = NEW(struct schedule);
    schedule->api = api;
    schedule->look.on_due = look;
    loop_timer_start(api->loop, &schedule->look, LOOK_MS);
    return schedule;
}

void schedule_stop(struct schedule *schedule)
{
    if (!schedule)
        return;
    schedule->stopped = true;
    loop_timer_stop(schedule->api->loop, &schedule->look);
}

void schedule_free(struct schedule *schedule)
{
    if (!schedule)
        return;
    schedule_stop(schedule);
    arena_deinit(&schedule->arena);
    xfree(schedule);
}
