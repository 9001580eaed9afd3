/* home.h - the home of some rooms: one a worker. It alone judges, numbers and publishes what
 * happens in them, in order.
 *
 * An act waits in its room's queue for the others that arrived with it, and until no batch of the room is under way, gets its verdict in
 * the order of arrival, goes to the store with the batch, and is answered and published when the
 * store says that it is durable.
 * Thread: the worker's. Private to chat. */
#pragma once

#include "bus/handover.h"
#include "chat/chat.h"
#include "chat/judge/server_rules.h"
#include "chat/room/live_room.h"

struct home {
    struct chat *chat;
    struct inbox *inbox;
    struct map rooms; /* room id -> struct live_room */
    struct list idle; /* those with nothing under way, the longest idle first */
    struct list due;  /* those with something to judge: at the next turn */
    struct inbox_item turn;
    bool turn_posted;
    struct server_rules rules;
    uint64_t
        rules_known_ms; /* by then the other servers have the same, where their stores answer */
    struct room_filters filters;
    struct follow *follow;     /* of the other servers; NULL: there are none, and so */
    struct hands *hands;       /* what is handed over to leaders, */
    struct duties *duties;     /* and to us */
    struct bus_bundle signals; /* that the other servers have not been told yet */
    struct map typing;         /* room id -> the home: `signals` says that somebody types there */
    struct chat_figures figures;
};

void home_init(struct home *home, struct chat *chat);
void home_deinit(struct home *home);
void home_receive(struct home *home, struct act *act);
/* Somebody has blocked the other one of this direct room, or no longer does. From any thread; acts that
 * are posted after it are judged by it. */
void home_blocks_changed(struct home *home, room_id room);
/* Less of a room's log is kept from now on. From any thread. */
void home_was_pruned(struct home *home, room_id room, const struct pruned *pruned);
/* Another server's events are in a room's log. From any thread; for a hint that is late, doubled or of
 * nobody's interest nothing happens. */
void home_hear(struct home *home, const struct bus_news *news);
/* Somebody on this server now gets what is published in these rooms; of what their logs hold up to here
 * they are told by sync. From any thread. */
void home_follow_places(struct home *home, const struct room_place *places, size_t count);
/* The last event of the room that people here were told, where there are other servers; else, and where nobody is here, 0. So no read
 * may show less. From any thread: by a lock that is held for one look into a map, and only where there are other servers, by the home once
 * a batch that it tells and by each reader once a room; an inbox would cost each read a journey to the home and back. */
uint64_t home_told(const struct home *home, room_id room);
/* Other servers' acts for us to do, and what became of ours; takes the parcel. */
void home_lead(struct home *home, struct bus_parcel *parcel);
void home_take_back(struct home *home, const struct handback *handback);
/* From time to time: what is not answered by now_ms (monotonic) is judged here. */
void home_look_at_hands(struct home *home, uint64_t now_ms);
/* What was gathered for the other servers leaves. */
void home_tell_servers(struct home *home);
/* Once a second, on the home's thread: what the bus lost is found, and others are told what they lost. */
void home_sweep(struct home *home);
