/* order.h - a certificate is ordered, its names are proved, it is fetched (RFC 8555, 7.4, 7.5).
 * Owns: nothing. Blocks, minutes if the authority takes them. Thread: one. */
#pragma once

#include "acme/session.h"

struct acme_wish {
    const struct str *names;
    size_t count;
    struct str csr;        /* DER (RFC 2986), with all the names */
    struct str replaces;   /* the id of the certificate before (RFC 9773, 5), or empty */
    enum acme_proof proof; /* that is given if it is asked for */
    bool may[ACME_PROOFS]; /* else one of these */
    /* Puts the answer where the authority will look; false ends the order. */
    bool (*prove)(void *ctx, enum acme_proof proof, struct str name, struct str token);
    void (*wait)(void *ctx, uint32_t ms);
    void *ctx;
};

/* True: *chain is PEM, in the session's arena. False: session->failure says why. */
bool acme_order_run(struct acme_session *session, const struct acme_wish *wish, struct str *chain);
