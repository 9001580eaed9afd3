/* live_room.h - a room in the memory of its home: what the next verdict needs to know.
 *
 * It is what the log says up to room.last_seq: read from the store when first needed, then moved
 * only by applying what became durable.
 * Thread: the home's. Private to chat. */
#pragma once

#include "chat/act.h"
#include "chat/room/room_filters.h"
#include "core/map.h"

struct batch;
struct home;

enum live_state {
    LIVE_UNREAD,   /* must be read before the first verdict */
    LIVE_DOUBTFUL, /* nobody knows what became of its last batch: must be read again */
    LIVE_READING,
    LIVE_READY,
};

/* A server that writes to a room, 0: this one; at_ms 0: there is none. */
struct writer {
    uint64_t server, at_ms;
};

struct handover_out;

struct live_room {
    room_id id;
    struct home *home;
    enum live_state state;
    struct room room;     /* last_seq 0: there is no such room */
    uint64_t foreign_seq; /* the last event that the home has read, but did not append itself */
    struct room_filter filter;
    struct map members; /* user id -> struct member */
    struct list queue;  /* acts that wait for their verdict */
    size_t queued;
    struct batch *batch; /* under way to the store; one at a time */
    unsigned pending;    /* jobs of this room that are under way, and come back to its home */
    uint64_t contended_until_ms; /* monotonic: until then another server writes here too; 0: none */
    struct handover_out *handover; /* acts under way to the room's leader; NULL: none */
    struct writer writers[2]; /* where this server leads: the last writer, and the last other one */
    bool is_stale; /* while the room was read a block in it changed: it must be read once more */
    bool behind;   /* the log has events that were not told: it is read, though nobody asks */
    bool holed;    /* of these events one should have been told, but the hint about it was lost */
    bool heard;    /* a hint of further events came while the room was read */
    bool looking;  /* the home reads what the next verdicts are about; they wait for it */
    struct list idle_link; /* in the home's list of idle rooms, or of rooms that are due */
};

struct live_room *live_room_new(struct home *home, room_id id) MUST_USE;
void live_room_free(struct live_room *live);

bool live_room_exists(const struct live_room *live);
struct member *live_room_member(const struct live_room *live, user_id user); /* NULL if not in it */
enum role live_room_role(const struct live_room *live, user_id user); /* ROLE_NONE if not in it */
/* The member whom the room belongs to once `except` has left it: of those with the highest role, the one who has been
 * there longest. */
struct member *live_room_heir(const struct live_room *live, user_id except);

/* What was read replaces everything. */
void live_room_load(struct live_room *live, const struct room *room,
                    const struct member_list *members);
/* How many messages past the member's read marker the log still has. */
uint64_t live_room_unread(const struct live_room *live, const struct member *member);
/* The room's log begins where `pruned` says, if that is further on than the room knows. */
void live_room_was_pruned(struct live_room *live, const struct pruned *pruned);
/* The other member of a direct room; NULL if `user` is not in the room, or the room is a group. */
struct member *live_room_peer(const struct live_room *live, user_id user);
/* One member of a direct room has blocked the other, or does so no longer: the room is read before the next verdict. */
void live_room_blocks_changed(struct live_room *live);
/* The room moves on by what became durable. */
void live_room_apply_event(struct live_room *live, const struct event *event);
void live_room_apply(struct live_room *live, const struct projection *projection);
