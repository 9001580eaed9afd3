#include "net/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static const struct ip_address loopback = {{[10] = 0xff, [11] = 0xff, [12] = 127, [15] = 1}};
static unsigned accepted;

static void on_socket(struct listener *listener, int fd, const struct ip_address *peer)
{
    (void)listener;
    int value = 0;
    socklen_t len = sizeof(value);
    assert_memory_equal(peer, &loopback, sizeof(loopback));
    assert_int_equal(getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &value, &len), 0);
    assert_int_not_equal(value, 0);
    assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
    accepted++;
    close(fd);
}

static int setup(void **state)
{
    accepted = 0;
    return loop_new((struct loop **)state);
}

static int teardown(void **state)
{
    loop_free(*state);
    return 0;
}

static struct listener listener_on(struct loop *loop)
{
    return (struct listener){.fd.fd = -1, .loop = loop, .batch = 4, .on_socket = on_socket};
}

static int connect_to(uint16_t port)
{
    struct sockaddr_storage name;
    uint32_t len = address_to_socket(&loopback, port, &name);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&name, len), 0);
    return fd;
}

static void an_address_taken_alone_can_be_joined_but_not_taken_again(void **state)
{
    struct listener first = listener_on(*state), second = first, third = first;
    uint16_t port = 0;
    assert_int_equal(listener_open(&first, &loopback, &port, true), 0);
    assert_int_not_equal(port, 0);
    assert_int_equal(listener_open(&second, &loopback, &port, true), -EADDRINUSE);
    assert_int_equal(listener_open(&third, &loopback, &port, false), 0);

    int fds[40];
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        fds[i] = connect_to(port);
    for (int i = 0; i < 20; i++)
        loop_turn(*state, 0);
    assert_int_equal(accepted, ARRAY_LEN(fds)); /* by either */
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        close(fds[i]);
    listener_close(&first);
    listener_close(&first);
    listener_close(&second);
    listener_close(&third);
}

static void the_kernel_spreads_connections_over_those_that_joined(void **state)
{
    struct loop *other;
    assert_int_equal(loop_new(&other), 0);
    struct listener first = listener_on(*state), second = listener_on(other);
    uint16_t port = 0;
    assert_int_equal(listener_open(&first, &loopback, &port, true), 0);
    assert_int_equal(listener_open(&second, &loopback, &port, false), 0);
    int fds[100];
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        fds[i] = connect_to(port);
    for (int i = 0; i < 40; i++)
        loop_turn(*state, 0);
    unsigned of_first = accepted;
    for (int i = 0; i < 40; i++)
        loop_turn(other, 0);
    assert_int_equal(accepted, ARRAY_LEN(fds));
    assert_true(of_first > 20 && of_first < 80);
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        close(fds[i]);
    listener_close(&first);
    listener_close(&second);
    loop_free(other);
}

static void a_turn_accepts_a_batch_and_no_more(void **state)
{
    struct listener listener = listener_on(*state);
    uint16_t port = 0;
    int fds[6];
    assert_int_equal(listener_open(&listener, &loopback, &port, true), 0);
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        fds[i] = connect_to(port);
    loop_turn(*state, 0);
    assert_int_equal(accepted, 4);
    loop_turn(*state, 0);
    assert_int_equal(accepted, 6);
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        close(fds[i]);
    listener_close(&listener);
}

static void on_noise(struct loop_fd *fd, uint32_t events)
{
    (void)fd;
    (void)events; /* never read, so it is ready in every turn */
}

static void who_waits_is_accepted_every_turn_however_many_sockets_are_ready(void **state)
{
    enum { NOISE = 600, WAITING = 40, NOTICED = 3 };
    struct listener listener = listener_on(*state);
    static struct loop_fd noise[NOISE];
    int fds[WAITING];
    uint16_t port = 0;
    assert_int_equal(listener_open(&listener, &loopback, &port, true), 0);
    for (size_t i = 0; i < NOISE; i++) {
        noise[i] = (struct loop_fd){eventfd(1, EFD_CLOEXEC), EPOLLIN, on_noise};
        assert_true(noise[i].fd >= 0);
        assert_int_equal(loop_add(*state, &noise[i]), 0);
    }
    for (size_t i = 0; i < WAITING; i++)
        fds[i] = connect_to(port);
    for (size_t i = 0; i < NOTICED + WAITING / listener.batch; i++)
        loop_turn(*state, 0);
    assert_int_equal(accepted, WAITING);
    for (size_t i = 0; i < WAITING; i++)
        close(fds[i]);
    for (size_t i = 0; i < NOISE; i++) {
        loop_remove(*state, &noise[i]);
        close(noise[i].fd);
    }
    listener_close(&listener);
}

static void without_descriptors_accepting_pauses_and_then_goes_on(void **state)
{
    enum { TURNS = 6, LEAST_MS = 200 }; /* a pause: two turns, 100 ms */
    struct listener listener = listener_on(*state);
    uint16_t port = 0;
    struct rlimit before, none;
    assert_int_equal(listener_open(&listener, &loopback, &port, true), 0);
    int fd = connect_to(port);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = before;
    none.rlim_cur = 3; /* below every number in use: the next accept fails with EMFILE */
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    uint64_t start_ms = loop_now_ms(*state);
    for (unsigned turn = 0; turn < TURNS; turn++)
        loop_turn(*state, -1);
    assert_true(loop_now_ms(*state) >= start_ms + LEAST_MS); /* it does not spin */
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(accepted, 0);
    for (unsigned turn = 0; turn < TURNS && accepted == 0; turn++)
        loop_turn(*state, -1); /* sleeps until the pause is over */
    assert_int_equal(accepted, 1);
    close(fd);
    listener_close(&listener);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_address_taken_alone_can_be_joined_but_not_taken_again),
        TEST(the_kernel_spreads_connections_over_those_that_joined),
        TEST(a_turn_accepts_a_batch_and_no_more),
        TEST(who_waits_is_accepted_every_turn_however_many_sockets_are_ready),
        TEST(without_descriptors_accepting_pauses_and_then_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
