/* leaders.h - which of the servers leads a contended room, and when each was last heard.
 * docs/design/cluster.md. All by numbers that are given: nothing is sent here.
 * Owns:   its table. Thread: any; there is a lock, held for a look at a few servers, once a batch of contended rooms alone.
 * Private to chat. */
#pragma once

#include "bus/handover.h"

struct leaders;

enum { LEADER_SILENT_MS = 3000 }; /* who was not heard for so long is not asked */

struct leaders *leaders_new(uint64_t self) MUST_USE;
void leaders_free(struct leaders *leaders); /* NULL is fine */

/* now_ms: monotonic, of this server. */
void leaders_hear(struct leaders *leaders, const struct bus_alive *alive, uint64_t now_ms);
/* By what else it sends: whether it leads, it does not say there. */
void leaders_hear_clock(struct leaders *leaders, uint64_t id, uint64_t clock_ms, uint64_t now_ms);
/* It did not answer, or does not want to: it is not asked before until_ms, nor unless it is heard after now. */
void leaders_shun(struct leaders *leaders, uint64_t server, uint64_t now_ms, uint64_t until_ms);

struct leader {
    uint64_t server;
    uint64_t clock_ms; /* that it said last, */
    uint64_t heard_ms; /* when we heard it say so */
};
/* False: it is ourselves. */
bool leaders_of(struct leaders *leaders, room_id room, uint64_t now_ms, struct leader *out);
