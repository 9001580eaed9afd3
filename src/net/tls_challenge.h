/* tls_challenge.h - proves to a certificate authority that a name leads here: its client offers the
 * protocol acme-tls/1 alone and is shown a certificate made for this one question (RFC 8737).
 *
 * Whoever offers that and names no name that is being proved is refused, as anybody is who comes
 * before there is a certificate at all.
 * Owns:   the certificates that are out, and their keys.
 * Thread: any; a mutex, which only handshakes that offer acme-tls/1 take. */
#pragma once

#include "core/base.h"
#include "core/str.h"

enum { TLS_CHALLENGE_DIGEST_LEN = 32 };

struct ssl_st;
struct ssl_ctx_st;
struct tls_challenges;

struct tls_challenges *tls_challenges_new(void) MUST_USE;
/* After all contexts that use it; NULL is fine. */
void tls_challenges_free(struct tls_challenges *challenges);

/* `digest`: SHA-256 of the key authorization. `name`: a DNS name in lower case; one that is being
 * proved already gets the new digest. */
void tls_challenges_put(struct tls_challenges *challenges, struct str name,
                        const uint8_t digest[TLS_CHALLENGE_DIGEST_LEN]);
void tls_challenges_clear(struct tls_challenges *challenges);

/* Connections of this context are asked. `has_certificate`: it has one for everybody else. */
void tls_challenges_use(struct tls_challenges *challenges, struct ssl_ctx_st *context,
                        bool has_certificate);
/* Is it one that was shown such a certificate? Nothing is to be said on it (RFC 8737, 3). */
bool tls_is_challenge(const struct ssl_st *ssl);
/* For the choice of a protocol: SSL_TLSEXT_ERR_OK, or _NOACK if it is no such connection. */
int tls_challenge_choose_protocol(const struct ssl_st *ssl, const unsigned char **out,
                                  unsigned char *out_len);

/* ---- what a client's hello says; empty where it is malformed ---- */

/* Is this protocol, and no other, what the extension's bytes (RFC 7301, 3.1) offer? */
bool tls_hello_offers_only(struct str extension, struct str protocol);
/* The host_name of the extension's bytes (RFC 6066, 3). */
struct str tls_hello_name(struct str extension);
