/* tls_context.h - what TLS connections have in common: the certificate, its key, and the rules:
 * TLS 1.2 and 1.3, forward secrecy and authenticated ciphers only, HTTP/1.1 by ALPN, tickets.
 *
 * A connection keeps the context that it began with, so a new certificate disturbs nobody.
 * Owns:   counted (SSL_CTX of OpenSSL); gone with its last connection.
 * Fails:  with a sentence for the operator that names the file.
 * Thread: any. */
#pragma once

#include "core/base.h"

struct ssl_ctx_st; /* OpenSSL's SSL_CTX */
struct tls_challenges;
struct tls_tickets;

enum { TLS_WHY_SIZE = 512 };

/* `cert` is a PEM file with the server's certificate first and those that lead to the root behind
 * it; `key` a PEM file with its private key, without a passphrase. 0, or -EINVAL and `why`
 * (TLS_WHY_SIZE bytes). `tickets` outlives it. */
int tls_context_new(struct ssl_ctx_st **out, const char *cert, const char *key,
                    struct tls_tickets *tickets, char *why) MUST_USE;
/* The same where names are proved by tls-alpn-01: `file` holds both the certificate and its key; NULL
 * while there is none, and all but those who ask for the proof are refused then. `challenges` outlives
 * it. */
int tls_context_new_proving(struct ssl_ctx_st **out, const char *file, struct tls_tickets *tickets,
                            struct tls_challenges *challenges, char *why) MUST_USE;
struct ssl_ctx_st *tls_context_ref(struct ssl_ctx_st *context); /* NULL is fine */
void tls_context_unref(struct ssl_ctx_st *context);             /* NULL is fine */
OWN_DEFINE(tls_context_unref, struct ssl_ctx_st *)

/* Seconds until its certificate ends; negative: it has ended; 0 also where there is none. */
int64_t tls_context_life_s(const struct ssl_ctx_st *context);
