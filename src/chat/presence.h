/* presence.h - who is connected, on all workers together, and when others are told.
 *
 * A table in shards by person, each with a lock that is held for a look-up and a few counters: it is
 * taken where somebody connects, leaves or goes away, and where they are asked about, never on the
 * way of a message. An inbox instead would cost each connection a journey to another thread and each
 * question one through all of them.
 * Told is late on purpose: a change waits limits.presence_coalesce_ms, leaving
 * limits.presence_leave_ms, so that who reloads a page has not been gone; and each worker tells of at
 * most limits.presence_batch people at a time, from presence_tick(), each shard in its turn.
 * Thread: any, but presence_tick() from the worker it names. */
#pragma once

#include "model/presence.h"

struct chat;

/* A connection of this person begins, as one that somebody is at, or ends as it was. */
void presence_connect(struct chat *chat, user_id user);
void presence_disconnect(struct chat *chat, user_id user, bool was_active);
/* Somebody comes to a connection that nobody was at, or goes. */
void presence_move(struct chat *chat, user_id user, bool active);
/* What the person says about it has changed in the store: told soon, connected or not. */
void presence_renew(struct chat *chat, user_id user);

/* `user` has blocked `other`, or has no longer: what they see of one another's being there changes with it. `other`
 * is told what is so for them now, where they would have been told of a change. */
void presence_tell_apart(struct chat *chat, user_id user, user_id other);

/* Keeps when those were last seen who are there at the end: of as many as can be within that time. Blocks; before the
 * store is closed. */
void presence_save(struct chat *chat, int64_t within_ms);

/* Tells of those whose time has come. Every limits.presence_coalesce_ms or so. */
void presence_tick(struct chat *chat, unsigned worker);
