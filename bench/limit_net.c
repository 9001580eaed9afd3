#include "limit.h"

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define EVENTS 512
#define IN_BYTES 65536
#define OUT_BYTES (1u << 20)

struct crowd {
    int epoll, listener;
    int *fds;
    size_t count, room;
    uint64_t sent, refused;
    enum limit_net what;
    size_t due; /* LIMIT_COALESCE: bytes of this turn in `out` */
};

static void watch(struct crowd *crowd, int fd)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (epoll_ctl(crowd->epoll, EPOLL_CTL_ADD, fd, &event) < 0)
        err(1, "epoll");
}

static void open_listener(struct crowd *crowd, int port)
{
    int on = 1;
    struct sockaddr_in here = {.sin_family = AF_INET,
                               .sin_port = htons((uint16_t)port),
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    crowd->epoll = epoll_create1(EPOLL_CLOEXEC);
    crowd->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    setsockopt(crowd->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(crowd->listener, (struct sockaddr *)&here, sizeof here) < 0 ||
        listen(crowd->listener, 4096) < 0)
        err(1, "port %d", port);
    watch(crowd, crowd->listener);
    socklen_t len = sizeof here;
    getsockname(crowd->listener, (struct sockaddr *)&here, &len);
    fprintf(stderr, "listening http://127.0.0.1:%d\n", ntohs(here.sin_port));
}

static void accept_all(struct crowd *crowd)
{
    int fd, on = 1;
    while ((fd = accept4(crowd->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        if (crowd->count == crowd->room) {
            crowd->room = crowd->room ? crowd->room * 2 : 1024;
            crowd->fds = realloc(crowd->fds, crowd->room * sizeof *crowd->fds);
            if (!crowd->fds)
                errx(1, "out of memory");
        }
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        crowd->fds[crowd->count++] = fd;
        watch(crowd, fd);
    }
}

/* What a socket does not take is missing at the load, which then is no measurement; a part of a frame would be garbage there. */
static void send_one(struct crowd *crowd, int fd, const uint8_t *frame, size_t length)
{
    ssize_t sent = send(fd, frame, length, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent > 0 && sent < (ssize_t)length)
        errx(1, "a socket took a part of a frame");
    if (sent == (ssize_t)length)
        crowd->sent++;
    else
        crowd->refused++;
}

/* Unmasks the frame at `in` as a server would send it; returns its length there, 0 if cut. */
static size_t unmask(const uint8_t *in, size_t have, uint8_t *out, size_t *out_length)
{
    if (have < 6)
        return 0;
    size_t length = in[1] & 127, head = 2;
    if (length == 126) {
        length = (size_t)in[2] << 8 | in[3];
        head = 4;
    }
    if (have < head + 4 + length)
        return 0;
    memcpy(out, in, head);
    out[1] &= 127;
    for (size_t at = 0; at < length; at++)
        out[head + at] = in[head + 4 + at] ^ in[head + (at & 3)];
    *out_length = head + length;
    return head + 4 + length;
}

static void give_all(struct crowd *crowd, const uint8_t *frames, size_t length)
{
    for (size_t one = 0; one < crowd->count; one++)
        send_one(crowd, crowd->fds[one], frames, length);
}

static uint8_t out[OUT_BYTES];

static void take_frame(struct crowd *crowd, int fd, size_t length)
{
    if (crowd->what == LIMIT_ECHO) {
        send_one(crowd, fd, out, length);
    } else if (crowd->what == LIMIT_FANOUT) {
        give_all(crowd, out, length);
    } else {
        crowd->due += length;
        if (crowd->due > OUT_BYTES - IN_BYTES)
            errx(1, "too much in one turn");
    }
}

static bool serve(struct crowd *crowd, int fd)
{
    static uint8_t in[IN_BYTES];
    ssize_t have = recv(fd, in, sizeof in, MSG_DONTWAIT);
    if (have < 0 && errno == EAGAIN)
        return true;
    if (have <= 0) {
        close(fd);
        return false;
    }
    size_t length = 0, taken;
    for (size_t at = 0; (taken = unmask(in + at, (size_t)have - at, out + crowd->due, &length)) > 0;
         at += taken)
        take_frame(crowd, fd, length);
    return true;
}

void limit_net(int port, enum limit_net what)
{
    static const char *const names[] = {"fanout", "coalesce", "echo"};
    struct crowd crowd = {.what = what};
    open_listener(&crowd, port);
    struct epoll_event events[EVENTS];
    for (bool running = true; running;) {
        int count = epoll_wait(crowd.epoll, events, EVENTS, -1);
        for (int at = 0; at < count; at++) {
            if (events[at].data.fd == crowd.listener)
                accept_all(&crowd);
            else if (!serve(&crowd, events[at].data.fd))
                running = false; /* the load is over when the first of it leaves */
        }
        if (crowd.due > 0)
            give_all(&crowd, out, crowd.due);
        crowd.due = 0;
    }
    free(crowd.fds);
    printf("{\"limit\":\"%s\",\"sent\":%llu,\"refused\":%llu}\n", names[what],
           (unsigned long long)crowd.sent, (unsigned long long)crowd.refused);
}
