#include "net/proxy_intake.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/connection.h"
#include "net/proxy_protocol.h"

struct proxy_intake {
    struct loop_fd fd;
    struct loop_timer timer;
    struct list link; /* in server->intakes */
    struct http_server *server;
    struct arrival arrival;
    size_t len;
    char bytes[PROXY_HEADER_MAX];
};

/* Gives back all but the socket. */
static int intake_free(struct proxy_intake *intake)
{
    struct loop *loop = intake->server->streams.loop;
    int fd = intake->fd.fd;
    loop_timer_stop(loop, &intake->timer);
    loop_remove(loop, &intake->fd);
    list_remove(&intake->link);
    budget_leave(intake->server->streams.budget, NULL);
    xfree(intake);
    return fd;
}

static void give_up(struct proxy_intake *intake)
{
    figure_add(&intake->server->figures.refused, 1);
    close(intake_free(intake));
}

static void give_on(struct proxy_intake *intake, const struct proxy_header *header)
{
    struct http_server *server = intake->server;
    struct arrival arrival = intake->arrival;
    int fd = intake_free(intake);
    if (header->told)
        arrival.peer = header->peer;
    arrival.secure = header->secure;
    (void)connection_begin(server, fd, &arrival);
}

/* What the kernel has is looked at first and taken only as far as the header goes. */
static void on_ready(struct loop_fd *ready, uint32_t events UNUSED)
{
    struct proxy_intake *intake = CONTAINER_OF(ready, struct proxy_intake, fd);
    char *behind = intake->bytes + intake->len;
    size_t room = sizeof(intake->bytes) - intake->len;
    ssize_t seen = recv(ready->fd, behind, room, MSG_PEEK);
    if (seen < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    struct proxy_header header;
    int len = PROXY_BAD;
    if (seen > 0)
        len = proxy_header_read(str_of(intake->bytes, intake->len + (size_t)seen), &header);
    size_t take = len > 0 ? (size_t)len - intake->len : (size_t)seen;
    if (len == PROXY_BAD || recv(ready->fd, behind, take, 0) != (ssize_t)take) {
        give_up(intake);
        return;
    }
    intake->len += take;
    figure_add(&intake->server->figures.bytes_in, take);
    if (len > 0)
        give_on(intake, &header);
}

static void on_due(struct loop_timer *timer)
{
    give_up(CONTAINER_OF(timer, struct proxy_intake, timer));
}

void proxy_intake_begin(struct http_server *server, int fd, const struct arrival *arrival)
{
    const struct limits *limits = server->streams.limits;
    if (server->draining || budget_enter(server->streams.budget, limits, NULL) != BUDGET_ENTERED) {
        connection_turn_away(server, fd, arrival, BUDGET_FULL);
        return;
    }
    struct proxy_intake *intake = NEW(struct proxy_intake);
    intake->fd = (struct loop_fd){.fd = fd, .events = EPOLLIN, .on_ready = on_ready};
    intake->timer.on_due = on_due;
    intake->server = server;
    intake->arrival = *arrival;
    list_append(&server->intakes, &intake->link);
    if (loop_add(server->streams.loop, &intake->fd) < 0)
        give_up(intake);
    else
        loop_timer_start(server->streams.loop, &intake->timer, limits->http_head_s * 1000);
}

void proxy_intake_close_all(struct http_server *server)
{
    LIST_EACH (link, &server->intakes)
        close(intake_free(CONTAINER_OF(link, struct proxy_intake, link)));
}
