/* server.h - the whole program put together: the only place that makes things.
 * Owns:   everything that it makes, down to the threads.
 * Thread: the main thread's; signals are taken by it alone. */
#pragma once

#include "core/config.h"

struct server;

/* Opens the data, makes the keys, listens. 0, or -errno after a line in the log that says what is
 * wrong and what to do. `config` is borrowed. */
int server_new(struct server **out, const struct config *config);

/* Serves until SIGTERM or SIGINT, then finishes what is under way (limits.drain_s at most). */
int server_run(struct server *server);
void server_free(struct server *server); /* NULL is fine */
OWN_DEFINE(server_free, struct server *)
