/* forwarded.h - who asks and how they came, as told by the proxies in front: X-Forwarded-For and
 * X-Forwarded-Proto, or Forwarded (RFC 7239).
 *
 * Anybody can write these headers, so one is believed only as far as those who wrote it are: the
 * lists are read from their end, each member being the word of the hop that sent it, until the
 * first address that is no trusted proxy. What stands before that is the client's own invention.
 * X-Forwarded-For wins where both are there: most proxies write it, and most pass a Forwarded that
 * a client made up. A proxy that writes Forwarded must take X-Forwarded-For away.
 * Owns: nothing. Thread: any. Nobody outside net includes this but for http_proxies. */
#pragma once

#include "net/http.h"

bool http_proxies_have(const struct http_proxies *proxies, const struct ip_address *address);

/* In: the address that the socket says, one of the proxies', and whether it came by TLS. Out: the
 * client's. What is malformed says nothing: the hop that wrote it is then taken for the client. */
void forwarded_read(const struct http_request *request, const struct http_proxies *proxies,
                    struct ip_address *peer, bool *secure);
