/* A hundred thousand people come to one server at once, a thousand read what is said: what that is for another
 * server, through the bus itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "bus/remote.h"
#include "model/room.h"

enum { PEOPLE = 100000, ROUND = 100, ROOMS = 20, PRESENTS_AT_ONCE = 4000, ROOMS_MOST = 2000 };

/* What one server sends arrives at the other, and is counted. */
struct way {
    struct bus_remote remote;
    struct bus *to;
    size_t messages, to_all, bytes, longest;
};

static void send(struct bus_remote *remote, int slot, struct str bytes)
{
    struct way *way = CONTAINER_OF(remote, struct way, remote);
    way->to_all += slot < 0;
    way->messages++;
    way->bytes += bytes.len;
    way->longest = bytes.len > way->longest ? bytes.len : way->longest;
    bus_arrive(way->to, bytes);
}

static bool is_ready(struct bus_remote *remote)
{
    (void)remote;
    return true;
}

static void look(struct bus_remote *remote, unsigned slot)
{
    (void)remote;
    (void)slot;
}

static void do_nothing(struct bus_remote *remote)
{
    (void)remote;
}

struct end { /* a server of one worker */
    struct bus *bus;
    struct inbox inbox;
    struct bus_subscriber subscriber;
    size_t reaches, own, markers;
    uint64_t last;             /* user id */
    uint64_t read[ROOMS_MOST]; /* by room: its last marker */
};

static void on_publication(struct bus_subscriber *subscriber, const struct publication *publication)
{
    struct end *end = CONTAINER_OF(subscriber, struct end, subscriber);
    if (publication->kind == PUBLISH_READ) {
        end->markers++;
        assert_int_equal(publication->except.v, end->read[publication->room.v] + 1);
        end->read[publication->room.v]++;
    } else if (publication->kind == PUBLISH_REACH) {
        end->reaches++;
        assert_int_equal(publication->reach->room_count, ROOMS);
        assert_int_equal(publication->except.v, end->last);
    } else {
        end->own++;
        assert_int_equal(publication->only.v, end->last + 1); /* in the order said */
        end->last = publication->only.v;
    }
}

static void end_init(struct end *end)
{
    *end = (struct end){.bus = bus_local_new(1, 0), .subscriber.on_publication = on_publication};
    assert_int_equal(inbox_init(&end->inbox), 0);
    bus_attach(end->bus, 0, &end->inbox, &end->subscriber);
}

static void end_deinit(struct end *end)
{
    bus_free(end->bus);
    inbox_deinit(&end->inbox);
}

static void run_all(struct end *end)
{
    while (inbox_run(&end->inbox, PEOPLE) > 0)
        ;
}

static void tell_round(struct end *here, uint64_t first, const struct reach *reach)
{
    struct bus_bundle bundle = {.bytes = BUF_INIT};
    for (uint64_t user = first; user < first + ROUND; user++) {
        struct presence presence = {.user = {user}, .state = STATE_ONLINE};
        bus_publish_own_presence(here->bus, &presence, &bundle);
        bus_publish_presence(here->bus, &presence, reach, &bundle);
    }
    bus_bundle_send(here->bus, &bundle);
}

static void that_they_are_there_is_told_in_few_messages_and_arrives_once(void **state)
{
    (void)state;
    struct end here, there;
    room_id rooms[ROOMS];
    struct reach reach = {.rooms = rooms, .room_count = ROOMS};
    for (size_t i = 0; i < ROOMS; i++)
        rooms[i].v = i + 1;
    end_init(&here);
    end_init(&there);
    struct way way = {.remote = {.send = send, .is_ready = is_ready, .close = do_nothing},
                      .to = there.bus};
    bus_connect(here.bus, &way.remote);
    for (uint64_t first = 1; first <= PEOPLE; first += ROUND) {
        tell_round(&here, first, &reach);
        run_all(&here);
        run_all(&there);
    }
    assert_int_equal(there.own, PEOPLE);
    assert_int_equal(there.reaches, PEOPLE);
    assert_int_equal(here.reaches, PEOPLE);
    assert_true(way.messages <= PEOPLE / ROUND && way.to_all == way.messages);
    assert_true(way.longest < 1 << 20);
    print_message("told: %zu messages, %zu bytes, the longest %zu\n", way.messages, way.bytes,
                  way.longest);
    end_deinit(&here);
    end_deinit(&there);
}

static void who_is_there_is_said_in_few_messages(void **state)
{
    (void)state;
    struct end here, there;
    static struct bus_present items[PRESENTS_AT_ONCE];
    end_init(&here);
    end_init(&there);
    struct way way = {.remote = {.send = send, .is_ready = is_ready, .close = do_nothing},
                      .to = there.bus};
    bus_connect(here.bus, &way.remote);
    for (uint64_t at = 0; at < PEOPLE; at += PRESENTS_AT_ONCE) {
        for (size_t i = 0; i < PRESENTS_AT_ONCE; i++)
            items[i] = (struct bus_present){{at + i + 1}, true, true, STATE_ONLINE};
        bus_publish_presents(
            here.bus,
            &(struct bus_presents){.seq = at + 1, .items = items, .count = PRESENTS_AT_ONCE});
    }
    assert_int_equal(way.messages, PEOPLE / PRESENTS_AT_ONCE);
    assert_true(way.bytes < (size_t)PEOPLE * 10);
    print_message("there: %zu messages, %zu bytes\n", way.messages, way.bytes);
    end_deinit(&here);
    end_deinit(&there);
}

/* People mark what was delivered to them, in rooms that they share by turns; after so many what was gathered
 * leaves, as it does ten times a second. Everybody does so once. */
static void move_markers(struct end *here, uint64_t people, uint64_t rooms, uint64_t at_once)
{
    struct bus_bundle bundle = {.bytes = BUF_INIT};
    for (uint64_t i = 0; i < people; i++) {
        bus_publish_delivered(here->bus, (room_id){1 + i % rooms}, (user_id){1 + i / rooms}, 7,
                              &bundle);
        if (i % at_once == at_once - 1)
            bus_bundle_send(here->bus, &bundle);
    }
    assert_int_equal(bundle.count, 0);
    bus_bundle_drop(&bundle);
}

static void expect_markers(uint64_t people, uint64_t rooms, uint64_t at_once, struct way *counts)
{
    static struct end here, there;
    end_init(&here);
    end_init(&there);
    for (uint64_t room = 1; room <= rooms; room++)
        bus_interest_add(there.bus, 0, (room_id){room});
    struct way way = {
        .remote = {.send = send, .is_ready = is_ready, .close = do_nothing, .look = look},
        .to = there.bus};
    bus_connect(here.bus, &way.remote);
    move_markers(&here, people, rooms, at_once);
    run_all(&there);
    assert_int_equal(there.markers, people);
    assert_true(way.longest < 1 << 20);
    *counts = way;
    end_deinit(&here);
    end_deinit(&there);
    print_message("markers: %zu messages, %zu bytes, the longest %zu\n", way.messages, way.bytes,
                  way.longest);
}

static void a_busy_room_s_markers_go_together_to_who_is_in_the_room(void **state)
{
    (void)state;
    struct way counts;
    expect_markers(1000, 1, 100, &counts); /* all within a second */
    assert_int_equal(counts.messages, 10);
    assert_int_equal(counts.to_all, 0);
    expect_markers(1000, 4, 100, &counts); /* of few rooms each to its own servers */
    assert_int_equal(counts.messages, 40);
    assert_int_equal(counts.to_all, 0);
}

static void markers_in_many_rooms_go_together_to_all(void **state)
{
    (void)state;
    struct way counts;
    expect_markers(PEOPLE, 1000, 500, &counts); /* 5,000 a second */
    assert_int_equal(counts.messages, PEOPLE / 500);
    assert_int_equal(counts.to_all, counts.messages);
}

static void what_is_too_much_for_one_message_goes_in_several(void **state)
{
    (void)state;
    struct way counts;
    expect_markers(PEOPLE, 1000, PEOPLE, &counts);
    assert_true(counts.longest <= 132 * 1024 && counts.messages < PEOPLE / 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(that_they_are_there_is_told_in_few_messages_and_arrives_once),
        cmocka_unit_test(who_is_there_is_said_in_few_messages),
        cmocka_unit_test(a_busy_room_s_markers_go_together_to_who_is_in_the_room),
        cmocka_unit_test(markers_in_many_rooms_go_together_to_all),
        cmocka_unit_test(what_is_too_much_for_one_message_goes_in_several),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
