/* nats_connect.h - how NATS is connected to, and what is wrong where that cannot go well. Private to bus/nats.
 * Thread: the main thread, at start, with the library loaded. */
#pragma once

#include "bus/nats/nats_bus.h"
#include "bus/nats/nats_library.h"

/* Makes *out, to be destroyed by the caller, also where it fails: NATS_INVALID_ARG of more than BUS_SERVERS_MOST servers, say. */
natsStatus nats_connect_options(natsOptions **out, const struct nats_options *asked);
/* How long one of these may take to answer when they are only looked at: many that answer nothing must not hold up the
 * start for minutes. */
int nats_connect_probe_ms(const char *urls) MUST_USE;
/* Whether certificates are as they must be, and TLS is spoken at all where it is asked for, while somebody looks: later the library
 * would try again for ever, and say no more than that nobody answers. Where nobody is there yet, it is found out then. What may
 * be a NATS that is just stopping is looked at several times. Blocks. */
natsStatus nats_connect_probe(natsOptions *options, const char *urls);
/* What is wrong, and what to do; without the URLs, which may have a password. */
void nats_connect_why(natsStatus s, char *why, size_t size);
