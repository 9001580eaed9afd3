/* listener.h - one of the listening sockets of a worker; the kernel spreads new connections over all that
 * share the port (SO_REUSEPORT).
 *
 * At most `batch` are accepted a turn, at its end, so that those already in are served too. Once a batch
 * was full the next one is taken without waiting to be told: among thousands of ready sockets the loop
 * would hear of this one every so many turns, meanwhile the backlog overflows, and who is dropped there
 * tries again only after a second. When the process
 * or the machine has no descriptor left, accepting pauses for a moment: the backlog waits, nobody
 * is refused, and the loop does not spin.
 * Owns:   its socket; an accepted one belongs to on_socket, non-blocking.
 * Thread: the loop's. */
#pragma once

#include "core/address.h"
#include "net/loop.h"

struct listener {
    struct loop_fd fd;
    struct loop_deferred turn_end; /* accepts */
    struct loop_timer pause;
    struct loop *loop;
    size_t batch;
    _Atomic uint64_t *pauses; /* counted here, where it is not NULL */
    void *owner;              /* on_socket's to use */
    void (*on_socket)(struct listener *listener, int fd, const struct ip_address *peer);
};

/* *port in: 0 picks one; out: which. `exclusive`: -EADDRINUSE if anybody listens there already;
 * afterwards others of this user may join without it. 0 or -errno. */
int listener_open(struct listener *listener, const struct ip_address *address, uint16_t *port,
                  bool exclusive) MUST_USE;
void listener_close(struct listener *listener); /* again is harmless */
