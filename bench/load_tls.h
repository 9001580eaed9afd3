/* load_tls.h - TLS of one connection of the load generator, by OpenSSL on the connection's own socket.
 * Whom it speaks to is not checked: it is this machine.
 * Owns: the connection's SSL object, until load_tls_end(). Thread: one. */
#pragma once

#include <sys/types.h>

#include "load.h"

void load_tls_begin(struct conn *conn);      /* ends the program where there is no memory */
int load_tls_shake_hands(struct conn *conn); /* 1: done; 0: more must come; -1: failed */
void load_tls_end(struct conn *conn);

/* As recv() and send() that do not wait. */
ssize_t load_tls_receive(struct conn *conn, void *bytes, size_t most);
ssize_t load_tls_send(struct conn *conn, const void *bytes, size_t count);
