/* out_queue.h - what waits to be written to one socket, in order: references to counted bytes, and
 * constant bytes that outlive the program.
 *
 * Empty, it holds no memory; of a single piece it is the reference itself (a broadcast puts one
 * frame into each of many queues); with more it is a ring.
 * Owns:   a reference to each piece.
 * Thread: the worker's. */
#pragma once

#include <sys/uio.h>

#include "net/budget.h"

struct out_queue {
    union {
        uintptr_t piece;   /* cap 0: the only one, if count is 1 */
        uintptr_t *pieces; /* a ring of cap, a power of two */
    };
    uint32_t cap, first, count;
    uint32_t written; /* of the first piece */
    size_t bytes;     /* still to be written */
};

/* Where a budget is named, the pieces were held in it (out_queue_hold) and are released as they
 * go; NULL: they were not. */
void out_queue_clear(struct out_queue *queue, struct budget *held); /* zeroed is empty too */
void out_queue_put(struct out_queue *queue, struct bytes *bytes); /* takes a reference of its own */
void out_queue_put_constant(struct out_queue *queue, struct str text);

/* What is to be written next of the first piece; the queue is not empty. */
struct str out_queue_next(const struct out_queue *queue);
/* Fills at most `most` slices with what is to be written next; returns how many. */
size_t out_queue_slices(const struct out_queue *queue, struct iovec *slices, size_t most);
void out_queue_advance(struct out_queue *queue, size_t written, struct budget *held);
/* Drops all but the first piece, and that too unless a part of it is written. */
void out_queue_cut(struct out_queue *queue, struct budget *held);

void out_queue_hold(const struct out_queue *queue, struct budget *budget); /* all its pieces */
/* Since when its oldest counted piece is held; UINT64_MAX if there is none. */
uint64_t out_queue_held_since(const struct out_queue *queue);
