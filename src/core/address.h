/* address.h - an IP address without its port; IPv4 is kept as IPv4-mapped IPv6 (RFC 4291, 2.5.5.2).
 * Computes only. Thread: any. */
#pragma once

#include "core/base.h"
#include "core/str.h"

enum { ADDRESS_TEXT_SIZE = 46 }; /* INET6_ADDRSTRLEN */

struct ip_address {
    uint8_t bytes[16];
};

bool address_is_v4(const struct ip_address *address);
bool address_is_loopback(const struct ip_address *address);
bool address_parse(struct str text, struct ip_address *out); /* "127.0.0.1", "::1", "[::1]" */
/* Writes text and its final NUL; IPv4 in dotted form. */
struct str address_print(const struct ip_address *address, char out[ADDRESS_TEXT_SIZE]);
/* What one customer usually has: the whole IPv4 address, the /64 of IPv6. For rate limits. */
struct ip_address address_customer(const struct ip_address *address);

struct sockaddr_storage;
bool address_from_socket(const struct sockaddr_storage *from, struct ip_address *out);
/* Returns the length to give to bind() or connect(). */
uint32_t address_to_socket(const struct ip_address *address, uint16_t port,
                           struct sockaddr_storage *out);
