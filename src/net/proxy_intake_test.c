#include "net/http_testing.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "core/ipnet.h"

static const struct ip_address loopback = {{[10] = 0xff, [11] = 0xff, [12] = 127, [15] = 1}};
static struct ipnet net;
static uint16_t port;

/* A server that takes the PROXY protocol from `networks`. */
static void listen_for(struct rig *rig, struct str networks)
{
    port = 0;
    assert_true(ipnet_parse(networks, &net));
    http_server_believe(rig->server,
                        &(struct http_proxies){.nets = &net, .count = 1, .protocol = true});
    assert_int_equal(http_server_listen(rig->server, &loopback, &port, true), 0);
}

static void peer_dial(struct rig *rig, struct peer *peer)
{
    struct sockaddr_storage name;
    uint32_t len = address_to_socket(&loopback, port, &name);
    *peer = (struct peer){.fd = socket(AF_INET, SOCK_STREAM, 0)};
    assert_int_equal(connect(peer->fd, (struct sockaddr *)&name, len), 0);
    struct timeval wait = {.tv_usec = 20000};
    setsockopt(peer->fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
    rig_turn(rig);
}

#define ASK "GET /peer HTTP/1.1\r\nHost: x\r\n\r\n"
#define HEADER "PROXY TCP4 203.0.113.9 127.0.0.1 4711 80\r\n"

static void the_client_is_whom_the_header_names_however_it_is_cut(void **state)
{
    static const struct str wire = STR_INIT(HEADER ASK);
    listen_for(*state, STR("127.0.0.0/8"));
    for (size_t cut = 1; cut < wire.len; cut += 3) {
        struct peer peer;
        peer_dial(*state, &peer);
        peer_send(&peer, str_of(wire.ptr, cut));
        rig_turn(*state);
        peer_send(&peer, str_of(wire.ptr + cut, wire.len - cut));
        rig_turn(*state);
        assert_answer(peer_hear(&peer), STR("200 OK\r\n"), STR("203.0.113.9"));
        peer_leave(&peer);
        rig_turn(*state);
    }
    assert_int_equal(http_server_connections(((struct rig *)*state)->server), 0);
}

static void who_is_no_proxy_needs_no_header_and_may_send_none(void **state)
{
    struct peer peer;
    listen_for(*state, STR("192.0.2.0/24"));
    peer_dial(*state, &peer);
    assert_answer(peer_ask(*state, &peer, STR(ASK)), STR("200 OK\r\n"), STR("127.0.0.1"));
    peer_leave(&peer);
    peer_dial(*state, &peer);
    assert_true(str_starts(peer_ask(*state, &peer, STR(HEADER ASK)), STR("HTTP/1.1 400 ")));
    peer_leave(&peer);
}

static void a_proxy_without_a_good_header_is_closed_without_a_word(void **state)
{
    static const struct str wires[] = {
        STR_INIT(ASK),
        STR_INIT("PROXY TCP4 nobody 127.0.0.1 1 2\r\n" ASK),
        STR_INIT("\r\n\r\n\0\r\nQUIT\n\x31\x11\0\0"),
    };
    struct rig *rig = *state;
    listen_for(rig, STR("127.0.0.1"));
    for (size_t i = 0; i < ARRAY_LEN(wires); i++) {
        struct peer peer;
        peer_dial(rig, &peer);
        assert_int_equal(peer_ask(rig, &peer, wires[i]).len, 0);
        assert_true(peer.ended);
        peer_leave(&peer);
    }
    assert_int_equal(requests, 0);
    assert_int_equal(http_server_figures(rig->server)->refused, ARRAY_LEN(wires));
}

static void a_header_that_takes_too_long_is_not_waited_for(void **state)
{
    struct rig *rig = *state;
    struct peer peer;
    rig->limits.http_head_s = 1;
    listen_for(rig, STR("127.0.0.1"));
    peer_dial(rig, &peer);
    peer_ask(rig, &peer, STR("PROXY TCP4 "));
    assert_false(peer.ended);
    rig_wait(rig, 1300);
    peer_hear(&peer);
    assert_true(peer.ended);
    peer_leave(&peer);
}

static void those_that_wait_take_a_place_and_go_with_the_server(void **state)
{
    struct rig *rig = *state;
    struct peer peers[3];
    rig->limits.connections = 2;
    listen_for(rig, STR("127.0.0.1"));
    for (size_t i = 0; i < 3; i++)
        peer_dial(rig, &peers[i]);
    peer_hear(&peers[2]);
    assert_true(peers[2].ended);
    http_server_drain(rig->server);
    peer_hear(&peers[0]);
    assert_true(peers[0].ended);
    for (size_t i = 0; i < 3; i++)
        peer_leave(&peers[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_client_is_whom_the_header_names_however_it_is_cut),
        TEST(who_is_no_proxy_needs_no_header_and_may_send_none),
        TEST(a_proxy_without_a_good_header_is_closed_without_a_word),
        TEST(a_header_that_takes_too_long_is_not_waited_for),
        TEST(those_that_wait_take_a_place_and_go_with_the_server),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
