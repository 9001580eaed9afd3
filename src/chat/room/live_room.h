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

struct writer { /* to a room: a server, 0: this one; at_ms 0: there is none */
    uint64_t server, at_ms;
};

struct handover_out;

struct live_room {
    room_id id;
    struct home *home;
    enum live_state state;
    struct room room;     /* last_seq 0: there is no such room */
    uint64_t foreign_seq; /* the last event that was learnt by reading: not of our own batches */
    struct room_filter filter;
    struct map members; /* user id -> struct member */
    struct list queue;  /* acts that wait for their verdict */
    size_t queued;
    struct batch *batch;           /* under way to the store; one at a time */
    unsigned pending;              /* jobs under way that come back here */
    uint64_t contended_until_ms;   /* monotonic: another server writes to it, too; 0: none */
    struct handover_out *handover; /* to its leader; NULL: none */
    struct writer writers[2];      /* of those that we lead, the last, and the last of the others */
    bool is_stale; /* who blocks whom changed while it was read: must be read once more */
    bool behind;   /* the log has events that were not told: read it, though nobody asks */
    bool holed;    /* something of that should have been told, and was not: a hint was lost */
    bool heard;    /* of more, while what is behind was read */
    bool looking;  /* messages are read for the next verdicts, which wait for them */
    struct list idle_link; /* in the home's list while nothing is under way, or while it is due */
};

struct live_room *live_room_new(struct home *home, room_id id) MUST_USE;
void live_room_free(struct live_room *live);

bool live_room_exists(const struct live_room *live);
struct member *live_room_member(const struct live_room *live, user_id user); /* NULL if not in it */
enum role live_room_role(const struct live_room *live, user_id user); /* ROLE_NONE if not in it */
/* Whose the room is once `except` has left it: of the highest role there is, the longest-standing. */
struct member *live_room_heir(const struct live_room *live, user_id except);

/* What was read replaces everything. */
void live_room_load(struct live_room *live, const struct room *room,
                    const struct member_list *members);
/* How many messages past their read marker are kept. */
uint64_t live_room_unread(const struct live_room *live, const struct member *member);
/* Its log begins further on from now on, as far as that is news. */
void live_room_was_pruned(struct live_room *live, const struct pruned *pruned);
/* The other one of a direct room; NULL if `user` is not in it, or it is a group. */
struct member *live_room_peer(const struct live_room *live, user_id user);
/* Somebody in it has blocked the other one, or no longer does: it is read before the next verdict. */
void live_room_blocks_changed(struct live_room *live);
/* What became durable moves it on. */
void live_room_apply_event(struct live_room *live, const struct event *event);
void live_room_apply(struct live_room *live, const struct projection *projection);
