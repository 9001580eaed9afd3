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
    peer = (struct peer){.world = world, .bus = bus_local_new(1)};
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
