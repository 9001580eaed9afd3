/* Several workers, each on a thread of its own, that send into all rooms at once: whoever is the
 * home of a room, every worker hears its events from the first to the last, in order. */
#include "chat/chat.h"

#include <pthread.h>

#include "chat/test_world.h"

enum { WORKERS = 3, GROUPS = 6, WINDOW = 20, EACH = 300, FIRST = 4 };

struct storm;

struct sender { /* sends into one room, a few messages at a time */
    struct station *station;
    room_id room;
    size_t sent, answered;
};

struct shot { /* one message under way */
    struct act act;
    struct sender *sender;
    char nonce[24];
};

struct station { /* a worker */
    struct storm *storm;
    unsigned index;
    struct inbox inbox;
    struct bus_subscriber subscriber;
    bool over;
    struct map last; /* room -> the seq that came last */
    size_t heard, failed;
    struct sender senders[GROUPS];
    pthread_t thread;
};

struct storm {
    struct world *world; /* the store and the people */
    struct bus *bus;
    struct chat *chat;
    struct station stations[WORKERS];
    room_id rooms[GROUPS];
    atomic_uint over; /* stations that sent and heard all */
};

static void on_heard(struct bus_subscriber *subscriber, const struct publication *publication)
{
    struct station *station = CONTAINER_OF(subscriber, struct station, subscriber);
    for (uint32_t i = 0; i < publication->event_count; i++) {
        const struct event *event = publication->events[i];
        if (!map_get(&station->last, event->room.v))
            bus_interest_add(station->storm->bus, station->index, event->room);
        uint64_t last = (uintptr_t)map_get(&station->last, event->room.v);
        station->failed += last != 0 && event->seq != last + 1;
        map_put(&station->last, event->room.v, (void *)(uintptr_t)event->seq);
        station->heard++;
    }
}

/* ---- sending ------------------------------------------------------------------------------------------ */

static void send_one(struct sender *sender);

static void one_is_answered(struct act *act)
{
    struct shot *shot = CONTAINER_OF(act, struct shot, act);
    struct sender *sender = shot->sender;
    bool again = sender->answered % 7 == 0; /* as if the answer had been lost */
    sender->station->failed += act->problem.err != ERR_OK;
    uint64_t seq = act->event ? act->event->seq : 0;
    act_deinit(act);
    if (again && act->seq == 0) {
        act->seq = seq; /* what it must be the second time */
        act_post(sender->station->storm->chat, act);
        return;
    }
    sender->station->failed += act->seq != 0 && (act->seq != seq || !act->duplicate);
    xfree(shot);
    sender->answered++;
    if (sender->sent < EACH)
        send_one(sender);
}

static void send_one(struct sender *sender)
{
    struct shot *shot = NEW(struct shot);
    shot->sender = sender;
    int len = snprintf(shot->nonce, sizeof(shot->nonce), "%u.%zu", sender->station->index,
                       sender->sent++);
    shot->act = (struct act){.origin = &sender->station->inbox,
                             .done = one_is_answered,
                             .kind = ACT_SEND,
                             .room = sender->room,
                             .self = USER(1 + sender->station->index),
                             .nonce = str_of(shot->nonce, (size_t)len),
                             .payload = STR("{}")};
    act_post(sender->station->storm->chat, &shot->act);
}

static bool is_over(const struct station *station)
{
    for (size_t r = 0; r < GROUPS; r++)
        if (station->senders[r].answered < EACH)
            return false;
    return station->heard == GROUPS * (size_t)(FIRST + WORKERS * EACH);
}

static void *station_main(void *arg)
{
    struct station *station = arg;
    for (size_t r = 0; r < GROUPS; r++) {
        station->senders[r] = (struct sender){station, station->storm->rooms[r], 0, 0};
        for (size_t i = 0; i < WINDOW; i++)
            send_one(&station->senders[r]);
    }
    while (atomic_load(&station->storm->over) < WORKERS) { /* others may need us as a home */
        inbox_run(&station->inbox, SIZE_MAX);
        if (!station->over && is_over(station)) {
            station->over = true;
            atomic_fetch_add(&station->storm->over, 1);
        }
        inbox_wait(&station->inbox, 10);
    }
    return NULL;
}

/* ---- beginning and end -------------------------------------------------------------------------------- */

static void run_all(struct storm *storm)
{
    bool more = true;
    while (more) {
        more = !store_is_idle(&storm->world->store.store);
        for (unsigned w = 0; w < WORKERS; w++)
            more |= inbox_run(&storm->stations[w].inbox, SIZE_MAX) > 0;
    }
}

static void make_groups(struct storm *storm)
{
    struct world *world = storm->world;
    for (size_t r = 0; r < GROUPS; r++) {
        struct str nonce = arena_printf(&world->arena, "g%zu", r);
        struct act *act = a_new_room(world, ROOM_GROUP, nonce.ptr, 1, 2, 3, 0);
        act->origin = &storm->stations[0].inbox;
        act_post(storm->chat, act);
        run_all(storm);
        assert_int_equal(act->problem.err, ERR_OK);
        storm->rooms[r] = act->room;
        act_deinit(act);
    }
}

static void start_storm(struct storm *storm, struct world *world)
{
    *storm = (struct storm){.world = world, .bus = bus_local_new(WORKERS, 0)};
    struct chat_options options = {.store = &world->store.store,
                                   .bus = storm->bus,
                                   .limits = &world->limits,
                                   .workers = WORKERS};
    assert_int_equal(chat_new(&storm->chat, &options), 0);
    for (unsigned w = 0; w < WORKERS; w++) {
        struct station *station = &storm->stations[w];
        station->storm = storm;
        station->index = w;
        station->subscriber.on_publication = on_heard;
        assert_int_equal(inbox_init(&station->inbox), 0);
        bus_attach(storm->bus, w, &station->inbox, &station->subscriber);
        chat_attach(storm->chat, w, &station->inbox);
    }
    make_groups(storm);
}

static void end_storm(struct storm *storm)
{
    run_all(storm);
    chat_free(storm->chat);
    bus_free(storm->bus);
    for (unsigned w = 0; w < WORKERS; w++) {
        map_deinit(&storm->stations[w].last);
        inbox_deinit(&storm->stations[w].inbox);
    }
}

static void in_a_storm_from_all_workers_everyone_hears_everything_in_order(void **state)
{
    static struct storm storm;
    start_storm(&storm, *state);
    for (unsigned w = 0; w < WORKERS; w++) {
        struct station *station = &storm.stations[w];
        assert_int_equal(pthread_create(&station->thread, NULL, station_main, station), 0);
    }
    for (unsigned w = 0; w < WORKERS; w++)
        pthread_join(storm.stations[w].thread, NULL);
    for (unsigned w = 0; w < WORKERS; w++) {
        assert_int_equal(storm.stations[w].failed, 0);
        for (size_t r = 0; r < GROUPS; r++)
            assert_int_equal((uintptr_t)map_get(&storm.stations[w].last, storm.rooms[r].v),
                             FIRST + WORKERS * EACH);
    }
    end_storm(&storm);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(in_a_storm_from_all_workers_everyone_hears_everything_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
