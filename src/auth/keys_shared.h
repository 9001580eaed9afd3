/* keys_shared.h - the keys of servers that share a database: one ring, kept there, so that a token which
 * one of them signed is believed by all.
 *
 * The first server of a database gives it the keys of its data directory; the others take these, and their
 * own are not used. Whoever reads the database can then sign in as anybody, as well as read all else.
 * All return 0, or -errno with a sentence in `why`, and block, but for the jobs' parts.
 * Thread: main, at start. */
#pragma once

#include "auth/key_ring.h"

struct store;
struct store_conn;

/* Replaces *keys where the database has others; *ring is what it has. The caller wipes it. */
int keys_share(struct keys **keys, struct store *store, struct key_ring *ring, char *why) MUST_USE;
/* The keys that the database has, those that sign now; -ENOENT: none. */
int keys_stored(struct keys **out, struct store *store, char *why) MUST_USE;

/* Inside a read; -ENOENT, -EINVAL. */
int keys_ring_get(struct store_conn *conn, struct key_ring *out);
/* Inside a write: turns the ring where it is time, and gives what it is then. */
int keys_ring_turn(struct store_conn *conn, const struct key_ages *ages, struct key_ring *out);
