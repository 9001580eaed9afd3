#include "net/http_testing.h"

#include "core/ipnet.h"

static void a_request_is_answered_and_the_connection_kept(void **state)
{
    struct peer peer;
    peer_connect(*state, &peer);
    for (int i = 0; i < 3; i++) {
        struct str got =
            peer_ask(*state, &peer, STR("GET /nothing?a=%20b HTTP/1.1\r\nHost: x\r\n\r\n"));
        assert_answer(got, STR("404 Not Found\r\n"), STR("no"));
        assert_true(str_has(got, STR("\r\nContent-Length: 2\r\n")));
        assert_true(str_has(got, STR("\r\nContent-Type: text/plain\r\n")));
        assert_true(str_has(got, STR("\r\nDate: ")));
        assert_true(str_has(got, STR(" GMT\r\n")));
        assert_false(str_has(got, STR("Connection:")));
        assert_string_equal(seen_path, "/nothing");
        assert_string_equal(seen_query, "a=%20b");
    }
    assert_false(peer.ended);
    peer_leave(&peer);
    rig_turn(*state);
    assert_int_equal(http_server_connections(((struct rig *)*state)->server), 0);
}

#define POST "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
#define CHUNKED                                                                                    \
    "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"                         \
    "3\r\nhel\r\n2;ext=1\r\nlo\r\n0\r\nTrailer: ignored\r\n\r\n"

static void bodies_come_whole_however_the_bytes_are_cut(void **state)
{
    const struct str texts[] = {STR(POST), STR(CHUNKED)};
    for (size_t t = 0; t < ARRAY_LEN(texts); t++) {
        for (size_t cut = 1; cut < texts[t].len; cut++) {
            struct peer peer;
            peer_connect(*state, &peer);
            peer_ask(*state, &peer, str_of(texts[t].ptr, cut));
            struct str got =
                peer_ask(*state, &peer, str_of(texts[t].ptr + cut, texts[t].len - cut));
            assert_answer(got, STR("200 OK\r\n"), STR("hello"));
            peer_leave(&peer);
            rig_turn(*state);
        }
    }
}

static void a_request_may_trickle_in_byte_by_byte(void **state)
{
    struct peer peer;
    peer_connect(*state, &peer);
    for (size_t i = 0; i < sizeof(CHUNKED) - 1; i++) {
        peer_send(&peer, str_of(&CHUNKED[i], 1));
        rig_turn(*state);
    }
    assert_answer(peer_hear(&peer), STR("200 OK\r\n"), STR("hello"));
    peer_leave(&peer);
}

static size_t occurrences(struct str text, struct str part)
{
    size_t count = 0;
    for (const char *at = text.ptr;
         (at = memmem(at, text.len - (size_t)(at - text.ptr), part.ptr, part.len)); at++)
        count++;
    return count;
}

static void pipelined_requests_are_answered_in_order(void **state)
{
    struct peer peer;
    struct buf all = BUF_INIT;
    peer_connect(*state, &peer);
    for (int i = 0; i < 1000; i++)
        buf_printf(&all, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\n<%04d>", i);
    struct str got = peer_ask(*state, &peer, buf_str(&all));
    for (int i = 0; i < 30; i++) {
        rig_turn(*state);
        got = peer_hear(&peer);
    }
    assert_int_equal(occurrences(got, STR("HTTP/1.1 200 OK")), 1000);
    const char *at = got.ptr;
    for (int i = 0; i < 1000; i++) {
        char mark[8];
        snprintf(mark, sizeof(mark), "<%04d>", i);
        at = memmem(at, got.len - (size_t)(at - got.ptr), mark, 6);
        assert_non_null(at);
    }
    buf_deinit(&all);
    peer_leave(&peer);
}

static void the_next_request_waits_for_an_answer_that_comes_later(void **state)
{
    struct peer peer;
    peer_connect(*state, &peer);
    struct str got =
        peer_ask(*state, &peer,
                 STR("GET /later HTTP/1.1\r\nHost: x\r\n\r\n"
                     "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\none"
                     "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\ntwo"));
    assert_int_equal(got.len, 0);
    assert_int_equal(requests, 1);
    answer(later, 200, STR("late"));
    rig_turn(*state);
    got = peer_hear(&peer);
    assert_int_equal(requests, 3);
    assert_true(str_has(got, STR("late")));
    assert_true(str_has(got, STR("one")));
    assert_true(str_has(got, STR("two")));
    got = peer_ask(*state, &peer, STR(POST)); /* it reads on */
    assert_answer(got, STR("200 OK\r\n"), STR("hello"));
    peer_leave(&peer);
}

static void an_exchange_outlives_its_connection(void **state)
{
    struct peer peer;
    peer_connect(*state, &peer);
    peer_ask(*state, &peer, STR("GET /later HTTP/1.1\r\nHost: x\r\n\r\n"));
    struct linger reset = {1, 0};
    setsockopt(peer.fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
    peer_send(&peer, STR("more"));
    peer_leave(&peer);
    rig_turn(*state);
    assert_non_null(later);
    answer(later, 200, STR("nobody hears"));
    rig_turn(*state);
    assert_int_equal(http_server_connections(((struct rig *)*state)->server), 0);
}

static void an_exchange_outlives_its_server(void **state)
{
    struct rig rig;
    struct peer peer;
    (void)state;
    rig_open(&rig, on_request);
    peer_connect(&rig, &peer);
    peer_ask(&rig, &peer, STR("GET /later HTTP/1.1\r\nHost: x\r\n\r\n"));
    rig_close(&rig);
    answer(later, 200, STR("nobody hears"));
    peer_leave(&peer);
}

static void who_sends_fin_after_the_request_still_gets_the_answer(void **state)
{
    struct peer peer;
    peer_connect(*state, &peer);
    peer_ask(*state, &peer, STR("GET /later HTTP/1.1\r\nHost: x\r\n\r\n"));
    shutdown(peer.fd, SHUT_WR);
    rig_turn(*state);
    answer(later, 200, STR("late"));
    rig_turn(*state);
    assert_true(str_has(peer_hear(&peer), STR("late")));
    assert_true(peer.ended);
    peer_leave(&peer);
    assert_int_equal(http_server_connections(((struct rig *)*state)->server), 0);
}

static void closing_is_asked_for_by_either_side(void **state)
{
    const struct {
        struct str request;
        bool closes;
    } cases[] = {
        {STR("GET /empty HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), true},
        {STR("GET /close HTTP/1.1\r\nHost: x\r\n\r\n"), true},
        {STR("GET /empty HTTP/1.0\r\n\r\n"), true},
        {STR("GET /empty HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"), false},
        {STR("GET /empty HTTP/1.1\r\nHost: x\r\n\r\n"), false},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct peer peer;
        peer_connect(*state, &peer);
        struct str got = peer_ask(*state, &peer, cases[i].request);
        assert_int_equal(peer.ended, cases[i].closes);
        assert_int_equal(str_has(got, STR("\r\nConnection: close\r\n")), cases[i].closes);
        assert_int_equal(str_has(got, STR("\r\nConnection: keep-alive\r\n")), i == 3);
        peer_leave(&peer);
        rig_turn(*state);
        assert_int_equal(http_server_connections(((struct rig *)*state)->server), 0);
    }
}

static void head_and_empty_answers_have_no_body(void **state)
{
    struct peer peer;
    peer_connect(*state, &peer);
    struct str got = peer_ask(*state, &peer, STR("HEAD /big HTTP/1.1\r\nHost: x\r\n\r\n"));
    assert_answer(got, STR("200 OK\r\n"), STR(""));
    assert_true(str_has(got, STR("\r\nContent-Length: 1048576\r\n")));
    got = peer_ask(*state, &peer, STR("GET /empty HTTP/1.1\r\nHost: x\r\n\r\n"));
    assert_answer(got, STR("204 No Content\r\n"), STR(""));
    assert_false(str_has(got, STR("Content-Length")));
    peer_leave(&peer);
}

static void a_header_value_cannot_end_its_line(void **state)
{
    struct peer peer;
    peer_connect(*state, &peer);
    struct str got = peer_ask(*state, &peer, STR("GET /inject HTTP/1.1\r\nHost: x\r\n\r\n"));
    assert_true(str_has(got, STR("\r\nX: a  B: c\r\n")));
    peer_leave(&peer);
}

static void header_values_are_trimmed_and_may_be_empty(void **state)
{
    struct peer peer;
    peer_connect(*state, &peer);
    struct str got = peer_ask(
        *state, &peer,
        STR("GET /header HTTP/1.1\r\nHost: x\r\nEmpty:\r\nX-Thing: \t a b \t\r\nLast: 1\r\n\r\n"));
    assert_answer(got, STR("200 OK\r\n"), STR("a b"));
    got = peer_ask(*state, &peer, STR("GET /header HTTP/1.1\r\nX-Thing:\r\nHost: x\r\n\r\n"));
    assert_answer(got, STR("200 OK\r\n"), STR(""));
    peer_leave(&peer);
}

static void a_client_that_waits_for_100_gets_it(void **state)
{
    struct peer peer;
    peer_connect(*state, &peer);
    struct str got = peer_ask(*state, &peer,
                              STR("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
                                  "Expect: 100-continue\r\n\r\n"));
    assert_true(str_eq(got, STR("HTTP/1.1 100 Continue\r\n\r\n")));
    got = peer_ask(*state, &peer, STR("hello"));
    assert_answer(got, STR("200 OK\r\n"), STR("hello"));
    peer_leave(&peer);
}

static void a_large_answer_arrives_whole_at_a_reader_of_any_speed(void **state)
{
    struct peer peer;
    peer_connect(*state, &peer);
    peer_send(&peer, STR("GET /big HTTP/1.1\r\nHost: x\r\n\r\n"
                         "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nend"));
    struct str got = STR_NONE;
    for (int i = 0; i < 200 && !str_has(got, STR("\r\n\r\nend")); i++) {
        rig_turn(*state);
        got = peer_hear(&peer);
    }
    assert_true(got.len > 1 << 20);
    assert_true(str_has(got, STR("\r\n\r\nend")));
    peer_leave(&peer);
}

static void who_does_not_read_an_answer_is_given_up(void **state)
{
    struct rig *rig = *state;
    struct peer peer;
    rig->limits.http_write_s = 1;
    peer_connect(rig, &peer);
    peer_send(&peer, STR("GET /big HTTP/1.1\r\nHost: x\r\n\r\n"));
    rig_wait(rig, 700);
    assert_int_equal(http_server_connections(rig->server), 1);
    rig_wait(rig, 600);
    assert_int_equal(http_server_connections(rig->server), 0);
    peer_leave(&peer);
}

static void draining_ends_idle_connections_at_once_and_busy_ones_after_their_answer(void **state)
{
    struct rig *rig = *state;
    struct peer idle, busy, late;
    peer_connect(rig, &idle);
    peer_connect(rig, &busy);
    peer_ask(rig, &idle, STR(POST));
    peer_ask(rig, &busy, STR("GET /later HTTP/1.1\r\nHost: x\r\n\r\n"));
    http_server_drain(rig->server);
    rig_turn(rig);
    peer_hear(&idle);
    assert_true(idle.ended);
    answer(later, 200, STR("late"));
    rig_turn(rig);
    assert_true(str_has(peer_hear(&busy), STR("Connection: close")));
    assert_true(busy.ended);
    peer_connect(rig, &late);
    peer_hear(&late);
    assert_true(late.ended);
    peer_leave(&idle);
    peer_leave(&busy);
    peer_leave(&late);
    rig_turn(rig);
    assert_int_equal(http_server_connections(rig->server), 0);
}

static void past_its_limit_a_worker_takes_no_more_connections(void **state)
{
    struct rig *rig = *state;
    struct peer peers[3];
    rig->limits.connections_per_worker = 2;
    for (size_t i = 0; i < 3; i++)
        peer_connect(rig, &peers[i]);
    assert_int_equal(http_server_connections(rig->server), 2);
    peer_hear(&peers[2]);
    assert_true(peers[2].ended);
    assert_int_equal(http_server_figures(rig->server)->refused, 1);
    for (size_t i = 0; i < 3; i++)
        peer_leave(&peers[i]);
}

static void who_sends_its_body_unasked_gets_no_100(void **state)
{
    const struct str texts[] = {
        STR("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: "
            "100-continue\r\n\r\nhel"),
        STR("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
            "Expect: 100-Continue\r\n\r\n5\r\nhel"),
        STR("POST /echo HTTP/1.0\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhel"),
    };
    const struct str rests[] = {STR("lo"), STR("lo\r\n0\r\n\r\n"), STR("lo")};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct peer peer;
        peer_connect(*state, &peer);
        assert_int_equal(peer_ask(*state, &peer, texts[i]).len, 0);
        assert_answer(peer_ask(*state, &peer, rests[i]), STR("200 OK\r\n"), STR("hello"));
        peer_leave(&peer);
    }
}

static void one_empty_line_in_front_of_a_request_is_ignored(void **state)
{
    struct peer peer;
    peer_connect(*state, &peer);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(peer_ask(*state, &peer, STR("\r")).len, 0);
        struct str got = peer_ask(*state, &peer, STR("\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"));
        assert_answer(got, STR("404 Not Found\r\n"), STR("no"));
    }
    peer_leave(&peer);
}

static void pipelined_requests_before_fin_are_all_answered(void **state)
{
    struct peer peer;
    peer_connect(*state, &peer);
    peer_send(&peer, STR(POST POST POST));
    shutdown(peer.fd, SHUT_WR);
    rig_turn(*state);
    assert_int_equal(occurrences(peer_hear(&peer), STR("HTTP/1.1 200 OK")), 3);
    assert_true(peer.ended);
    peer_leave(&peer);
}

static void the_host_of_an_absolute_target_counts(void **state)
{
    struct peer peer;
    peer_connect(*state, &peer);
    struct str got =
        peer_ask(*state, &peer, STR("GET http://b:8080/host HTTP/1.1\r\nHost: a\r\n\r\n"));
    assert_answer(got, STR("200 OK\r\n"), STR("b:8080"));
    peer_leave(&peer);
}

static void trailers_say_nothing(void **state)
{
    struct peer peer;
    peer_connect(*state, &peer);
    struct str got = peer_ask(*state, &peer,
                              STR("POST /host HTTP/1.1\r\nHost: a\r\n"
                                  "Transfer-Encoding: chunked\r\n\r\n0\r\nHost: b\r\n\r\n"));
    assert_answer(got, STR("200 OK\r\n"), STR("a"));
    peer_leave(&peer);
}

/* What proxies say is believed from them alone. */
static void who_asks_is_told_by_trusted_proxies_only(void **state)
{
    static const struct str ask = STR_INIT("GET /peer HTTP/1.1\r\nHost: x\r\n"
                                           "X-Forwarded-For: 203.0.113.9\r\n\r\n");
    struct rig *rig = *state;
    struct peer peer;
    struct ipnet net;
    assert_true(ipnet_parse(STR("192.0.2.0/24"), &net));
    for (size_t count = 0; count <= 1; count++) {
        http_server_believe(rig->server, &(struct http_proxies){.nets = &net, .count = count});
        peer_connect(rig, &peer);
        for (int i = 0; i < 2; i++)
            assert_answer(peer_ask(rig, &peer, ask), STR("200 OK\r\n"),
                          count ? STR("203.0.113.9") : STR("192.0.2.1"));
        struct str got = peer_ask(rig, &peer, STR("GET /peer HTTP/1.1\r\nHost: x\r\n\r\n"));
        assert_answer(got, STR("200 OK\r\n"), STR("192.0.2.1"));
        peer_leave(&peer);
    }
}

static void https_is_what_a_trusted_proxy_says(void **state)
{
    static const struct str ask = STR_INIT("GET /secure HTTP/1.1\r\nHost: x\r\n"
                                           "X-Forwarded-For: 203.0.113.9\r\n"
                                           "X-Forwarded-Proto: https\r\n\r\n");
    struct rig *rig = *state;
    struct peer peer;
    struct ipnet net;
    assert_true(ipnet_parse(STR("192.0.2.0/24"), &net));
    for (size_t count = 0; count <= 1; count++) {
        http_server_believe(rig->server, &(struct http_proxies){.nets = &net, .count = count});
        peer_connect(rig, &peer);
        assert_answer(peer_ask(rig, &peer, ask), STR("200 OK\r\n"), count ? STR("yes") : STR("no"));
        peer_leave(&peer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_request_is_answered_and_the_connection_kept),
        TEST(bodies_come_whole_however_the_bytes_are_cut),
        TEST(a_request_may_trickle_in_byte_by_byte),
        TEST(pipelined_requests_are_answered_in_order),
        TEST(the_next_request_waits_for_an_answer_that_comes_later),
        TEST(an_exchange_outlives_its_connection),
        TEST(an_exchange_outlives_its_server),
        TEST(who_sends_fin_after_the_request_still_gets_the_answer),
        TEST(closing_is_asked_for_by_either_side),
        TEST(head_and_empty_answers_have_no_body),
        TEST(a_header_value_cannot_end_its_line),
        TEST(header_values_are_trimmed_and_may_be_empty),
        TEST(a_client_that_waits_for_100_gets_it),
        TEST(a_large_answer_arrives_whole_at_a_reader_of_any_speed),
        TEST(who_does_not_read_an_answer_is_given_up),
        TEST(draining_ends_idle_connections_at_once_and_busy_ones_after_their_answer),
        TEST(past_its_limit_a_worker_takes_no_more_connections),
        TEST(who_sends_its_body_unasked_gets_no_100),
        TEST(one_empty_line_in_front_of_a_request_is_ignored),
        TEST(pipelined_requests_before_fin_are_all_answered),
        TEST(the_host_of_an_absolute_target_counts),
        TEST(trailers_say_nothing),
        TEST(who_asks_is_told_by_trusted_proxies_only),
        TEST(https_is_what_a_trusted_proxy_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
