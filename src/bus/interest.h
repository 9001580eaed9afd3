/* interest.h - which workers have somebody in which room: bits over hashed rooms, in both directions
 * without a lock.
 * A worker sets its bit before it reads the log; a publisher reads the bits after it wrote the log.
 * So either the reader finds the event in the log or the publisher finds the bit.
 * Somebody who joins may be on a worker that nobody in the room was on: from before the joining is
 * published until every worker has seen it the room is held, and counts as everybody's.
 * Thread: add and remove by the worker itself, the others from any. */
#pragma once

#include "model/ids.h"

struct interest;

struct interest *interest_new(unsigned workers) MUST_USE;
void interest_free(struct interest *interest);
void interest_add(struct interest *interest, unsigned worker, room_id room);
void interest_remove(struct interest *interest, unsigned worker, room_id room);
void interest_hold(struct interest *interest, room_id room);
void interest_release(struct interest *interest, room_id room);
uint64_t interest_get(const struct interest *interest, room_id room); /* bit w: worker w */
