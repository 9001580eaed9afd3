/* Workers are threads that run an inbox, as a loop does. Several publishers; what one of them says
 * arrives in the order said, at everybody whom it concerns and at nobody else. */
#include "bus/bus.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>

#include "model/room.h"

enum { WORKERS = 3, PUBLISHERS = 3, ROOMS = 8, EVENTS = 2000 };

static struct bus_bundle none; /* there are no other servers */

#define ROOM(n) ((room_id){(n)})
#define USER(n) ((user_id){(n)})

struct worker {
    struct bus *bus;
    unsigned index;
    struct inbox inbox;
    struct bus_subscriber subscriber;
    pthread_t thread;
    atomic_bool stopping;
    uint64_t last[PUBLISHERS * ROOMS + 1]; /* by room: the last seq that came */
    size_t publications, events, subscribes, signals, ended, deflated;
    bool joins; /* takes an interest when somebody joins */
    struct publication seen;
};

static void on_publication(struct bus_subscriber *subscriber, const struct publication *publication)
{
    struct worker *worker = CONTAINER_OF(subscriber, struct worker, subscriber);
    const struct event *first = publication->event_count ? publication->events[0] : NULL;
    worker->events += publication->event_count;
    worker->publications++;
    worker->subscribes += publication->kind == PUBLISH_SUBSCRIBE;
    worker->signals += publication->kind == PUBLISH_SIGNAL;
    worker->ended += publication->kind == PUBLISH_SESSION_ENDED;
    worker->deflated += publication->text.deflated != NULL;
    worker->seen = *publication;
    if (publication->kind == PUBLISH_SUBSCRIBE ||
        (first && first->type == EVENT_USER_JOINED && worker->joins))
        bus_interest_add(worker->bus, worker->index, publication->room);
    if (publication->kind != PUBLISH_EVENTS)
        return;
    assert_non_null(publication->text.plain);
    assert_int_equal(publication->text.count, publication->event_count);
    for (uint32_t i = 0; i < publication->event_count; i++) {
        const struct event *event = publication->events[i];
        uint64_t *last = &worker->last[event->room.v];
        assert_true(*last == 0 || event->seq == *last + 1);
        *last = event->seq;
    }
}

static void worker_init(struct worker *worker, struct bus *bus, unsigned index)
{
    *worker = (struct worker){.bus = bus, .index = index, .joins = true};
    worker->subscriber.on_publication = on_publication;
    assert_int_equal(inbox_init(&worker->inbox), 0);
    bus_attach(bus, index, &worker->inbox, &worker->subscriber);
}

static void turn(struct worker *worker)
{
    inbox_run(&worker->inbox, SIZE_MAX);
}

static void *worker_main(void *arg)
{
    struct worker *worker = arg;
    while (!atomic_load(&worker->stopping)) {
        turn(worker);
        inbox_wait(&worker->inbox, 100);
    }
    turn(worker);
    return NULL;
}

struct world {
    struct bus *bus;
    struct worker workers[WORKERS];
};

static int start(void **state)
{
    struct world *world = NEW(struct world);
    world->bus = bus_local_new(WORKERS, 0);
    bus_compress(world->bus, 64);
    for (unsigned w = 0; w < WORKERS; w++)
        worker_init(&world->workers[w], world->bus, w);
    *state = world;
    return 0;
}

static int finish(void **state)
{
    struct world *world = *state;
    for (unsigned w = 0; w < WORKERS; w++)
        inbox_deinit(&world->workers[w].inbox);
    bus_free(world->bus);
    xfree(world);
    return 0;
}

static struct event *make_event(enum event_type type, room_id room, uint64_t seq)
{
    bool moves = type == EVENT_USER_JOINED || type == EVENT_USER_LEFT;
    return event_new(&(struct event){
        .type = (uint8_t)type,
        .room = room,
        .seq = seq,
        .sender = USER(1),
        .target = moves ? 2 : 0,
        .nonce = STR("n"),
        .payload = type == EVENT_MESSAGE_CREATED ? STR("{\"type\":\"text\"}") : STR("")});
}

static void publish(struct bus *bus, enum event_type type, room_id room, uint64_t seq)
{
    struct event *event = make_event(type, room, seq);
    bus_publish_events(bus, &event, 1);
    event_unref(event);
}

/* ---- who gets what, by hand -------------------------------------------------------------------------- */

static void only_those_who_are_interested_get_an_event(void **state)
{
    struct world *world = *state;
    bus_interest_add(world->bus, 1, ROOM(5));
    publish(world->bus, EVENT_MESSAGE_CREATED, ROOM(5), 1);
    for (unsigned w = 0; w < WORKERS; w++)
        turn(&world->workers[w]);
    assert_int_equal(world->workers[0].events, 0);
    assert_int_equal(world->workers[1].events, 1);
    assert_int_equal(world->workers[2].events, 0);
    bus_interest_remove(world->bus, 1, ROOM(5));
    publish(world->bus, EVENT_MESSAGE_CREATED, ROOM(5), 2);
    turn(&world->workers[1]);
    assert_int_equal(world->workers[1].events, 1);
}

static void joining_and_leaving_are_told_to_every_worker(void **state)
{
    struct world *world = *state;
    publish(world->bus, EVENT_USER_JOINED, ROOM(5), 1);
    publish(world->bus, EVENT_USER_LEFT, ROOM(5), 2);
    for (unsigned w = 0; w < WORKERS; w++) {
        turn(&world->workers[w]);
        assert_int_equal(world->workers[w].events, 2);
    }
}

static void what_follows_a_joining_reaches_a_worker_that_has_not_seen_it_yet(void **state)
{
    struct world *world = *state;
    for (unsigned w = 1; w < WORKERS; w++)
        world->workers[w].joins = false;
    publish(world->bus, EVENT_USER_JOINED, ROOM(5), 1);
    publish(world->bus, EVENT_MESSAGE_CREATED, ROOM(5), 2); /* nobody has run yet */
    turn(&world->workers[0]);
    assert_int_equal(world->workers[0].events, 2);
    publish(world->bus, EVENT_MESSAGE_CREATED, ROOM(5), 3); /* still held: others have not run */
    turn(&world->workers[1]);
    assert_int_equal(world->workers[1].events, 3);
    turn(&world->workers[2]);
    publish(world->bus, EVENT_MESSAGE_CREATED, ROOM(5), 4); /* all have */
    for (unsigned w = 0; w < WORKERS; w++)
        turn(&world->workers[w]);
    assert_int_equal(world->workers[0].events, 4);
    assert_int_equal(world->workers[1].events, 3);
    assert_int_equal(world->workers[2].events, 3);
}

static void events_that_come_together_are_told_together_but_for_who_moves(void **state)
{
    struct world *world = *state;
    struct worker *worker = &world->workers[0];
    const enum event_type types[] = {
        EVENT_MESSAGE_CREATED, EVENT_MESSAGE_CREATED, EVENT_ROOM_UPDATED, EVENT_USER_JOINED,
        EVENT_MESSAGE_CREATED, EVENT_USER_LEFT,       EVENT_USER_LEFT,    EVENT_MESSAGE_CREATED};
    struct event *events[ARRAY_LEN(types)];
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        events[i] = make_event(types[i], ROOM(5), i + 1);
    bus_interest_add(world->bus, 0, ROOM(5));
    bus_publish_events(world->bus, events, ARRAY_LEN(types));
    for (unsigned w = 0; w < WORKERS; w++)
        turn(&world->workers[w]);
    assert_int_equal(worker->events, ARRAY_LEN(types));
    assert_int_equal(worker->publications, 6);
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        event_unref(events[i]);
}

static void one_publication_has_an_end(void **state)
{
    struct world *world = *state;
    struct worker *worker = &world->workers[0];
    struct event *events[1000];
    for (size_t i = 0; i < ARRAY_LEN(events); i++)
        events[i] = make_event(EVENT_MESSAGE_CREATED, ROOM(5), i + 1);
    bus_interest_add(world->bus, 0, ROOM(5));
    bus_publish_events(world->bus, events, ARRAY_LEN(events));
    turn(worker);
    assert_int_equal(worker->events, ARRAY_LEN(events));
    assert_in_range(worker->publications, 4, 8); /* by number or by bytes */
    for (size_t i = 0; i < ARRAY_LEN(events); i++)
        event_unref(events[i]);
}

static void first_members_are_subscribed_before_a_room_begins(void **state)
{
    struct world *world = *state;
    bus_publish_subscribe(world->bus, ROOM(5), USER(9));
    publish(world->bus, EVENT_ROOM_CREATED, ROOM(5), 1);
    for (unsigned w = 0; w < WORKERS; w++) {
        turn(&world->workers[w]);
        assert_int_equal(world->workers[w].subscribes, 1);
        assert_int_equal(world->workers[w].events, 1);
    }
}

static void typing_is_not_for_the_one_who_types(void **state)
{
    struct world *world = *state;
    bus_interest_add(world->bus, 0, ROOM(5));
    bus_publish_typing(world->bus, ROOM(5), USER(9), 0, &none);
    turn(&world->workers[0]);
    assert_int_equal(world->workers[0].signals, 1);
    assert_int_equal(world->workers[0].seen.except.v, 9);
    assert_int_equal(world->workers[0].seen.only.v, 0);
}

static void in_large_rooms_read_markers_are_for_oneself(void **state)
{
    struct world *world = *state;
    bus_interest_add(world->bus, 0, ROOM(5));
    bus_publish_read(world->bus, ROOM(5), USER(9), 3, 2, false, &none);
    turn(&world->workers[0]);
    assert_int_equal(world->workers[0].seen.only.v, 0);
    bus_publish_read(world->bus, ROOM(5), USER(9), 4, 2, true, &none);
    turn(&world->workers[0]);
    assert_int_equal(world->workers[0].seen.only.v, 9);
}

static void what_was_chosen_in_secret_is_for_who_chose_it(void **state)
{
    struct world *world = *state;
    bus_publish_own_vote(world->bus, ROOM(5), USER(9), 3, 4, 1);
    for (unsigned w = 0; w < WORKERS; w++) {
        turn(&world->workers[w]);
        assert_int_equal(world->workers[w].signals, 1);
        assert_int_equal(world->workers[w].seen.only.v, 9);
    }
}

static void the_end_of_a_session_is_told_to_every_worker(void **state)
{
    struct world *world = *state;
    bus_publish_session_ended(world->bus, USER(9), (session_id){77});
    for (unsigned w = 0; w < WORKERS; w++) {
        turn(&world->workers[w]);
        assert_int_equal(world->workers[w].ended, 1);
        assert_int_equal(world->workers[w].seen.session.v, 77);
    }
}

static void events_are_compressed_once_while_somebody_takes_that(void **state)
{
    struct world *world = *state;
    struct worker *one = &world->workers[0], *two = &world->workers[1];
    bus_interest_add(world->bus, 0, ROOM(5));
    bus_interest_add(world->bus, 1, ROOM(5));
    publish(world->bus, EVENT_MESSAGE_CREATED, ROOM(5), 1);
    turn(one);
    turn(two);
    assert_int_equal(one->deflated, 0);

    bus_deflating_add(world->bus);
    publish(world->bus, EVENT_MESSAGE_CREATED, ROOM(5), 2);
    turn(one);
    const struct bytes *deflated = one->seen.text.deflated;
    assert_non_null(deflated);
    assert_true(deflated->len < one->seen.text.plain->len);
    turn(two);
    assert_ptr_equal(two->seen.text.deflated, deflated);

    bus_compress(world->bus, 100000); /* too short for it */
    publish(world->bus, EVENT_MESSAGE_CREATED, ROOM(5), 3);
    bus_compress(world->bus, 64);
    bus_deflating_remove(world->bus);
    publish(world->bus, EVENT_MESSAGE_CREATED, ROOM(5), 4);
    turn(one);
    turn(two);
    assert_int_equal(one->events, 4);
    assert_int_equal(one->deflated, 1);
}

/* ---- all at once ---------------------------------------------------------------------------------------- */

struct publisher {
    struct bus *bus;
    unsigned index;
    pthread_t thread;
};

/* A publisher has rooms of its own, as a home has. Somebody joins each on the way, so that every
 * worker takes an interest in the middle of the storm. */
static void *publisher_main(void *arg)
{
    struct publisher *publisher = arg;
    for (uint64_t seq = 1; seq <= EVENTS; seq++)
        for (uint64_t r = 1; r <= ROOMS; r++)
            publish(publisher->bus, seq == r * 100 ? EVENT_USER_JOINED : EVENT_MESSAGE_CREATED,
                    ROOM(publisher->index * ROOMS + r), seq);
    return NULL;
}

static void from_the_joining_on_nothing_is_missing_and_all_is_in_order(void **state)
{
    struct world *world = *state;
    struct publisher publishers[PUBLISHERS];
    bus_deflating_add(world->bus);
    for (unsigned w = 0; w < WORKERS; w++)
        assert_int_equal(
            pthread_create(&world->workers[w].thread, NULL, worker_main, &world->workers[w]), 0);
    for (unsigned p = 0; p < PUBLISHERS; p++) {
        publishers[p] = (struct publisher){.bus = world->bus, .index = p};
        assert_int_equal(
            pthread_create(&publishers[p].thread, NULL, publisher_main, &publishers[p]), 0);
    }
    for (unsigned p = 0; p < PUBLISHERS; p++)
        pthread_join(publishers[p].thread, NULL);
    for (unsigned w = 0; w < WORKERS; w++) {
        struct worker *worker = &world->workers[w];
        atomic_store(&worker->stopping, true);
        inbox_wake(&worker->inbox);
        pthread_join(worker->thread, NULL);
        assert_int_equal(worker->deflated, worker->events);
        for (size_t r = 1; r <= PUBLISHERS * ROOMS; r++)
            assert_int_equal(worker->last[r], EVENTS); /* on_publication saw no gap */
    }
}

#define ON_A_BUS(test) cmocka_unit_test_setup_teardown(test, start, finish)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_A_BUS(only_those_who_are_interested_get_an_event),
        ON_A_BUS(joining_and_leaving_are_told_to_every_worker),
        ON_A_BUS(what_follows_a_joining_reaches_a_worker_that_has_not_seen_it_yet),
        ON_A_BUS(events_that_come_together_are_told_together_but_for_who_moves),
        ON_A_BUS(one_publication_has_an_end),
        ON_A_BUS(first_members_are_subscribed_before_a_room_begins),
        ON_A_BUS(typing_is_not_for_the_one_who_types),
        ON_A_BUS(in_large_rooms_read_markers_are_for_oneself),
        ON_A_BUS(what_was_chosen_in_secret_is_for_who_chose_it),
        ON_A_BUS(the_end_of_a_session_is_told_to_every_worker),
        ON_A_BUS(events_are_compressed_once_while_somebody_takes_that),
        ON_A_BUS(from_the_joining_on_nothing_is_missing_and_all_is_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
