/* revoked.h - the sessions that ended within one access token's life: their tokens are still well
 * signed and not yet expired, and must be refused all the same.
 *
 * Asked on every request by every worker, told a few times a second at most. So a look-up takes no
 * lock and writes nothing: one load of a cache line of eight ids (one more for each doubling that
 * a flood of sign-outs caused), which stays shared in every core's cache until a session ends.
 * There is nothing for a reader to hold on to: slots are plain atomic numbers and tables are never
 * given back before the end, so no reclamation scheme is needed. An id that is found has ended,
 * however old the entry is, since a session never comes back to life; entries past their time are
 * only room for new ones. Drawback: memory stays at its peak, 16 bytes an entry.
 * Writers agree by a lock among themselves.
 * Owns:   its tables.
 * Thread: any. */
#pragma once

#include "core/base.h"
#include "model/ids.h"

struct revoked;

struct revoked *revoked_new(void) MUST_USE;
void revoked_free(struct revoked *revoked); /* when nobody asks any more; NULL is fine */
OWN_DEFINE(revoked_free, struct revoked *)

/* Remembers it until the given time (monotonic ms) at least. Adding twice is fine. */
void revoked_add(struct revoked *revoked, session_id session, uint64_t now_ms, uint64_t until_ms);
/* True from the moment that revoked_add returned, on every thread. */
bool revoked_has(const struct revoked *revoked, session_id session);
