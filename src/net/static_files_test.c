#include "net/static_files.h"

#include "net/testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define BLOB(text)                                                                                 \
    {                                                                                              \
        (const uint8_t *)(text), sizeof(text) - 1                                                  \
    }

static const struct static_file table[] = {
    {"/index.html", "text/html; charset=utf-8", "\"e1\"", false, BLOB("plain"), BLOB("gz"),
     BLOB("b")},
    {"/assets/app-1234.js",
     "text/javascript",
     "\"e2\"",
     true,
     BLOB("script"),
     BLOB("gzipped"),
     {NULL, 0}},
    {"/logo.png", "image/png", "\"e3\"", false, BLOB("png"), {NULL, 0}, {NULL, 0}},
};
static const struct http_header policy[] = {
    {STR_INIT("Content-Security-Policy"), STR_INIT("default-src 'self'")},
};
static const struct static_files files = {table, ARRAY_LEN(table), policy, ARRAY_LEN(policy)};

static void on_request(void *ctx, struct http_exchange *exchange)
{
    (void)ctx;
    if (!static_files_serve(&files, exchange))
        http_respond(exchange, &(struct http_answer){.status = 404});
}

static int setup(void **state)
{
    struct rig *rig = NEW(struct rig);
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

/* Asks and returns the answer in `peer`, which the caller lets go. */
static struct str ask(void **state, struct peer *peer, const char *line, const char *headers)
{
    char text[512];
    int len = snprintf(text, sizeof(text), "%s HTTP/1.1\r\nHost: x\r\n%s\r\n", line, headers);
    peer_connect(*state, peer);
    return peer_ask(*state, peer, str_of(text, (size_t)len));
}

static bool ends_with(struct str text, struct str end)
{
    return text.len >= end.len && str_eq(str_of(text.ptr + text.len - end.len, end.len), end);
}

static void a_file_comes_with_its_type_and_the_callers_headers(void **state)
{
    struct peer peer;
    struct str got = ask(state, &peer, "GET /logo.png", "");
    assert_true(str_starts(got, STR("HTTP/1.1 200 OK\r\n")));
    assert_true(str_has(got, STR("\r\nContent-Type: image/png\r\n")));
    assert_true(str_has(got, STR("\r\nContent-Security-Policy: default-src 'self'\r\n")));
    assert_true(str_has(got, STR("\r\nETag: W/\"e3\"\r\n")));
    assert_true(str_has(got, STR("\r\nCache-Control: no-cache\r\n")));
    assert_false(str_has(got, STR("Vary")));
    assert_true(ends_with(got, STR("\r\n\r\npng")));
    peer_leave(&peer);
}

static void the_root_is_the_index_and_hashed_names_are_immutable(void **state)
{
    struct peer peer;
    assert_true(ends_with(ask(state, &peer, "GET /", ""), STR("\r\n\r\nplain")));
    peer_leave(&peer);
    struct str got = ask(state, &peer, "GET /assets/app-1234.js", "");
    assert_true(str_has(got, STR("\r\nCache-Control: public, max-age=31536000, immutable\r\n")));
    peer_leave(&peer);
}

static void the_coding_is_the_best_that_the_client_takes(void **state)
{
    const struct {
        const char *accept, *coding, *body;
    } cases[] = {
        {"", NULL, "plain"},
        {"Accept-Encoding:\r\n", NULL, "plain"},
        {"Accept-Encoding: gzip\r\n", "gzip", "gz"},
        {"Accept-Encoding: gzip, deflate, br\r\n", "br", "b"},
        {"Accept-Encoding: GZIP;q=1.0, br;q=0.5\r\n", "gzip", "gz"},
        {"Accept-Encoding: gzip ; q=0.3 , br;q=0.300\r\n", "br", "b"},
        {"Accept-Encoding: br;q=0, gzip;q=0\r\n", NULL, "plain"},
        {"Accept-Encoding: *\r\n", "br", "b"},
        {"Accept-Encoding: br;q=0, *;q=0.1\r\n", "gzip", "gz"},
        {"Accept-Encoding: identity, gzip;q=0.5\r\n", NULL, "plain"},
        {"Accept-Encoding: gzip;q=rubbish\r\n", NULL, "plain"},
        {"Accept-Encoding: xgzip\r\n", NULL, "plain"},
        {"Accept-Encoding: ,,;q=1,br;x=y;q=0.2\r\n", "br", "b"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct peer peer;
        char header[64], body[32];
        struct str got = ask(state, &peer, "GET /index.html", cases[i].accept);
        snprintf(body, sizeof(body), "\r\n\r\n%s", cases[i].body);
        if (!ends_with(got, str_from_c(body)))
            fail_msg("%s gave %.*s", cases[i].accept, STR_ARG(got));
        snprintf(header, sizeof(header), "\r\nContent-Encoding: %s\r\n",
                 cases[i].coding ? cases[i].coding : "");
        assert_int_equal(str_has(got, STR("Content-Encoding")), cases[i].coding != NULL);
        if (cases[i].coding)
            assert_true(str_has(got, str_from_c(header)));
        assert_true(str_has(got, STR("\r\nVary: Accept-Encoding\r\n")));
        peer_leave(&peer);
    }
}

static void who_has_it_is_told_304(void **state)
{
    const struct {
        const char *header;
        bool known;
    } cases[] = {
        {"If-None-Match: W/\"e1\"\r\n", true},
        {"If-None-Match: \"e1\"\r\n", true},
        {"If-None-Match: \"x\", W/\"e1\"\r\n", true},
        {"If-None-Match: *\r\n", true},
        {"If-None-Match: \"e2\"\r\n", false},
        {"If-None-Match: e1\r\n", false},
        {"If-None-Match: W/\r\n", false},
        {"", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct peer peer;
        struct str got = ask(state, &peer, "GET /index.html", cases[i].header);
        assert_int_equal(str_starts(got, STR("HTTP/1.1 304 Not Modified\r\n")), cases[i].known);
        assert_true(str_has(got, STR("\r\nETag: W/\"e1\"\r\n")));
        assert_int_equal(ends_with(got, STR("\r\n\r\n")), cases[i].known);
        peer_leave(&peer);
    }
}

static void head_has_the_length_but_not_the_body(void **state)
{
    struct peer peer;
    struct str got = ask(state, &peer, "HEAD /index.html", "Accept-Encoding: gzip\r\n");
    assert_true(str_has(got, STR("\r\nContent-Length: 2\r\n")));
    assert_true(ends_with(got, STR("\r\n\r\n")));
    peer_leave(&peer);
}

static void what_is_no_file_or_not_read_is_left_to_the_caller(void **state)
{
    const char *const lines[] = {"GET /nothing", "GET /index.html/", "GET /../index.html",
                                 "POST /index.html", "GET /INDEX.html"};
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        struct peer peer;
        struct str got = ask(state, &peer, lines[i], "");
        assert_true(str_starts(got, STR("HTTP/1.1 404")));
        peer_leave(&peer);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_file_comes_with_its_type_and_the_callers_headers),
        TEST(the_root_is_the_index_and_hashed_names_are_immutable),
        TEST(the_coding_is_the_best_that_the_client_takes),
        TEST(who_has_it_is_told_304),
        TEST(head_has_the_length_but_not_the_body),
        TEST(what_is_no_file_or_not_read_is_left_to_the_caller),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
