/* http_testing.h - a handler whose answers are easy to tell, for the unit tests of HTTP. */
#pragma once

#include "net/testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* What the handler does is in the path: /echo, /big, /later, /close, and so on. */
static UNUSED struct http_exchange *later;
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
    char peer_text[ADDRESS_TEXT_SIZE];
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
    else if (str_eq(request->path, STR("/peer")))
        answer(exchange, 200, address_print(request->peer, peer_text));
    else if (str_eq(request->path, STR("/secure")))
        answer(exchange, 200, request->secure ? STR("yes") : STR("no"));
    else if (str_eq(request->path, STR("/host")))
        answer(exchange, 200, http_header_get(request, STR("Host")));
    else if (str_eq(request->path, STR("/header")))
        answer(exchange, 200, http_header_get(request, STR("x-thing")));
    else
        answer(exchange, 404, STR("no"));
}

static UNUSED int setup(void **state)
{
    struct rig *rig = NEW(struct rig);
    requests = 0;
    later = NULL;
    rig_open(rig, on_request);
    *state = rig;
    return 0;
}

static UNUSED int teardown(void **state)
{
    rig_close(*state);
    xfree(*state);
    return 0;
}

static UNUSED void assert_answer(struct str got, struct str status, struct str body)
{
    assert_true(str_starts(got, STR("HTTP/1.1 ")));
    assert_true(str_starts(str_of(got.ptr + 9, got.len - 9), status));
    const char *end = memmem(got.ptr, got.len, "\r\n\r\n", 4);
    assert_non_null(end);
    struct str rest = str_of(end + 4, got.len - (size_t)(end + 4 - got.ptr));
    assert_true(str_eq(rest, body));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
