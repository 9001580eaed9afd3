/* event.h - one entry of a room's log.
 *
 * Typed columns and a payload: counted, canonical JSON bytes that proto validated and made. The
 * store keeps the payload as it is and never looks inside; the bus frames it as it is.
 * Owns:   event_new() makes one object with its texts behind it; freed with the last reference.
 * Thread: the room's home may number it until it is published; after that nobody changes it. */
#pragma once

#include <stdatomic.h>

#include "core/base.h"
#include "core/str.h"
#include "model/ids.h"
#include "model/mentions.h"
#include "model/poll.h"

enum event_type { /* values are stored: never renumber */
                  EVENT_MESSAGE_CREATED = 1,
                  EVENT_MESSAGE_UPDATED = 2,
                  EVENT_MESSAGE_DELETED = 3,
                  EVENT_ROOM_CREATED = 4,
                  EVENT_USER_JOINED = 5,
                  EVENT_USER_LEFT = 6,
                  EVENT_ROOM_UPDATED = 7,
                  EVENT_REACTION_ADDED = 8,
                  EVENT_REACTION_REMOVED = 9,
                  EVENT_MESSAGE_PINNED = 10,
                  EVENT_MESSAGE_UNPINNED = 11,
                  EVENT_USER_UPDATED = 12,
                  EVENT_USER_MUTED = 13,
                  EVENT_USER_UNMUTED = 14,
                  EVENT_USER_BANNED = 15,
                  EVENT_USER_UNBANNED = 16,
                  EVENT_LINK_CREATED = 17,
                  EVENT_LINK_REVOKED = 18,
                  EVENT_REQUEST_CREATED = 19,
                  EVENT_REQUEST_CLOSED = 20,
                  EVENT_POLL_VOTED = 21,
                  EVENT_POLL_CLOSED = 22,
};

enum { NONCE_MAX = 64 };

/* Of those who answered in a thread so many are told with its root. */
enum { ANSWERERS_TOLD = 3 };

enum { EVENT_TYPES = EVENT_POLL_CLOSED + 1 };

struct event {
    atomic_uint refs;
    uint8_t type; /* enum event_type */
    uint8_t role; /* enum role, of who joined or has it from here on */
    uint8_t kind; /* enum room_kind, of a room made; message_kind, of a message; vote_kind */
    bool pruned;  /* only its place and its nonce are left: found by that alone */
    room_id room;
    uint64_t seq;   /* 1 for a room's first */
    uint64_t count; /* messages up to and including this one that count as unread */
    user_id sender; /* who did it; of a secret vote a name of theirs that nobody is to see */
    uint64_t
        target; /* user id: who joined, left, has a new role, is (un)muted or (un)banned, the new owner of room.updated; seq of the link revoked or of the
                           message that it is about; else 0 */
    int64_t created_at; /* ms; never decreases along a room */
    struct str nonce;   /* 1 .. NONCE_MAX characters, as the sender gave it or as we made it */
    struct str payload; /* message: the content object, empty once deleted; message.updated: the
                           new one on its way to the store. room.created and .updated: what was
                           set, as a JSON object, or empty. message.deleted: why, where an
                           administrator of the server did it, likewise. reaction.*: the emoji, as
                           one too */
    uint64_t reactions; /* message: of all people, all emoji, now. reaction.*: people with this
                           emoji, after it */

    /* of a message, as it stands now */
    uint64_t reply_to; /* the message that it answers; 0: none */
    uint64_t
        thread; /* the root of the thread that it is an answer in; 0: it is in the room itself */
    uint64_t answers; /* an answer: how many its thread has up to it. A root: how many there are */
    int64_t answered_at; /* of a root: when last */
    user_id answered_by
        [ANSWERERS_TOLD]; /* of a root, and of an answer on its way to the store: who, each
                                            once, who did last first; 0 behind them */
    uint64_t edit_seq;    /* the event that last edited or deleted it; 0: none */
    int64_t edit_at;      /* when */
    user_id edit_by;      /* who */
    struct str
        deletion; /* of a tombstone: what its deletion says of itself, where that is known; else empty */

    /* of message.updated and .deleted */
    struct event
        *message;     /* the message as it stands now; a reference. NULL: it is not to be seen */
    struct str emoji; /* of a reaction on its way to the store */
    struct poll poll; /* a message on its way to the store: what it asks */
    const struct vote *vote; /* poll.voted on its way to the store; else NULL */
    int64_t keep_until; /* on its way to the store: when the words before are forgotten; 0: now */

    struct mentions mentions; /* message, on its way to the store: what is to be counted for them */
};

struct event_list {
    struct event **items; /* one reference each */
    size_t count;
};

/* Copies the columns of `columns`, its texts, mentions and vote; one reference. */
struct event *event_new(const struct event *columns) MUST_USE;
struct event *event_ref(struct event *event);
void event_unref(struct event *event); /* NULL is fine */
OWN_DEFINE(event_unref, struct event *)

/* Takes the reference. *cap, the caller's: how many the items have room for; both begin with 0. */
void event_list_push(struct event_list *list, size_t *cap, struct event *event);
void event_list_deinit(struct event_list *list); /* items are of xmalloc */

static inline bool event_is_message(const struct event *event)
{
    return event->type == EVENT_MESSAGE_CREATED;
}

/* A message in a thread: it is not among the room's own, and does not count as unread there. */
static inline bool event_is_answer(const struct event *event)
{
    return event->thread != 0;
}

/* One of the room's own messages. */
static inline bool event_is_room_message(const struct event *event)
{
    return event_is_message(event) && !event_is_answer(event);
}

/* message.updated or .deleted: about a message that was there before. */
static inline bool event_changes_message(const struct event *event)
{
    return event->type == EVENT_MESSAGE_UPDATED || event->type == EVENT_MESSAGE_DELETED;
}

static inline bool event_is_poll(const struct event *event)
{
    return event_is_message(event) && event->kind == MESSAGE_POLL;
}

/* A vote of which nobody is to know whose it is. */
static inline bool event_is_secret(const struct event *event)
{
    return event->type == EVENT_POLL_VOTED && event->kind == VOTE_SECRET;
}

/* A tombstone: its place stays, its words are gone. */
static inline bool event_is_deleted(const struct event *event)
{
    return event_is_message(event) && event->payload.len == 0;
}

/* What a deletion says of itself that an administrator of the server made without a reason. */
#define EVENT_BY_SERVER "{\"by_server\":true}"

/* A tombstone that says what this deletion of it says; one reference. */
struct event *event_told_deletion(const struct event *tombstone, const struct event *deletion)
    MUST_USE;

/* The message behind a change, as it is after it: what the store makes of it too. */
struct event *event_changed_message(const struct event *message, const struct event *change)
    MUST_USE;

/* 1 .. NONCE_MAX of [A-Za-z0-9_.:-] */
bool nonce_is_valid(struct str nonce);

/* What its JSON takes, at most: for replies that are bounded in bytes. */
size_t event_json_most(const struct event *event);
