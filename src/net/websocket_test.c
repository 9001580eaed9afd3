#include "net/ws_testing.h"

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

static void what_is_held_leaves_with_the_first_that_is_sent(void **state)
{
    struct peer peer;
    accept_later = true;
    peer_connect(*state, &peer);
    peer_ask(*state, &peer, STR(UPGRADE));
    ws = ws_accept(later, STR(""), &ws_handler, NULL);
    ws_hold(ws);
    rig_turn(*state);
    assert_int_equal(peer_hear(&peer).len, 0);
    ws_send(ws, STR("hello"));
    rig_turn(*state);
    struct str got = peer_hear(&peer);
    assert_true(str_starts(got, STR("HTTP/1.1 101 ")));
    assert_true(str_eq(str_of(got.ptr + got.len - 7, 7), STR("\x81\x05hello")));
    peer_gone(*state, &peer);

    accept_later = true; /* what came behind the upgrade is read all the same */
    peer_connect(*state, &peer);
    struct buf wire = BUF_INIT;
    buf_put_lit(&wire, UPGRADE);
    put_masked(&wire, 0x81, STR("early"));
    peer_ask(*state, &peer, buf_str(&wire));
    ws = ws_accept(later, STR(""), &ws_handler, NULL);
    ws_hold(ws);
    rig_turn(*state);
    assert_heard(STR("early|"));
    buf_deinit(&wire);
    peer_gone(*state, &peer);
}

static void a_goodbye_is_not_held(void **state)
{
    struct rig *rig = *state;
    struct peer peer;
    accept_later = true;
    peer_connect(rig, &peer);
    peer_ask(rig, &peer, STR(UPGRADE));
    http_server_drain(rig->server);
    ws = ws_accept(later, STR(""), &ws_handler, NULL);
    ws_hold(ws);
    rig_turn(rig);
    assert_true(str_starts(peer_hear(&peer), STR("HTTP/1.1 101 ")));
    peer_gone(rig, &peer);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_sample_handshake_of_the_rfc_is_answered_as_there),
        TEST(a_faulty_handshake_is_refused_and_http_goes_on),
        TEST(frames_right_behind_the_handshake_are_not_lost),
        TEST(a_peer_that_left_before_is_not_accepted),
        TEST(what_is_held_leaves_with_the_first_that_is_sent),
        TEST(a_goodbye_is_not_held),
        TEST(texts_of_all_sizes_come_whole),
        TEST(fragments_of_any_size_with_control_frames_between_are_one_message),
        TEST(every_cut_of_the_bytes_gives_the_same_messages),
        TEST(a_pause_holds_messages_back_and_loses_none),
        TEST(what_breaks_the_protocol_is_closed_with_its_code),
        TEST(frames_without_a_mask_are_refused),
        TEST(a_message_of_exactly_the_limit_passes_in_fragments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
