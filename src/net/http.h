/* http.h - HTTP/1.1 as the API sees it (RFC 9110, RFC 9112): a request comes, one answer goes.
 *
 * The server reads requests of a connection one after the other: the next (pipelined) is handed
 * out after the one before was answered. An answer may come later, in another turn.
 * Owns:   an exchange belongs to the handler from on_request until http_respond() or
 *         ws_accept(); it stays valid when the peer goes away (the answer is then dropped), so
 *         every exchange is answered exactly once.
 * Thread: the worker's. */
#pragma once

#include "core/address.h"
#include "core/arena.h"
#include "core/bytes.h"
#include "core/limits.h"
#include "net/loop.h"

struct http_server;
struct http_exchange;

struct http_header {
    struct str name, value;
};

struct http_request {
    struct str method; /* "GET" */
    struct str path;   /* still percent-encoded, without query */
    struct str query;  /* behind the '?', may be empty */
    const struct http_header *headers;
    size_t header_count;
    struct str body;               /* whole, chunks joined; at most what body_limit allows */
    const struct ip_address *peer; /* the client, not the proxy that it came by */
    bool secure;                   /* it came by TLS, to us or to a proxy that is believed */
};

/* First value of a header, compared without case; STR_NONE if absent. */
struct str http_header_get(const struct http_request *request, struct str name);
/* In how many lines it stands. */
size_t http_header_count(const struct http_request *request, struct str name);

const struct http_request *http_request_of(const struct http_exchange *exchange);
struct arena *http_arena_of(struct http_exchange *exchange); /* lives until answered */

struct http_answer {
    int status;
    struct str type;                   /* Content-Type; empty: no body */
    const struct http_header *headers; /* extra ones, copied */
    size_t header_count;
    struct str body;    /* copied, unless constant */
    bool body_constant; /* lives as long as the program (static files): sent without a copy */
    bool close;         /* close the connection after it */
};
void http_respond(struct http_exchange *exchange, const struct http_answer *answer);
/* The handler's words for the status, as for what the server itself refuses; the connection stays. */
void http_respond_error(struct http_exchange *exchange, int status,
                        const struct http_header *headers, size_t header_count);

struct http_handler {
    /* Answer now or later. */
    void (*on_request)(void *ctx, struct http_exchange *exchange);
    /* What the server itself refuses (400, 405, 406, 408, 412, 413, 414, 416, 417, 421, 431, 501,
     * 503, 505): the body of the answer is the handler's, so that all errors look alike. Writes into
     * the arena. */
    struct str (*error_body)(void *ctx, int status, struct arena *arena, struct str *type);
    /* How long the body may be of a request whose head has come; NULL: limits.http_body_bytes, as for
     * all where it has no other answer. */
    enum limit_id (*body_limit)(void *ctx, const struct http_request *request);
    /* What every answer says, also those of the server itself, but where an answer has a header of
     * that name; constant. */
    const struct http_header *headers;
    size_t header_count;
    void *ctx;
};

/* One worker's part of the server, on its loop; borrows loop and limits. 0 or -errno. */
int http_server_new(struct http_server **out, struct loop *loop, const struct limits *limits,
                    const struct http_handler *handler) MUST_USE;
/* The limits of the whole server (connections, connections_per_address, queue_total_bytes) hold for
 * all that share one budget (net/budget.h; outlives them). Otherwise each has its own. Before it
 * listens. */
struct budget;
void http_server_share(struct http_server *server, struct budget *budget);
/* Whose word on the client's address is believed (X-Forwarded-For, Forwarded); with `protocol`, each
 * of their connections begins with a header of the PROXY protocol. Borrows the networks; before it
 * listens. */
struct ipnet;
struct http_proxies {
    const struct ipnet *nets;
    size_t count;
    bool protocol;
};
void http_server_believe(struct http_server *server, const struct http_proxies *proxies);
/* Binds and listens with SO_REUSEPORT; before the loop runs, or on it. *port in: 0 picks one; out:
 * which. `exclusive`: fails with -EADDRINUSE if anybody listens there (first worker); later workers
 * join the group. 0 or -errno. */
int http_server_listen(struct http_server *server, const struct ip_address *address, uint16_t *port,
                       bool exclusive) MUST_USE;
/* The same for a second door that stays plain whatever http_server_secure() says. */
int http_server_listen_plain(struct http_server *server, const struct ip_address *address,
                             uint16_t *port, bool exclusive) MUST_USE;
/* New connections speak TLS with this context (net/tls_context.h; a reference of its own is taken);
 * those that are there go on with theirs. After http_server_share(); on the loop, or before it. */
struct ssl_ctx_st;
void http_server_secure(struct http_server *server, struct ssl_ctx_st *context);
/* Takes a connected, non-blocking socket that came by another way; closes it if there is no room.
 * For tests and benchmarks. 0 or -errno. */
int http_server_adopt(struct http_server *server, int fd, const struct ip_address *peer);
void http_server_stop_accepting(struct http_server *server);
/* Asks idle connections to go and the others after their answer; WebSockets get 1012. */
void http_server_drain(struct http_server *server);
size_t http_server_connections(const struct http_server *server);
void http_server_free(struct http_server *server); /* closes what is left; NULL is fine */

struct http_figures { /* for /metrics; read from any thread, relaxed */
    _Atomic uint64_t accepted, requests, refused, bytes_in, bytes_out, frames_in, frames_out,
        slow_readers_cut;
    /* Messages that went out compressed and what that saved; that came so. */
    _Atomic uint64_t deflated, deflate_saved, inflated;
    _Atomic uint64_t connections, websockets, queued_bytes, accept_pauses;
    /* Handshakes that succeeded, resumed ones among them; those that did not: no version or cipher
     * in common, refused by the client's alert, no TLS at all, left by the client, too slow. */
    _Atomic uint64_t tls_handshakes, tls_resumed, tls_nothing_in_common, tls_peer_refused,
        tls_malformed, tls_gone, tls_late;
};
const struct http_figures *http_server_figures(const struct http_server *server);
