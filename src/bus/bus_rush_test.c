/* A hundred thousand people come to one server at once: what that is for another one, through the bus itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "bus/remote.h"
#include "model/room.h"

enum { PEOPLE = 100000, ROUND = 100, ROOMS = 20, PRESENTS_AT_ONCE = 4000 };

/* What one server sends arrives at the other, and is counted. */
struct way {
    struct bus_remote remote;
    struct bus *to;
    size_t messages, bytes, longest;
};

static void send(struct bus_remote *remote, int slot, struct str bytes)
{
    struct way *way = CONTAINER_OF(remote, struct way, remote);
    assert_true(slot < 0);
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

static void do_nothing(struct bus_remote *remote)
{
    (void)remote;
}

struct end { /* a server of one worker */
    struct bus *bus;
    struct inbox inbox;
    struct bus_subscriber subscriber;
    size_t reaches, own;
    uint64_t last; /* user id */
};

static void on_publication(struct bus_subscriber *subscriber, const struct publication *publication)
{
    struct end *end = CONTAINER_OF(subscriber, struct end, subscriber);
    if (publication->kind == PUBLISH_REACH) {
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
    *end = (struct end){.bus = bus_local_new(1), .subscriber.on_publication = on_publication};
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
    struct bus_bundle bundle = {BUF_INIT};
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
    assert_true(way.messages <= PEOPLE / ROUND);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(that_they_are_there_is_told_in_few_messages_and_arrives_once),
        cmocka_unit_test(who_is_there_is_said_in_few_messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
