#include "api/schedule.h"

#include "api/worker.h"
#include "core/clock.h"
#include "model/feed.h"
#include "proto/scheduled.h"

enum { LOOK_MS = 1000, AT_ONCE = 64 };

struct schedule {
    struct api *api;
    struct loop_timer look;
    struct arena arena; /* of what was found */
    struct query query;
    size_t sending; /* messages under way */
    bool looking, stopped;
};

struct sending {
    struct schedule *schedule;
    struct arena arena; /* its own: its home reads into it, on another thread */
    user_id user;
    struct str key;
    uint64_t rev; /* of the entry: one that was put anew meanwhile stays */
    struct scheduled scheduled;
    struct act act;
    struct query query;
};

static const struct str family = FEED_SCHEDULED;

void schedule_read_value(struct fields *fields, const struct limits *limits, struct query *query)
{
    if (!str_eq(query->family, family)) {
        query->value = fields_object(fields, "value", limits->feed_value_bytes);
        return;
    }
    struct scheduled scheduled = fields_scheduled(fields, limits, clock_now_ms());
    query->due = scheduled.at;
    query->value = scheduled_value(fields->arena, &scheduled, ERR_OK);
}

/* ---- one message ---------------------------------------------------------------------------------- */

/* When all that was found is through, it looks again. */
static void look_later(struct schedule *schedule)
{
    if (schedule->sending > 0 || schedule->looking)
        return;
    arena_deinit(&schedule->arena);
    if (!schedule->stopped)
        loop_timer_start(schedule->api->loop, &schedule->look, LOOK_MS);
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

static void entry_changed(struct query *query)
{
    end(CONTAINER_OF(query, struct sending,
                     query)); /* if it could not be changed it is found again */
}

static void change_entry(struct sending *sending, struct str value, int64_t due)
{
    struct schedule *schedule = sending->schedule;
    sending->query = (struct query){.origin = schedule->api->inbox,
                                    .done = entry_changed,
                                    .arena = &sending->arena,
                                    .self = sending->user,
                                    .key = sending->key,
                                    .only_at = sending->rev,
                                    .family = family,
                                    .value = value,
                                    .due = due};
    query_feed_put(schedule->api->shared->chat, &sending->query);
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
    struct arena *arena = &sending->arena;
    const struct problem *problem = &act->problem;
    if (problem->err == ERR_OK) {
        change_entry(sending, STR("null"), 0);
    } else if (goes_later(problem)) {
        int64_t wait = problem->retry_after_s ? (int64_t)problem->retry_after_s : 1;
        change_entry(sending, scheduled_value(arena, &sending->scheduled, ERR_OK),
                     clock_now_ms() + wait * 1000);
    } else {
        change_entry(sending, scheduled_value(arena, &sending->scheduled, problem->err), 0);
    }
}

static void send(struct schedule *schedule, const struct feed_due *due)
{
    struct sending *sending = NEW(struct sending);
    struct problem problem;
    struct str nonce;
    room_id room;
    sending->schedule = schedule;
    sending->user = due->user;
    sending->rev = due->entry.rev;
    sending->key = arena_copy(&sending->arena, due->entry.key);
    room = scheduled_key(sending->key, &nonce);
    schedule->sending++;
    schedule->api->under_way++;
    if (!scheduled_read(&sending->arena, due->entry.value, schedule->api->limits,
                        &sending->scheduled, &problem)) {
        /* A limit is smaller now than when it was put. */
        change_entry(sending, scheduled_value(&sending->arena, &sending->scheduled, problem.err),
                     0);
        return;
    }
    sending->act = (struct act){.origin = schedule->api->inbox,
                                .done = was_sent,
                                .arena = &sending->arena,
                                .kind = ACT_SEND,
                                .room = room,
                                .self = due->user,
                                .nonce = nonce,
                                .payload = sending->scheduled.content,
                                .mentions = sending->scheduled.mentions,
                                .seq = sending->scheduled.reply_to};
    act_post(schedule->api->shared->chat, &sending->act);
}

/* ---- looking -------------------------------------------------------------------------------------- */

static void have_looked(struct query *query)
{
    struct schedule *schedule = CONTAINER_OF(query, struct schedule, query);
    for (size_t i = 0; query->problem.err == ERR_OK && i < query->dues.count; i++)
        send(schedule, &query->dues.items[i]);
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
