/* tls.h - one TLS connection (RFC 8446, RFC 5246) between its socket and its stream.
 *
 *   in    what the socket has is read into the worker's one buffer and opened from there, all of
 *         it; OpenSSL keeps only a record that has not come whole.
 *   out   the queue is sealed a record at a time. What the socket does not take of the sealed bytes
 *         is kept with the connection (`unsent`, at most about a record), and nothing more is
 *         sealed before it is out: so what is still in the queue is plain and may be dropped.
 *
 * Between turns a connection has no buffer but half a record's and `unsent`.
 * Owns:   OpenSSL's object and its context, `unsent`. Not the socket.
 * Fails:  with -EPROTO for what the peer did wrong (the alert that says so is sent if the socket
 *         takes it), or the socket's own -errno. Handshakes and their failures are counted.
 * Thread: the worker's. */
#pragma once

#include "core/bytes.h"
#include "core/limits.h"
#include "net/http.h"
#include "net/out_queue.h"
#include "net/tls_context.h"

/* One read of the socket and half a record from before, opened, fit into TLS_PLAIN_BYTES. */
enum { TLS_SEALED_BYTES = 32768, TLS_PLAIN_BYTES = 65536 };

/* What the TLS connections of a worker share. Zeroed: no TLS. */
struct tls_worker {
    struct ssl_ctx_st *context; /* of new connections; NULL: there are none */
    struct budget *budget;      /* is charged for `unsent` */
    struct http_figures *figures;
    char *sealed;      /* what was read from a socket */
    struct str unread; /* of it; OpenSSL takes from here */
    char *plain;       /* small pieces of a queue, joined to a record */
    struct buf *out;   /* sealed in this call, to be sent at its end */
};

/* Takes the context over; NULL turns TLS off. Connections that are there keep theirs. */
void tls_worker_set(struct tls_worker *worker, struct ssl_ctx_st *context);
void tls_worker_deinit(struct tls_worker *worker); /* after its connections */

struct tls;

/* Begins with the client's hello; the worker has a context. */
struct tls *tls_new(struct tls_worker *worker) MUST_USE;
void tls_free(struct tls *tls); /* NULL is fine */

/* Reads the socket once; the handshake is done on the way. Returns how many plain bytes are in
 * `into` (room for TLS_PLAIN_BYTES), 0 if none came of it: then tls_has_ended() may be true. */
ssize_t tls_read(struct tls *tls, int fd, char *into) MUST_USE;

/* Sends what is unsent; then seals and sends one record. Returns how many bytes of the queue are in
 * it; 0 if the socket took nothing new. */
ssize_t tls_write(struct tls *tls, int fd, const struct out_queue *queue) MUST_USE;
/* No more will be written: close_notify, unless it was said. What cannot be sent yet is unsent. */
void tls_close(struct tls *tls, int fd);

bool tls_is_ready(const struct tls *tls);      /* the handshake is through */
bool tls_was_challenge(const struct tls *tls); /* it is about tls_challenge.h alone */
bool tls_has_ended(const struct tls *tls);     /* the peer said close_notify, or sent FIN */
/* Sealed bytes that wait for the socket; NULL if none do. */
const struct bytes *tls_unsent(const struct tls *tls);
void tls_count_late(struct tls *tls); /* its handshake took too long */
