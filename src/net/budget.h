/* budget.h - what all workers of a server hold together: connections, of all and of each address,
 * how often an address may come (connection_burst, but not those of --trust), and bytes that wait
 * for slow readers (limits.connections, connections_per_address, queue_total_bytes).
 *
 * Addresses are counted in a table of counters that their keyed hash picks, without a lock. There are
 * about as many counters as connections may be: of as many addresses most share one with one or two others.
 * Drawback: those that share one share a limit.
 *
 * Bytes are counted once however many queues hold them. An odometer adds up all that was ever
 * taken in; held_since is its reading when the bytes came. While more than the limit is held, some
 * of it must have come before the last `limit` bytes of the odometer, since all that came after
 * fits in the limit. So "too old" is what came before that, every worker can judge its own queues
 * by it without asking the others, and cutting the holders of what is too old always helps.
 * Drawback: holders of the same age go together, so a little more may be cut than needed.
 * Thread: any. */
#pragma once

#include "core/address.h"
#include "core/bytes.h"
#include "core/ipnet.h"
#include "core/rate.h"

struct budget {
    _Atomic uint64_t held;     /* bytes, each counted once */
    _Atomic uint64_t odometer; /* starts at 1, so that no age is 0 */
    _Atomic uint64_t connections;
    uint64_t seed;        /* so that nobody can choose whom to meet */
    struct rate arrivals; /* of addresses; without buckets nobody comes too often */
    const struct ipnet *trust;
    size_t trust_count;
    _Atomic uint32_t *of_address;
    size_t address_slots; /* a power of two */
};

/* Counters of addresses: a power of two that is not more than `connections`, but 16,384 at least and
 * 4 million at most. */
void budget_init(struct budget *budget, uint64_t connections);
/* Counts how often an address comes, but for those networks, which are borrowed. */
void budget_limit_arrivals(struct budget *budget, const struct limits *limits,
                           const struct ipnet *trust, size_t trust_count);
void budget_deinit(struct budget *budget);

enum budget_entry {
    BUDGET_ENTERED,
    BUDGET_FULL,        /* the server is */
    BUDGET_TOO_MANY_OF, /* that address: there are too many of it, or they come too fast */
};
/* Takes a place for a connection; nothing is taken if there is none. Without an address it is a
 * proxy's, whose address is that of many. */
enum budget_entry budget_enter(struct budget *budget, const struct limits *limits,
                               const struct ip_address *address) MUST_USE;
void budget_leave(struct budget *budget, const struct ip_address *address);

void budget_hold(struct budget *budget, struct bytes *bytes);    /* a queue took them */
void budget_release(struct budget *budget, struct bytes *bytes); /* a queue is rid of them */

/* Bytes held since before this must go; 0 while all fits into `limit`. */
uint64_t budget_horizon(const struct budget *budget, uint64_t limit);
