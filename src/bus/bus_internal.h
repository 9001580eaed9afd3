/* bus_internal.h - what the files of the bus share. Private to bus. */
#pragma once

#include "bus/bus.h"
#include "bus/interest.h"
#include "bus/remote.h"

enum { BUS_LISTENERS_MAX = 4 };

struct port { /* one worker's end */
    struct inbox *inbox;
    struct bus_subscriber *subscriber;
};

/* What compresses, for one thread at a time. */
struct press {
    atomic_flag taken;
    struct ws_deflater *deflater; /* made when first needed */
};

struct bus {
    struct interest *interest;
    unsigned workers;
    size_t deflate_min_bytes; /* 0: nothing is compressed */
    atomic_size_t deflating;  /* connections that take it */
    struct press presses[BUS_WORKERS_MAX];
    struct port ports[BUS_WORKERS_MAX];
    uint64_t server;           /* this one */
    struct bus_remote *remote; /* the way to other servers; NULL: there are none */
    struct bus_listener *listeners[BUS_LISTENERS_MAX];
    size_t listener_count;
};

/* At most so many events, or so many bytes of text unless it is one, in one publication: a piece
 * that is given out whole must leave the queue of whoever reads well in one go. */
enum { EVENTS_MOST = 256, TEXTS_MOST = 65536 };

/* Texts that are being encoded, to leave together. */
struct texts {
    struct buf all;
    size_t ended; /* bytes of those that are whole */
    uint32_t count, lens[EVENTS_MOST];
};

/* Gives out what is in `texts`, one text or none: to the workers with somebody in the publication's room,
 * or to every one. */
void bus_give_out(struct bus *bus, struct publication *publication, struct texts *texts,
                  bool everywhere);
/* The same to other servers; for publications that carry all that they are about. */
void bus_carry(struct bus *bus, const struct publication *publication, struct str text);
/* The same, not at once but with the rest of the bundle. */
void bus_carry_later(struct bus *bus, const struct publication *publication, struct str text,
                     struct bus_bundle *bundle);
/* To which servers it goes: with somebody in a room of the slot; negative: to all. */
int bus_slot_of(const struct publication *publication);
struct wire;
void bus_send(struct bus *bus, int slot, const struct wire *wire);
void bus_arrive_signal(struct bus *bus, const struct wire *wire);
void bus_arrive_bundle(struct bus *bus, struct str bundle);
struct reach *bus_reach_copy(const struct reach *reach) MUST_USE; /* one piece of memory */
