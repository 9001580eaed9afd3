/* tls_tickets.h - the keys of session tickets: with a ticket a client comes back without the costly
 * half of a handshake (RFC 5077; RFC 8446, 4.6.1), on whichever worker it lands.
 *
 * The keys live in memory alone and are replaced every TLS_TICKET_LIFE_S; the one before still
 * opens what it sealed. Then it is wiped, and nobody can open those tickets any more.
 * Owns:   its keys.
 * Thread: any; a mutex for some nanoseconds of a handshake. */
#pragma once

#include <openssl/ssl.h>

#include "core/base.h"

enum { TLS_TICKET_LIFE_S = 12 * 3600 };

struct tls_tickets;

struct tls_tickets *tls_tickets_new(void) MUST_USE;
void tls_tickets_free(
    struct tls_tickets *tickets); /* after all contexts that use it; NULL is fine */
/* New keys now, as they come by themselves with time. */
void tls_tickets_rotate(struct tls_tickets *tickets);
/* The context seals and opens its tickets with these keys. */
void tls_tickets_use(struct tls_tickets *tickets, SSL_CTX *context);
