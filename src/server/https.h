/* https.h - the server's certificate: read at the start and again when it was replaced (SIGHUP, or a
 * new one by ACME), and given to all workers. A certificate that cannot be used leaves the one before in place.
 *
 * Owns:   the tickets' keys and a reference to the newest context.
 * Fails:  with a line in the log.
 * Thread: main, but https_tell() and https_metrics(). Private to server. */
#pragma once

#include <stdatomic.h>

#include "core/buf.h"
#include "core/config.h"
#include "net/tls_context.h"

struct certificates;

struct https {
    const struct config *config;
    struct certificates *certificates; /* NULL: it comes from --tls-cert */
    struct tls_tickets *tickets;
    struct ssl_ctx_st *context; /* NULL: plain HTTP */
    uint64_t told_ms;           /* monotonic: when the log last told of the end */
    _Atomic int64_t ends_at;    /* its certificate; milliseconds since 1970; 0: there is none yet */
};

/* 0 also where no certificate is set. `certificates`: where it comes from, if not from --tls-cert;
 * outlives it. */
int https_open(struct https *https, const struct config *config, struct certificates *certificates)
    MUST_USE;
/* True if there is a new context, to be given to the workers. */
bool https_reload(struct https *https);
/* For /readyz: how long the certificate is good. False: nobody can come in, there is none. */
bool https_tell(const struct https *https, struct buf *out);
/* Often: a certificate that nobody renews for us is spoken of every day when it ends soon. */
void https_look(struct https *https);
void https_metrics(const struct https *https, struct buf *out);
void https_close(struct https *https); /* after the workers; zeroed is fine */
