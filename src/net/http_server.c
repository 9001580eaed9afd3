#include <errno.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "net/connection.h"
#include "net/ws_frame.h"

int http_server_new(struct http_server **out, struct loop *loop, const struct limits *limits,
                    const struct http_handler *handler)
{
    struct http_server *server = NEW(struct http_server);
    server->handler = *handler;
    server->listener = (struct listener){.fd.fd = -1, .loop = loop, .batch = limits->accept_batch};
    budget_init(&server->own_budget);
    server->streams.loop = loop;
    server->streams.limits = limits;
    server->streams.budget = &server->own_budget;
    server->streams.figures = &server->figures;
    streams_init(&server->streams);
    server->ping = ws_frame_new(WS_PING, STR_NONE);
    *out = server;
    return 0;
}

void http_server_share(struct http_server *server, struct budget *budget)
{
    REQUIRE(server->listener.fd.fd < 0 && http_server_connections(server) == 0);
    server->streams.budget = budget;
}

void http_server_free(struct http_server *server)
{
    if (!server)
        return;
    http_server_stop_accepting(server);
    streams_deinit(&server->streams);
    bytes_unref(server->ping);
    xfree(server);
}

/* A place in this worker and in the whole server. */
static bool take_place(struct http_server *server, const struct ip_address *peer)
{
    const struct limits *limits = server->streams.limits;
    return !server->draining && http_server_connections(server) < limits->connections_per_worker &&
           budget_enter(server->streams.budget, limits, peer);
}

int http_server_adopt(struct http_server *server, int fd, const struct ip_address *peer)
{
    if (!take_place(server, peer)) {
        figure_add(&server->figures.refused, 1);
        close(fd);
        return -ENOBUFS;
    }
    struct connection *connection = NEW(struct connection);
    connection->peer = *peer;
    int rc = stream_init(&connection->stream, &server->streams, fd, &http1_protocol);
    if (rc < 0) {
        budget_leave(server->streams.budget, peer);
        xfree(connection);
        return rc;
    }
    figure_add(&server->figures.accepted, 1);
    figure_add(&server->figures.connections, 1);
    http1_start(connection);
    return 0;
}

void connection_free(struct connection *connection)
{
    struct http_server *server = server_of(connection);
    figure_add(&server->figures.connections, (uint64_t)-1);
    budget_leave(server->streams.budget, &connection->peer);
    xfree(connection);
}

static void on_socket(struct listener *listener, int fd, const struct ip_address *peer)
{
    /* What fails here is one connection, closed already; its peer sees that. */
    (void)http_server_adopt(CONTAINER_OF(listener, struct http_server, listener), fd, peer);
}

int http_server_listen(struct http_server *server, const struct ip_address *address, uint16_t *port,
                       bool exclusive)
{
    REQUIRE(server->listener.fd.fd < 0);
    server->listener.on_socket = on_socket;
    return listener_open(&server->listener, address, port, exclusive);
}

void http_server_stop_accepting(struct http_server *server)
{
    listener_close(&server->listener);
}

static void drain_one(struct stream *stream)
{
    struct connection *connection = connection_of(stream);
    if (stream->protocol == &websocket_protocol)
        ws_close(&connection->ws, WS_CLOSE_RESTARTING, STR("the server restarts"));
    else
        http1_drain(connection);
}

void http_server_drain(struct http_server *server)
{
    server->draining = true;
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
