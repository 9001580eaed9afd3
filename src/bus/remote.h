/* remote.h - what carries between servers: the bus gives it pieces of bytes (wire.h) and is given those of
 * the others. Private to bus; bus/nats fills it in.
 *
 * It may lose, double and reorder what it carries, and it says nothing back.
 * Thread: send and look from any, at once; the rest as bus.h says. */
#pragma once

#include "bus/bus.h"

struct bus_remote {
    /* `slot`: to the servers with somebody in a room of it (interest.h); negative: to all others. */
    void (*send)(struct bus_remote *remote, int slot, struct str bytes);
    /* To this one server (bus_server()), if it is there. */
    void (*send_to)(struct bus_remote *remote, uint64_t server, struct str bytes);
    /* This server's interest in a slot has begun or ended, or both. */
    void (*look)(struct bus_remote *remote, unsigned slot);
    bool (*is_ready)(struct bus_remote *remote);
    void (*metrics)(struct bus_remote *remote, struct buf *out);
    void (*close)(
        struct bus_remote *remote); /* nothing arrives when it has returned; and frees it */
};

/* The bus owns it from now on. Before the workers start. */
void bus_connect(struct bus *bus, struct bus_remote *remote);
/* For the remote: what another server said; that something of it may have been lost; whether anybody here is
 * in a room of the slot. Any thread. */
void bus_arrive(struct bus *bus, struct str bytes);
void bus_missed(struct bus *bus);
/* The way was lost and is there again: what either side told meanwhile is lost, and both look again. */
void bus_rejoined(struct bus *bus);
bool bus_wants(const struct bus *bus, unsigned slot);
