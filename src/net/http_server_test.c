#include "net/http_testing.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>

static const struct ip_address loopback = {{[10] = 0xff, [11] = 0xff, [12] = 127, [15] = 1}};

/* On this machine a connection stands when connect() returns, or its first word was dropped. */
static bool stands(int fd)
{
    struct tcp_info info = {0};
    socklen_t len = sizeof(info);
    assert_int_equal(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len), 0);
    return info.tcpi_state == TCP_ESTABLISHED;
}

static void allow_descriptors(rlim_t count)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    if (limit.rlim_cur < count)
        limit.rlim_cur = limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

static void a_crowd_that_comes_all_at_once_finds_room_at_the_door(void **state)
{
    enum { CROWD = 6000 }; /* one backlog holds 4,096 as Linux comes */
    struct rig *rig = *state;
    static int fds[CROWD];
    struct sockaddr_storage name;
    uint16_t port = 0;
    size_t standing = 0;
    allow_descriptors(CROWD + 100);
    assert_int_equal(http_server_listen(rig->server, &loopback, &port, true), 0);
    uint32_t len = address_to_socket(&loopback, port, &name);
    for (size_t i = 0; i < CROWD; i++) {
        fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        assert_true(fds[i] >= 0);
        (void)connect(fds[i], (struct sockaddr *)&name, len);
        standing += stands(fds[i]);
    }
    assert_int_equal(standing, CROWD);
    for (size_t i = 0; i < CROWD; i++)
        close(fds[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_crowd_that_comes_all_at_once_finds_room_at_the_door),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
