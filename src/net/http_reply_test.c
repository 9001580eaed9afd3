#include "net/http_reply.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { BODY_MAX = 64 };

static struct arena arena;
static struct http_reply *reply;

static int finish(void **state)
{
    (void)state;
    http_reply_free(TAKE(reply));
    arena_deinit(&arena);
    return 0;
}

/* In pieces of `step` bytes, and then the end. */
static enum http_reply_state take(const char *text, size_t step)
{
    http_reply_free(TAKE(reply));
    reply = http_reply_new(&arena, BODY_MAX);
    struct str rest = str_from_c(text);
    while (rest.len) {
        size_t len = rest.len < step ? rest.len : step;
        (void)http_reply_read(reply, str_of(rest.ptr, len));
        rest = str_of(rest.ptr + len, rest.len - len);
    }
    return http_reply_end(reply);
}

static void every_framing_is_read_however_it_is_cut(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "HTTP/1.1 201 Created\r\nReplay-Nonce: abc \r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 201 Created\r\nreplay-nonce:abc\r\nTransfer-Encoding: chunked\r\n\r\n"
        "2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nX: trailer\r\n\r\n",
        "HTTP/1.1 201 \r\nReplay-Nonce: abc\r\nConnection: close\r\n\r\nhello",
        "HTTP/1.1 100 Continue\r\nX: y\r\n\r\nHTTP/1.1 201 Created\r\nReplay-Nonce: abc\r\n"
        "Content-Length: 5\r\n\r\nhello",
        "HTTP/1.0 201 Created\r\nReplay-Nonce: abc\r\n\r\nhello",
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        for (size_t step = 1; step < 200; step += 7) {
            if (take(cases[i], step) != HTTP_REPLY_WHOLE)
                fail_msg("case %zu was not taken by %zu bytes", i, step);
            assert_int_equal(http_reply_status(reply), 201);
            assert_true(str_eq(http_reply_header(reply, STR("REPLAY-NONCE")), STR("abc")));
            assert_true(str_eq(http_reply_body(reply), STR("hello")));
            assert_null(http_reply_header(reply, STR("X")).ptr);
        }
    assert_int_equal(take("HTTP/1.1 204 No Content\r\nA: b\r\n\r\n", 9), HTTP_REPLY_WHOLE);
    assert_int_equal(http_reply_body(reply).len, 0);
}

static void what_is_cut_short_too_long_or_no_http_is_bad(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 65\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n",
        "SSH-2.0-OpenSSH\r\n",
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        for (size_t step = 1; step < 100; step += 9)
            if (take(cases[i], step) != HTTP_REPLY_BAD)
                fail_msg("case %zu was taken by %zu bytes", i, step);
    char many[HTTP_REPLY_HEAD_BYTES + 64] = "HTTP/1.1 200 OK\r\nA: ";
    memset(many + strlen(many), 'x', HTTP_REPLY_HEAD_BYTES);
    assert_int_equal(take(many, 1000), HTTP_REPLY_BAD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(every_framing_is_read_however_it_is_cut, finish),
        cmocka_unit_test_teardown(what_is_cut_short_too_long_or_no_http_is_bad, finish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
