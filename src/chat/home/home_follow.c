/* Where there are other servers: each has a home for a room, and all append to the one log, whose keys
 * decide. This is how a home gives its people what the others appended.
 *
 * It keeps the last event that was told in each room with somebody here, and tells what comes behind it,
 * read from the log, in order and once. When to read is a hint from whoever appended, which may be lost,
 * doubled or late; so once a second the ends of these rooms are read, too. docs/design/cluster.md. */
#include "chat/home/home_internal.h"

#include <errno.h>
#include <pthread.h>

enum { FOLLOW_EVENTS = 512, SWEEP_ROOMS = 2000, ANNOUNCED_MOST = 20000 };

struct follow {
    pthread_mutex_t lock; /* of told, which its home alone changes, and others look at */
    struct map told;      /* room id -> seq + 1 of the last event that people here were told */
    struct map
        begins; /* room id -> seq of the first event that people here are to be told, as a hint had it: the
                             log has not been read yet, and says whether it is there */
    struct map recent; /* room id -> seq of the last event that we appended since the last sweep */
    bool sweeping;
    size_t after; /* how many rooms the last sweeps have looked at */
};

struct follow *follow_new(void)
{
    struct follow *follow = NEW(struct follow);
    REQUIRE(pthread_mutex_init(&follow->lock, NULL) == 0);
    return follow;
}

void follow_free(struct follow *follow)
{
    if (!follow)
        return;
    map_deinit(&follow->told);
    map_deinit(&follow->begins);
    map_deinit(&follow->recent);
    pthread_mutex_destroy(&follow->lock);
    xfree(follow);
}

bool follow_told(const struct home *home, room_id room, uint64_t *out)
{
    uintptr_t told = (uintptr_t)map_get(&home->follow->told, room.v);
    if (told)
        *out = told - 1;
    return told != 0;
}

void follow_set_told(struct home *home, room_id room, uint64_t seq)
{
    pthread_mutex_lock(&home->follow->lock);
    map_put(&home->follow->told, room.v, (void *)(uintptr_t)(seq + 1));
    pthread_mutex_unlock(&home->follow->lock);
}

static void forget(struct follow *follow, room_id room)
{
    pthread_mutex_lock(&follow->lock);
    (void)map_remove(&follow->told, room.v);
    pthread_mutex_unlock(&follow->lock);
}

uint64_t home_told(const struct home *home, room_id room)
{
    uint64_t told = 0;
    if (!home->follow)
        return 0;
    pthread_mutex_lock(&home->follow->lock);
    (void)follow_told(home, room, &told);
    pthread_mutex_unlock(&home->follow->lock);
    return told;
}

void follow_skip(struct home *home, room_id room, uint64_t first_seq)
{
    uint64_t told;
    if (home->follow && follow_told(home, room, &told) && told + 1 < first_seq)
        follow_set_told(home, room, first_seq - 1);
}

/* ---- telling the others ------------------------------------------------------------------------ */

static bool moves_people(const struct event *event)
{
    return event->type == EVENT_USER_JOINED || event->type == EVENT_USER_LEFT;
}

void follow_announce(struct live_room *live, struct event **events, size_t count)
{
    if (count == 0)
        return;
    struct follow *follow = live->home->follow;
    struct bus_news news = {
        .room = live->id, .first = events[0]->seq, .last = events[count - 1]->seq};
    for (size_t i = 0; i < count; i++)
        news.moves_people |= moves_people(events[i]);
    bus_publish_news(live->home->chat->bus, &news);
    if (follow->recent.len < ANNOUNCED_MOST)
        map_put(&follow->recent, live->id.v, (void *)(uintptr_t)news.last);
}

/* All at once to all servers: whose hint was lost knows then, and so do those who look for words. */
static void announce_recent(struct home *home)
{
    struct map *recent = &home->follow->recent;
    if (recent->len == 0)
        return;
    struct bus_news *news = xcalloc(recent->len, sizeof(*news));
    size_t count = 0;
    MAP_EACH (slot, recent) {
        uint64_t last = (uintptr_t)slot->value;
        news[count++] = (struct bus_news){.room = {slot->key}, .first = last, .last = last};
    }
    bus_announce_news(home->chat->bus, news, count);
    xfree(news);
    map_deinit(recent);
}

/* ---- what a room was not told ------------------------------------------------------------------ */

struct following {
    struct store_job job;
    struct live_room *live;
    uint64_t after;
    struct event_list events;
    bool has_more;
    uint64_t newest_from, first_seq,
        last_seq; /* as of struct room; 0 where nothing asks for them */
};

/* Behind the events, so that what was pruned before they were read is known. */
static int read_room(struct following *following, struct store_conn *conn)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct room room = {0};
    int rc = store_room_get(conn, following->live->id, &arena, &room);
    following->newest_from = room.newest_from;
    following->first_seq = room.first_seq;
    following->last_seq = room.last_seq;
    return rc == -ENOENT ? 0 : rc;
}

/* Who reads what, where something is told of messages, and where the log begins, where something is missing: the
 * room itself may not be in memory. */
static bool asks_for_room(const struct following *following)
{
    const struct event_list *events = &following->events;
    bool asks = events->count == 0 || events->items[0]->seq > following->after + 1;
    for (size_t i = 0; i < events->count; i++)
        asks |= event_changes_message(events->items[i]);
    return asks;
}

static int run_following(struct store_job *job, struct store_conn *conn)
{
    struct following *following = CONTAINER_OF(job, struct following, job);
    event_list_deinit(&following->events);
    int rc = store_events(conn, following->live->id, following->after, FOLLOW_EVENTS, SIZE_MAX,
                          &following->events, &following->has_more);
    following->newest_from = following->first_seq = following->last_seq = 0;
    return rc == 0 && asks_for_room(following) ? read_room(following, conn) : rc;
}

/* Who may do what is as it was before it. */
static bool changes_log_alone(const struct event *event)
{
    switch (event->type) {
    case EVENT_MESSAGE_CREATED:
    case EVENT_MESSAGE_UPDATED:
    case EVENT_MESSAGE_DELETED:
    case EVENT_REACTION_ADDED:
    case EVENT_REACTION_REMOVED:
    case EVENT_MESSAGE_PINNED:
    case EVENT_MESSAGE_UNPINNED:
    case EVENT_POLL_VOTED:
    case EVENT_POLL_CLOSED:
        return true;
    default:
        return false;
    }
}

/* What the home knows of the room moves on with it, or is read again before the next verdict. */
static void move_on(struct live_room *live, const struct event *event)
{
    if (event->seq <= live->room.last_seq)
        return;
    bool follows = live->state == LIVE_READY && event->seq == live->room.last_seq + 1;
    if (follows && changes_log_alone(event)) {
        live_room_apply_event(live, event);
        live->foreign_seq = event->seq;
        return;
    }
    if (live->state == LIVE_READY)
        live->state = LIVE_DOUBTFUL;
}

/* What was pruned before it was told is told to nobody any more; what it changed is found in the room. */
static void skip_pruned(struct live_room *live, uint64_t first_seq)
{
    follow_skip(live->home, live->id, first_seq);
    if (live->state == LIVE_READY && live->room.last_seq + 1 < first_seq)
        live->state = LIVE_DOUBTFUL;
}

static void count_hole(struct live_room *live, size_t read)
{
    if (!live->holed || read == 0)
        return;
    live->holed = false;
    atomic_fetch_add_explicit(&live->home->figures.holes, 1, memory_order_relaxed);
}

/* Behind what it said. What a hint told of and the log does not have was never told: else nobody would be told of what
 * comes, nor shown the room, which seems to be read too early. */
static void has_begun(struct live_room *live, const struct following *following)
{
    struct home *home = live->home;
    uint64_t begins = (uintptr_t)map_remove(&home->follow->begins, live->id.v), told;
    if (begins && !follow_told(home, live->id, &told))
        follow_set_told(home, live->id,
                        begins - 1 < following->last_seq ? begins - 1 : following->last_seq);
}

static void followed(struct store_job *job)
{
    struct following *following = CONTAINER_OF(job, struct following, job);
    struct live_room *live = following->live;
    struct home *home = live->home;
    const room_id room = live->id;
    const int rc = job->rc;
    const bool heard = live->heard && rc == 0;
    live->pending--;
    live->looking = false;
    live->behind = false; /* where it cannot be read, the next sweep finds it behind */
    if (rc == 0) {
        if (following->newest_from > live->room.newest_from)
            live->room.newest_from = following->newest_from;
        skip_pruned(live, following->first_seq);
        for (size_t i = 0; i < following->events.count; i++) {
            move_on(live, following->events.items[i]);
            if (live->handover)
                home_handed_stands(live, following->events.items[i]);
        }
        home_tell(live, following->events.items, following->events.count);
        has_begun(live, following);
        atomic_fetch_add_explicit(&home->figures.followed, following->events.count,
                                  memory_order_relaxed);
        count_hole(live, following->events.count);
        live->behind |= following->has_more;
    }
    event_list_deinit(&following->events);
    xfree(following);
    if (live->handover)
        home_handed_was_read(live, rc == 0);
    home_advance(live);
    if (heard) /* once what waited for a verdict had its turn: hints may come faster than they are read */
        home_is_behind(home, room);
}

void home_follow(struct live_room *live)
{
    struct following *following = NEW(struct following);
    following->live = live;
    if (!follow_told(live->home, live->id, &following->after)) {
        uint64_t begins = (uintptr_t)map_get(&live->home->follow->begins, live->id.v);
        following->after = begins ? begins - 1 : live->room.last_seq;
    }
    following->job =
        (struct store_job){.home = live->home->inbox, .run = run_following, .done = followed};
    live->pending++;
    live->heard = false;
    live->looking = true;
    store_read(live->home->chat->store, &following->job);
}

bool home_knows_enough(struct live_room *live, struct act *act)
{
    bool moves_marker = act->kind == ACT_READ || act->kind == ACT_DELIVERED;
    if (!live->home->follow || !moves_marker || act->seq <= live->room.last_seq || act->retries > 0)
        return true;
    act->retries++;
    live->behind = true;
    return false;
}

/* ---- hints ------------------------------------------------------------------------------------- */

/* Something of it was not said, unless it is just being read or done. */
static void has_a_hole(struct home *home, room_id room)
{
    struct live_room *live = map_get(&home->rooms, room.v);
    bool on_its_way = live && (live->behind || live->looking || live->batch || live->handover);
    home_is_behind(home, room);
    live = map_get(&home->rooms, room.v);
    if (live && !on_its_way)
        live->holed = true;
}

/* Of people who move every server hears, as somebody who joins may be on one that nobody of the room was
 * on before; there it is told from the hint's first event on. */
static void hear(struct home *home, const struct bus_news *news)
{
    uint64_t told;
    bool is_followed = follow_told(home, news->room, &told);
    uint64_t begins = (uintptr_t)map_get(&home->follow->begins, news->room.v);
    struct live_room *live = map_get(&home->rooms, news->room.v);
    if (live && live->state == LIVE_READY && news->last > live->room.last_seq && !is_followed)
        live->state = LIVE_DOUBTFUL;
    if (is_followed ? told >= news->last : !news->moves_people && begins == 0)
        return;
    if (!is_followed && (begins == 0 || news->first < begins))
        map_put(&home->follow->begins, news->room.v, (void *)(uintptr_t)news->first);
    if (is_followed && told + 1 < news->first)
        has_a_hole(home, news->room);
    else
        home_is_behind(home, news->room);
}

struct heard {
    struct inbox_item item;
    struct home *home;
    struct bus_news news;
};

static void was_heard(struct inbox_item *item)
{
    struct heard *heard = CONTAINER_OF(item, struct heard, item);
    hear(heard->home, &heard->news);
    xfree(heard);
}

void home_hear(struct home *home, const struct bus_news *news)
{
    struct heard *heard = NEW(struct heard);
    heard->item.run = was_heard;
    heard->home = home;
    heard->news = *news;
    inbox_post(home->inbox, &heard->item);
}

/* ---- who comes --------------------------------------------------------------------------------- */

struct arrival {
    struct inbox_item item;
    struct home *home;
    size_t count;
    struct room_place places[];
};

static void has_arrived(struct inbox_item *item)
{
    struct arrival *arrival = CONTAINER_OF(item, struct arrival, item);
    uint64_t told;
    for (size_t i = 0; i < arrival->count; i++) {
        const struct room_place *place = &arrival->places[i];
        if (!follow_told(arrival->home, place->room, &told))
            follow_set_told(arrival->home, place->room, place->last_seq);
    }
    xfree(arrival);
}

void home_follow_places(struct home *home, const struct room_place *places, size_t count)
{
    struct arrival *arrival = xmalloc(sizeof(*arrival) + count * sizeof(*places));
    arrival->home = home;
    arrival->item.run = has_arrived;
    arrival->count = 0;
    for (size_t i = 0; i < count; i++)
        if (chat_home_of(home->chat, places[i].room) == home)
            arrival->places[arrival->count++] = places[i];
    if (arrival->count)
        inbox_post(home->inbox, &arrival->item);
    else
        xfree(arrival);
}

/* ---- the sweep --------------------------------------------------------------------------------- */

struct sweep {
    struct store_job job;
    struct home *home;
    struct arena arena;
    size_t room_count, end_count;
    struct room_end *ends;
    room_id rooms[SWEEP_ROOMS];
};

static int run_sweep(struct store_job *job, struct store_conn *conn)
{
    struct sweep *sweep = CONTAINER_OF(job, struct sweep, job);
    return store_ends_of(conn, sweep->rooms, sweep->room_count, &sweep->arena, &sweep->ends,
                         &sweep->end_count);
}

static void was_swept(struct store_job *job)
{
    struct sweep *sweep = CONTAINER_OF(job, struct sweep, job);
    struct home *home = sweep->home;
    home->follow->sweeping = false;
    for (size_t i = 0; job->rc == 0 && i < sweep->end_count; i++) {
        uint64_t told, last = sweep->ends[i].last_seq;
        if (follow_told(home, sweep->ends[i].room, &told) && told < last)
            has_a_hole(home, sweep->ends[i].room);
    }
    arena_deinit(&sweep->arena);
    xfree(sweep);
}

/* The next ones behind those of the last time, in the order of the map; with few rooms all of them. */
static void choose(struct follow *follow, struct sweep *sweep)
{
    size_t at = 0;
    MAP_EACH (slot, &follow->told) {
        if (at++ < follow->after)
            continue;
        if (sweep->room_count == SWEEP_ROOMS)
            return;
        sweep->rooms[sweep->room_count++] = (room_id){slot->key};
        follow->after = at;
    }
    follow->after = 0;
}

/* Rooms that nobody here is in any more are not followed. */
static void drop_deserted(struct home *home, struct sweep *sweep)
{
    size_t kept = 0;
    for (size_t i = 0; i < sweep->room_count; i++) {
        struct live_room *live = map_get(&home->rooms, sweep->rooms[i].v);
        bool busy = live && (live->batch || live->looking || live->behind || live->handover);
        if (busy || bus_has_interest(home->chat->bus, sweep->rooms[i]))
            sweep->rooms[kept++] = sweep->rooms[i];
        else
            forget(home->follow, sweep->rooms[i]);
    }
    sweep->room_count = kept;
}

/* Those whose logs could not be read. */
static void begin_again(struct home *home)
{
    MAP_EACH (slot, &home->follow->begins)
        home_is_behind(home, (room_id){slot->key});
}

void home_sweep(struct home *home)
{
    announce_recent(home);
    begin_again(home);
    if (home->follow->sweeping || home->follow->told.len == 0)
        return;
    struct sweep *sweep = NEW(struct sweep);
    choose(home->follow, sweep);
    drop_deserted(home, sweep);
    if (sweep->room_count == 0) {
        xfree(sweep);
        return;
    }
    sweep->home = home;
    sweep->arena = ARENA_INIT;
    sweep->job = (struct store_job){.home = home->inbox, .run = run_sweep, .done = was_swept};
    home->follow->sweeping = true;
    store_read(home->chat->store, &sweep->job);
}
