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
    const struct static_file *file = static_files_asked(&files, http_request_of(exchange));
    if (file)
        (void)static_files_send(&files, file, false, exchange);
    else
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
    assert_true(str_has(got, STR("\r\nETag: \"e3\"\r\n")));
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
        {"Accept-Encoding: X-Gzip\r\n", "gzip", "gz"},
        {"Accept-Encoding: identity;q=0, *;q=0.1\r\n", "br", "b"},
        {"Accept-Encoding: identity;q=0, gzip;q=0.001\r\n", "gzip", "gz"},
        {"Accept-Encoding: *;q=0, identity;q=0.001\r\n", NULL, "plain"},
        {"Accept-Encoding: identity;q=0\r\n", NULL, "error 406"},
        {"Accept-Encoding: *;q=0\r\n", NULL, "error 406"},
        {"Accept-Encoding: br;q=0, *;q=0.0, gzip;q=0\r\n", NULL, "error 406"},
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

static void who_has_it_is_told_304_and_who_wants_another_412(void **state)
{
    const struct {
        const char *headers;
        int status;
    } cases[] = {
        {"If-None-Match: W/\"e1\"\r\n", 304},
        {"If-None-Match: \"e1\"\r\n", 304},
        {"If-None-Match: \"x\", W/\"e1\"\r\n", 304},
        {"If-None-Match: \"x\",,\"e1\" , \"y\"\r\n", 304},
        {"If-None-Match: \"x\"\r\nIf-None-Match: \"e1\"\r\n", 304},
        {"If-None-Match: *\r\n", 304},
        {"If-None-Match: \"e2\"\r\n", 200},
        {"If-None-Match: \"e1, e1\"\r\n", 200},
        {"If-None-Match: e1\r\n", 200},
        {"If-None-Match: W/\r\n", 200},
        {"If-None-Match: \"e1-gzip\"\r\n", 200},
        {"If-None-Match: \"e1-gzip\"\r\nAccept-Encoding: gzip\r\n", 304},
        {"If-None-Match: \"e1\"\r\nAccept-Encoding: gzip\r\n", 200},
        {"If-Match: \"e1\"\r\n", 200},
        {"If-Match: *\r\n", 200},
        {"If-Match: \"x\", \"e1\"\r\n", 200},
        {"If-Match: W/\"e1\"\r\n", 412},
        {"If-Match: \"x\"\r\n", 412},
        {"If-Match: \"x\"\r\nIf-None-Match: \"e1\"\r\n", 412},
        {"If-Match: \"e1\"\r\nIf-None-Match: \"e1\"\r\n", 304},
        {"If-Match:\r\n", 412},
        {"If-Modified-Since: Sat, 29 Oct 1994 19:43:31 GMT\r\n", 200},
        {"If-Unmodified-Since: Sat, 29 Oct 1994 19:43:31 GMT\r\n", 200},
        {"", 200},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct peer peer;
        char line[16];
        struct str got = ask(state, &peer, "GET /index.html", cases[i].headers);
        snprintf(line, sizeof(line), "HTTP/1.1 %d ", cases[i].status);
        if (!str_starts(got, str_from_c(line)))
            fail_msg("%s gave %.*s", cases[i].headers, STR_ARG(got));
        assert_true(str_has(got, STR("\r\nETag: \"e1")));
        assert_int_equal(ends_with(got, STR("\r\n\r\n")), cases[i].status == 304);
        assert_int_equal(ends_with(got, STR("\r\n\r\nerror 412")), cases[i].status == 412);
        peer_leave(&peer);
    }
}

static void a_part_is_given_to_who_asks_for_one(void **state)
{
    const struct {
        const char *headers, *line, *range, *body;
    } cases[] = {
        {"Range: bytes=1-2\r\n", "206 Partial Content", "bytes 1-2/5", "la"},
        {"Range: bytes=-1\r\n", "206 Partial Content", "bytes 4-4/5", "n"},
        {"Range: bytes=0-\r\nIf-Range: \"e1\"\r\n", "206 Partial Content", "bytes 0-4/5", "plain"},
        {"Range: bytes=1-\r\nAccept-Encoding: gzip\r\n", "206 Partial Content", "bytes 1-1/2", "z"},
        {"Range: bytes=0-1\r\nIf-Range: W/\"e1\"\r\n", "200 OK", NULL, "plain"},
        {"Range: bytes=0-1\r\nIf-Range: \"e2\"\r\n", "200 OK", NULL, "plain"},
        {"Range: bytes=0-1\r\nIf-Range: Sat, 29 Oct 1994 19:43:31 GMT\r\n", "200 OK", NULL,
         "plain"},
        {"Range: bytes=0-1,3-4\r\n", "200 OK", NULL, "plain"},
        {"Range: rubbish\r\n", "200 OK", NULL, "plain"},
        {"Range: bytes=5-\r\n", "416 Range Not Satisfiable", "bytes */5", "error 416"},
        {"Range: bytes=0-1\r\nIf-None-Match: *\r\n", "304 Not Modified", NULL, ""},
        {"Range: bytes=0-1\r\nIf-Match: \"x\"\r\n", "412 Precondition Failed", NULL, "error 412"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct peer peer;
        char text[64];
        struct str got = ask(state, &peer, "GET /index.html", cases[i].headers);
        snprintf(text, sizeof(text), "HTTP/1.1 %s\r\n", cases[i].line);
        if (!str_starts(got, str_from_c(text)))
            fail_msg("%s gave %.*s", cases[i].headers, STR_ARG(got));
        snprintf(text, sizeof(text), "\r\nContent-Range: %s\r\n", cases[i].range);
        assert_int_equal(str_has(got, STR("Content-Range")), cases[i].range != NULL);
        assert_true(!cases[i].range || str_has(got, str_from_c(text)));
        snprintf(text, sizeof(text), "\r\n\r\n%s", cases[i].body);
        assert_true(ends_with(got, str_from_c(text)));
        if (str_has(got, STR("206 ")))
            assert_true(str_has(got, STR("\r\nETag: \"e1")));
        peer_leave(&peer);
    }
}

static void head_is_about_the_whole(void **state)
{
    struct peer peer;
    struct str got = ask(state, &peer, "HEAD /index.html", "Range: bytes=0-1\r\n");
    assert_true(str_starts(got, STR("HTTP/1.1 200 OK\r\n")));
    assert_true(str_has(got, STR("\r\nContent-Length: 5\r\n")));
    assert_true(str_has(got, STR("\r\nAccept-Ranges: bytes\r\n")));
    peer_leave(&peer);
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
        TEST(who_has_it_is_told_304_and_who_wants_another_412),
        TEST(a_part_is_given_to_who_asks_for_one),
        TEST(head_is_about_the_whole),
        TEST(head_has_the_length_but_not_the_body),
        TEST(what_is_no_file_or_not_read_is_left_to_the_caller),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
