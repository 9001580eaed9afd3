/* load_conn.h - one connection of the load generator: opening, HTTP upgrade, frames.
 * RFC 6455 as a client: what goes out is masked, what comes in must not be. */
#pragma once

#include "load.h"

void conn_open(struct load *load, struct conn *conn);
void conn_cut(struct conn *conn); /* as if it had never been */
void conn_on_writable(struct load *load, struct conn *conn);
void conn_on_readable(struct load *load, struct conn *conn);

/* Sends the load's message with {t} set to `time_ns`. */
void conn_send_message(struct load *load, struct conn *conn, uint64_t time_ns);
