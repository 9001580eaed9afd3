/* Telling others of those whose time has come: one read for all of them, then to each room and each
 * watcher once. In a rush one round follows the other for a tenth of the time, as long as nothing has to wait for
 * it: where the store's readers or the worker were busy the rest waits for the next tick. */
#include <errno.h>

#include "chat/blocks.h"
#include "chat/chat_internal.h"
#include "chat/presence/presences.h"
#include "core/clock.h"
#include "store/store_wait.h"

enum { ROUND_MOST = 200, SAVED_AT_ONCE = 1000, RUSH_SHARE = 10 };

struct round {
    struct store_job job;
    struct chat *chat;
    struct inbox *home;
    unsigned worker;
    uint64_t ticked_us, asked_us; /* the first of its rush began, it went to a reader */
    uint64_t read_us, waited_us;  /* how long it was read, and how long nothing was done for it */
    struct arena arena;
    size_t count, most;
    struct due due[ROUND_MOST];
    user_id users[ROUND_MOST]; /* the same */
    struct presence_list presences;
    struct reach reaches[ROUND_MOST];
    bool hides_last_seen[ROUND_MOST];
    int64_t left_at[ROUND_MOST]; /* 0: they are there, or it is kept already */
};

static void round_free(struct round *round)
{
    arena_deinit(&round->arena);
    xfree(round);
}

/* ---- one round ------------------------------------------------------------------------------------ */

static int read_reach(struct round *round, struct store_conn *conn, size_t i)
{
    const struct limits *limits = round->chat->limits;
    room_id *rooms = NULL;
    user_id *hidden = NULL;
    struct reach *reach = &round->reaches[i];
    int rc = store_rooms_within(conn, round->users[i], limits->presence_push_members,
                                limits->presence_rooms, &round->arena, &rooms, &reach->room_count);
    if (rc == 0)
        rc = blocks_of(conn, round->users[i], limits->feed_entries, &round->arena, &hidden,
                       &reach->hidden_count);
    if (rc == 0)
        rc = blocks_has_entry(conn, round->users[i], FEED_NO_LAST_SEEN, &round->arena,
                              &round->hides_last_seen[i]);
    reach->rooms = rooms;
    reach->hidden = hidden;
    return rc;
}

static int run_round(struct store_job *job, struct store_conn *conn)
{
    struct round *round = CONTAINER_OF(job, struct round, job);
    uint64_t began_us = clock_monotonic_us();
    int rc =
        store_presences_get(conn, round->users, round->count, &round->arena, &round->presences);
    for (size_t i = 0; rc == 0 && i < round->count; i++)
        rc = read_reach(round, conn, i);
    round->read_us = clock_monotonic_us() - began_us;
    return rc;
}

static void publish(struct round *round, size_t i, struct bus_bundle *bundle)
{
    struct chat *chat = round->chat;
    struct presence presence = round->presences.items[i];
    int64_t kept = round->left_at[i], now = clock_now_ms();
    struct telling telling = presences_tell(chat->presences, round->due[i], presence.choice, kept);
    if (!telling.is_news)
        return;
    presence.state = telling.state;
    if (kept)
        presence.last_seen_at = kept;
    struct presence own = presence;
    presence_show(&own, now, true);
    bus_publish_own_presence(chat->bus, &own, bundle);
    presence_show(&presence, now, false);
    if (round->hides_last_seen[i])
        presence.last_seen_at = 0;
    bus_publish_presence(chat->bus, &presence, &round->reaches[i], bundle);
}

static void begin_round(struct chat *chat, unsigned worker, uint64_t ticked_us);

static bool is_to_go_on(const struct round *round)
{
    uint64_t share_us = round->chat->limits->presence_coalesce_ms * 1000 / RUSH_SHARE;
    return round->count == round->most && round->waited_us < round->chat->presence_calm_us &&
           clock_monotonic_us() - round->ticked_us < share_us;
}

/* It is told by what is so now, unless something was said since it was read: then the next round says it. */
static void publish_all(struct round *round)
{
    struct bus_bundle bundle = {.bytes = BUF_INIT};
    for (size_t i = 0; i < round->count; i++)
        publish(round, i, &bundle);
    bus_bundle_send(round->chat->bus, &bundle);
    if (is_to_go_on(round))
        begin_round(round->chat, round->worker, round->ticked_us);
    round_free(round);
}

/* The store could not be asked: they are due again. */
static void put_back(struct round *round)
{
    for (size_t i = 0; i < round->count; i++)
        presence_renew(round->chat, round->users[i]);
    round_free(round);
}

/* When they were last seen is kept before it is told. */
static int run_seen(struct store_job *job, struct store_conn *conn)
{
    struct round *round = CONTAINER_OF(job, struct round, job);
    struct seen seen[ROUND_MOST];
    size_t count = 0;
    for (size_t i = 0; i < round->count; i++)
        if (round->left_at[i])
            seen[count++] = (struct seen){round->users[i], round->left_at[i]};
    return store_presences_seen(conn, seen, count);
}

static void seen(struct store_job *job)
{
    struct round *round = CONTAINER_OF(job, struct round, job);
    if (job->rc == 0)
        publish_all(round);
    else
        put_back(round);
}

static void round_was_read(struct store_job *job)
{
    struct round *round = CONTAINER_OF(job, struct round, job);
    if (job->rc != 0) {
        put_back(round);
        return;
    }
    bool left = false;
    round->waited_us = clock_monotonic_us() - round->asked_us - round->read_us;
    for (size_t i = 0; i < round->count; i++) {
        round->left_at[i] = presences_left_at(round->chat->presences, round->users[i]);
        left |= round->left_at[i] != 0;
    }
    if (!left) {
        publish_all(round);
        return;
    }
    round->job = (struct store_job){.home = round->home, .run = run_seen, .done = seen};
    store_write(round->chat->store, &round->job);
}

static void begin_round(struct chat *chat, unsigned worker, uint64_t ticked_us)
{
    size_t batch = chat->limits->presence_batch;
    struct round *round = NEW(struct round);
    round->most = batch < ROUND_MOST ? batch : ROUND_MOST;
    round->count = presences_take_due(chat->presences, worker, chat->workers, clock_monotonic_ms(),
                                      round->due, round->most);
    if (round->count == 0) {
        round_free(round);
        return;
    }
    for (size_t i = 0; i < round->count; i++)
        round->users[i] = round->due[i].user;
    round->chat = chat;
    round->worker = worker;
    round->home = chat->homes[worker].inbox;
    round->ticked_us = ticked_us;
    round->asked_us = clock_monotonic_us();
    round->job = (struct store_job){.home = round->home, .run = run_round, .done = round_was_read};
    store_read(chat->store, &round->job);
}

void presence_tick(struct chat *chat, unsigned worker)
{
    if (chat->presence_peers) /* first: whoever is due here is judged by what is known there */
        presence_peers_tick(chat, worker, clock_monotonic_ms());
    begin_round(chat, worker, clock_monotonic_us());
}

/* ---- the end -------------------------------------------------------------------------------------- */

struct last_words {
    struct store_job job;
    const struct seen *seen;
    size_t count;
};

static int run_last_words(struct store_job *job, struct store_conn *conn)
{
    struct last_words *last = CONTAINER_OF(job, struct last_words, job);
    return store_presences_seen(conn, last->seen, last->count);
}

/* In transactions that no engine finds too long, until the store says no. */
void presence_save(struct chat *chat, int64_t within_ms)
{
    size_t count;
    int rc = store_is_ready(chat->store) ? 0 : -EAGAIN;
    struct seen *all = presences_unsaved(chat->presences, clock_now_ms(), &count);
    int64_t end = (int64_t)clock_monotonic_ms() + within_ms;
    for (size_t at = 0; rc == 0 && at < count && (int64_t)clock_monotonic_ms() < end;
         at += SAVED_AT_ONCE) {
        size_t left = count - at;
        struct last_words last = {.job.run = run_last_words,
                                  .seen = all + at,
                                  .count = left < SAVED_AT_ONCE ? left : SAVED_AT_ONCE};
        rc = store_write_wait(chat->store, &last.job);
    }
    xfree(all);
}
