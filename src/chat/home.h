/* home.h - the home of some rooms: one a worker. It alone judges, numbers and publishes what
 * happens in them, in order.
 *
 * An act waits in its room's queue for the others that arrived with it, and until no batch of the room is under way, gets its verdict in
 * the order of arrival, goes to the store with the batch, and is answered and published when the
 * store says that it is durable.
 * Thread: the worker's. Private to chat. */
#pragma once

#include "chat/chat.h"
#include "chat/live_room.h"

struct home {
    struct chat *chat;
    struct inbox *inbox;
    struct map rooms; /* room id -> struct live_room */
    struct list idle; /* those with nothing under way, the longest idle first */
    struct list due;  /* those with something to judge: at the next turn */
    struct inbox_item turn;
    bool turn_posted;
    struct chat_figures figures;
};

void home_init(struct home *home, struct chat *chat);
void home_deinit(struct home *home);
void home_receive(struct home *home, struct act *act);
/* Somebody has blocked the other one of this direct room, or no longer does. From any thread; acts that
 * are posted after it are judged by it. */
void home_blocks_changed(struct home *home, room_id room);
