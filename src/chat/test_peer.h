/* test_peer.h - the world, and a second server on its store, whose people nobody asks. For tests of chat only. */
#pragma once

#include "chat/test_world.h"

struct peer {
    struct world *world;
    struct bus *bus;
    struct bus_subscriber subscriber;
    struct chat *chat;
};

static struct peer peer;

static UNUSED void hear_nothing(struct bus_subscriber *subscriber,
                                const struct publication *publication)
{
    (void)subscriber;
    (void)publication;
}

/* Nothing leads from one to the other but the store. */
static UNUSED int start_with_peer(void **state)
{
    int rc = start_world(state);
    struct world *world = *state;
    world->has_peers = true;
    reopen_chat(world);
    peer = (struct peer){.world = world, .bus = bus_local_new(1, 0)};
    peer.subscriber.on_publication = hear_nothing;
    bus_attach(peer.bus, 0, &world->inbox, &peer.subscriber);
    struct chat_options options = {.store = &world->store.store,
                                   .bus = peer.bus,
                                   .limits = &world->limits,
                                   .workers = 1,
                                   .has_peers = true};
    assert_int_equal(chat_new(&peer.chat, &options), 0);
    chat_attach(peer.chat, 0, &world->inbox);
    return rc;
}

static UNUSED int finish_with_peer(void **state)
{
    chat_free(peer.chat);
    bus_free(peer.bus);
    return finish_world(state);
}

/* ---- what is done there, and heard of here ---------------------------------------------------------- */

/* Does it on the other server. */
static UNUSED struct act *there(struct act *act)
{
    act_post(peer.chat, act);
    settle(peer.world);
    assert_true(is_done(act));
    return act;
}

static UNUSED void hint(struct world *world, room_id room, uint64_t first, uint64_t last,
                        bool moves)
{
    struct bus_news news = {room, first, last, moves};
    home_hear(chat_home_of(world->chat, room), &news);
    settle(world);
}

/* Somebody here is in the room from now on. */
static UNUSED void follow_from(struct world *world, room_id room, uint64_t last)
{
    take_interest(world, room);
    struct room_place place = {.room = room, .last_seq = last};
    home_follow_places(chat_home_of(world->chat, room), &place, 1);
    settle(world);
}

static UNUSED void sweep(struct world *world)
{
    chat_sweep(world->chat, 0);
    settle(world);
}

/* A group that was made there, seq 1 to 4, which is followed here from its end on. */
static UNUSED room_id another_followed_group(struct world *world, const char *nonce)
{
    struct act *act = there(a_new_room(world, ROOM_GROUP, nonce, 1, 2, 3, 0));
    room_id room = act->room;
    assert_int_equal(seq_of(act), 1);
    follow_from(world, room, 4);
    return room;
}

static UNUSED room_id a_followed_group(struct world *world)
{
    return another_followed_group(world, "n");
}

static UNUSED void say_there(struct world *world, room_id room, const char *nonce, uint64_t seq)
{
    assert_int_equal(seq_of(there(a_message(world, room, 1, nonce))), seq);
}

/* These seqs, in this order, and nothing else. */
static UNUSED void assert_told_from_to(const struct world *world, uint64_t first, uint64_t last)
{
    uint64_t next = first;
    for (size_t i = 0; i < world->told_count; i++)
        if (world->told[i].kind == PUBLISH_EVENTS)
            assert_int_equal(world->told[i].seq, next++);
    assert_int_equal(next, last + 1);
}

#define WITH_PEER(test) cmocka_unit_test_setup_teardown(test, start_with_peer, finish_with_peer)
