#include "net/loop.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/clock.h"
#include "net/timer_wheel.h"

/* In front of libc's: how long the loop asked to sleep the last time. */
static int asked_ms;

int epoll_wait(int epoll, struct epoll_event *events, int most, int wait_ms)
{
    asked_ms = wait_ms;
    return epoll_pwait(epoll, events, most, wait_ms, NULL);
}

static int setup(void **state)
{
    return loop_new((struct loop **)state);
}

static int teardown(void **state)
{
    loop_free(*state);
    return 0;
}

/* ---- sockets ---- */

struct end {
    struct loop_fd fd;
    struct loop *loop;
    struct end *remove; /* taken out when this one is ready */
    unsigned ready;
    uint32_t events;
    int other;
};

static void on_ready(struct loop_fd *fd, uint32_t events)
{
    struct end *end = CONTAINER_OF(fd, struct end, fd);
    end->ready++;
    end->events = events;
    if (end->remove)
        loop_remove(end->loop, &end->remove->fd);
}

static void end_open(struct loop *loop, struct end *end)
{
    int fds[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
    *end = (struct end){.fd = {fds[0], EPOLLIN, on_ready}, .loop = loop, .other = fds[1]};
    assert_int_equal(loop_add(loop, &end->fd), 0);
}

static void end_close(struct end *end)
{
    loop_remove(end->loop, &end->fd);
    close(end->fd.fd);
    close(end->other);
}

static void a_ready_socket_is_told_every_turn_until_it_is_not(void **state)
{
    struct end end;
    end_open(*state, &end);
    loop_turn(*state, 0);
    assert_int_equal(end.ready, 0);
    assert_int_equal(write(end.other, "ab", 2), 2);
    loop_turn(*state, 0);
    loop_turn(*state, 0);
    assert_int_equal(end.ready, 2); /* by level: nobody has read it */
    assert_true(end.events & EPOLLIN);
    assert_int_equal(loop_change(*state, &end.fd, 0), 0);
    loop_turn(*state, 0);
    assert_int_equal(end.ready, 2);
    assert_int_equal(loop_change(*state, &end.fd, EPOLLOUT), 0);
    loop_turn(*state, 0);
    assert_int_equal(end.ready, 3);
    assert_int_equal(end.events, EPOLLOUT);
    end_close(&end);
}

static void who_is_removed_in_a_turn_hears_nothing_more_in_it(void **state)
{
    struct end a, b;
    end_open(*state, &a);
    end_open(*state, &b);
    a.remove = &b;
    b.remove = &a;
    assert_int_equal(write(a.other, "x", 1), 1);
    assert_int_equal(write(b.other, "x", 1), 1);
    loop_turn(*state, 0);
    assert_int_equal(a.ready + b.ready, 1); /* the first removed the other */
    end_close(&a);
    end_close(&b);
}

/* ---- deferred ---- */

struct errand {
    struct loop_deferred deferred;
    struct loop *loop;
    struct errand *cancel;
    unsigned runs, again;
};

static void on_errand(struct loop_deferred *deferred)
{
    struct errand *errand = CONTAINER_OF(deferred, struct errand, deferred);
    errand->runs++;
    if (errand->again) {
        errand->again--;
        loop_defer(errand->loop, deferred);
    }
    if (errand->cancel)
        loop_undefer(&errand->cancel->deferred);
}

static void what_is_deferred_runs_once_at_the_end_of_the_turn(void **state)
{
    struct errand errand = {.deferred.run = on_errand, .loop = *state};
    loop_defer(*state, &errand.deferred);
    loop_defer(*state, &errand.deferred);
    assert_int_equal(errand.runs, 0);
    loop_turn(*state, -1); /* does not wait */
    assert_int_equal(errand.runs, 1);
    loop_turn(*state, 0);
    assert_int_equal(errand.runs, 1);
}

static void deferring_from_the_deferred_waits_a_turn(void **state)
{
    struct errand errand = {.deferred.run = on_errand, .loop = *state, .again = 2};
    loop_defer(*state, &errand.deferred);
    for (unsigned turn = 1; turn <= 3; turn++) {
        loop_turn(*state, -1);
        assert_int_equal(errand.runs, turn);
    }
}

static void a_deferral_can_be_taken_back_even_by_the_one_before(void **state)
{
    struct errand a = {.deferred.run = on_errand}, b = {.deferred.run = on_errand};
    a.cancel = &b;
    loop_defer(*state, &a.deferred);
    loop_defer(*state, &b.deferred);
    loop_turn(*state, 0);
    assert_int_equal(a.runs, 1);
    assert_int_equal(b.runs, 0);
    loop_undefer(&b.deferred); /* harmless */
}

/* ---- timers ---- */

struct alarm {
    struct loop_timer timer;
    struct loop *loop;
    uint64_t due_ms, last_ms; /* not before the one, and in the first turn from the other on */
    uint64_t rang_ms;
};

static void on_due(struct loop_timer *timer)
{
    struct alarm *alarm = CONTAINER_OF(timer, struct alarm, timer);
    alarm->rang_ms = loop_now_ms(alarm->loop);
}

/* All by the loop's own clock, as a busy machine may let any time pass before a turn. */
static void a_timer_rings_a_little_late_but_never_early(void **state)
{
    const uint64_t waits[] = {0, 1, 7, 8, 9, 50, 100, 333, 600};
    struct alarm alarms[ARRAY_LEN(waits)];
    loop_turn(*state, 0); /* now is now */
    for (size_t i = 0; i < ARRAY_LEN(waits); i++) {
        uint64_t due_ms = loop_now_ms(*state) + waits[i];
        alarms[i] = (struct alarm){
            {.on_due = on_due}, *state, due_ms, due_ms + waits[i] / 8 + 2 * TIMER_TICK_MS, 0};
        loop_timer_start(*state, &alarms[i].timer, waits[i]);
    }
    for (size_t next = 0; next < ARRAY_LEN(waits);) {
        uint64_t before_ms = clock_monotonic_ms(), last_ms = alarms[next].last_ms;
        loop_turn(*state, -1);
        assert_true(asked_ms == 0 || (asked_ms > 0 && before_ms + (uint64_t)asked_ms <= last_ms));
        while (next < ARRAY_LEN(waits) && alarms[next].rang_ms)
            next++;
        assert_true(next == ARRAY_LEN(waits) || loop_now_ms(*state) < alarms[next].last_ms);
    }
    for (size_t i = 0; i < ARRAY_LEN(waits); i++)
        assert_true(alarms[i].rang_ms >= alarms[i].due_ms);
}

static void a_stopped_timer_does_not_ring_and_a_restarted_one_rings_later(void **state)
{
    struct alarm stopped = {.timer.on_due = on_due, .loop = *state}, moved = stopped;
    loop_timer_stop(*state, &stopped.timer); /* harmless */
    loop_timer_start(*state, &stopped.timer, 10);
    loop_timer_start(*state, &moved.timer, 10);
    loop_timer_stop(*state, &stopped.timer);
    uint64_t start = loop_now_ms(*state);
    loop_timer_start(*state, &moved.timer, 60);
    while (!moved.rang_ms)
        loop_turn(*state, -1);
    assert_int_equal(stopped.rang_ms, 0);
    assert_true(loop_now_ms(*state) >= start + 60);
}

/* ---- the inbox, and stopping ---- */

struct visit {
    struct inbox_item item;
    struct loop *loop;
    unsigned left;
};

static void on_visit(struct inbox_item *item)
{
    struct visit *visit = CONTAINER_OF(item, struct visit, item);
    if (--visit->left == 0)
        loop_stop(visit->loop);
}

static void *run_loop(void *arg)
{
    loop_run(arg);
    return NULL;
}

static void posts_from_another_thread_wake_a_sleeping_loop(void **state)
{
    enum { ROUNDS = 200 };
    pthread_t thread;
    struct visit visits[ROUNDS];
    for (unsigned i = 0; i < ROUNDS; i++) {
        visits[i] = (struct visit){.item.run = on_visit, .loop = *state, .left = 1};
        assert_int_equal(pthread_create(&thread, NULL, run_loop, *state), 0);
        if (i % 4 == 0)
            usleep(200); /* asleep by now, most of the time */
        inbox_post(loop_inbox(*state), &visits[i].item);
        pthread_join(thread, NULL);
    }
}

static void a_loop_stops_when_told_from_anywhere_even_before_it_ran(void **state)
{
    pthread_t thread;
    loop_stop(*state);
    loop_run(*state);
    assert_int_equal(pthread_create(&thread, NULL, run_loop, *state), 0);
    usleep(1000);
    loop_stop(*state);
    pthread_join(thread, NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_ready_socket_is_told_every_turn_until_it_is_not),
        TEST(who_is_removed_in_a_turn_hears_nothing_more_in_it),
        TEST(what_is_deferred_runs_once_at_the_end_of_the_turn),
        TEST(deferring_from_the_deferred_waits_a_turn),
        TEST(a_deferral_can_be_taken_back_even_by_the_one_before),
        TEST(a_timer_rings_a_little_late_but_never_early),
        TEST(a_stopped_timer_does_not_ring_and_a_restarted_one_rings_later),
        TEST(posts_from_another_thread_wake_a_sleeping_loop),
        TEST(a_loop_stops_when_told_from_anywhere_even_before_it_ran),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
