#include "net/testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/clock.h"

/* What the handler does is in the path: /echo, /big, /later, /close, /status/NNN. */
static struct http_exchange *later;
static unsigned requests;
static char seen_query[64], seen_path[64];

static void answer(struct http_exchange *exchange, int status, struct str body)
{
    http_respond(exchange,
                 &(struct http_answer){.status = status, .type = STR("text/plain"), .body = body});
}

static void answer_big(struct http_exchange *exchange)
{
    static char big[1 << 20];
    memset(big, 'b', sizeof(big));
    http_respond(exchange, &(struct http_answer){.status = 200,
                                                 .type = STR("text/plain"),
                                                 .body = str_of(big, sizeof(big)),
                                                 .body_constant = true});
}

static void on_request(void *ctx, struct http_exchange *exchange)
{
    const struct http_request *request = http_request_of(exchange);
    (void)ctx;
    requests++;
    snprintf(seen_query, sizeof(seen_query), "%.*s", STR_ARG(request->query));
    snprintf(seen_path, sizeof(seen_path), "%.*s", STR_ARG(request->path));
    if (str_eq(request->path, STR("/echo")))
        answer(exchange, 200, request->body);
    else if (str_eq(request->path, STR("/later")))
        later = exchange;
    else if (str_eq(request->path, STR("/big")))
        answer_big(exchange);
    else if (str_eq(request->path, STR("/empty")))
        http_respond(exchange, &(struct http_answer){.status = 204, .body = STR("never")});
    else if (str_eq(request->path, STR("/close")))
        http_respond(exchange, &(struct http_answer){.status = 200, .close = true});
    else if (str_eq(request->path, STR("/inject")))
        http_respond(exchange, &(struct http_answer){
                                   .status = 200,
                                   .headers = &(struct http_header){STR("X"), STR("a\r\nB: c")},
                                   .header_count = 1});
    else if (str_eq(request->path, STR("/header")))
        answer(exchange, 200, http_header_get(request, STR("x-thing")));
    else
        answer(exchange, 404, STR("no"));
}

static int setup(void **state)
{
    struct rig *rig = NEW(struct rig);
    requests = 0;
    later = NULL;
    rig_open(rig, on_request);
    *state = rig;
    return 0;
}

static int teardown(void **state)
{
    rig_close(*state);
    xfree(*state);
    return 0;
}

static void assert_answer(struct str got, struct str status, struct str body)
{
    assert_true(str_starts(got, STR("HTTP/1.1 ")));
    assert_true(str_starts(str_of(got.ptr + 9, got.len - 9), status));
    const char *end = memmem(got.ptr, got.len, "\r\n\r\n", 4);
    assert_non_null(end);
    struct str rest = str_of(end + 4, got.len - (size_t)(end + 4 - got.ptr));
    assert_true(str_eq(rest, body));
}

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

static void an_absolute_target_means_its_path(void **state)
{
    const struct {
        struct str target;
        const char *path, *query;
    } cases[] = {
        {STR("http://example.org/a/b?c=d?e"), "/a/b", "c=d?e"},
        {STR("http://example.org?q"), "/", "q"},
        {STR("https://example.org"), "/", ""},
        {STR("/x"), "/x", ""},
        {STR("/x?"), "/x", ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct peer peer;
        char text[128];
        peer_connect(*state, &peer);
        int len = snprintf(text, sizeof(text), "GET %.*s HTTP/1.1\r\nHost: x\r\n\r\n",
                           STR_ARG(cases[i].target));
        peer_ask(*state, &peer, str_of(text, (size_t)len));
        assert_string_equal(seen_path, cases[i].path);
        assert_string_equal(seen_query, cases[i].query);
        peer_leave(&peer);
    }
}

static void what_is_wrong_is_refused_with_its_status_and_closed(void **state)
{
    const struct {
        struct str request;
        struct str status;
    } cases[] = {
        {STR("GET / HTTP/1.1\r\n\r\n"), STR("400")},
        {STR("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), STR("400")},
        {STR("GET / HTTP/1.1\r\nHost : a\r\n\r\n"), STR("400")},
        {STR("GET / HTTP/1.1\nHost: a\n\n"), STR("400")},
        {STR("GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n"), STR("400")},
        {STR("GET x HTTP/1.1\r\nHost: a\r\n\r\n"), STR("400")},
        {STR("GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n"), STR("400")},
        {STR("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"),
         STR("400")},
        {STR("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n"), STR("400")},
        {STR("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
             "Transfer-Encoding: chunked\r\n\r\n"),
         STR("400")},
        {STR("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), STR("400")},
        {STR("\x16\x03\x01\x02"), STR("400")},
        {STR("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"), STR("501")},
        {STR("BREW / HTTP/1.1\r\nHost: a\r\n\r\n"), STR("501")},
        {STR("CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n"), STR("501")},
        {STR("GET / HTTP/2.0\r\nHost: a\r\n\r\n"), STR("505")},
        {STR("GET / HTTP/1.2\r\nHost: a\r\n\r\n"), STR("505")},
        {STR("POST / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\nContent-Length: 1\r\n\r\n"), STR("417")},
        {STR("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 65537\r\n\r\n"), STR("413")},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct peer peer;
        peer_connect(*state, &peer);
        struct str got = peer_ask(*state, &peer, cases[i].request);
        if (got.len < 12 || !str_eq(str_of(got.ptr + 9, 3), cases[i].status))
            fail_msg("%.*s was answered %.*s", STR_ARG(cases[i].request), STR_ARG(got));
        assert_true(str_has(got, STR("Connection: close\r\n")));
        assert_true(str_has(got, STR("\r\n\r\nerror ")));
        assert_true(peer.ended);
        peer_leave(&peer);
    }
    assert_int_equal(requests, 0);
}

/* Sends a head of a GET with `filler` repeated between `before` and `after`. */
static struct str ask_filled(struct rig *rig, struct peer *peer, const char *before, size_t count,
                             const char *filler, const char *after)
{
    struct buf text = BUF_INIT;
    peer_connect(rig, peer);
    buf_printf(&text, "%s", before);
    for (size_t i = 0; i < count; i++)
        buf_printf(&text, "%s", filler);
    buf_printf(&text, "%s", after);
    struct str got = peer_ask(rig, peer, buf_str(&text));
    buf_deinit(&text);
    return got;
}

static void every_size_has_its_limit(void **state)
{
    const struct {
        const char *before, *filler, *after, *status;
        size_t fits;
    } cases[] = {
        {"GET /", "u", " HTTP/1.1\r\nHost: x\r\n\r\n", "414", 8191},
        {"GET / HTTP/1.1\r\nHost: x\r\n", "A: b\r\n", "\r\n", "431", 99},
        {"GET / HTTP/1.1\r\nHost: x\r\nA: ", "a", "\r\n\r\n", "431", 16384 - 6},
        {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n",
         "0\r\n\r\n", "413", 0},
    };
    struct rig *rig = *state;
    rig->limits.http_body_bytes = 2048;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct peer peer;
        size_t fits = cases[i].fits ? cases[i].fits : 2048;
        struct str got =
            ask_filled(rig, &peer, cases[i].before, fits, cases[i].filler, cases[i].after);
        assert_answer(got, STR("404"), STR("no"));
        peer_leave(&peer);
        got = ask_filled(rig, &peer, cases[i].before, fits + 1, cases[i].filler, cases[i].after);
        assert_true(got.len > 12);
        assert_memory_equal(got.ptr + 9, cases[i].status, 3);
        assert_true(peer.ended);
        peer_leave(&peer);
    }
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

static void trickled_requests_time_out_with_408_and_silent_ones_without_a_word(void **state)
{
    struct rig *rig = *state;
    rig->limits.http_head_s = 1;
    rig->limits.http_body_s = 1;
    rig->limits.http_idle_s = 1;
    const struct {
        struct str text;
        bool answered;
    } cases[] = {
        {STR(""), false},
        {STR("GET / HT"), true},
        {STR("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhel"), true},
    };
    struct peer peers[ARRAY_LEN(cases)];
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        peer_connect(rig, &peers[i]);
        peer_send(&peers[i], cases[i].text);
    }
    rig_wait(rig, 800);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        peer_hear(&peers[i]);
        assert_false(peers[i].ended);
    }
    rig_wait(rig, 500);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct str got = peer_hear(&peers[i]);
        assert_true(peers[i].ended);
        assert_int_equal(str_has(got, STR("408 Request Timeout")), cases[i].answered);
        peer_leave(&peers[i]);
    }
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

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
        TEST(an_absolute_target_means_its_path),
        TEST(what_is_wrong_is_refused_with_its_status_and_closed),
        TEST(every_size_has_its_limit),
        TEST(a_large_answer_arrives_whole_at_a_reader_of_any_speed),
        TEST(trickled_requests_time_out_with_408_and_silent_ones_without_a_word),
        TEST(who_does_not_read_an_answer_is_given_up),
        TEST(draining_ends_idle_connections_at_once_and_busy_ones_after_their_answer),
        TEST(past_its_limit_a_worker_takes_no_more_connections),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
