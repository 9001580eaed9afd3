/* handover.h - acts that one server does for another: what it is asked, and what it answers.
 * docs/design/cluster.md, "A leader of a contended room". Any of it may be lost, doubled, late or reordered.
 * Owns:   nothing but a parcel, whose texts and arrays lie in its arena. Thread: any. */
#pragma once

#include "bus/bus.h"
#include "core/arena.h"
#include "model/mentions.h"
#include "model/poll.h"
#include "model/problem.h"

/* Servers that speak another one hand each other nothing. Raise it with whatever changes below. */
enum { HANDOVER_VERSION = 3 };

/* At most so many acts in one handover, which NATS carries with a payload of each at its longest. */
enum { HANDOVER_ACTS = 128 };

/* A server lives; clock_ms is its own, which means nothing elsewhere. */
struct bus_alive {
    uint64_t server;
    uint8_t version;
    bool leads; /* may be asked; one that stops says no */
    uint64_t clock_ms;
};

enum deed_kind { /* values travel: never renumber */
                 DEED_SEND = 1,
                 DEED_FORWARD = 2,
                 DEED_REACT = 3,
                 DEED_UNREACT = 4,
                 DEED_PIN = 5,
                 DEED_UNPIN = 6,
                 DEED_EDIT = 7,
                 DEED_DELETE = 8,
                 DEED_VOTE = 9,
                 DEED_CLOSE_POLL = 10,
                 DEED_KINDS
};

/* One act, as in chat/act.h; its origin found nothing wrong with it. */
struct deed {
    enum deed_kind kind;
    user_id self;
    uint64_t seq, thread;
    struct str nonce, emoji, payload;
    struct mentions mentions;
    struct poll poll;
    struct ballot ballot;
};

struct handover {
    uint64_t from, to; /* servers */
    uint64_t home;     /* that asks: ids of homes are drawn at the start */
    uint64_t number;   /* grows with each of this home */
    uint64_t clock_ms; /* what `to` said last of its clock; */
    uint64_t life_ms;  /* so long after that it may be judged */
    room_id room;
    const struct deed *deeds; /* in their order */
    size_t count;
};

struct outcome {
    enum { OUTCOME_STANDS = 0, OUTCOME_STOOD = 1, OUTCOME_REFUSED = 2 } kind;
    uint64_t seq;           /* of its event, which stands, or had stood before */
    struct problem problem; /* OUTCOME_REFUSED */
};

struct handback {
    uint64_t from, to, home, number;
    room_id room;
    uint64_t clock_ms;              /* of `from`, now */
    bool taken;                     /* false: nothing was done, nor will be */
    bool contended;                 /* others write to this room, too */
    const struct outcome *outcomes; /* of each deed; none if it was not taken */
    size_t count;
};

/* One of both, as it arrived. */
struct bus_parcel {
    struct arena arena;
    struct handover handover;
    struct handback handback;
};
void bus_parcel_free(struct bus_parcel *parcel); /* NULL is fine */

/* To all; to the one that it is for. Nothing where there are no others, or the bus is lost. */
void bus_publish_alive(struct bus *bus, const struct bus_alive *alive);
void bus_hand_over(struct bus *bus, const struct handover *handover);
void bus_hand_back(struct bus *bus, const struct handback *handback);
/* Bytes that a deed takes on the way, or a little more. */
size_t deed_size(const struct deed *deed);
