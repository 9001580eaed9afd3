#include "net/loop.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/pool.h"
#include "net/timer_wheel.h"

/* Readiness is level-triggered: a turn reads a socket once and leaves the rest to the next turn,
 * which is fair to the others, and back-pressure is simply not asking for EPOLLIN. With edges each
 * socket would be read until EAGAIN, a system call more for every message. Only the inbox's
 * eventfd is edge-triggered: so it need never be read, and a wake costs one system call. */

enum { EVENTS_A_TURN = 256, ITEMS_A_TURN = 1024 };

struct loop {
    struct inbox inbox;
    struct timer_wheel timers;
    struct list deferred;
    struct epoll_event events[EVENTS_A_TURN];
    int event_at, event_count; /* of this turn: those before event_at have been handled */
    int epoll;
    uint64_t now_ms;
    _Atomic uint64_t turns;
    atomic_bool stopping;
};

static struct loop *loop_alloc(void)
{
    /* The inbox is aligned to cache lines, malloc() is not. */
    size_t size = (sizeof(struct loop) + 63) & ~(size_t)63;
    struct loop *loop = aligned_alloc(64, size);
    REQUIRE(loop);
    return memset(loop, 0, size);
}

static int watch_inbox(struct loop *loop)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.ptr = NULL};
    return epoll_ctl(loop->epoll, EPOLL_CTL_ADD, loop->inbox.fd, &event) < 0 ? -errno : 0;
}

int loop_new(struct loop **out)
{
    struct loop *loop = loop_alloc();
    int rc = inbox_init(&loop->inbox);
    if (rc < 0) {
        free(loop);
        return rc;
    }
    loop->now_ms = clock_monotonic_ms();
    timer_wheel_init(&loop->timers, loop->now_ms);
    list_init(&loop->deferred);
    loop->epoll = epoll_create1(EPOLL_CLOEXEC);
    rc = loop->epoll < 0 ? -errno : watch_inbox(loop);
    if (rc < 0) {
        loop_free(loop);
        return rc;
    }
    *out = loop;
    return 0;
}

void loop_free(struct loop *loop)
{
    if (!loop)
        return;
    if (loop->epoll >= 0)
        close(loop->epoll);
    inbox_deinit(&loop->inbox);
    free(loop);
}

struct inbox *loop_inbox(struct loop *loop)
{
    return &loop->inbox;
}

uint64_t loop_now_ms(const struct loop *loop)
{
    return loop->now_ms;
}

uint64_t loop_turns(const struct loop *loop)
{
    return atomic_load_explicit(&loop->turns, memory_order_relaxed);
}

/* How long nothing is due, at most most_ms (negative: any time). */
static int time_to_wait(struct loop *loop, int most_ms)
{
    enum { LONGEST_MS = 3600000 };
    if (most_ms < 0 || most_ms > LONGEST_MS)
        most_ms = LONGEST_MS;
    if (!list_empty(&loop->deferred))
        return 0;
    uint64_t next_ms = timer_wheel_next_ms(&loop->timers);
    uint64_t now_ms = clock_monotonic_ms();
    if (next_ms <= now_ms)
        return 0;
    return next_ms - now_ms < (uint64_t)most_ms ? (int)(next_ms - now_ms) : most_ms;
}

static void handle_sockets(struct loop *loop)
{
    for (loop->event_at = 0; loop->event_at < loop->event_count;) {
        const struct epoll_event *event = &loop->events[loop->event_at++];
        struct loop_fd *fd = event->data.ptr;
        if (fd) /* neither the inbox's nor removed meanwhile */
            fd->on_ready(fd, event->events);
    }
    loop->event_count = 0;
}

/* After a message to thousands the lines of those that wait have left the cache, and what runs before (a
 * send, most of the time) lasts longer than they take to come. Two ahead: to take one out of the list
 * writes to the next. */
static void fetch_ahead(const struct list *now)
{
    enum { OBJECT_BYTES = 256 };
    fetch_soon(now->next->next, OBJECT_BYTES);
}

/* What they defer anew waits for the next turn, so that nobody can hold this one for ever. */
static void run_deferred(struct loop *loop)
{
    struct list now, *link;
    list_init(&now);
    list_splice(&now, &loop->deferred);
    while ((link = list_pop(&now))) {
        struct loop_deferred *deferred = CONTAINER_OF(link, struct loop_deferred, link);
        deferred->queued = false;
        fetch_ahead(&now);
        deferred->run(deferred);
    }
}

void loop_turn(struct loop *loop, int most_ms)
{
    int wait_ms = time_to_wait(loop, most_ms);
    if (wait_ms != 0 && !inbox_may_sleep(&loop->inbox))
        wait_ms = 0;
    int count = epoll_wait(loop->epoll, loop->events, EVENTS_A_TURN, wait_ms);
    REQUIRE(count >= 0 || errno == EINTR);
    inbox_awake(&loop->inbox);
    loop->event_count = count > 0 ? count : 0;
    loop->now_ms = clock_monotonic_ms();
    uint64_t turns = atomic_load_explicit(&loop->turns, memory_order_relaxed);
    atomic_store_explicit(&loop->turns, turns + 1, memory_order_relaxed);

    bool is_busy = loop->event_count > 1;
    if (is_busy)
        pool_hold();
    handle_sockets(loop);
    timer_wheel_run(&loop->timers, loop->now_ms);
    inbox_run(&loop->inbox, ITEMS_A_TURN);
    if (is_busy)
        pool_wake(); /* before what the deferred send, which may take long */
    run_deferred(loop);
}

void loop_run(struct loop *loop)
{
    while (!atomic_exchange_explicit(&loop->stopping, false, memory_order_acquire))
        loop_turn(loop, -1);
}

void loop_stop(struct loop *loop)
{
    atomic_store_explicit(&loop->stopping, true, memory_order_release);
    inbox_wake(&loop->inbox);
}

static int control(struct loop *loop, int operation, struct loop_fd *fd)
{
    struct epoll_event event = {.events = fd->events, .data.ptr = fd};
    return epoll_ctl(loop->epoll, operation, fd->fd, &event) < 0 ? -errno : 0;
}

int loop_add(struct loop *loop, struct loop_fd *fd)
{
    return control(loop, EPOLL_CTL_ADD, fd);
}

int loop_change(struct loop *loop, struct loop_fd *fd, uint32_t events)
{
    fd->events = events;
    return control(loop, EPOLL_CTL_MOD, fd);
}

static void forget_readiness(struct loop *loop, const struct loop_fd *fd)
{
    for (int i = loop->event_at; i < loop->event_count; i++)
        if (loop->events[i].data.ptr == fd)
            loop->events[i].data.ptr = NULL;
}

void loop_remove(struct loop *loop, struct loop_fd *fd)
{
    (void)control(loop, EPOLL_CTL_DEL, fd);
    forget_readiness(loop, fd);
}

void loop_close(struct loop *loop, struct loop_fd *fd)
{
    close(fd->fd); /* the kernel takes it out of what is watched: a system call less */
    forget_readiness(loop, fd);
}

void loop_timer_start(struct loop *loop, struct loop_timer *timer, uint64_t after_ms)
{
    timer_wheel_remove(timer);
    timer->due_ms = loop->now_ms + after_ms;
    timer_wheel_add(&loop->timers, timer);
}

void loop_timer_stop(struct loop *loop UNUSED, struct loop_timer *timer)
{
    timer_wheel_remove(timer);
}

void loop_defer(struct loop *loop, struct loop_deferred *deferred)
{
    if (deferred->queued)
        return;
    deferred->queued = true;
    list_append(&loop->deferred, &deferred->link);
}

void loop_undefer(struct loop_deferred *deferred)
{
    if (!deferred->queued)
        return;
    deferred->queued = false;
    list_remove(&deferred->link);
}
