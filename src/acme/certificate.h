/* certificate.h - what is asked for (a fresh key, and a request with the names, RFC 2986), and what
 * comes of it: judged before anything is replaced by it.
 *
 * A file holds both key and chain, so that the two never disagree.
 * Owns:   its key. Fails: with a sentence (ACME_WHY_SIZE bytes). Thread: any. */
#pragma once

#include "core/buf.h"

struct acme_request;

/* Names are in lower case and at least one. */
struct acme_request *acme_request_new(const struct str *names, size_t count) MUST_USE;
void acme_request_free(struct acme_request *request); /* NULL is fine */
OWN_DEFINE(acme_request_free, struct acme_request *)
struct str acme_request_csr(const struct acme_request *request); /* DER */

/* Appends the file's text if `chain` (PEM) begins with a certificate for that key and all names that
 * is good now. 0 or -EINVAL. */
int acme_request_finish(const struct acme_request *request, struct str chain, struct buf *out,
                        char *why) MUST_USE;

enum { ACME_CERTIFICATE_ID_SIZE = 128 };
struct acme_life {
    int64_t from_ms, to_ms; /* since 1970 */
    /* By which the authority knows it (RFC 9773, 4.1); empty if it has none. */
    char id[ACME_CERTIFICATE_ID_SIZE];
};
/* Of the certificate in such a file's text. False if there is none, or none for all these names. */
bool acme_certificate_read(struct str text, const struct str *names, size_t count,
                           struct acme_life *out);
