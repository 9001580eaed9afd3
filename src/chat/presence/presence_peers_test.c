/* Three servers that hear of each other who is there, whatever is lost on the way. */
#include "chat/presence/presence_peers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "bus/remote.h"
#include "chat/chat_internal.h"
#include "core/clock.h"

enum { SERVERS = 3, MANY = 20000 };
#define USER(n) ((user_id){(n)})

static const struct limits at_once = {
    .presence_coalesce_ms = 0, .presence_leave_ms = 0, .peer_silent_s = 10};

struct server {
    struct bus_remote remote; /* what it says reaches the others at once */
    struct bus *bus;
    struct bus_listener listener;
    struct chat *chat;
    struct net *net;
    bool is_cut, loses_all; /* loses_all: and does not know it */
    size_t said;
};

struct net {
    struct server servers[SERVERS];
    struct limits limits;
    uint64_t now, tick_ms;
};

static void carry(struct bus_remote *remote, int slot, struct str bytes)
{
    struct server *from = CONTAINER_OF(remote, struct server, remote);
    assert_true(slot < 0);
    from->said++;
    for (size_t i = 0; i < SERVERS && !from->is_cut && !from->loses_all; i++)
        if (&from->net->servers[i] != from && !from->net->servers[i].is_cut)
            bus_arrive(from->net->servers[i].bus, bytes);
}

static bool is_ready(struct bus_remote *remote)
{
    return !CONTAINER_OF(remote, struct server, remote)->is_cut;
}

static void do_nothing(struct bus_remote *remote)
{
    (void)remote;
}

static void on_presents(struct bus_listener *listener, const struct bus_presents *presents)
{
    struct server *server = CONTAINER_OF(listener, struct server, listener);
    presence_peers_hear(server->chat, presents, server->net->now);
}

static void on_asked(struct bus_listener *listener, uint64_t id)
{
    presence_peers_asked(CONTAINER_OF(listener, struct server, listener)->chat, id);
}

static void begin_server(struct net *net, size_t at)
{
    struct server *server = &net->servers[at];
    *server = (struct server){.net = net, .bus = bus_local_new(1, 0)};
    server->listener =
        (struct bus_listener){.on_presents = on_presents, .on_presents_asked = on_asked};
    server->remote = (struct bus_remote){.send = carry, .is_ready = is_ready, .close = do_nothing};
    server->chat = NEW(struct chat);
    server->chat->limits = &net->limits;
    server->chat->workers = 1;
    server->chat->bus = server->bus;
    server->chat->presences = presences_new(&net->limits, true);
    server->chat->presence_peers = presence_peers_new(bus_server(server->bus));
    bus_listen(server->bus, &server->listener);
    bus_connect(server->bus, &server->remote);
}

static void end_server(struct server *server)
{
    bus_free(server->bus);
    presence_peers_free(server->chat->presence_peers);
    presences_free(server->chat->presences);
    xfree(server->chat);
}

/* All say what they have to say, so often that it is heard. */
static void settle(struct net *net)
{
    for (int i = 0; i < 12; i++) {
        net->now += net->tick_ms;
        for (size_t s = 0; s < SERVERS; s++)
            presence_peers_tick(net->servers[s].chat, 0, net->now);
    }
}

static int start(void **state)
{
    struct net *net = NEW(struct net);
    net->now = 1000000;
    net->tick_ms = 1001;
    net->limits = at_once;
    for (size_t i = 0; i < SERVERS; i++)
        begin_server(net, i);
    settle(net);
    *state = net;
    return 0;
}

static int finish(void **state)
{
    struct net *net = *state;
    for (size_t i = 0; i < SERVERS; i++)
        end_server(&net->servers[i]);
    xfree(net);
    return 0;
}

static enum presence_state seen(struct server *server, uint64_t user)
{
    return presences_state(server->chat->presences, USER(user), PRESENCE_AUTO);
}

static void assert_seen_by_all(struct net *net, uint64_t user, enum presence_state state)
{
    for (size_t i = 0; i < SERVERS; i++)
        assert_int_equal(seen(&net->servers[i], user), state);
}

/* How many have something to be told of now, of whom it is news. */
static size_t tell_all(struct server *server)
{
    struct due due[100];
    size_t news = 0, count;
    struct presences *presences = server->chat->presences;
    while ((count = presences_take_due(presences, 0, 1, UINT64_MAX, due, ARRAY_LEN(due))) > 0)
        for (size_t i = 0; i < count; i++)
            news += presences_tell(presences, due[i], PRESENCE_AUTO,
                                   presences_left_at(presences, due[i].user))
                        .is_news;
    return news;
}

static size_t told_anywhere(struct net *net)
{
    size_t news = 0;
    for (size_t i = 0; i < SERVERS; i++)
        news += tell_all(&net->servers[i]);
    settle(net);
    return news;
}

static void who_is_at_one_server_is_seen_at_all(void **state)
{
    struct net *net = *state;
    presence_connect(net->servers[0].chat, USER(1));
    settle(net);
    assert_seen_by_all(net, 1, STATE_ONLINE);
    presence_move(net->servers[0].chat, USER(1), false);
    settle(net);
    assert_seen_by_all(net, 1, STATE_AWAY);
    assert_int_equal(told_anywhere(net), 1);
    presence_disconnect(net->servers[0].chat, USER(1), false);
    settle(net);
    assert_seen_by_all(net, 1, STATE_OFFLINE);
    assert_int_equal(told_anywhere(net), 1);
    assert_int_equal(told_anywhere(net), 0);
}

/* What they said at one server is not followed by what another had read of them before. */
static void what_was_read_before_they_said_something_elsewhere_is_not_told(void **state)
{
    struct net *net = *state;
    struct presences *there = net->servers[1].chat->presences;
    struct due due[10];
    presence_connect(net->servers[0].chat, USER(1));
    settle(net);
    presence_connect(net->servers[1].chat, USER(1));
    assert_int_equal(presences_take_due(there, 0, 1, UINT64_MAX, due, ARRAY_LEN(due)), 1);
    presence_renew(net->servers[0].chat, USER(1));
    settle(net);
    assert_false(presences_tell(there, due[0], PRESENCE_AUTO, 0).is_news);
    assert_int_equal(told_anywhere(net), 2); /* what they said, and that they are there as well */
    assert_int_equal(told_anywhere(net), 0);
}

static void who_is_at_two_has_left_when_they_left_both(void **state)
{
    struct net *net = *state;
    presence_connect(net->servers[0].chat, USER(1));
    settle(net);
    assert_int_equal(told_anywhere(net), 1);
    presence_connect(net->servers[1].chat, USER(1));
    settle(net);
    presence_disconnect(net->servers[0].chat, USER(1), true);
    settle(net);
    assert_seen_by_all(net, 1, STATE_ONLINE);
    assert_int_equal(told_anywhere(net), 0);
    presence_disconnect(net->servers[1].chat, USER(1), true);
    settle(net);
    assert_seen_by_all(net, 1, STATE_OFFLINE);
    assert_int_equal(told_anywhere(net), 1);
}

static void who_goes_to_another_server_has_not_been_gone(void **state)
{
    struct net *net = *state;
    for (uint64_t id = 1; id <= MANY; id++)
        presence_connect(net->servers[0].chat, USER(id));
    settle(net);
    assert_int_equal(told_anywhere(net), MANY);
    size_t said = net->servers[1].said;
    for (uint64_t id = 1; id <= MANY; id++) {
        presence_disconnect(net->servers[0].chat, USER(id), true);
        presence_connect(net->servers[1].chat, USER(id));
    }
    settle(net);
    assert_int_equal(told_anywhere(net), 0);
    assert_seen_by_all(net, MANY, STATE_ONLINE);
    assert_true(net->servers[1].said - said < 40); /* many people in each message */
}

static void of_a_server_that_dies_all_have_left_and_one_other_tells_it(void **state)
{
    struct net *net = *state;
    for (uint64_t id = 1; id <= 100; id++)
        presence_connect(net->servers[0].chat, USER(id));
    settle(net);
    assert_int_equal(told_anywhere(net), 100);
    net->servers[0].is_cut = true; /* dead, as far as the others can tell */
    presence_connect(net->servers[1].chat, USER(100));
    settle(net);
    assert_int_equal(seen(&net->servers[1], 1), STATE_OFFLINE);
    assert_int_equal(seen(&net->servers[2], 1), STATE_OFFLINE);
    assert_int_equal(seen(&net->servers[2], 100), STATE_ONLINE);
    assert_int_equal(seen(&net->servers[0], 1),
                     STATE_ONLINE); /* it does not take the others for dead */
    size_t news = tell_all(&net->servers[1]) + tell_all(&net->servers[2]);
    assert_int_equal(news, 99);

    net->servers[0].is_cut = false; /* it was not dead after all */
    settle(net);
    assert_seen_by_all(net, 1, STATE_ONLINE);
    assert_true(told_anywhere(net) >= 99); /* again, as people were told that they had left */
    assert_int_equal(told_anywhere(net), 0);
}

/* Kills all but one, each so many ticks after the one before, and says of how many that one tells. */
static size_t told_by_the_last(struct net *net, size_t last, int ticks_between)
{
    for (size_t i = 0; i < SERVERS; i++) {
        if (i == last)
            continue;
        net->servers[i].is_cut = true;
        for (int tick = 0; tick < ticks_between; tick++) {
            net->now += net->tick_ms;
            for (size_t s = 0; s < SERVERS; s++)
                presence_peers_tick(net->servers[s].chat, 0, net->now);
        }
    }
    settle(net);
    size_t news = tell_all(&net->servers[last]);
    for (size_t i = 0; i < SERVERS; i++)
        net->servers[i].is_cut = false;
    settle(net);
    told_anywhere(net);
    return news;
}

static void of_servers_that_die_together_the_last_one_tells_all(void **state)
{
    struct net *net = *state;
    for (uint64_t id = 1; id <= 90; id++)
        presence_connect(net->servers[id % SERVERS].chat, USER(id));
    settle(net);
    assert_int_equal(told_anywhere(net), 90);
    for (size_t last = 0; last < SERVERS; last++)
        for (int ticks_between = 0; ticks_between < 8; ticks_between += 5)
            assert_int_equal(told_by_the_last(net, last, ticks_between), 60);
}

static void who_gathers_changes_for_long_is_not_taken_for_dead(void **state)
{
    struct net *net = *state;
    net->limits.presence_coalesce_ms = 12000;
    net->tick_ms = 12000;
    presence_connect(net->servers[SERVERS - 1].chat, USER(1));
    settle(net);
    assert_int_equal(told_anywhere(net), 1);
    for (int tick = 0; tick < 50; tick++) {
        net->now += net->tick_ms - SERVERS;
        for (size_t s = 0; s < SERVERS; s++) {
            net->now++; /* the others' last tick is nearly as long ago as can be */
            presence_peers_tick(net->servers[s].chat, 0, net->now);
            assert_seen_by_all(net, 1, STATE_ONLINE);
        }
    }
    net->servers[SERVERS - 1].is_cut = true;
    settle(net);
    assert_int_equal(seen(&net->servers[0], 1), STATE_OFFLINE);
}

static void what_is_lost_on_the_way_is_asked_for(void **state)
{
    struct net *net = *state;
    presence_connect(net->servers[0].chat, USER(1));
    presence_connect(net->servers[0].chat, USER(2));
    settle(net);
    assert_int_equal(told_anywhere(net), 2);
    net->servers[0].loses_all = true;
    presence_disconnect(net->servers[0].chat, USER(1), true);
    presence_connect(net->servers[0].chat, USER(3));
    presence_peers_tick(net->servers[0].chat, 0, ++net->now);
    tell_all(&net->servers[0]);
    presence_peers_tick(net->servers[0].chat, 0, ++net->now);
    assert_int_equal(seen(&net->servers[1], 1), STATE_ONLINE);
    net->servers[0].loses_all = false;
    settle(net);
    assert_seen_by_all(net, 1, STATE_OFFLINE);
    assert_seen_by_all(net, 2, STATE_ONLINE);
    assert_seen_by_all(net, 3, STATE_ONLINE);
}

static void who_is_told_of_by_nobody_any_more_takes_no_memory(void **state)
{
    struct net *net = *state;
    for (uint64_t id = 1; id <= 100; id++)
        presence_connect(net->servers[id % SERVERS].chat, USER(id));
    settle(net);
    told_anywhere(net);
    for (uint64_t id = 1; id <= 100; id++)
        presence_disconnect(net->servers[id % SERVERS].chat, USER(id), true);
    settle(net);
    assert_int_equal(told_anywhere(net), 100);
    for (size_t i = 0; i < SERVERS; i++)
        assert_int_equal(presences_remembered(net->servers[i].chat->presences), 0);
}

#define OVER_A_NET(test) cmocka_unit_test_setup_teardown(test, start, finish)

int main(void)
{
    const struct CMUnitTest tests[] = {
        OVER_A_NET(who_is_at_one_server_is_seen_at_all),
        OVER_A_NET(what_was_read_before_they_said_something_elsewhere_is_not_told),
        OVER_A_NET(who_is_at_two_has_left_when_they_left_both),
        OVER_A_NET(who_goes_to_another_server_has_not_been_gone),
        OVER_A_NET(of_a_server_that_dies_all_have_left_and_one_other_tells_it),
        OVER_A_NET(of_servers_that_die_together_the_last_one_tells_all),
        OVER_A_NET(who_gathers_changes_for_long_is_not_taken_for_dead),
        OVER_A_NET(what_is_lost_on_the_way_is_asked_for),
        OVER_A_NET(who_is_told_of_by_nobody_any_more_takes_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
