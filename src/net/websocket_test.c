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
static bool accept_later, pause_after_message;
static unsigned messages, closes;
static uint16_t close_code;
static struct buf heard;

static void on_text(struct websocket *from, struct str text)
{
    messages++;
    buf_put_str(&heard, text);
    buf_put_char(&heard, '|');
    if (pause_after_message)
        ws_pause(from);
}

static void on_close(struct websocket *from, uint16_t code)
{
    (void)from;
    closes++;
    close_code = code;
    ws = NULL;
}

static const struct ws_handler ws_handler = {on_text, on_close};

static void on_request(void *ctx, struct http_exchange *exchange)
{
    int status = ws_check_upgrade(http_request_of(exchange));
    if (status)
        http_respond(exchange, &(struct http_answer){.status = status});
    else if (accept_later)
        later = exchange;
    else
        ws = ws_accept(exchange, STR("test.v1"), &ws_handler, ctx);
}

static int setup(void **state)
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

static int teardown(void **state)
{
    rig_close(*state);
    buf_deinit(&heard);
    xfree(*state);
    return 0;
}

static void peer_upgrade(struct rig *rig, struct peer *peer)
{
    peer_connect(rig, peer);
    struct str got = peer_ask(rig, peer, STR(UPGRADE));
    assert_true(str_starts(got, STR("HTTP/1.1 101 Switching Protocols\r\n")));
    buf_clear(&peer->got);
}

static void put_masked(struct buf *out, uint8_t first, struct str payload)
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
static struct str frame(struct rig *rig, struct peer *peer, uint8_t first, struct str payload)
{
    struct buf wire = BUF_INIT;
    put_masked(&wire, first, payload);
    struct str got = peer_ask(rig, peer, buf_str(&wire));
    buf_deinit(&wire);
    return got;
}

static void assert_heard(struct str text)
{
    if (!str_eq(buf_str(&heard), text))
        fail_msg("heard %.*s, not %.*s", STR_ARG(buf_str(&heard)), STR_ARG(text));
}

/* The server's close frame with this code is all that came, then it ended the connection. */
static void assert_closed_with(struct peer *peer, struct str got, uint16_t code)
{
    const char expected[2] = {(char)(code >> 8), (char)code};
    if (got.len < 4 || (uint8_t)got.ptr[0] != 0x88 || got.len != (size_t)got.ptr[1] + 2 ||
        memcmp(got.ptr + 2, expected, 2) != 0)
        fail_msg("no close frame with %u", code);
    assert_true(peer->ended);
}

static void peer_gone(struct rig *rig, struct peer *peer)
{
    peer_leave(peer);
    rig_turn(rig);
}

/* ---- the handshake ---- */

static void the_sample_handshake_of_the_rfc_is_answered_as_there(void **state)
{
    struct peer peer;
    peer_connect(*state, &peer);
    struct str got = peer_ask(*state, &peer, STR(UPGRADE));
    assert_true(str_has(got, STR("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n")));
    assert_true(str_has(got, STR("\r\nUpgrade: websocket\r\n")));
    assert_true(str_has(got, STR("\r\nConnection: Upgrade\r\n")));
    assert_true(str_has(got, STR("\r\nSec-WebSocket-Protocol: test.v1\r\n")));
    assert_non_null(ws);
    assert_ptr_equal(ws_user(ws), *state);
    assert_int_equal(ws_peer(ws)->bytes[12], 192);
    assert_int_equal(http_server_figures(((struct rig *)*state)->server)->websockets, 1);
    peer_gone(*state, &peer);
    assert_int_equal(closes, 1);
    assert_int_equal(close_code, WS_CLOSE_ABNORMAL);
    assert_int_equal(http_server_figures(((struct rig *)*state)->server)->websockets, 0);
}

static void a_faulty_handshake_is_refused_and_http_goes_on(void **state)
{
    const struct {
        const char *request, *status;
    } cases[] = {
        {"GET /ws HTTP/1.1\r\nHost: x\r\n\r\n", "426"},
        {"GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n", "426"},
        {"GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
         "Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
         "426"},
        {"GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
         "Sec-WebSocket-Version: 13\r\n\r\n",
         "400"},
        {"GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=\r\n\r\n",
         "400"},
        {"GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZR==\r\n\r\n",
         "400"},
        {"POST /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
         "400"},
    };
    struct peer peer;
    peer_connect(*state, &peer);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct str got = peer_ask(*state, &peer, str_from_c(cases[i].request));
        assert_true(got.len > 12);
        assert_memory_equal(got.ptr + 9, cases[i].status, 3);
    }
    peer_ask(*state, &peer, STR(UPGRADE));
    assert_non_null(ws);
    peer_gone(*state, &peer);
}

static void frames_right_behind_the_handshake_are_not_lost(void **state)
{
    struct buf wire = BUF_INIT;
    struct peer peer;
    buf_put_lit(&wire, UPGRADE);
    put_masked(&wire, 0x81, STR("early"));
    put_masked(&wire, 0x81, STR("bird"));
    peer_connect(*state, &peer);
    peer_ask(*state, &peer, buf_str(&wire));
    assert_heard(STR("early|bird|"));
    peer_gone(*state, &peer);

    accept_later = true;
    peer_connect(*state, &peer);
    peer_ask(*state, &peer, buf_str(&wire));
    assert_int_equal(messages, 2);
    ws = ws_accept(later, STR(""), &ws_handler, NULL);
    rig_turn(*state);
    assert_heard(STR("early|bird|early|bird|"));
    peer_gone(*state, &peer);
    buf_deinit(&wire);
}

static void a_peer_that_left_before_is_not_accepted(void **state)
{
    struct peer peer;
    accept_later = true;
    peer_connect(*state, &peer);
    peer_ask(*state, &peer, STR(UPGRADE));
    peer_gone(*state, &peer);
    assert_null(ws_accept(later, STR(""), &ws_handler, NULL));
    rig_turn(*state);
    assert_int_equal(closes, 0);
    assert_int_equal(http_server_connections(((struct rig *)*state)->server), 0);
}

/* ---- messages ---- */

static void texts_of_all_sizes_come_whole(void **state)
{
    const size_t lengths[] = {0, 1, 125, 126, 127, 65535, 65536};
    static char text[65536];
    struct peer peer;
    memset(text, 't', sizeof(text));
    peer_upgrade(*state, &peer);
    for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
        buf_clear(&heard);
        frame(*state, &peer, 0x81, str_of(text, lengths[i]));
        assert_int_equal(heard.len, lengths[i] + 1);
        assert_memory_equal(heard.ptr, text, lengths[i]);
    }
    peer_gone(*state, &peer);
}

static void fragments_of_any_size_with_control_frames_between_are_one_message(void **state)
{
    static const char text[] = "Grüße an 世界, 😀!";
    for (size_t size = 1; size < sizeof(text); size++) {
        struct buf wire = BUF_INIT;
        struct peer peer;
        size_t len = sizeof(text) - 1;
        peer_upgrade(*state, &peer);
        buf_clear(&heard);
        for (size_t at = 0; at < len; at += size) {
            bool last = at + size >= len;
            put_masked(&wire, (uint8_t)((last ? 0x80 : 0) | (at == 0 ? 1 : 0)),
                       str_of(text + at, last ? len - at : size));
            if (!last)
                put_masked(&wire, 0x89, STR("?"));
            put_masked(&wire, 0x8a, STR("unasked"));
        }
        size_t pings = (len - 1) / size;
        struct str got = peer_ask(*state, &peer, buf_str(&wire));
        assert_int_equal(got.len, pings * 3);
        for (size_t i = 0; i < pings; i++)
            assert_memory_equal(got.ptr + i * 3, "\x8a\x01?", 3);
        assert_heard(STR("Grüße an 世界, 😀!|"));
        buf_deinit(&wire);
        peer_gone(*state, &peer);
    }
}

static void every_cut_of_the_bytes_gives_the_same_messages(void **state)
{
    struct buf wire = BUF_INIT;
    put_masked(&wire, 0x01, STR("fr\xc3"));
    put_masked(&wire, 0x89, STR("ping"));
    put_masked(&wire, 0x00, STR(""));
    put_masked(&wire, 0x80, STR("\xa4g"));
    put_masked(&wire, 0x81, STR("whole"));
    put_masked(&wire, 0x81, STR(""));
    for (size_t cut = 0; cut <= wire.len; cut++) {
        struct peer peer;
        peer_upgrade(*state, &peer);
        buf_clear(&heard);
        if (cut > 0)
            peer_ask(*state, &peer, str_of(wire.ptr, cut));
        size_t ponged = peer.got.len;
        if (cut < wire.len)
            peer_ask(*state, &peer, str_of(wire.ptr + cut, wire.len - cut));
        assert_heard(STR("fr\xc3\xa4g|whole||"));
        assert_int_equal((cut < wire.len ? ponged : 0) + peer.got.len, 6);
        peer_gone(*state, &peer);
    }
    buf_deinit(&wire);
}

static void a_pause_holds_messages_back_and_loses_none(void **state)
{
    struct buf wire = BUF_INIT;
    struct peer peer;
    peer_upgrade(*state, &peer);
    pause_after_message = true;
    put_masked(&wire, 0x81, STR("1"));
    put_masked(&wire, 0x01, STR("2"));
    put_masked(&wire, 0x80, STR("2"));
    put_masked(&wire, 0x81, STR("3"));
    peer_ask(*state, &peer, buf_str(&wire));
    assert_heard(STR("1|"));
    peer_ask(*state, &peer, buf_str(&wire));
    assert_heard(STR("1|"));
    for (int i = 0; i < 10; i++) {
        ws_resume(ws);
        rig_turn(*state);
    }
    assert_heard(STR("1|22|3|1|22|3|"));
    buf_deinit(&wire);
    peer_gone(*state, &peer);
}

/* ---- faults ---- */

struct fault_frame {
    uint8_t first;
    struct str payload;
};

static void what_breaks_the_protocol_is_closed_with_its_code(void **state)
{
    static char big[65537];
    memset(big, 'b', sizeof(big));
    const struct {
        struct fault_frame frames[3];
        uint16_t code;
    } cases[] = {
        {{{0xc1, STR("x")}}, 1002}, /* reserved bits */
        {{{0xa1, STR("x")}}, 1002},
        {{{0x91, STR("x")}}, 1002},
        {{{0x83, STR("x")}}, 1002}, /* reserved opcodes */
        {{{0x8b, STR("x")}}, 1002},
        {{{0x09, STR("x")}}, 1002}, /* a fragmented ping */
        {{{0x80, STR("x")}}, 1002}, /* nothing to continue */
        {{{0x00, STR("x")}}, 1002},
        {{{0x01, STR("x")}, {0x81, STR("y")}}, 1002}, /* a message within another */
        {{{0x01, STR("x")}, {0x80, STR("y")}, {0x80, STR("z")}}, 1002},
        {{{0x82, STR("x")}}, 1003}, /* binary */
        {{{0x02, STR("x")}}, 1003},
        {{{0x81, STR("\xff")}}, 1007}, /* not UTF-8 */
        {{{0x81, STR("\xc3")}}, 1007},
        {{{0x01, STR("\xed\xa0")}}, 1007}, /* found before the message is whole */
        {{{0x01, STR("\xc3")}, {0x00, STR("")}, {0x80, STR("x")}}, 1007},
        {{{0x81, str_of(big, 65537)}}, 1009}, /* too large */
        {{{0x01, str_of(big, 65536)}, {0x80, STR("x")}}, 1009},
        {{{0x88, STR("\x03")}}, 1002},         /* half a code */
        {{{0x88, STR("\x03\xe8\xff")}}, 1007}, /* a reason that is not UTF-8 */
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct peer peer;
        struct str got = STR_NONE;
        closes = 0;
        peer_upgrade(*state, &peer);
        for (size_t f = 0; f < 3 && cases[i].frames[f].payload.ptr; f++)
            got = frame(*state, &peer, cases[i].frames[f].first, cases[i].frames[f].payload);
        assert_closed_with(&peer, got, cases[i].code);
        peer_gone(*state, &peer);
        assert_int_equal(closes, 1);
        assert_int_equal(close_code, cases[i].code);
    }
    assert_int_equal(http_server_connections(((struct rig *)*state)->server), 0);
}

static void frames_without_a_mask_are_refused(void **state)
{
    struct peer peer;
    peer_upgrade(*state, &peer);
    assert_closed_with(&peer, peer_ask(*state, &peer, STR("\x81\x01x")), 1002);
    peer_gone(*state, &peer);
}

static void a_message_of_exactly_the_limit_passes_in_fragments(void **state)
{
    static char big[65536];
    struct peer peer;
    memset(big, 'b', sizeof(big));
    peer_upgrade(*state, &peer);
    frame(*state, &peer, 0x01, str_of(big, 65535));
    frame(*state, &peer, 0x80, str_of(big, 1));
    assert_int_equal(messages, 1);
    assert_int_equal(heard.len, 65537);
    peer_gone(*state, &peer);
}

/* ---- closing ---- */

static void a_close_frame_is_answered_with_its_code(void **state)
{
    const struct {
        unsigned code, answer;
    } cases[] = {
        {0, 1002},    {999, 1002},  {1000, 1000}, {1001, 1001}, {1002, 1002},
        {1003, 1003}, {1004, 1002}, {1005, 1002}, {1006, 1002}, {1007, 1007},
        {1011, 1011}, {1012, 1012}, {1013, 1013}, {1014, 1014}, {1015, 1002},
        {1016, 1002}, {1100, 1002}, {2000, 1002}, {2999, 1002}, {3000, 3000},
        {3999, 3999}, {4000, 4000}, {4999, 4999}, {5000, 1002}, {65535, 1002},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct peer peer;
        peer_upgrade(*state, &peer);
        char payload[5] = {(char)(cases[i].code >> 8), (char)cases[i].code, 'b', 'y', 'e'};
        struct str got = frame(*state, &peer, 0x88, str_of(payload, 5));
        assert_closed_with(&peer, got, (uint16_t)cases[i].answer);
        peer_gone(*state, &peer);
        assert_int_equal(close_code, cases[i].answer);
    }
}

static void a_close_frame_without_code_is_answered_without_one(void **state)
{
    struct peer peer;
    peer_upgrade(*state, &peer);
    struct str got = frame(*state, &peer, 0x88, STR(""));
    assert_true(str_eq(got, str_of("\x88\x00", 2)));
    assert_true(peer.ended);
    peer_gone(*state, &peer);
    assert_int_equal(close_code, WS_CLOSE_NO_STATUS);
}

static void our_close_waits_for_theirs_and_hears_nothing_else(void **state)
{
    struct peer peer;
    peer_upgrade(*state, &peer);
    ws_close(ws, WS_CLOSE_SESSION_ENDED, STR("bye"));
    ws_close(ws, WS_CLOSE_NORMAL, STR("again"));
    rig_turn(*state);
    assert_true(str_eq(peer_hear(&peer), STR("\x88\x05\x0f\xa3"
                                             "bye")));
    assert_false(peer.ended);
    assert_int_equal(closes, 0);
    struct bytes *late = ws_frame_text(STR("late"));
    ws_send(ws, late);
    bytes_unref(late);
    frame(*state, &peer, 0x81, STR("not heard any more"));
    assert_int_equal(messages, 0);
    struct str got = frame(*state, &peer, 0x88, STR("\x0f\xa3"));
    assert_int_equal(got.len, 0);
    assert_true(peer.ended);
    peer_gone(*state, &peer);
    assert_int_equal(closes, 1);
    assert_int_equal(close_code, WS_CLOSE_SESSION_ENDED);
}

static void a_peer_that_never_answers_our_close_is_left(void **state)
{
    struct rig *rig = *state;
    struct peer peer;
    rig->limits.close_timeout_s = 1;
    peer_upgrade(rig, &peer);
    ws_close(ws, WS_CLOSE_NORMAL, STR(""));
    rig_wait(rig, 800);
    assert_int_equal(closes, 0);
    rig_wait(rig, 500);
    assert_int_equal(closes, 1);
    assert_int_equal(close_code, WS_CLOSE_NORMAL);
    peer_leave(&peer);
}

static void nothing_after_a_close_frame_is_heard(void **state)
{
    struct buf wire = BUF_INIT;
    struct peer peer;
    peer_upgrade(*state, &peer);
    put_masked(&wire, 0x81, STR("before"));
    put_masked(&wire, 0x88, STR("\x03\xe8"));
    put_masked(&wire, 0x81, STR("after"));
    struct str got = peer_ask(*state, &peer, buf_str(&wire));
    assert_closed_with(&peer, got, 1000);
    assert_heard(STR("before|"));
    buf_deinit(&wire);
    peer_gone(*state, &peer);
}

static void draining_says_1012_to_all(void **state)
{
    struct rig *rig = *state;
    struct peer peers[3];
    for (size_t i = 0; i < 3; i++)
        peer_upgrade(rig, &peers[i]);
    http_server_drain(rig->server);
    rig_turn(rig);
    for (size_t i = 0; i < 3; i++) {
        struct str got = peer_hear(&peers[i]);
        assert_true(got.len > 4);
        assert_memory_equal(got.ptr + 2, "\x03\xf4", 2);
        frame(rig, &peers[i], 0x88, STR("\x03\xf4"));
        assert_true(peers[i].ended);
        peer_leave(&peers[i]);
    }
    rig_turn(rig);
    assert_int_equal(closes, 3);
    assert_int_equal(http_server_connections(rig->server), 0);
}

static void freeing_the_server_closes_what_is_left(void **state)
{
    struct rig rig;
    struct peer peer;
    (void)state;
    rig_open(&rig, on_request);
    peer_upgrade(&rig, &peer);
    frame(&rig, &peer, 0x01, STR("half a message"));
    rig_close(&rig);
    assert_int_equal(closes, 1);
    peer_hear(&peer);
    assert_true(peer.ended);
    peer_leave(&peer);
}

/* ---- silence ---- */

static void a_silent_peer_is_pinged_and_one_that_answers_lives_on(void **state)
{
    struct rig *rig = *state;
    struct peer answers, dead;
    rig->limits.ping_after_s = 1;
    rig->limits.dead_after_s = 2;
    peer_upgrade(rig, &answers);
    peer_upgrade(rig, &dead);
    rig_wait(rig, 900);
    assert_int_equal(peer_hear(&answers).len, 0);
    rig_wait(rig, 400);
    assert_true(str_eq(peer_hear(&answers), str_of("\x89\x00", 2)));
    frame(rig, &answers, 0x8a, STR(""));
    rig_wait(rig, 1100);
    peer_hear(&dead);
    assert_true(dead.ended);
    assert_int_equal(closes, 1);
    assert_int_equal(close_code, WS_CLOSE_ABNORMAL);
    peer_hear(&answers);
    assert_false(answers.ended);
    peer_leave(&dead);
    peer_gone(rig, &answers);
}

/* ---- sending ---- */

static void frames_of_one_turn_arrive_together_and_in_order(void **state)
{
    struct peer peer;
    peer_upgrade(*state, &peer);
    for (int i = 0; i < 3; i++) {
        char text[2] = {(char)('a' + i), '\0'};
        struct bytes *sent = ws_frame_text(str_from_c(text));
        ws_send(ws, sent);
        bytes_unref(sent);
    }
    assert_int_equal(peer_hear(&peer).len, 0); /* not before the turn ends */
    rig_turn(*state);
    assert_true(str_eq(peer_hear(&peer), STR("\x81\x01"
                                             "a\x81\x01"
                                             "b\x81\x01"
                                             "c")));
    peer_gone(*state, &peer);
}

static size_t send_many(size_t count, size_t size)
{
    static char text[65536];
    size_t bytes = 0;
    struct bytes *sent = ws_frame_text(str_of(text, size));
    for (size_t i = 0; i < count; i++) {
        ws_send(ws, sent);
        bytes += sent->len;
    }
    bytes_unref(sent);
    return bytes;
}

/* The last that came is the close frame with 4002. */
static void assert_says_too_slow(struct peer *peer)
{
    struct str got = buf_str(&peer->got);
    const struct str end = STR("\x88\x13\x0f\xa2too slow a reader");
    assert_true(got.len > end.len);
    assert_true(str_eq(str_of(got.ptr + got.len - end.len, end.len), end));
}

static void much_in_one_turn_is_no_slow_reader(void **state)
{
    struct rig *rig = *state;
    struct peer peer;
    peer_upgrade(rig, &peer);
    size_t bytes = send_many(10000, 10); /* more than session_queue_frames */
    for (int i = 0; i < 10; i++) {
        rig_turn(rig);
        peer_hear(&peer);
    }
    assert_int_equal(peer.got.len, bytes);
    assert_int_equal(closes, 0);
    peer_gone(rig, &peer);
}

static void a_reader_that_is_too_slow_is_cut_with_4002(void **state)
{
    const struct {
        size_t count, size;
    } cases[] = {{40, 65536}, {100000, 30}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct rig *rig = *state;
        struct peer peer;
        closes = 0;
        peer_upgrade(rig, &peer);
        size_t bytes = send_many(cases[i].count, cases[i].size);
        rig_turn(rig);
        assert_int_equal(http_server_figures(rig->server)->slow_readers_cut, i + 1);
        /* It must hold half a frame at most by now. */
        assert_true(http_server_figures(rig->server)->queued_bytes < 65536 + 64);
        for (int n = 0; n < 100 && !peer.ended; n++) {
            rig_turn(rig);
            peer_hear(&peer);
        }
        assert_true(peer.ended);
        assert_true(peer.got.len < bytes);
        assert_says_too_slow(&peer);
        peer_gone(rig, &peer);
        assert_int_equal(closes, 1);
        assert_int_equal(close_code, WS_CLOSE_TOO_SLOW);
    }
}

static void one_that_never_reads_again_is_gone_in_the_end(void **state)
{
    struct rig *rig = *state;
    struct peer peer;
    rig->limits.http_write_s = 1;
    peer_upgrade(rig, &peer);
    send_many(40, 65536);
    rig_wait(rig, 1300);
    assert_int_equal(closes, 1);
    assert_int_equal(http_server_figures(rig->server)->queued_bytes, 0);
    peer_leave(&peer);
}

static void past_the_servers_budget_the_holders_of_the_oldest_are_cut(void **state)
{
    struct rig *rig = *state;
    struct peer old, young;
    const struct http_figures *figures = http_server_figures(rig->server);
    rig->limits.session_queue_bytes = 10000000;
    peer_upgrade(rig, &old);
    struct websocket *old_ws = ws;
    peer_upgrade(rig, &young);
    struct websocket *young_ws = ws;
    ws = old_ws;
    send_many(12, 65000); /* one frame, twelve times: its bytes count once */
    rig_turn(rig);
    uint64_t of_old = figures->queued_bytes;
    ws = young_ws;
    for (size_t i = 0; i < 19; i++)
        send_many(1, 65000);
    rig_turn(rig);
    assert_int_equal(figures->slow_readers_cut, 0);
    /* Too little by less than what the old one holds. */
    rig->limits.queue_total_bytes = figures->queued_bytes - of_old + 120000;
    send_many(1, 65000);
    rig_turn(rig);
    assert_int_equal(figures->slow_readers_cut, 1);
    for (int i = 0; i < 100 && !old.ended; i++) {
        rig_turn(rig);
        peer_hear(&old);
    }
    assert_true(old.ended);
    assert_says_too_slow(&old);
    for (int i = 0; i < 100; i++) {
        rig_turn(rig);
        peer_hear(&young);
    }
    assert_false(young.ended);
    assert_int_equal(young.got.len, 20 * 65004);
    peer_leave(&old);
    peer_gone(rig, &young);
}

static void many_pings_of_one_who_does_not_read_queue_one_pong(void **state)
{
    struct rig *rig = *state;
    struct peer peer;
    peer_upgrade(rig, &peer);
    rig->limits.session_queue_bytes = 10000000;
    size_t bytes = send_many(20, 65000);
    rig_turn(rig);
    for (int i = 0; i < 1000; i++) {
        struct buf wire = BUF_INIT;
        char text[16];
        snprintf(text, sizeof(text), "%04d", i);
        put_masked(&wire, 0x89, str_from_c(text));
        peer_send(&peer, buf_str(&wire));
        buf_deinit(&wire);
        rig_turn(rig);
    }
    for (int i = 0; i < 100; i++) {
        rig_turn(rig);
        peer_hear(&peer);
    }
    assert_int_equal(peer.got.len, bytes + 6);
    assert_memory_equal(peer.got.ptr + bytes,
                        "\x8a\x04"
                        "0999",
                        6);
    peer_gone(rig, &peer);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_sample_handshake_of_the_rfc_is_answered_as_there),
        TEST(a_faulty_handshake_is_refused_and_http_goes_on),
        TEST(frames_right_behind_the_handshake_are_not_lost),
        TEST(a_peer_that_left_before_is_not_accepted),
        TEST(texts_of_all_sizes_come_whole),
        TEST(fragments_of_any_size_with_control_frames_between_are_one_message),
        TEST(every_cut_of_the_bytes_gives_the_same_messages),
        TEST(a_pause_holds_messages_back_and_loses_none),
        TEST(what_breaks_the_protocol_is_closed_with_its_code),
        TEST(frames_without_a_mask_are_refused),
        TEST(a_message_of_exactly_the_limit_passes_in_fragments),
        TEST(a_close_frame_is_answered_with_its_code),
        TEST(a_close_frame_without_code_is_answered_without_one),
        TEST(our_close_waits_for_theirs_and_hears_nothing_else),
        TEST(a_peer_that_never_answers_our_close_is_left),
        TEST(nothing_after_a_close_frame_is_heard),
        TEST(draining_says_1012_to_all),
        TEST(freeing_the_server_closes_what_is_left),
        TEST(a_silent_peer_is_pinged_and_one_that_answers_lives_on),
        TEST(frames_of_one_turn_arrive_together_and_in_order),
        TEST(much_in_one_turn_is_no_slow_reader),
        TEST(a_reader_that_is_too_slow_is_cut_with_4002),
        TEST(one_that_never_reads_again_is_gone_in_the_end),
        TEST(past_the_servers_budget_the_holders_of_the_oldest_are_cut),
        TEST(many_pings_of_one_who_does_not_read_queue_one_pong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
