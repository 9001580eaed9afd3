/* helper.h - the process that speaks with the certificate authority, since the server makes no
 * connections outwards; and what the two say to each other, as parcels (core/parcel.h).
 *
 *   helper to server
 *     HELLO        I have begun, and know of nothing
 *     PROVE        number: enum acme_proof; texts: name, token. Show the proof; answered by SHOWN
 *     CERTIFICATE  texts: the chain in PEM. The order is done
 *     FAILURE      number: seconds to wait; texts: type, detail, name. The order is done
 *     WINDOW       number: seconds until to ask again; texts: from, to, in seconds since 1970, both
 *                  empty where the authority says nothing of the kind. Answers LOOK
 *   server to helper
 *     ORDER        number: the preferred proof, 256 more if http-01 is possible; texts: CSR in DER,
 *                  id of the certificate before or nothing
 *     LOOK         texts: id of a certificate. When should it be replaced (RFC 9773)?
 *     SHOWN        number: 1, or 0 if the server will not prove that name
 *
 * The helper has the account's key and nothing else of the server's: the certificate's key, the
 * proofs, the files and the times are the server's.
 * Thread: the helper's only one; the fields of options are borrowed. */
#pragma once

#include "acme/account.h"
#include "core/parcel.h"

enum acme_parcel {
    ACME_HELLO = 1,
    ACME_PROVE,
    ACME_CERTIFICATE,
    ACME_FAILURE,
    ACME_ORDER,
    ACME_SHOWN,
    ACME_LOOK,
    ACME_WINDOW,
};

enum { ACME_ORDER_HTTP_TOO = 256 };

struct acme_helper_options {
    const struct acme_account *account;
    const char *directory;
    const char *email, *ca_file; /* NULL: none */
    const struct str *names;
    size_t name_count;
};

/* Serves orders until the server's end of the socket is gone (0), or it sends what it should not. */
int acme_helper_run(int fd, const struct acme_helper_options *options) MUST_USE;
