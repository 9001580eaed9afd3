/* budget.h - what all workers of a server hold together: connections, and bytes that wait for slow
 * readers (limits.connections, limits.queue_total_bytes).
 *
 * Bytes are counted once however many queues hold them. An odometer adds up all that was ever
 * taken in; held_since is its reading when the bytes came. While more than the limit is held, some
 * of it must have come before the last `limit` bytes of the odometer, since all that came after
 * fits in the limit. So "too old" is what came before that, every worker can judge its own queues
 * by it without asking the others, and cutting the holders of what is too old always helps.
 * Drawback: holders of the same age go together, so a little more may be cut than needed.
 * Thread: any. */
#pragma once

#include "core/bytes.h"

struct budget {
    _Atomic uint64_t connections;
    _Atomic uint64_t held;     /* bytes, each counted once */
    _Atomic uint64_t odometer; /* starts at 1, so that no age is 0 */
};

void budget_init(struct budget *budget);
void budget_hold(struct budget *budget, struct bytes *bytes);    /* a queue took them */
void budget_release(struct budget *budget, struct bytes *bytes); /* a queue is rid of them */

/* Bytes held since before this must go; 0 while all fits into `limit`. */
uint64_t budget_horizon(const struct budget *budget, uint64_t limit);
