/* api.h - the doors of the server: REST under /api/v1, the WebSocket, the page, and what the
 * operator's tools ask for.
 *
 * One `struct api` a worker, on its loop, with its own connections; `struct api_shared` is what all
 * of them use.
 * Thread: api_new before the worker's thread runs or on it; api_stop on it; api_free after it. */
#pragma once

#include <stdatomic.h>

#include "api/rates.h"
#include "core/config.h"
#include "net/budget.h"
#include "net/http.h"
#include "net/static_files.h"

struct api;
struct auth;
struct buf;
struct bus;
struct chat;

enum { API_WORKERS_MAX = 64 };

struct api_shared {
    struct chat *chat;
    struct auth *auth;
    struct bus *bus;
    const struct config *config;
    const struct static_files *page;
    /* What only the server knows of what lies below chat. */
    /* Whether people can be served, and what an operator should know of it, line by line. */
    bool (*is_ready)(void *ctx, struct buf *told);
    void (*metrics)(void *ctx, struct buf *out);
    /* What a certificate authority asks for at the plain door; STR_NONE: it did not. */
    struct str (*proof)(void *ctx, struct str token, struct arena *arena);
    void *ctx;
    int64_t started_at;
    unsigned workers;
    uint16_t https_port;  /* where --http-redirect sends people */
    struct budget budget; /* of connections and queued bytes, on all workers */
    struct rates rates;
    atomic_uint *sockets;              /* API_SOCKET_SLOTS counters; api_shared_init() makes them */
    struct api *apis[API_WORKERS_MAX]; /* for /metrics, which sums over all */
};

void api_shared_init(struct api_shared *shared);   /* after its first fields were set */
void api_shared_deinit(struct api_shared *shared); /* zeroed is fine */

/* Listens too; *port as in http_server_listen(). 0 or -errno. */
int api_new(struct api **out, struct api_shared *shared, unsigned worker, struct loop *loop);
int api_listen(struct api *api, uint16_t *port, bool exclusive);
/* The same for --http-redirect. */
int api_listen_plain(struct api *api, uint16_t *port, bool exclusive);
/* New connections of --listen speak TLS with this context. */
void api_secure(struct api *api, struct ssl_ctx_st *context);

/* How often accepting had to pause, since the system had no file or no memory for a socket. */
uint64_t api_accept_pauses(const struct api *api);

/* Takes nothing new, lets what is under way finish, closes WebSockets with 1012. */
void api_stop(struct api *api);
bool api_is_idle(const struct api *api); /* nothing is connected and nothing is under way */
void api_free(struct api *api);          /* NULL is fine */
