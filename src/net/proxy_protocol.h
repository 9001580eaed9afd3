/* proxy_protocol.h - the header that a proxy sends in front of a connection's first byte: who
 * connected to it (HAProxy's PROXY protocol, versions 1 and 2).
 * Owns: nothing. Thread: any. Nobody outside net includes this. */
#pragma once

#include "core/address.h"

enum {
    PROXY_MORE = 0,
    PROXY_BAD = -1,
    PROXY_HEADER_MAX = 536, /* what the specification asks receivers to take at once */
};

struct proxy_header {
    bool told;              /* false: the proxy speaks for itself, or does not know */
    bool secure;            /* the client came by TLS */
    struct ip_address peer; /* if told */
};

/* How many bytes the header takes; PROXY_MORE if it goes on behind these; PROXY_BAD if this is
 * none, or longer than PROXY_HEADER_MAX. */
int proxy_header_read(struct str bytes, struct proxy_header *out);
