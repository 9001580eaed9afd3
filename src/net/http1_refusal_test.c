#include "net/http_testing.h"

#include "net/connection.h"

#define GET_LINE "GET /nothing HTTP/1.1\r\n"
#define POST_LINE "POST /nothing HTTP/1.1\r\n"
#define HOST "Host: a\r\n"
#define CHUNKED POST_LINE HOST "Transfer-Encoding: chunked\r\n\r\n"
#define CODED(list) POST_LINE HOST "Transfer-Encoding:" list "\r\n\r\n0\r\n\r\n"

struct refusal {
    struct str request;
    int status;
};

/* Behind each comes a whole request, which must not be seen. */
static void refuses_all(struct rig *rig, const struct refusal *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct peer peer;
        char status[4];
        peer_connect(rig, &peer);
        peer_send(&peer, cases[i].request);
        (void)send(peer.fd, "GET / HTTP/1.1\r\n" HOST "\r\n", 27, MSG_NOSIGNAL);
        rig_turn(rig);
        struct str got = peer_hear(&peer);
        snprintf(status, sizeof(status), "%d", cases[i].status);
        if (got.len < 12 || !str_eq(str_of(got.ptr + 9, 3), str_from_c(status)))
            fail_msg("%.*s was answered %.*s", STR_ARG(cases[i].request), STR_ARG(got));
        assert_true(str_has(got, STR("Connection: close\r\n")));
        assert_true(str_has(got, STR("\r\n\r\nerror ")));
        assert_false(str_has(str_of(got.ptr + 1, got.len - 1), STR("HTTP/1.1 ")));
        assert_true(peer.ended);
        peer_leave(&peer);
    }
    assert_int_equal(requests, 0);
}

static void a_line_that_is_none_is_refused(void **state)
{
    static const struct refusal cases[] = {
        {STR_INIT("\x16\x03\x01\x02"), 400},
        {STR_INIT("\r\n\r\n" GET_LINE HOST "\r\n"), 400},
        {STR_INIT("\n" GET_LINE HOST "\r\n"), 400},
        {STR_INIT(" " GET_LINE HOST "\r\n"), 400},
        {STR_INIT("GET  / HTTP/1.1\r\n" HOST "\r\n"), 400},
        {STR_INIT("GET /  HTTP/1.1\r\n" HOST "\r\n"), 400},
        {STR_INIT("GET / HTTP/1.1 \r\n" HOST "\r\n"), 400},
        {STR_INIT("GET\t/ HTTP/1.1\r\n" HOST "\r\n"), 400},
        {STR_INIT("GET /a\tb HTTP/1.1\r\n" HOST "\r\n"), 400},
        {STR_INIT("GET /a\0b HTTP/1.1\r\n" HOST "\r\n"), 400},
        {STR_INIT("GET /a\x7f"
                  "b HTTP/1.1\r\n" HOST "\r\n"),
         400},
        {STR_INIT("GET /\xc3\xa4 HTTP/1.1\r\n" HOST "\r\n"), 400},
        {STR_INIT("GET /a#b HTTP/1.1\r\n" HOST "\r\n"), 400},
        {STR_INIT("GET x HTTP/1.1\r\n" HOST "\r\n"), 400},
        {STR_INIT("GET * HTTP/1.1\r\n" HOST "\r\n"), 400},
        {STR_INIT("GET ftp://a/ HTTP/1.1\r\n" HOST "\r\n"), 400},
        {STR_INIT("GET http://u@a/ HTTP/1.1\r\n" HOST "\r\n"), 400},
        {STR_INIT("GET http:///x HTTP/1.1\r\n" HOST "\r\n"), 400},
        {STR_INIT("GET /\r\n"), 400}, /* HTTP/0.9 */
        {STR_INIT("GET / HTTP/1.1\n" HOST "\r\n"), 400},
        {STR_INIT("GET / HTTP/1.1\rX" HOST "\r\n"), 400},
        {STR_INIT("GET / http/1.1\r\n" HOST "\r\n"), 400},
        {STR_INIT("GET / HTTP/11\r\n" HOST "\r\n"), 400},
        {STR_INIT("GET / HTTP/1.1x\r\n" HOST "\r\n"), 400},
        {STR_INIT("GET / HTTP/2.0\r\n" HOST "\r\n"), 505},
        {STR_INIT("GET / HTTP/0.9\r\n" HOST "\r\n"), 505},
        {STR_INIT("BREW / HTTP/1.1\r\n" HOST "\r\n"), 501},
        {STR_INIT("get / HTTP/1.1\r\n" HOST "\r\n"), 501},
        {STR_INIT("CONNECT a:1 HTTP/1.1\r\n" HOST "\r\n"), 405},
        {STR_INIT("CONNECT / HTTP/1.1\r\n" HOST "\r\n"), 405},
        {STR_INIT("GET https://a/ HTTP/1.1\r\n" HOST "\r\n"), 421},
        {STR_INIT("GET /%zz HTTP/1.1\r\n" HOST "\r\n"), 400},
        {STR_INIT("GET /a% HTTP/1.1\r\n" HOST "\r\n"), 400},
        {STR_INIT("GET /a%4 HTTP/1.1\r\n" HOST "\r\n"), 400},
        {STR_INIT("GET /a\\b HTTP/1.1\r\n" HOST "\r\n"), 400},
        {STR_INIT("GET /{a} HTTP/1.1\r\n" HOST "\r\n"), 400},
        {STR_INIT("GET /?\"a\" HTTP/1.1\r\n" HOST "\r\n"), 400},
        {STR_INIT("GET /?<a> HTTP/1.1\r\n" HOST "\r\n"), 400},
        {STR_INIT("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 505},
        {STR_INIT("BREW / HTTP/2.0\r\n" HOST "\r\n"), 505},
        {STR_INIT("CONNECT a:1 HTTP/3.0\r\n" HOST "\r\n"), 505},
        {STR_INIT("BREW / HTTP/1\r\n" HOST "\r\n"), 400},
        {STR_INIT("BREW /#x HTTP/1.1\r\n" HOST "\r\n"), 400},
        {STR_INIT("ABCDEFGHIJKLMNOPQ / HTTP/1.1\r\n" HOST "\r\n"), 501},
    };
    refuses_all(*state, cases, ARRAY_LEN(cases));
}

static void a_header_that_is_none_is_refused(void **state)
{
    static const struct refusal cases[] = {
        {STR_INIT(GET_LINE "Host : a\r\n\r\n"), 400},
        {STR_INIT(GET_LINE "Host\t: a\r\n\r\n"), 400},
        {STR_INIT(GET_LINE " " HOST "\r\n"), 400},
        {STR_INIT(GET_LINE HOST " folded\r\n\r\n"), 400},
        {STR_INIT(GET_LINE HOST "A: b\r\n\tc\r\n\r\n"), 400},
        {STR_INIT(GET_LINE HOST "A: b\rc\r\n\r\n"), 400},
        {STR_INIT(GET_LINE HOST "A: b\r\r\n\r\n"), 400},
        {STR_INIT(GET_LINE HOST "A: b\n\r\n"), 400},
        {STR_INIT(GET_LINE HOST "\n"), 400},
        {STR_INIT(GET_LINE HOST "A: b\0c\r\n\r\n"), 400},
        {STR_INIT(GET_LINE HOST "A: b\x01"
                                "c\r\n\r\n"),
         400},
        {STR_INIT(GET_LINE HOST "A: b\x7f"
                                "c\r\n\r\n"),
         400},
        {STR_INIT(GET_LINE HOST "A\0: b\r\n\r\n"), 400},
        {STR_INIT(GET_LINE HOST "A(b): c\r\n\r\n"), 400},
        {STR_INIT(GET_LINE HOST "\xc3\xa4: b\r\n\r\n"), 400},
        {STR_INIT(GET_LINE HOST ": b\r\n\r\n"), 400},
        {STR_INIT(GET_LINE HOST "A\r\n\r\n"), 400},
        {STR_INIT(GET_LINE "\r\n"), 400},
        {STR_INIT(GET_LINE HOST HOST "\r\n"), 400},
        {STR_INIT(GET_LINE HOST "host: b\r\n\r\n"), 400},
        {STR_INIT("GET http://a/ HTTP/1.1\r\n\r\n"), 400},
        {STR_INIT("GET / HTTP/1.0\r\n" HOST HOST "\r\n"), 400},
        {STR_INIT(GET_LINE "Host:\r\n\r\n"), 400},
        {STR_INIT(GET_LINE "Host: a, b\r\n\r\n"), 400},
        {STR_INIT(GET_LINE "Host: a/b\r\n\r\n"), 400},
        {STR_INIT(GET_LINE "Host: u@a\r\n\r\n"), 400},
        {STR_INIT(POST_LINE HOST "Expect: tea\r\nContent-Length: 1\r\n\r\n"), 417},
        {STR_INIT(POST_LINE HOST "Expect: 100-continue\r\nExpect: tea\r\n\r\n"), 417},
    };
    refuses_all(*state, cases, ARRAY_LEN(cases));
}

static void a_body_that_could_be_framed_in_two_ways_is_refused(void **state)
{
#define LENGTH(value) POST_LINE HOST "Content-Length:" value "\r\n\r\n"
    static const struct refusal cases[] = {
        {STR_INIT(LENGTH(" 1\r\nContent-Length: 2")), 400},
        {STR_INIT(LENGTH(" 5\r\nContent-Length: 5")), 400},
        {STR_INIT(LENGTH(" 5, 5")), 400},
        {STR_INIT(LENGTH(" 5,")), 400},
        {STR_INIT(LENGTH(" 5 5")), 400},
        {STR_INIT(LENGTH(" -1")), 400},
        {STR_INIT(LENGTH(" +5")), 400},
        {STR_INIT(LENGTH(" 0x5")), 400},
        {STR_INIT(LENGTH(" 5.0")), 400},
        {STR_INIT(LENGTH("")), 400},
        {STR_INIT(LENGTH(" 18446744073709551621")), 400},
        {STR_INIT(LENGTH(" 65537")), 413},
        {STR_INIT(LENGTH(" 3\r\nTransfer-Encoding: chunked")), 400},
        {STR_INIT(CODED(" chunked\r\nContent-Length: 5")), 400},
        {STR_INIT(CODED(" xchunked\r\nContent-Length: 5")), 400},
        {STR_INIT(CODED("")), 400},
        {STR_INIT(CODED(" identity")), 400},
        {STR_INIT(CODED(" gzip")), 400},
        {STR_INIT(CODED(" chunked, gzip")), 400},
        {STR_INIT(CODED(" chunked, chunked")), 400},
        {STR_INIT(CODED(" chunked\r\nTransfer-Encoding: chunked")), 400},
        {STR_INIT(CODED(" ,chunked")), 400},
        {STR_INIT(CODED(" chunked,")), 400},
        {STR_INIT(CODED(" chunked;q=1")), 400},
        {STR_INIT(CODED(" \"chunked\"")), 400},
        {STR_INIT(CODED(" \x0b"
                        "chunked")),
         400},
        {STR_INIT(CODED(" chu nked")), 400},
        {STR_INIT(CODED(" gzip, chunked")), 501},
        {STR_INIT(CODED(" gzip\r\nTransfer-Encoding: chunked")), 501},
        {STR_INIT("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400},
    };
    refuses_all(*state, cases, ARRAY_LEN(cases));
}

static void a_chunk_that_is_none_is_refused(void **state)
{
    static const struct refusal cases[] = {
        {STR_INIT(CHUNKED "zz\r\n"), 400},
        {STR_INIT(CHUNKED "\r\n"), 400},
        {STR_INIT(CHUNKED "-5\r\nhello\r\n0\r\n\r\n"), 400},
        {STR_INIT(CHUNKED "+5\r\nhello\r\n0\r\n\r\n"), 400},
        {STR_INIT(CHUNKED "0x5\r\nhello\r\n0\r\n\r\n"), 400},
        {STR_INIT(CHUNKED " 5\r\nhello\r\n0\r\n\r\n"), 400},
        {STR_INIT(CHUNKED "5 \r\nhello\r\n0\r\n\r\n"), 400},
        {STR_INIT(CHUNKED "5\nhello\r\n0\r\n\r\n"), 400},
        {STR_INIT(CHUNKED "5\rXhello\r\n0\r\n\r\n"), 400},
        {STR_INIT(CHUNKED "5;\r\nhello\r\n0\r\n\r\n"), 400},
        {STR_INIT(CHUNKED "5;=b\r\nhello\r\n0\r\n\r\n"), 400},
        {STR_INIT(CHUNKED "5;a=\r\nhello\r\n0\r\n\r\n"), 400},
        {STR_INIT(CHUNKED "5;a \r\nhello\r\n0\r\n\r\n"), 400},
        {STR_INIT(CHUNKED "5;a=b \r\nhello\r\n0\r\n\r\n"), 400},
        {STR_INIT(CHUNKED "5;a=b=c\r\nhello\r\n0\r\n\r\n"), 400},
        {STR_INIT(CHUNKED "5;a=\"b\"c\r\nhello\r\n0\r\n\r\n"), 400},
        {STR_INIT(CHUNKED "5;a=\"b\r\nhello\r\n0\r\n\r\n"), 400},
        {STR_INIT(CHUNKED "5;a[b\r\nhello\r\n0\r\n\r\n"), 400},
        {STR_INIT(CHUNKED "5 a\r\nhello\r\n0\r\n\r\n"), 400},
        {STR_INIT(CHUNKED "5;a\0\r\nhello\r\n0\r\n\r\n"), 400},
        {STR_INIT(CHUNKED "5;a\nhello\r\n0\r\n\r\n"), 400},
        {STR_INIT(CHUNKED "5;a\rb\r\nhello\r\n0\r\n\r\n"), 400},
        {STR_INIT(CHUNKED "5\r\nhello\n0\r\n\r\n"), 400},
        {STR_INIT(CHUNKED "5\r\nhello0\r\n\r\n"), 400},
        {STR_INIT(CHUNKED "5\r\nhelloX\r\n0\r\n\r\n"), 400},
        {STR_INIT(CHUNKED "5\r\nhello\r\n0\r\n\n"), 400},
        {STR_INIT(CHUNKED "10000000000000005\r\nhello\r\n0\r\n\r\n"), 400},
        {STR_INIT(CHUNKED "FFFFFFFFFFFFFFFF\r\nhello"), 413},
        {STR_INIT(CHUNKED "10001\r\nhello"), 413},
        {STR_INIT(CHUNKED "0\r\nA: b\r\n c\r\n\r\n"), 400},
        {STR_INIT(CHUNKED "0\r\nA: b\n\r\n"), 400},
        {STR_INIT(CHUNKED "0\r\nA b\r\n\r\n"), 400},
        {STR_INIT(CHUNKED "0\r\nContent-Length: 5\r\n\r\n"), 400},
        {STR_INIT(CHUNKED "0\r\nTransfer-Encoding: gzip\r\n\r\n"), 400},
    };
    refuses_all(*state, cases, ARRAY_LEN(cases));
}

/* Wherever the bytes are cut, it is the same status. */
static void where_the_bytes_are_cut_makes_no_difference(void **state)
{
    static const struct refusal cases[] = {
        {STR_INIT("\r\n\r\n" GET_LINE), 400},
        {STR_INIT("GET  / HTTP/1.1\r\n"), 400},
        {STR_INIT("BREW / HTTP/1.1\r\n" HOST "\r\n"), 501},
        {STR_INIT("GET / HTTP/2.0\r\n" HOST "\r\n"), 505},
        {STR_INIT("CONNECT a:1 HTTP/1.1\r\n" HOST "\r\n"), 405},
        {STR_INIT(CODED(" gzip, chunked")), 501},
        {STR_INIT(CHUNKED "5\r\nhelloX\r\n0\r\n\r\n"), 400},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        for (size_t cut = 1; cut < cases[i].request.len; cut++) {
            struct peer peer;
            struct str text = cases[i].request;
            char line[16];
            peer_connect(*state, &peer);
            peer_send(&peer, str_of(text.ptr, cut));
            rig_turn(*state);
            (void)send(peer.fd, text.ptr + cut, text.len - cut, MSG_NOSIGNAL);
            rig_turn(*state);
            snprintf(line, sizeof(line), "HTTP/1.1 %d", cases[i].status);
            if (!str_starts(peer_hear(&peer), str_from_c(line)))
                fail_msg("%s, cut at %zu, was answered %s", text.ptr, cut, peer.got.ptr);
            peer_leave(&peer);
            rig_turn(*state);
        }
    }
}

static void half_a_request_and_fin_is_told_400(void **state)
{
    struct peer peer;
    peer_connect(*state, &peer);
    peer_send(&peer, STR(GET_LINE "Ho"));
    shutdown(peer.fd, SHUT_WR);
    rig_turn(*state);
    assert_true(str_starts(peer_hear(&peer), STR("HTTP/1.1 400 ")));
    assert_true(peer.ended);
    peer_leave(&peer);
}

static void a_refused_head_gets_no_body(void **state)
{
    struct peer peer;
    peer_connect(*state, &peer);
    struct str got = peer_ask(*state, &peer, STR("HEAD /nothing HTTP/1.1\r\n\r\n"));
    assert_answer(got, STR("400 Bad Request\r\n"), STR(""));
    peer_leave(&peer);
}

/* A slow one does not die alone: the others that began later go on. */
static void past_the_limit_of_memory_the_slowest_request_is_given_up(void **state)
{
    static char body[30000];
    struct rig *rig = *state;
    struct peer peers[4];
    rig->limits.http_reading_bytes = 100000;
    memset(body, 'b', sizeof(body));
    for (size_t i = 0; i < ARRAY_LEN(peers); i++) {
        peer_connect(rig, &peers[i]);
        peer_send(&peers[i], STR("POST /echo HTTP/1.1\r\n" HOST "Content-Length: 30001\r\n\r\n"));
        peer_send(&peers[i], str_of(body, sizeof(body)));
        rig_turn(rig);
    }
    struct str got = peer_hear(&peers[0]);
    assert_true(str_starts(got, STR("HTTP/1.1 503 ")));
    assert_true(str_has(got, STR("\r\nRetry-After: 1\r\n")));
    assert_true(peers[0].ended);
    assert_true(str_starts(peer_ask(rig, &peers[3], STR("!")), STR("HTTP/1.1 200 ")));
    for (size_t i = 0; i < ARRAY_LEN(peers); i++)
        peer_leave(&peers[i]);
}

/* Sends a head of a GET with `filler` repeated between `before` and `after`. */
static struct str ask_filled(struct rig *rig, struct peer *peer, const char *before, size_t count,
                             const char *filler, const char *after)
{
    struct buf text = BUF_INIT;
    peer_connect(rig, peer);
    buf_put_str(&text, str_from_c(before));
    for (size_t i = 0; i < count; i++)
        buf_put_str(&text, str_from_c(filler));
    buf_put_str(&text, str_from_c(after));
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
        {"GET / HTTP/1.1\r\nHost: x\r\nA: ", "a", "\r\n\r\n", "431", 16384 - 16},
        {"GET / HTTP/1.1\r\nHost: x\r\nA:", " ", "\r\n\r\n", "431", 16384 - 15},
        {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n",
         "0\r\n\r\n", "413", 2048},
        {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;", "a",
         "\r\nx\r\n0\r\n\r\n", "400", 16384 - 4},
        {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", "0", "\r\n\r\n", "431",
         16384 - 4}, /* past it is the empty line behind */
        {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA:", " ", "\r\n\r\n",
         "431", 16384 - 9},
    };
    struct rig *rig = *state;
    rig->limits.http_body_bytes = 2048;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct peer peer;
        size_t fits = cases[i].fits;
        struct str got =
            ask_filled(rig, &peer, cases[i].before, fits, cases[i].filler, cases[i].after);
        if (!str_starts(got, STR("HTTP/1.1 404")))
            fail_msg("case %zu fits, and got %.*s", i, STR_ARG(got));
        assert_answer(got, STR("404"), STR("no"));
        peer_leave(&peer);
        got = ask_filled(rig, &peer, cases[i].before, fits + 1, cases[i].filler, cases[i].after);
        if (got.len < 12 || memcmp(got.ptr + 9, cases[i].status, 3) != 0)
            fail_msg("case %zu does not fit, and got %.*s", i, STR_ARG(got));
        assert_true(peer.ended);
        peer_leave(&peer);
    }
}

static enum limit_id longer_for_echo(void *ctx, const struct http_request *request)
{
    (void)ctx;
    return str_eq(request->path, STR("/echo")) ? LIMIT_ID_emoji_bytes : LIMIT_ID_http_body_bytes;
}

static void some_requests_may_have_a_longer_body(void **state)
{
    static const struct {
        const char *path, *body, *status;
    } cases[] = {
        {"/echo", "Content-Length: 8\r\n\r\n12345678", "200"},
        {"/echo", "Content-Length: 9\r\n\r\n", "413"},
        {"/other", "Content-Length: 4\r\n\r\n1234", "404"},
        {"/other", "Content-Length: 5\r\n\r\n", "413"},
        {"/echo", "Transfer-Encoding: chunked\r\n\r\n4\r\n1234\r\n4\r\n5678\r\n0\r\n\r\n", "200"},
        {"/echo", "Transfer-Encoding: chunked\r\n\r\n4\r\n1234\r\n5\r\n", "413"},
        {"/other", "Transfer-Encoding: chunked\r\n\r\n5\r\n", "413"},
    };
    struct rig *rig = *state;
    rig->limits.http_body_bytes = 4;
    rig->limits.emoji_bytes = 8;
    rig->server->handler.body_limit = longer_for_echo;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct peer peer;
        char text[256];
        peer_connect(rig, &peer);
        int len = snprintf(text, sizeof(text), "POST %s HTTP/1.1\r\n" HOST "%s", cases[i].path,
                           cases[i].body);
        struct str got = peer_ask(rig, &peer, str_of(text, (size_t)len));
        if (got.len < 12 || memcmp(got.ptr + 9, cases[i].status, 3) != 0)
            fail_msg("case %zu got %.*s", i, STR_ARG(got));
        peer_leave(&peer);
    }
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_line_that_is_none_is_refused),
        TEST(a_header_that_is_none_is_refused),
        TEST(a_body_that_could_be_framed_in_two_ways_is_refused),
        TEST(a_chunk_that_is_none_is_refused),
        TEST(where_the_bytes_are_cut_makes_no_difference),
        TEST(half_a_request_and_fin_is_told_400),
        TEST(a_refused_head_gets_no_body),
        TEST(past_the_limit_of_memory_the_slowest_request_is_given_up),
        TEST(every_size_has_its_limit),
        TEST(some_requests_may_have_a_longer_body),
        TEST(trickled_requests_time_out_with_408_and_silent_ones_without_a_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
