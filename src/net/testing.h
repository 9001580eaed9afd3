/* testing.h - a server on a loop that the test turns by hand, and peers on the other ends of real
 * sockets. For the unit tests and fuzz targets of net only. */
#pragma once

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/buf.h"
#include "net/http.h"
#include "net/loop.h"

struct rig {
    struct loop *loop;
    struct limits limits;
    struct http_server *server;
};

struct peer {
    int fd;
    bool ended; /* the server sent FIN, or reset */
    struct buf got;
};

static UNUSED struct str rig_error_body(void *ctx UNUSED, int status, struct arena *arena,
                                        struct str *type)
{
    *type = STR("text/plain");
    return arena_printf(arena, "error %d", status);
}

static UNUSED void rig_open(struct rig *rig, void (*on_request)(void *, struct http_exchange *))
{
    const struct http_handler handler = {
        .on_request = on_request, .error_body = rig_error_body, .ctx = rig};
    limits_init(&rig->limits);
    REQUIRE(loop_new(&rig->loop) == 0);
    REQUIRE(http_server_new(&rig->server, rig->loop, &rig->limits, &handler) == 0);
}

static UNUSED void rig_close(struct rig *rig)
{
    http_server_free(rig->server);
    loop_free(rig->loop);
}

static UNUSED void rig_turn(struct rig *rig)
{
    for (int i = 0; i < 6; i++)
        loop_turn(rig->loop, 0);
}

/* Turns for about this long, as timers need. */
static UNUSED void rig_wait(struct rig *rig, uint64_t ms)
{
    uint64_t until = loop_now_ms(rig->loop) + ms;
    while (loop_now_ms(rig->loop) < until)
        loop_turn(rig->loop, 5);
}

static UNUSED void peer_connect(struct rig *rig, struct peer *peer)
{
    int fds[2];
    struct ip_address address = {{[10] = 0xff, [11] = 0xff, [12] = 192, [14] = 2, [15] = 1}};
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) == 0);
    *peer = (struct peer){.fd = fds[0]};
    (void)http_server_adopt(rig->server, fds[1], &address);
}

static UNUSED void peer_leave(struct peer *peer)
{
    close(peer->fd);
    buf_deinit(&peer->got);
}

static UNUSED void peer_send(struct peer *peer, struct str text)
{
    REQUIRE(send(peer->fd, text.ptr, text.len, MSG_NOSIGNAL) == (ssize_t)text.len);
}

/* Reads what has come. */
static UNUSED struct str peer_hear(struct peer *peer)
{
    for (;;) {
        ssize_t n = recv(peer->fd, buf_reserve(&peer->got, 65536), 65536, 0);
        if (n == 0 || (n < 0 && errno != EAGAIN))
            peer->ended = true;
        if (n <= 0)
            return buf_str(&peer->got);
        peer->got.len += (size_t)n;
    }
}

/* Sends, lets the server work, returns what it answered to this. */
static UNUSED struct str peer_ask(struct rig *rig, struct peer *peer, struct str text)
{
    buf_clear(&peer->got);
    peer_send(peer, text);
    rig_turn(rig);
    return peer_hear(peer);
}

static UNUSED bool str_has(struct str text, struct str part)
{
    return text.len && memmem(text.ptr, text.len, part.ptr, part.len) != NULL;
}
