/* nats_connect.h - how NATS is connected to, and what is wrong where that cannot go well. Private to bus/nats.
 * Thread: the main thread, at start, with the library loaded. */
#pragma once

#include "bus/nats/nats_bus.h"
#include "bus/nats/nats_library.h"

/* Makes *out, to be destroyed by the caller, also where it fails: NATS_INVALID_ARG of more than BUS_SERVERS_MOST servers, say. */
natsStatus nats_connect_options(natsOptions **out, const struct nats_options *asked);
/* The time, as the probe sees it; tests have another one. */
struct nats_clock {
    uint64_t (*now_ms)(void);
    void (*rest)(uint64_t ms);
};
extern const struct nats_clock nats_real_clock;

enum { NATS_PROBE_MOST_MS = 10000 };

/* Whether certificates are as they must be, and TLS is spoken at all where it is asked for, while somebody looks: later the library
 * would try again for ever, and say no more than that nobody answers. One server that is as it must be is enough. Where nobody is
 * there yet, or does not answer in time, it is found out then. What may be a NATS that is just stopping is looked at several times,
 * all else once. Blocks: NATS_PROBE_MOST_MS at most for all servers together, however many are silent; how long the
 * system looks up a name, and the library waits for one that begins TLS and stops in the middle, is theirs to say. */
natsStatus nats_connect_probe(natsOptions *options, const char *urls,
                              const struct nats_clock *clock);
/* What is wrong, and what to do; without the URLs, which may have a password. */
void nats_connect_why(natsStatus s, char *why, size_t size);
