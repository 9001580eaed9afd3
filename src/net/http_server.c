#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/memory.h"
#include "net/connection.h"
#include "net/forwarded.h"
#include "net/proxy_intake.h"
#include "net/ws_deflate.h"
#include "net/ws_frame.h"

/* Together they accept as many in a turn as the limit says, and one of them alone its share. */
static void listeners_init(struct http_server *server, struct loop *loop, size_t batch)
{
    server->plain_listener = (struct listener){.fd.fd = -1,
                                               .loop = loop,
                                               .batch = batch,
                                               .pauses = &server->figures.accept_pauses,
                                               .owner = server};
    for (size_t i = 0; i < HTTP_LISTENERS; i++) {
        server->listeners[i] = server->plain_listener;
        server->listeners[i].batch = (batch + HTTP_LISTENERS - 1) / HTTP_LISTENERS;
    }
}

int http_server_new(struct http_server **out, struct loop *loop, const struct limits *limits,
                    const struct http_handler *handler)
{
    struct http_server *server = NEW(struct http_server);
    server->handler = *handler;
    listeners_init(server, loop, limits->accept_batch);
    budget_init(&server->own_budget, 0);
    server->streams.loop = loop;
    server->streams.limits = limits;
    server->streams.budget = &server->own_budget;
    server->streams.figures = &server->figures;
    streams_init(&server->streams);
    list_init(&server->intakes);
    list_init(&server->reading);
    server->ping = ws_frame_new(WS_PING, STR_NONE);
    *out = server;
    return 0;
}

void http_server_share(struct http_server *server, struct budget *budget)
{
    REQUIRE(server->listeners[0].fd.fd < 0 && http_server_connections(server) == 0);
    budget_deinit(&server->own_budget);
    server->streams.budget = budget;
}

void http_server_secure(struct http_server *server, struct ssl_ctx_st *context)
{
    streams_set_tls(&server->streams, tls_context_ref(context));
}

void http_server_free(struct http_server *server)
{
    if (!server)
        return;
    http_server_stop_accepting(server);
    proxy_intake_close_all(server);
    streams_deinit(&server->streams);
    bytes_unref(server->ping);
    ws_deflater_free(server->deflater);
    ws_inflater_free(server->inflater);
    budget_deinit(&server->own_budget);
    xfree(server);
}

void http_server_believe(struct http_server *server, const struct http_proxies *proxies)
{
    server->proxies = *proxies;
}

/* A place in this worker and in the whole server; of the address too, but where many share it. */
static enum budget_entry take_place(struct http_server *server, const struct ip_address *peer)
{
    const struct limits *limits = server->streams.limits;
    if (server->draining)
        return BUDGET_FULL;
    if (memory_is_tight()) {
        LIMIT_HIT(limits, memory_mib);
        return BUDGET_FULL;
    }
    if (http_server_connections(server) >= limits->connections_per_worker) {
        LIMIT_HIT(limits, connections_per_worker);
        return BUDGET_FULL;
    }
    return budget_enter(server->streams.budget, limits, peer);
}

/* Who comes without TLS is told why, as far as that takes one call. What it has sent is read, since
 * otherwise a reset would overtake the answer. */
void connection_turn_away(struct http_server *server, int fd, const struct arrival *arrival,
                          enum budget_entry why)
{
    figure_add(&server->figures.refused, 1);
    if (arrival->plain || !server->streams.tls.context) {
        struct arena arena = ARENA_INIT;
        int status = why == BUDGET_FULL ? 503 : 429;
        struct str type = STR_NONE;
        struct str body = server->handler.error_body(server->handler.ctx, status, &arena, &type);
        struct str text = arena_printf(
            &arena,
            "HTTP/1.1 %s\r\nDate: %.*s\r\nContent-Type: %.*s\r\nContent-Length: %zu\r\n"
            "Retry-After: 1\r\nConnection: close\r\n\r\n%.*s",
            status == 503 ? "503 Service Unavailable" : "429 Too Many Requests",
            STR_ARG(http_server_date(server)), STR_ARG(type), body.len, STR_ARG(body));
        (void)send(fd, text.ptr, text.len, MSG_DONTWAIT | MSG_NOSIGNAL);
        (void)shutdown(fd, SHUT_WR);
        (void)recv(fd, server->streams.read_buffer, STREAM_READ_BYTES, MSG_DONTWAIT);
        arena_deinit(&arena);
    }
    close(fd);
}

int connection_begin(struct http_server *server, int fd, const struct arrival *arrival)
{
    bool shared = http_proxies_have(&server->proxies, &arrival->peer);
    const struct ip_address *owner = shared ? NULL : &arrival->peer;
    enum budget_entry entry = take_place(server, owner);
    if (entry != BUDGET_ENTERED) {
        connection_turn_away(server, fd, arrival, entry);
        return -ENOBUFS;
    }
    struct connection *connection = NEW(struct connection);
    connection->peer = arrival->peer;
    connection->secure = arrival->secure;
    connection->shared = shared;
    int rc = stream_init(&connection->stream, &server->streams, fd, &http1_protocol);
    if (rc < 0) {
        budget_leave(server->streams.budget, owner);
        xfree(connection);
        return rc;
    }
    figure_add(&server->figures.accepted, 1);
    figure_add(&server->figures.connections, 1);
    if (!arrival->plain && server->streams.tls.context)
        tls_hello_start(connection);
    else
        http1_start(connection);
    return 0;
}

int http_server_adopt(struct http_server *server, int fd, const struct ip_address *peer)
{
    return connection_begin(server, fd, &(struct arrival){.peer = *peer});
}

bool connection_claim(struct connection *connection, const struct ip_address *client)
{
    struct budget *budget = server_of(connection)->streams.budget;
    if (!connection->shared)
        return true;
    if (budget_enter(budget, limits_of(connection), client) != BUDGET_ENTERED)
        return false;
    budget_leave(budget, NULL);
    connection->peer = *client;
    connection->shared = false;
    return true;
}

void connection_free(struct connection *connection)
{
    struct http_server *server = server_of(connection);
    figure_add(&server->figures.connections, (uint64_t)-1);
    budget_leave(server->streams.budget, connection->shared ? NULL : &connection->peer);
    xfree(connection);
}

/* What fails here is one connection, closed already; its peer sees that. */
static void take(struct http_server *server, int fd, const struct ip_address *peer, bool plain)
{
    struct arrival arrival = {.peer = *peer, .plain = plain};
    if (server->proxies.protocol && http_proxies_have(&server->proxies, peer))
        proxy_intake_begin(server, fd, &arrival);
    else
        (void)connection_begin(server, fd, &arrival);
}

static void on_socket(struct listener *listener, int fd, const struct ip_address *peer)
{
    take(listener->owner, fd, peer, false);
}

static void on_plain_socket(struct listener *listener, int fd, const struct ip_address *peer)
{
    take(listener->owner, fd, peer, true);
}

int http_server_listen(struct http_server *server, const struct ip_address *address, uint16_t *port,
                       bool exclusive)
{
    REQUIRE(server->listeners[0].fd.fd < 0);
    int rc = 0;
    for (size_t i = 0; i < HTTP_LISTENERS && rc == 0; i++) {
        server->listeners[i].on_socket = on_socket;
        rc = listener_open(&server->listeners[i], address, port, exclusive && i == 0);
    }
    if (rc < 0)
        http_server_stop_accepting(server);
    return rc;
}

int http_server_listen_plain(struct http_server *server, const struct ip_address *address,
                             uint16_t *port, bool exclusive)
{
    REQUIRE(server->plain_listener.fd.fd < 0);
    server->plain_listener.on_socket = on_plain_socket;
    return listener_open(&server->plain_listener, address, port, exclusive);
}

void http_server_stop_accepting(struct http_server *server)
{
    for (size_t i = 0; i < HTTP_LISTENERS; i++)
        listener_close(&server->listeners[i]);
    listener_close(&server->plain_listener);
}

static void drain_one(struct stream *stream)
{
    struct connection *connection = connection_of(stream);
    if (stream->protocol == &websocket_protocol)
        ws_close(&connection->ws, WS_CLOSE_RESTARTING, STR("the server restarts"));
    else if (stream->protocol == &tls_hello_protocol)
        stream_close(stream);
    else
        http1_drain(connection);
}

void http_server_drain(struct http_server *server)
{
    server->draining = true;
    proxy_intake_close_all(server);
    streams_each(&server->streams, drain_one);
}

size_t http_server_connections(const struct http_server *server)
{
    return atomic_load_explicit(&server->figures.connections, memory_order_relaxed);
}

const struct http_figures *http_server_figures(const struct http_server *server)
{
    return &server->figures;
}

struct str http_server_date(struct http_server *server)
{
    static const char days[] = "SunMonTueWedThuFriSat";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    int64_t now_s = clock_now_ms() / 1000;
    if (now_s != server->date_s) {
        time_t seconds = (time_t)now_s;
        struct tm t;
        gmtime_r(&seconds, &t);
        snprintf(server->date, sizeof(server->date), "%.3s, %02u %.3s %04u %02u:%02u:%02u GMT",
                 days + 3 * t.tm_wday, (unsigned)t.tm_mday % 100u, months + 3 * t.tm_mon,
                 (unsigned)(t.tm_year + 1900) % 10000u, (unsigned)t.tm_hour % 100u,
                 (unsigned)t.tm_min % 100u, (unsigned)t.tm_sec % 100u);
        server->date_s = now_s;
    }
    return str_of(server->date, HTTP_DATE_LEN);
}
