/* nats_bus.h - the way between servers by NATS, through libnats, which is loaded when it is opened.
 * docs/design/cluster.md.
 * Thread: open from the main thread; the rest by bus/remote.h. */
#pragma once

#include "bus/remote.h"

enum { NATS_WHY_SIZE = 256 };

struct nats_options {
    const char
        *urls; /* nats://... or tls://..., several with commas; one tls:// makes all of it so */
    const char *ca;   /* a file of roots in PEM, beside the system's; NULL: none */
    uint64_t cluster; /* servers of one database have the same, others another one */
};

/* Connects, and goes on trying where there is nobody yet. Returns 0 and *out, or -errno and in `why` a
 * sentence that says what is wrong and what to do; it never holds the URLs, which may have a password. */
int nats_bus_open(struct bus_remote **out, struct bus *bus, const struct nats_options *options,
                  char *why);
