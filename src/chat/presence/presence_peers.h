/* presence_peers.h - who is there at the other servers of the cluster, so that somebody is there who is there
 * anywhere, and who goes from one server to another has not been gone.
 *
 * Each server says what has changed, many people in one message, and that it is alive; a message that is missing
 * shows by its number, and all is asked for again. A server of which nothing is heard for limits.peer_silent_s, and
 * for three ticks at the least (limits.presence_coalesce_ms), is taken for dead: its people have left, which one server tells, the living one with the smallest id. While
 * our own bus is lost nobody is taken for dead.
 * What a server tells people of somebody it says here too, so that none tells it again.
 * Thread: any, a lock is held while one message is taken; tick from the worker that it names. Private to chat. */
#pragma once

#include "bus/bus.h"

struct chat;
struct presence_peers;

struct presence_peers *presence_peers_new(uint64_t server) MUST_USE;
void presence_peers_free(struct presence_peers *peers); /* NULL is fine */

/* Tells the others what has changed in this worker's part, and looks who is silent. */
void presence_peers_tick(struct chat *chat, unsigned worker, uint64_t now_ms);
/* What another server said. */
void presence_peers_hear(struct chat *chat, const struct bus_presents *presents, uint64_t now_ms);
/* Somebody asks a server for all of it: ours, or another one. */
void presence_peers_asked(struct chat *chat, uint64_t server);
