/* jws.h - a request that is signed by the account (RFC 8555, 6.2; RFC 7515, 7.2.2).
 * Owns: nothing. Thread: any. */
#pragma once

#include "acme/account.h"

struct acme_jws {
    struct str url, nonce;
    struct str kid;     /* the account's URL; empty: its key is sent instead */
    struct str payload; /* JSON; empty: POST-as-GET */
};

void acme_jws_put(const struct acme_account *account, const struct acme_jws *jws, struct buf *out);
