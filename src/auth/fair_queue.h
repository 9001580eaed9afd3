/* fair_queue.h - a bounded queue that serves customers in turn: one item of each address that has
 * some waiting, then around again. An address that brings a thousand delays another one by one
 * item of its own per round, not by a thousand.
 * Owns:   a lane for each address that waits; items are the caller's.
 * Cost:   constant time for each operation.
 * Thread: one at a time. */
#pragma once

#include "core/address.h"
#include "core/list.h"
#include "core/map.h"

struct fair_item {
    struct list link;
};

struct fair_queue {
    struct map lanes;    /* by address */
    struct list turn;    /* of lanes; the first is served next */
    size_t len;          /* items waiting */
    size_t most;         /* of these */
    size_t most_of_lane; /* and from one address */
};

void fair_queue_init(struct fair_queue *queue, size_t most, size_t most_of_lane);
void fair_queue_deinit(struct fair_queue *queue); /* must be empty */

bool fair_queue_has_room(const struct fair_queue *queue, const struct ip_address *address);
/* False: full, for everybody or for this address; the item is not in it. */
bool fair_queue_put(struct fair_queue *queue, const struct ip_address *address,
                    struct fair_item *item);
struct fair_item *fair_queue_take(struct fair_queue *queue); /* NULL: empty */
