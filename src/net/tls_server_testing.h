/* tls_server_testing.h - a server by TLS on a rig, that answers with what it was sent, or with a lot. For
 * the unit tests of net only; each has its own copy of all this. */
#pragma once

#include "net/tls_testing.h"

#include "net/websocket.h"

enum { BIG = 3 << 20 };

static char big[BIG];
static struct pems first, second;
static struct tls_tickets *tickets;
static struct websocket *ws;
static uint16_t close_code;

static void on_text(struct websocket *from, struct str text)
{
    ws_send(from, text);
}

static void on_close(struct websocket *from UNUSED, uint16_t code)
{
    close_code = code;
    ws = NULL;
}

static const struct ws_handler ws_handler = {on_text, on_close};

static UNUSED void on_request(void *ctx UNUSED, struct http_exchange *exchange)
{
    const struct http_request *request = http_request_of(exchange);
    assert_true(request->secure);
    struct http_answer answer = {.status = 200, .type = STR("text/plain"), .body = request->body};
    if (ws_check_upgrade(request) == 0) {
        ws = ws_accept(exchange, STR(""), &ws_handler, NULL);
        return;
    }
    if (str_eq(request->path, STR("/big"))) {
        answer.body = str_of(big, BIG);
        answer.body_constant = true;
    }
    answer.close = str_eq(request->path, STR("/close"));
    http_respond(exchange, &answer);
}

static UNUSED int make(void **state)
{
    (void)state;
    pems_make(&first, "first", 90, false);
    pems_make(&second, "second", 90, true);
    for (size_t i = 0; i < BIG; i++)
        big[i] = (char)(i * 2654435761u >> 24);
    return 0;
}

static UNUSED int clean(void **state)
{
    (void)state;
    pems_remove(&first);
    pems_remove(&second);
    return 0;
}

static UNUSED void secure_with(struct rig *rig, const struct pems *pems)
{
    struct ssl_ctx_st *context = context_of(pems, tickets);
    http_server_secure(rig->server, context);
    tls_context_unref(context);
}

static UNUSED int setup(void **state)
{
    struct rig *rig = NEW(struct rig);
    tickets = tls_tickets_new();
    rig_open(rig, on_request);
    secure_with(rig, &first);
    close_code = 0;
    *state = rig;
    return 0;
}

static UNUSED int teardown(void **state)
{
    struct rig *rig = *state;
    assert_int_equal(http_server_figures(rig->server)->queued_bytes, 0);
    rig_close(rig);
    tls_tickets_free(tickets);
    xfree(rig);
    return 0;
}

static UNUSED const struct http_figures *figures(struct rig *rig)
{
    return http_server_figures(rig->server);
}

#define GET(path) STR("GET " path " HTTP/1.1\r\nHost: x\r\n\r\n")
#define POST_HELLO STR("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello")

static UNUSED bool answers(struct rig *rig, struct client *client)
{
    struct str got = client_ask(rig, client, POST_HELLO);
    return str_starts(got, STR("HTTP/1.1 200 OK\r\n")) && str_has(got, STR("\r\n\r\nhello")) &&
           str_has(got, STR("Strict-Transport-Security: max-age=63072000\r\n"));
}

static const int versions[] UNUSED = {TLS1_2_VERSION, TLS1_3_VERSION};

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
