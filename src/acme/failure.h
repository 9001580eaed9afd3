/* failure.h - why there is no certificate yet, in words that last: the problem document of the
 * authority (RFC 8555, 6.7), or what kept us from asking it.
 * Owns: nothing. Thread: any. */
#pragma once

#include "core/base.h"
#include "core/str.h"

struct acme_failure {
    char type[128];         /* "dns", of urn:ietf:params:acme:error:dns; "" if it is not ACME's */
    char detail[512];       /* what the authority, or the network, said */
    char name[256];         /* which of the names it is about; "" if it was not said */
    uint32_t retry_after_s; /* it asks to be left alone for so long; 0: it does not */
};

/* What the operator can do about it: a sentence. */
const char *acme_advice(struct str type);
