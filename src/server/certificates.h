/* certificates.h - the server's half of ACME: decides when a certificate is ordered, makes its key,
 * shows the proofs, judges what comes, keeps it, and tells how it goes. The half that speaks with
 * the authority is a process of its own (acme/helper.h in server/outpost.h).
 *
 *   DATA/acme/HOST/account.pem       the account's key
 *   DATA/acme/HOST/certificate.pem   the certificate's key and its chain; HOST is the authority's, so
 *                                    that another authority's certificate is never taken for its
 *
 * Without --acme-domain nothing of this is there.
 * Owns:   the outpost, the account's key, the proofs.
 * Fails:  with a line in the log; what is there is used on, and it is tried again.
 * Thread: main, but certificates_answer(), _tell() and _metrics(), which any may call. */
#pragma once

#include "core/arena.h"
#include "core/buf.h"
#include "core/config.h"

struct certificates;
struct tls_challenges;

/* Before the sandbox and the first thread. *out is NULL where no names are set. 0 or -errno. */
int certificates_new(struct certificates **out, const struct config *config) MUST_USE;
void certificates_free(struct certificates *certificates); /* after the workers; NULL is fine */
OWN_DEFINE(certificates_free, struct certificates *)

const char *certificates_file(const struct certificates *certificates); /* it may not be there */
struct tls_challenges *certificates_challenges(const struct certificates *certificates);
int certificates_fd(
    const struct certificates *certificates); /* to wait at; -1: nothing will come */

/* The file could be used, or not: where not, or where it ends soon or is for other names, one is
 * ordered. Before the first turn. */
void certificates_begin(struct certificates *certificates, bool usable);
/* What has come, and what is due; often. True: there is a new file to be used. */
bool certificates_turn(struct certificates *certificates);
/* The operator says that what hindered is mended: a failed order is tried again now. */
void certificates_retry(struct certificates *certificates);

/* What http-01 asks for by its token: the key authorization (RFC 8555, 8.3); STR_NONE if nobody
 * waits for that. */
struct str certificates_answer(struct certificates *certificates, struct str token,
                               struct arena *arena);
/* For /readyz: when it is renewed, or why not. */
void certificates_tell(const struct certificates *certificates, struct buf *out);
void certificates_metrics(const struct certificates *certificates, struct buf *out);
