/* renewal.h - when the certificate in use is to be replaced: after two thirds of its life, or when
 * the authority would like it (ARI, RFC 9773), which is asked for that now and then.
 * Owns: nothing. Thread: main. */
#pragma once

#include "acme/certificate.h"

struct renewal {
    int64_t at_ms;         /* by the wall's clock, as certificates are; 0: there is none to use */
    struct acme_life life; /* of the one in use */
    uint64_t from_s, to_s; /* the authority's window, from which at_ms was drawn; 0: it said none */
    uint64_t look_at_ms;   /* monotonic: when it is asked again */
    bool looking;          /* it is being asked */
};

void renewal_plan(struct renewal *renewal, const struct acme_life *life);
bool renewal_is_due(const struct renewal *renewal);
/* Shall the authority be asked now? Says so once, until renewal_hear() or renewal_forget(). */
bool renewal_look(struct renewal *renewal);
void renewal_forget(struct renewal *renewal); /* no answer will come */
/* `from` and `to`: seconds since 1970 in decimals, empty where it has no wish. True: the wish is new. */
bool renewal_hear(struct renewal *renewal, uint32_t again_s, struct str from, struct str to);
