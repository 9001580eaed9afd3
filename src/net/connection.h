/* connection.h - what the layers of net know of each other: a worker's server, its connections,
 * and what HTTP and WebSocket keep of one. Nobody outside net includes this.
 *
 * A connection is one object for life, so that an upgrade moves nothing. What only HTTP needs hangs
 * from it and goes with the upgrade; what a WebSocket needs in the middle of a message likewise.
 * Thread: the worker's. */
#pragma once

#include "net/budget.h"
#include "net/http.h"
#include "net/listener.h"
#include "net/stream.h"
#include "net/websocket.h"

enum { HTTP_DATE_LEN = 29 }; /* Sun, 06 Nov 1994 08:49:37 GMT */
/* Each has a backlog of its own (net.core.somaxconn: 4,096 as Linux comes), and a crowd that lost its server
 * is back at the door all at once: who finds the backlog full tries again only after a second. */
enum { HTTP_LISTENERS = 8 };

struct http_server {
    struct streams streams;
    struct listener listeners[HTTP_LISTENERS], plain_listener;
    struct http_handler handler;
    struct budget own_budget; /* unless one is shared: http_server_share() */
    struct http_figures figures;
    struct bytes *ping; /* the frame, made once */
    /* For messages of all connections; made when the first one needs it. */
    struct ws_deflater *deflater;
    struct ws_inflater *inflater;
    struct http_proxies proxies;
    struct list intakes;    /* from proxies, nobody knows yet for whom: proxy_intake.c */
    struct list reading;    /* exchanges that are not read whole, oldest first */
    uint64_t reading_bytes; /* what these take */
    bool draining;
    int64_t date_s; /* the second that `date` says */
    char date[HTTP_DATE_LEN + 1];
};

struct ws_inbound;

enum ws_state {
    WS_OPEN,
    WS_CLOSE_SENT, /* waits for the peer's */
    WS_CLOSED,     /* both are through, or it broke; the stream is finishing */
};

struct websocket {
    const struct ws_handler *handler;
    void *user;
    struct ws_inbound *inbound; /* in the middle of a frame or message, else NULL */
    uint64_t heard_ms;          /* when the last bytes came */
    uint16_t code;              /* that on_close will say */
    uint8_t state;              /* enum ws_state */
    bool pinged;                /* since then */
    uint8_t window_bits;        /* of what we compress for it; 0: no permessage-deflate */
};

struct http1;

struct connection {
    struct stream stream;
    struct ip_address peer;
    bool secure; /* to a proxy, as its PROXY header said */
    bool shared; /* a proxy's, with requests of many: no place of one address */
    union {
        struct http1 *http;
        struct websocket ws;
    };
};
IS_SIZED(struct websocket, 40);
IS_SIZED(struct connection, 232);

static inline struct connection *connection_of(struct stream *stream)
{
    return CONTAINER_OF(stream, struct connection, stream);
}

static inline struct http_server *server_of(const struct connection *connection)
{
    return CONTAINER_OF(connection->stream.streams, struct http_server, streams);
}

static inline const struct limits *limits_of(const struct connection *connection)
{
    return connection->stream.streams->limits;
}

/* A figure that only this worker's thread writes, read by others. */
static inline void figure_add(_Atomic uint64_t *figure, uint64_t more)
{
    atomic_store_explicit(figure, atomic_load_explicit(figure, memory_order_relaxed) + more,
                          memory_order_relaxed);
}

extern const struct stream_protocol tls_hello_protocol; /* tls_hello.c */
extern const struct stream_protocol http1_protocol;     /* http1.c */
extern const struct stream_protocol websocket_protocol; /* websocket.c */

void tls_hello_start(struct connection *connection); /* after stream_init() */
void http1_start(struct connection *connection);     /* after stream_init() or the handshake */
/* No further request; at once if none is under way, else after the answer. */
void http1_drain(struct connection *connection);

/* Who comes by an accepted socket. */
struct arrival {
    struct ip_address peer;
    bool plain;  /* by the door that has no TLS */
    bool secure; /* a proxy said in its PROXY header that TLS ends with it */
};
/* Closes a socket for which there is no place, with a 503 or 429 where that can be read. */
void connection_turn_away(struct http_server *server, int fd, const struct arrival *arrival,
                          enum budget_entry why);
/* http_server.c: takes the socket; 0 or -errno, then it is closed. */
int connection_begin(struct http_server *server, int fd, const struct arrival *arrival);
/* It is one client's alone from now on, and takes a place of its address. False: there is none. */
bool connection_claim(struct connection *connection, const struct ip_address *client) MUST_USE;
void connection_free(struct connection *connection); /* from on_gone */

/* "Date:" in the form of RFC 9110, 5.6.7, made once a second. */
struct str http_server_date(struct http_server *server);
