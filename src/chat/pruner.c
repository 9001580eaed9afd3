#include "chat/pruner.h"

#include <errno.h>

#include "chat/chat_internal.h"
#include "search/search.h"

enum {
    ROUND_MS = 5000,        /* between two rounds */
    WALK_MS = 3600000,      /* between two walks over all rooms, at most */
    WALK_SHARED_MS = 60000, /* the same where other servers prune too */
    WALK_PARTS = 10, /* of the time that stubs are kept: they go no later than a part of it */
    PAGE_ROOMS = 200,
    PRUNE_EVENTS = 200, /* in one write: others wait for the writer meanwhile */
    PRUNE_STUBS = 500,
};

enum step { LIST, PRUNE, STUBS, INDEX };

struct pruner {
    struct chat *chat;
    struct store_job job;
    struct search_change change;
    struct arena arena;
    uint64_t next_at; /* ms of the monotonic clock: no round before */
    int64_t walk_at;  /* ms of the wall clock: then it is a walk */
    bool busy, stopped, walks;
    struct map indexed; /* room id -> first_seq to which the index was pruned by this process */

    room_id after; /* rooms up to it were looked at in this round */
    struct aging_room *rooms;
    int64_t *stubs_at; /* of each of them, when its oldest stub was made; INT64_MAX: it has none */
    size_t count, at;
    struct pruned pruned;
    bool more_stubs;
};

static void go_on(struct pruner *pruner, enum step step);

struct pruner *pruner_new(struct chat *chat)
{
    struct pruner *pruner = NEW(struct pruner);
    pruner->chat = chat;
    pruner->arena = ARENA_INIT;
    return pruner;
}

void pruner_free(struct pruner *pruner)
{
    if (!pruner)
        return;
    REQUIRE(!pruner->busy);
    map_deinit(&pruner->indexed);
    arena_deinit(&pruner->arena);
    xfree(pruner);
}

static struct chat_figures *figures_of(const struct pruner *pruner)
{
    return &pruner->chat->homes[0].figures;
}

static void add_to(_Atomic uint64_t *figure, uint64_t more)
{
    atomic_fetch_add_explicit(figure, more, memory_order_relaxed);
}

/* ---- which rooms ------------------------------------------------------------------------------ */

static int read_oldest_stub(const struct aging_room *room, struct store_conn *conn, int64_t *out)
{
    struct event_stamp stamp = {.at = INT64_MAX};
    int rc = 0;
    if (room->stub_seq < room->first_seq && room->stub_seq < room->last_seq)
        rc = store_event_stamp(conn, room->room, room->stub_seq, &stamp);
    *out = stamp.at;
    return rc == -ENOENT ? 0 : rc;
}

static int run_list(struct store_job *job, struct store_conn *conn)
{
    struct pruner *pruner = CONTAINER_OF(job, struct pruner, job);
    const struct ageing ageing = chat_ageing(pruner->chat);
    int rc =
        store_aging_rooms(conn, pruner->after, ageing.most_s > 0, pruner->walks ? NULL : &ageing,
                          PAGE_ROOMS, &pruner->arena, &pruner->rooms, &pruner->count);
    if (rc != 0)
        return rc;
    pruner->stubs_at = arena_take_array(&pruner->arena, pruner->count, sizeof(int64_t));
    for (size_t i = 0; rc == 0 && i < pruner->count; i++) {
        pruner->stubs_at[i] = INT64_MAX;
        if (pruner->walks)
            rc = read_oldest_stub(&pruner->rooms[i], conn, &pruner->stubs_at[i]);
    }
    return rc;
}

/* ---- one room ------------------------------------------------------------------------------------ */

static const struct aging_room *room_now(const struct pruner *pruner)
{
    return &pruner->rooms[pruner->at];
}

/* By what the room said when it was listed: whether to look. What goes is by what it says then. */
static int64_t old_through(const struct pruner *pruner)
{
    const struct ageing ageing = chat_ageing(pruner->chat);
    return gone_through(retention_of(room_now(pruner)->retention_s, ageing.most_s), ageing.now);
}

static int64_t stubs_through(const struct pruner *pruner)
{
    return clock_now_ms() - (int64_t)pruner->chat->limits->nonce_kept_s * 1000;
}

static int run_prune(struct store_job *job, struct store_conn *conn)
{
    struct pruner *pruner = CONTAINER_OF(job, struct pruner, job);
    const struct ageing ageing = chat_ageing(pruner->chat);
    return store_prune_old(conn, room_now(pruner)->room, &ageing, PRUNE_EVENTS, &pruner->pruned);
}

static int run_stubs(struct store_job *job, struct store_conn *conn)
{
    struct pruner *pruner = CONTAINER_OF(job, struct pruner, job);
    return store_prune_stubs(conn, room_now(pruner)->room, stubs_through(pruner), PRUNE_STUBS,
                             &pruner->more_stubs);
}

static void tell(struct pruner *pruner)
{
    struct aging_room *room = &pruner->rooms[pruner->at];
    const struct pruned *pruned = &pruner->pruned;
    if (pruned->count == 0)
        return;
    room->first_seq = pruned->first_seq;
    room->first_at = pruned->first_at;
    add_to(&figures_of(pruner)->pruned, pruned->count);
    home_was_pruned(chat_home_of(pruner->chat, room->room), room->room, pruned);
}

/* ---- step by step ---------------------------------------------------------------------------------- */

static void rest(struct pruner *pruner)
{
    pruner->busy = false;
    pruner->count = pruner->at = 0;
    arena_deinit(&pruner->arena);
    pruner->arena = ARENA_INIT;
}

/* All rooms were looked at, or the store cannot do it now: the next round begins at the first. */
static void end_round(struct pruner *pruner)
{
    rest(pruner);
    pruner->after = (room_id){0};
    pruner->walks = false;
    pruner->next_at = clock_monotonic_ms() + ROUND_MS;
}

static void next_room(struct pruner *pruner)
{
    pruner->at++;
    if (pruner->stopped || (pruner->at >= pruner->count && pruner->count < PAGE_ROOMS)) {
        end_round(pruner);
    } else if (pruner->at < pruner->count) {
        go_on(pruner, PRUNE);
    } else { /* a page a second: a round is no storm */
        pruner->after = pruner->rooms[pruner->count - 1].room;
        rest(pruner);
    }
}

static void listed(struct store_job *job)
{
    struct pruner *pruner = CONTAINER_OF(job, struct pruner, job);
    if (job->rc == 0)
        add_to(&figures_of(pruner)->prune_rooms, pruner->count);
    if (job->rc != 0 || pruner->count == 0)
        end_round(pruner);
    else
        go_on(pruner, PRUNE);
}

static void was_pruned(struct store_job *job)
{
    struct pruner *pruner = CONTAINER_OF(job, struct pruner, job);
    if (job->rc == 0)
        tell(pruner);
    bool more = job->rc == 0 && pruner->pruned.more;
    go_on(pruner, more ? PRUNE : STUBS);
}

static void stubs_were_pruned(struct store_job *job)
{
    struct pruner *pruner = CONTAINER_OF(job, struct pruner, job);
    bool more = job->rc == 0 && pruner->more_stubs;
    if (!more)
        pruner->stubs_at[pruner->at] = INT64_MAX;
    go_on(pruner, more ? STUBS : INDEX);
}

static void index_was_pruned(struct search_change *change)
{
    struct pruner *pruner = CONTAINER_OF(change, struct pruner, change);
    if (change->rc == 0)
        map_put(&pruner->indexed, change->room.v, (void *)(uintptr_t)change->first);
    next_room(pruner);
}

static bool is_indexed(const struct pruner *pruner, const struct aging_room *room)
{
    return room->first_seq <= 1 ||
           (uint64_t)(uintptr_t)map_get(&pruner->indexed, room->room.v) == room->first_seq;
}

static void post_write(struct pruner *pruner,
                       int (*run)(struct store_job *job, struct store_conn *conn),
                       void (*done)(struct store_job *job))
{
    pruner->job =
        (struct store_job){.home = pruner->chat->homes[0].inbox, .run = run, .done = done};
    store_fill(pruner->chat->store, &pruner->job);
}

static void list(struct pruner *pruner)
{
    pruner->at = 0;
    pruner->job =
        (struct store_job){.home = pruner->chat->homes[0].inbox, .run = run_list, .done = listed};
    store_read(pruner->chat->store, &pruner->job);
}

/* What was pruned by somebody else, or before a crash, may still be in it. */
static void prune_index(struct pruner *pruner)
{
    const struct aging_room *room = room_now(pruner);
    struct search *search = pruner->chat->search;
    if (!search || is_indexed(pruner, room)) {
        next_room(pruner);
        return;
    }
    pruner->change = (struct search_change){.home = pruner->chat->homes[0].inbox,
                                            .done = index_was_pruned,
                                            .room = room->room,
                                            .first = room->first_seq};
    search_change(search, &pruner->change);
}

static bool has_old(const struct pruner *pruner)
{
    const struct aging_room *room = room_now(pruner);
    return room->half_pruned ||
           (room->first_seq <= room->last_seq && room->first_at <= old_through(pruner));
}

static void go_on(struct pruner *pruner, enum step step)
{
    if (pruner->stopped)
        end_round(pruner);
    else if (step == PRUNE && has_old(pruner))
        post_write(pruner, run_prune, was_pruned);
    else if (step == LIST)
        list(pruner);
    else if (step <= STUBS && pruner->stubs_at[pruner->at] <= stubs_through(pruner))
        post_write(pruner, run_stubs, stubs_were_pruned);
    else
        prune_index(pruner);
}

static int64_t walk_ms(const struct pruner *pruner)
{
    int64_t ms = pruner->chat->has_peers ? WALK_SHARED_MS : WALK_MS;
    int64_t part = (int64_t)pruner->chat->limits->nonce_kept_s * 1000 / WALK_PARTS;
    return part < ms ? part : ms;
}

/* By the wall clock, as what is looked for is: also where that was turned. */
static void begin_round(struct pruner *pruner)
{
    int64_t now = clock_now_ms(), after = walk_ms(pruner);
    pruner->walks = now >= pruner->walk_at || pruner->walk_at - now > after;
    if (pruner->walks)
        pruner->walk_at = now + after;
    add_to(&figures_of(pruner)->prune_rounds, 1);
}

void pruner_look(struct pruner *pruner)
{
    if (pruner->busy || pruner->stopped || clock_monotonic_ms() < pruner->next_at)
        return;
    pruner->busy = true;
    if (pruner->after.v == 0)
        begin_round(pruner);
    go_on(pruner, LIST);
}

void pruner_stop(struct pruner *pruner)
{
    pruner->stopped = true;
}
