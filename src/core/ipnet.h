/* ipnet.h - a network in CIDR notation, IPv4 or IPv6, and who is in it.
 * Owns: nothing. Thread: any. */
#pragma once

#include "core/address.h"

struct ipnet {
    struct ip_address address; /* bits behind the prefix are zero */
    unsigned prefix;           /* 0 to 128; an IPv4 network counts from 96 */
};

/* "10.0.0.0/8", "fd00::/8", or one address without a prefix. Bits behind the prefix must be zero,
 * since whoever sets them most likely meant another prefix. */
bool ipnet_parse(struct str text, struct ipnet *out);

bool ipnet_has(const struct ipnet *net, const struct ip_address *address);
