/* interest.h - which workers have somebody in which room: bits over hashed rooms, in both directions
 * without a lock.
 * A worker sets its bit before it reads the log; a publisher reads the bits after it wrote the log.
 * So either the reader finds the event in the log or the publisher finds the bit.
 * Somebody who joins may be on a worker that nobody in the room was on: from before the joining is
 * published until every worker has seen it the room is held, and counts as everybody's.
 * Rooms of one slot cannot be told apart, so there are about as many slots here as connections. For other servers
 * slots are the same whatever the limits: of ours those that agree in their lowest bits are one of theirs.
 * Thread: add and remove by the worker itself, the others from any. */
#pragma once

#include "model/ids.h"

struct interest;

/* Slots: a power of two that is not more than `connections`, but INTEREST_SLOTS at least. */
struct interest *interest_new(unsigned workers, uint64_t connections) MUST_USE;
void interest_free(struct interest *interest);
/* True: no worker had anybody in the room's slot before, or none has any more. */
bool interest_add(struct interest *interest, unsigned worker, room_id room);
bool interest_remove(struct interest *interest, unsigned worker, room_id room);
void interest_hold(struct interest *interest, room_id room);
void interest_release(struct interest *interest, room_id room);
/* Of the slots that all servers share: which one is the room's; whether any worker has somebody in a room of it. */
enum { INTEREST_SLOTS = 1 << 16 };
unsigned interest_slot_of(room_id room);
bool interest_in_slot(const struct interest *interest, unsigned slot);
uint64_t interest_get(const struct interest *interest, room_id room); /* bit w: worker w */
