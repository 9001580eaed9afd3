/* stream.h - the lowest layer of a connection: bytes in and out of one socket.
 *
 * On top of it lies one protocol at a time: HTTP first (http1.c), WebSocket after an upgrade
 * (websocket.c). Between it and the socket there may be TLS (tls.h): stream_secure().
 *
 *   in    the worker's one read buffer is offered to the protocol as it is; only what the protocol
 *         does not take is kept, and nothing more is read before that has gone.
 *   out   references to bytes are queued and leave at the end of the turn in one system call.
 *         Only when the socket refuses is EPOLLOUT asked for; what then waits is charged to the
 *         server's budget, and the protocol is told when the server has no room for it any more.
 *
 * Owns:   its socket and its queue. stream_close() gives both back at once; the object itself lives
 *         until the end of a turn, when on_gone frees it, so callers up the stack need not care.
 * Thread: the worker's. */
#pragma once

#include "core/limits.h"
#include "net/http.h"
#include "net/loop.h"
#include "net/out_queue.h"
#include "net/tls.h"

struct stream;

struct stream_protocol {
    /* Bytes have come; they may be written over and are good until the call returns. Returns how
     * many it took. What it leaves it gets again, and nothing else, after stream_resume(). Called
     * once more, maybe with none, when a TLS handshake is through. */
    size_t (*on_bytes)(struct stream *stream, char *bytes, size_t len);
    void (*on_end)(struct stream *stream);      /* the peer has sent all it will send */
    void (*on_written)(struct stream *stream);  /* something was written; maybe all of it */
    void (*on_due)(struct stream *stream);      /* the time of stream_set_timer() is up */
    void (*on_too_slow)(struct stream *stream); /* what waits for it must go, now */
    void (*on_gone)(struct stream *stream);     /* closed, last call: free it */
};

enum { STREAM_READ_BYTES = TLS_PLAIN_BYTES }; /* the worker's read buffer */

/* What the streams of one worker share (streams.c). */
struct streams {
    struct loop *loop;
    const struct limits *limits;
    struct budget *budget;
    struct http_figures *figures;
    struct list all;                 /* but the blocked ones */
    struct list blocked;             /* their sockets refused bytes */
    struct loop_timer blocked_timer; /* looks at those while there are any */
    struct loop_deferred blocked_look;
    char *read_buffer;
    struct tls_worker tls;
    unsigned handshakes; /* worked on in this turn */
    struct loop_deferred handshakes_end;
};

void streams_init(struct streams *streams);   /* after its first four fields were set */
void streams_deinit(struct streams *streams); /* closes all and calls their on_gone */
/* For stream_secure() from now on, instead of what was set before; takes it over. */
void streams_set_tls(struct streams *streams, struct ssl_ctx_st *context);
/* Signing takes longest of all that a turn may do: not too often in one (tls_handshake_batch). */
bool streams_may_shake_hands(struct streams *streams);
typedef void stream_visit(struct stream *stream);
void streams_each(struct streams *streams, stream_visit *visit); /* it may close the one visited */

struct stream {
    struct loop_fd fd;
    struct loop_deferred turn_end;
    struct loop_timer timer;
    struct list link; /* in streams->all or ->blocked */
    struct streams *streams;
    const struct stream_protocol *protocol;
    struct out_queue out;
    struct tls *tls;          /* NULL: the socket's bytes are plain */
    struct stream_rest *rest; /* what came in and was not taken yet */
    uint32_t finish_ms;       /* patience of stream_finish() */
    bool blocked : 1;         /* waits for EPOLLOUT; the queue is held in the budget */
    bool paused : 1;
    bool ended : 1;     /* by the peer: FIN */
    bool finishing : 1; /* by us: FIN follows the last byte */
    bool shut : 1;      /* our FIN is out */
    bool closed : 1;
};
IS_SIZED(struct stream, 168);

/* Embedded in a zeroed object; the socket is non-blocking and belongs to the stream from here on.
 * 0 or -errno, then the socket is closed. */
int stream_init(struct stream *stream, struct streams *streams, int fd,
                const struct stream_protocol *protocol) MUST_USE;
/* TLS from here on; streams->tls has a context, and nothing was read yet. What is put into the
 * stream before its handshake is through ends it. */
void stream_secure(struct stream *stream);

void stream_put(struct stream *stream, struct bytes *bytes); /* takes a reference of its own */
void stream_put_constant(struct stream *stream, struct str text);
void stream_flush(struct stream *stream); /* now, not at the end of the turn */
void stream_hold(struct stream *stream);  /* what is queued leaves with what is put next */
void stream_cut(struct stream *stream);   /* drops what waits, but not half a piece */

void stream_pause(struct stream *stream); /* no on_bytes until stream_resume() */
/* Offers what was left over, at the end of the turn; then reads on. */
void stream_resume(struct stream *stream);

void stream_set_timer(struct stream *stream, uint64_t after_ms); /* instead of the one before */
void stream_stop_timer(struct stream *stream);

/* No more is read; what is queued is still written, for at most within_ms without progress, then
 * FIN, and a moment's wait for the peer's, so that no reset overtakes the last bytes (RFC 9112,
 * 9.6). */
void stream_finish(struct stream *stream, uint64_t within_ms);
void stream_close(struct stream *stream); /* at once; again is harmless */
