/* keys_shared.h - the keys of servers that share a database: one set, kept there, so that a token which
 * one of them signed is believed by all.
 *
 * The first server of a database gives it the keys of its data directory; the others take these, and their
 * own are not used. Whoever reads the database can then sign in as anybody, as well as read all else.
 * Thread: main, at start. */
#pragma once

#include "auth/keys.h"

struct store;

/* Replaces *keys where the database has others. 0, or -errno with a sentence in `why`. Blocks. */
int keys_share(struct keys **keys, struct store *store, char *why) MUST_USE;
/* The keys that the database has; -ENOENT: none. A sentence in `why`. Blocks. */
int keys_stored(struct keys **out, struct store *store, char *why) MUST_USE;
