/* ws_testing.h - a WebSocket server under test and its peers, who speak in frames. For the unit
 * tests of net only; each has its own copy of all this. */
#pragma once

#include "net/testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "net/websocket.h"

#define UPGRADE                                                                                    \
    "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"     \
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"

static struct websocket *ws; /* the last one accepted */
static struct http_exchange *later;
static UNUSED bool accept_later, pause_after_message;
static unsigned messages, closes;
static uint16_t close_code;
static struct buf heard;

static UNUSED void on_text(struct websocket *from, struct str text)
{
    messages++;
    buf_put_str(&heard, text);
    buf_put_char(&heard, '|');
    if (pause_after_message)
        ws_pause(from);
}

static UNUSED void on_close(struct websocket *from, uint16_t code)
{
    (void)from;
    closes++;
    close_code = code;
    ws = NULL;
}

static const struct ws_handler ws_handler = {on_text, on_close};

static UNUSED void on_request(void *ctx, struct http_exchange *exchange)
{
    int status = ws_check_upgrade(http_request_of(exchange));
    if (status)
        http_respond(exchange, &(struct http_answer){.status = status});
    else if (accept_later)
        later = exchange;
    else
        ws = ws_accept(exchange, STR("test.v1"), &ws_handler, ctx);
}

static UNUSED int setup(void **state)
{
    struct rig *rig = NEW(struct rig);
    rig_open(rig, on_request);
    messages = closes = 0;
    close_code = 0;
    accept_later = pause_after_message = false;
    heard = BUF_INIT;
    *state = rig;
    return 0;
}

static UNUSED int teardown(void **state)
{
    rig_close(*state);
    buf_deinit(&heard);
    xfree(*state);
    return 0;
}

static UNUSED void peer_upgrade(struct rig *rig, struct peer *peer)
{
    peer_connect(rig, peer);
    struct str got = peer_ask(rig, peer, STR(UPGRADE));
    assert_true(str_starts(got, STR("HTTP/1.1 101 Switching Protocols\r\n")));
    buf_clear(&peer->got);
}

static UNUSED void put_masked(struct buf *out, uint8_t first, struct str payload)
{
    static const char mask[4] = {0x37, (char)0xfa, 0x21, 0x3d};
    buf_put_char(out, (char)first);
    if (payload.len < 126) {
        buf_put_char(out, (char)(0x80 | payload.len));
    } else if (payload.len <= UINT16_MAX) {
        buf_put_char(out, (char)0xfe);
        buf_put_char(out, (char)(payload.len >> 8));
        buf_put_char(out, (char)payload.len);
    } else {
        buf_put_char(out, (char)0xff);
        for (int shift = 56; shift >= 0; shift -= 8)
            buf_put_char(out, (char)((uint64_t)payload.len >> shift));
    }
    buf_put(out, mask, 4);
    for (size_t i = 0; i < payload.len; i++)
        buf_put_char(out, (char)(payload.ptr[i] ^ mask[i % 4]));
}

/* Sends one frame; returns what the server says to it. */
static UNUSED struct str frame(struct rig *rig, struct peer *peer, uint8_t first,
                               struct str payload)
{
    struct buf wire = BUF_INIT;
    put_masked(&wire, first, payload);
    struct str got = peer_ask(rig, peer, buf_str(&wire));
    buf_deinit(&wire);
    return got;
}

static UNUSED void assert_heard(struct str text)
{
    if (!str_eq(buf_str(&heard), text))
        fail_msg("heard %.*s, not %.*s", STR_ARG(buf_str(&heard)), STR_ARG(text));
}

/* The server's close frame with this code is all that came, then it ended the connection. */
static UNUSED void assert_closed_with(struct peer *peer, struct str got, uint16_t code)
{
    const char expected[2] = {(char)(code >> 8), (char)code};
    if (got.len < 4 || (uint8_t)got.ptr[0] != 0x88 || got.len != (size_t)got.ptr[1] + 2 ||
        memcmp(got.ptr + 2, expected, 2) != 0)
        fail_msg("no close frame with %u", code);
    assert_true(peer->ended);
}

static UNUSED void peer_gone(struct rig *rig, struct peer *peer)
{
    peer_leave(peer);
    rig_turn(rig);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
