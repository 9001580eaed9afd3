#include "net/listener.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/* The backlog is what the system allows (net.core.somaxconn). */
enum { BACKLOG = 65535, PAUSE_MS = 100, KERNEL_QUEUE_BYTES = 262144 };

static void set_option(int fd, int level, int name, int value)
{
    /* All of these exist on every kernel that has epoll. */
    REQUIRE(setsockopt(fd, level, name, &value, sizeof(value)) == 0);
}

/* What accepted sockets inherit. No delay: a turn's output is whole already. And little may wait
 * unsent in the kernel, where a slow reader would grow it without being charged. */
static void set_inherited(int fd)
{
    set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    set_option(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, KERNEL_QUEUE_BYTES);
}

/* An address that is taken alone and shared only afterwards cannot be shared with a second server
 * that starts at the same moment: the kernel checks again in listen(). */
static int bind_and_listen(int fd, const struct ip_address *address, uint16_t port, bool exclusive)
{
    struct sockaddr_storage name;
    uint32_t len = address_to_socket(address, port, &name);
    set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    set_inherited(fd);
    if (name.ss_family == AF_INET6)
        set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0); /* [::] is for IPv4 too */
    if (!exclusive)
        set_option(fd, SOL_SOCKET, SO_REUSEPORT, 1);
    if (bind(fd, (struct sockaddr *)&name, len) < 0 || listen(fd, BACKLOG) < 0)
        return -errno;
    if (exclusive)
        set_option(fd, SOL_SOCKET, SO_REUSEPORT, 1);
    return 0;
}

static uint16_t port_of(int fd)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } name = {.v6 = {0}};
    socklen_t len = sizeof(name);
    REQUIRE(getsockname(fd, &name.any, &len) == 0);
    return ntohs(name.any.sa_family == AF_INET ? name.v4.sin_port : name.v6.sin6_port);
}

static bool is_shortage(int error)
{
    return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

static void pause_accepting(struct listener *listener)
{
    if (listener->pauses)
        atomic_fetch_add_explicit(listener->pauses, 1, memory_order_relaxed);
    if (loop_change(listener->loop, &listener->fd, 0) == 0)
        loop_timer_start(listener->loop, &listener->pause, PAUSE_MS);
}

static void on_pause_over(struct loop_timer *timer)
{
    struct listener *listener = CONTAINER_OF(timer, struct listener, pause);
    if (loop_change(listener->loop, &listener->fd, EPOLLIN) < 0)
        loop_timer_start(listener->loop, &listener->pause, PAUSE_MS);
}

/* False: nobody waits any more, or accepting pauses. */
static bool accept_one(struct listener *listener)
{
    struct sockaddr_storage from;
    socklen_t len = sizeof(from);
    struct ip_address peer = {{0}};
    int fd = accept4(listener->fd.fd, (struct sockaddr *)&from, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0 && is_shortage(errno)) {
        pause_accepting(listener);
        return false;
    }
    if (fd < 0)
        return errno != EAGAIN; /* one that went away before, or the network's error */
    (void)address_from_socket(&from, &peer);
    listener->on_socket(listener, fd, &peer);
    return true;
}

static void accept_batch(struct loop_deferred *turn_end)
{
    struct listener *listener = CONTAINER_OF(turn_end, struct listener, turn_end);
    size_t count = 0;
    while (count < listener->batch && listener->fd.fd >= 0 && accept_one(listener))
        count++;
    if (count == listener->batch && listener->fd.fd >= 0)
        loop_defer(listener->loop, turn_end);
}

static void on_ready(struct loop_fd *ready, uint32_t events UNUSED)
{
    struct listener *listener = CONTAINER_OF(ready, struct listener, fd);
    loop_defer(listener->loop, &listener->turn_end);
}

int listener_open(struct listener *listener, const struct ip_address *address, uint16_t *port,
                  bool exclusive)
{
    int family = address_is_v4(address) ? AF_INET : AF_INET6;
    int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    listener->fd = (struct loop_fd){.fd = fd, .events = EPOLLIN, .on_ready = on_ready};
    listener->pause = (struct loop_timer){.on_due = on_pause_over};
    listener->turn_end = (struct loop_deferred){.run = accept_batch};
    int rc = bind_and_listen(fd, address, *port, exclusive);
    if (rc == 0)
        rc = loop_add(listener->loop, &listener->fd);
    if (rc < 0) {
        close(fd);
        listener->fd.fd = -1;
        return rc;
    }
    *port = port_of(fd);
    return 0;
}

void listener_close(struct listener *listener)
{
    if (listener->fd.fd < 0)
        return;
    loop_timer_stop(listener->loop, &listener->pause);
    loop_undefer(&listener->turn_end);
    loop_close(listener->loop, &listener->fd);
    listener->fd.fd = -1;
}
