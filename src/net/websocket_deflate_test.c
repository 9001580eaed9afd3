/* permessage-deflate on a connection: what is agreed on, what comes in compressed, what goes out so.
 * The bytes of DEFLATE are ws_deflate_test.c's. */
#include "net/ws_testing.h"

#include "net/ws_deflate.h"

#define HELLO "\xf2\x48\xcd\xc9\xc9\x07\x00"
#define HEAD_OF_UPGRADE                                                                            \
    "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"                 \
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"

static struct str ask_with(struct rig *rig, struct peer *peer, const char *offer)
{
    struct buf head = BUF_INIT;
    buf_printf(&head, HEAD_OF_UPGRADE "Sec-WebSocket-Extensions: %s\r\n\r\n", offer);
    peer_connect(rig, peer);
    struct str got = peer_ask(rig, peer, buf_str(&head));
    buf_deinit(&head);
    return got;
}

static void upgrade_with(struct rig *rig, struct peer *peer, const char *offer)
{
    struct str got = ask_with(rig, peer, offer);
    assert_true(str_starts(got, STR("HTTP/1.1 101 ")));
    assert_true(ws_is_deflating(ws));
    buf_clear(&peer->got);
}

static void assert_closed_after(struct rig *rig, struct peer *peer, struct str wire, uint16_t code)
{
    assert_closed_with(peer, peer_ask(rig, peer, wire), code);
    peer_gone(rig, peer);
    assert_int_equal(close_code, code);
}

static const struct http_figures *figures(struct rig *rig)
{
    return http_server_figures(rig->server);
}

/* ---- the handshake ---- */

static void an_offer_is_answered_and_none_is_not(void **state)
{
    struct peer peer;
    struct str got = ask_with(*state, &peer, "x-other, permessage-deflate; client_max_window_bits");
    assert_true(str_has(got, STR("\r\nSec-WebSocket-Extensions: permessage-deflate; "
                                 "server_no_context_takeover; client_no_context_takeover\r\n")));
    assert_true(ws_is_deflating(ws));
    peer_gone(*state, &peer);

    got = ask_with(*state, &peer, "permessage-deflate; server_max_window_bits=99");
    assert_true(str_starts(got, STR("HTTP/1.1 101 ")));
    assert_false(str_has(got, STR("Extensions")));
    assert_false(ws_is_deflating(ws));
    peer_gone(*state, &peer);

    peer_connect(*state, &peer);
    got = peer_ask(*state, &peer, STR(UPGRADE));
    assert_false(str_has(got, STR("Extensions")));
    assert_false(ws_is_deflating(ws));
    peer_gone(*state, &peer);
}

static void a_malformed_offer_is_no_handshake(void **state)
{
    struct peer peer;
    struct str got = ask_with(*state, &peer, "permessage-deflate; =");
    assert_true(str_starts(got, STR("HTTP/1.1 400 ")));
    assert_null(ws);
    peer_gone(*state, &peer);
}

/* ---- in ---- */

static void every_kind_of_block_is_understood_however_the_bytes_are_cut(void **state)
{
    const struct str payloads[] = {
        STR(HELLO),
        STR("\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00"),
        STR("\xf3\x48\xcd\xc9\xc9\x07\x00\x00"),
        STR("\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"),
        STR("\x04\xc0\x81\x00\x00\x00\x00\x00\x90\xff\x6b\x00\x00\x00\xff\xff" HELLO),
        STR("\x03\x00" HELLO),
    };
    for (size_t i = 0; i < ARRAY_LEN(payloads); i++) {
        struct buf wire = BUF_INIT;
        put_masked(&wire, 0xc1, payloads[i]);
        for (size_t cut = 1; cut <= wire.len; cut++) {
            struct peer peer;
            upgrade_with(*state, &peer, "permessage-deflate");
            buf_clear(&heard);
            peer_ask(*state, &peer, str_of(wire.ptr, cut));
            if (cut < wire.len) {
                assert_int_equal(heard.len, 0);
                peer_ask(*state, &peer, str_of(wire.ptr + cut, wire.len - cut));
            }
            assert_heard(STR("Hello|"));
            peer_gone(*state, &peer);
        }
        buf_deinit(&wire);
    }
}

static void compressed_fragments_have_rsv1_on_the_first_only(void **state)
{
    const struct str payload = STR(HELLO);
    for (size_t size = 1; size <= payload.len; size++) {
        struct buf wire = BUF_INIT;
        struct peer peer;
        for (size_t at = 0; at < payload.len; at += size) {
            bool last = at + size >= payload.len;
            put_masked(&wire, (uint8_t)((last ? 0x80 : 0) | (at == 0 ? 0x41 : 0)),
                       str_of(payload.ptr + at, last ? payload.len - at : size));
            if (!last)
                put_masked(&wire, 0x89, STR("?"));
        }
        put_masked(&wire, 0x01, STR("pl")); /* the next is plain again */
        put_masked(&wire, 0x80, STR("ain"));
        upgrade_with(*state, &peer, "permessage-deflate");
        buf_clear(&heard);
        struct str got = peer_ask(*state, &peer, buf_str(&wire));
        assert_int_equal(got.len, (payload.len - 1) / size * 3); /* pongs */
        assert_heard(STR("Hello|plain|"));
        buf_deinit(&wire);
        peer_gone(*state, &peer);
    }
}

static void an_empty_last_fragment_completes_a_compressed_message(void **state)
{
    struct peer peer;
    upgrade_with(*state, &peer, "permessage-deflate");
    frame(*state, &peer, 0x41, STR(""));
    frame(*state, &peer, 0x00, STR(HELLO));
    frame(*state, &peer, 0x80, STR(""));
    frame(*state, &peer, 0xc1, STR("\x00"));
    assert_heard(STR("Hello||"));
    assert_int_equal(figures(*state)->inflated, 2);
    peer_gone(*state, &peer);
}

static void what_breaks_the_rules_is_closed_with_its_code(void **state)
{
    const struct {
        const char *offer;
        struct {
            uint8_t first;
            struct str payload;
        } frames[2];
        uint16_t code;
    } cases[] = {
        {"x", {{0xc1, STR(HELLO)}}, 1002}, /* not agreed on */
        {"x", {{0x41, STR(HELLO)}}, 1002},
        {"x", {{0xc2, STR(HELLO)}}, 1002},
        {"permessage-deflate", {{0x41, STR("")}, {0xc0, STR(HELLO)}}, 1002}, /* RSV1 not first */
        {"permessage-deflate", {{0x01, STR("")}, {0xc0, STR(HELLO)}}, 1002},
        {"permessage-deflate", {{0xc0, STR(HELLO)}}, 1002},
        {"permessage-deflate", {{0xc8, STR("\x03\xe8")}}, 1002}, /* on control frames */
        {"permessage-deflate", {{0xc9, STR("x")}}, 1002},
        {"permessage-deflate", {{0xca, STR("x")}}, 1002},
        {"permessage-deflate", {{0xc3, STR(HELLO)}}, 1002},
        {"permessage-deflate", {{0xe1, STR(HELLO)}}, 1002}, /* RSV2, RSV3 */
        {"permessage-deflate", {{0xd1, STR(HELLO)}}, 1002},
        {"permessage-deflate", {{0xa1, STR(HELLO)}}, 1002},
        {"permessage-deflate", {{0x41, STR("")}, {0xc1, STR(HELLO)}}, 1002}, /* one in another */
        {"permessage-deflate", {{0xc2, STR(HELLO)}}, 1003},
        {"permessage-deflate", {{0xc1, STR("")}}, 1007}, /* not DEFLATE */
        {"permessage-deflate", {{0xc1, STR("Hello")}}, 1007},
        {"permessage-deflate", {{0x41, STR("\xf2\x48\xcd")}, {0x80, STR("")}}, 1007},
        {"permessage-deflate", {{0xc1, STR(HELLO)}, {0xc1, STR("\xf2\x00\x11\x00\x00")}}, 1007},
        {"permessage-deflate", {{0xc1, STR("\x00\x01\x00\xfe\xff\xff\x00")}}, 1007}, /* not UTF-8 */
        {"permessage-deflate", {{0xc1, STR("\x00\x02\x00\xfd\xff\xe2\x82\x00")}}, 1007},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct peer peer;
        struct str got = STR_NONE;
        closes = 0;
        ask_with(*state, &peer, cases[i].offer);
        for (size_t f = 0; f < 2 && cases[i].frames[f].payload.ptr; f++)
            got = frame(*state, &peer, cases[i].frames[f].first, cases[i].frames[f].payload);
        assert_closed_with(&peer, got, cases[i].code);
        peer_gone(*state, &peer);
        assert_int_equal(closes, 1);
        assert_int_equal(close_code, cases[i].code);
    }
}

/* A text in stored blocks of at most `block` bytes. */
static void put_stored(struct buf *out, size_t len, size_t block)
{
    static char text[131072];
    memset(text, 't', sizeof(text));
    for (size_t at = 0; at < len; at += block) {
        unsigned here = (unsigned)(len - at < block ? len - at : block);
        const char head[5] = {0, (char)here, (char)(here >> 8), (char)~here, (char)(~here >> 8)};
        buf_put(out, head, sizeof(head));
        buf_put(out, text, here);
    }
    buf_put_char(out, 0);
}

static void the_limit_counts_the_text_and_leaves_what_cannot_shrink_some_room(void **state)
{
    const struct {
        size_t len, block;
        uint16_t code;
    } cases[] = {
        {65536, 65535, 0},     {65536, 127, 0},
        {65537, 65535, 1009},  {65536, 16, 1009}, /* a third of it is heads of blocks */
        {131072, 65535, 1009},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf payload = BUF_INIT, wire = BUF_INIT;
        struct peer peer;
        put_stored(&payload, cases[i].len, cases[i].block);
        put_masked(&wire, 0xc1, buf_str(&payload));
        upgrade_with(*state, &peer, "permessage-deflate");
        buf_clear(&heard);
        if (cases[i].code) {
            assert_closed_after(*state, &peer, buf_str(&wire), cases[i].code);
        } else {
            peer_ask(*state, &peer, buf_str(&wire));
            assert_int_equal(heard.len, cases[i].len + 1);
            peer_gone(*state, &peer);
        }
        buf_deinit(&wire);
        buf_deinit(&payload);
    }
}

static void compressed_fragments_are_cut_at_the_limit_before_they_are_inflated(void **state)
{
    static char noise[42000];
    struct buf wire = BUF_INIT;
    struct peer peer;
    upgrade_with(*state, &peer, "permessage-deflate");
    frame(*state, &peer, 0x41, str_of(noise, 40000));
    assert_int_equal(closes, 0);
    put_masked(&wire, 0x00, str_of(noise, 41921)); /* beyond 65536 and a quarter of it */
    wire.len = 8;                                  /* its head is enough */
    assert_closed_after(*state, &peer, buf_str(&wire), 1009);
    assert_int_equal(figures(*state)->inflated, 0);
    buf_deinit(&wire);
}

/* A bomb of exactly the limit, again and again. */
static void much_to_inflate_is_spread_over_turns(void **state)
{
    enum { BOMBS = 100, LEN = 65536 };
    struct rig *rig = *state;
    char *zeros = xcalloc(1, LEN);
    struct ws_deflater *deflater = ws_deflater_new(64);
    struct bytes *bomb = ws_deflate(deflater, str_of(zeros, LEN));
    struct buf wire = BUF_INIT;
    struct peer peer;
    upgrade_with(rig, &peer, "permessage-deflate");
    for (int i = 0; i < BOMBS; i++)
        put_masked(&wire, 0xc1, str_of(bomb->data + 4, bomb->len - 4));
    put_masked(&wire, 0x81, STR("end"));
    assert_true(wire.len < LEN); /* one read takes it all in */
    peer_send(&peer, buf_str(&wire));
    loop_turn(rig->loop, 0);
    assert_in_range(messages, 1, 8); /* one part when it was read, one at the end of the turn */
    for (int turn = 0; turn < BOMBS && messages < BOMBS + 1; turn++) {
        unsigned before = messages;
        loop_turn(rig->loop, 0);
        assert_in_range(messages - before, 1, 4);
    }
    assert_int_equal(messages, BOMBS + 1);
    assert_true(str_has(buf_str(&heard), STR("|end|")));
    peer_gone(rig, &peer);
    buf_deinit(&wire);
    bytes_unref(bomb);
    ws_deflater_free(deflater);
    xfree(zeros);
}

/* ---- out ---- */

static struct str long_text(size_t len)
{
    static char text[4096];
    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = (char)('a' + i % 10);
    assert_true(len <= sizeof(text));
    return str_of(text, len);
}

/* The next frame is this text, compressed or not; takes it off. */
static void assert_frame(struct str *got, bool compressed, struct str text)
{
    assert_true(got->len > 2);
    assert_int_equal((uint8_t)got->ptr[0], compressed ? 0xc1 : 0x81);
    size_t head = got->ptr[1] < 126 ? 2 : 4;
    size_t len = head == 2 ? (size_t)got->ptr[1]
                           : (size_t)((uint8_t)got->ptr[2] << 8 | (uint8_t)got->ptr[3]);
    assert_true(got->len >= head + len);
    struct str payload = str_of(got->ptr + head, len);
    struct ws_inflater *inflater = ws_inflater_new(65536);
    if (compressed)
        assert_int_equal(ws_inflate(inflater, payload, &payload), 0);
    assert_true(str_eq(payload, text));
    ws_inflater_free(inflater);
    *got = str_of(got->ptr + head + len, got->len - head - len);
}

/* What the server says is this text in one frame, compressed or not. */
static void assert_said(struct rig *rig, struct peer *peer, bool compressed, struct str text)
{
    rig_turn(rig);
    struct str got = peer_hear(peer);
    assert_frame(&got, compressed, text);
    assert_int_equal(got.len, 0);
    buf_clear(&peer->got);
}

static void long_texts_leave_compressed_where_that_was_agreed_on(void **state)
{
    struct rig *rig = *state;
    const size_t min = rig->limits.deflate_min_bytes;
    struct peer peer;
    upgrade_with(rig, &peer, "permessage-deflate");
    ws_send(ws, long_text(min - 1));
    assert_said(rig, &peer, false, long_text(min - 1));
    assert_int_equal(figures(rig)->deflated, 0);
    ws_send(ws, long_text(min));
    assert_said(rig, &peer, true, long_text(min));
    ws_send(ws, long_text(4096));
    assert_said(rig, &peer, true, long_text(4096));
    assert_int_equal(figures(rig)->deflated, 2);
    assert_in_range(figures(rig)->deflate_saved, 4096 / 2, 4096 + min);
    assert_int_equal(figures(rig)->frames_out, 3);
    peer_gone(rig, &peer);

    peer_upgrade(rig, &peer);
    ws_send(ws, long_text(4096));
    assert_said(rig, &peer, false, long_text(4096));
    assert_int_equal(figures(rig)->deflated, 2);
    peer_gone(rig, &peer);
}

static void a_small_window_is_kept_by_sending_plain_what_is_longer(void **state)
{
    struct rig *rig = *state;
    struct peer peer;
    rig->limits.deflate_min_bytes = 64;
    upgrade_with(rig, &peer, "permessage-deflate; server_max_window_bits=10");
    ws_send(ws, long_text(1024));
    assert_said(rig, &peer, true, long_text(1024));
    ws_send(ws, long_text(1025));
    assert_said(rig, &peer, false, long_text(1025));
    peer_gone(rig, &peer);
}

static void a_shared_text_is_compressed_once_and_each_gets_what_it_takes(void **state)
{
    const struct {
        const char *offer;
        bool compressed;
    } peers[] = {
        {"permessage-deflate", true},
        {"x", false},
        {"permessage-deflate; server_max_window_bits=8", false},
        {"permessage-deflate; server_max_window_bits=12", true},
    };
    struct rig *rig = *state;
    struct ws_deflater *deflater = ws_deflater_new(64);
    struct ws_text text;
    uint32_t len = 2000;
    ws_text_init(&text, long_text(len).ptr, &len, 1, deflater);
    for (size_t i = 0; i < ARRAY_LEN(peers); i++) {
        struct peer peer;
        ask_with(rig, &peer, peers[i].offer);
        buf_clear(&peer.got);
        ws_send_shared(ws, &text);
        struct bytes *queued = peers[i].compressed ? text.deflated : text.plain;
        assert_int_equal(atomic_load(&queued->refs), 2); /* itself, not a copy */
        assert_said(rig, &peer, peers[i].compressed, long_text(2000));
        peer_gone(rig, &peer);
    }
    assert_int_equal(figures(rig)->deflated, 2);
    assert_int_equal(figures(rig)->deflate_saved, 2 * (text.plain->len - text.deflated->len));
    ws_text_deinit(&text);
    ws_deflater_free(deflater);
}

static void several_texts_are_one_piece_of_as_many_frames(void **state)
{
    struct rig *rig = *state;
    struct ws_deflater *deflater = ws_deflater_new(64);
    const uint32_t lens[] = {2000, 3, 130};
    OWN(buf_deinit) struct buf texts = BUF_INIT;
    for (size_t i = 0; i < ARRAY_LEN(lens); i++)
        buf_put_str(&texts, long_text(lens[i]));
    struct ws_text text;
    ws_text_init(&text, texts.ptr, lens, ARRAY_LEN(lens), deflater);
    for (int plain = 0; plain < 2; plain++) {
        struct peer peer;
        ask_with(rig, &peer, plain ? "x" : "permessage-deflate");
        buf_clear(&peer.got);
        uint64_t before = figures(rig)->frames_out;
        ws_send_shared(ws, &text);
        assert_int_equal(figures(rig)->frames_out, before + ARRAY_LEN(lens));
        rig_turn(rig);
        struct str got = peer_hear(&peer);
        assert_frame(&got, !plain, long_text(lens[0]));
        assert_frame(&got, false, long_text(lens[1])); /* too short to become shorter */
        assert_frame(&got, !plain, long_text(lens[2]));
        assert_int_equal(got.len, 0);
        peer_gone(rig, &peer);
    }
    ws_text_deinit(&text);
    ws_deflater_free(deflater);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_offer_is_answered_and_none_is_not),
        TEST(a_malformed_offer_is_no_handshake),
        TEST(every_kind_of_block_is_understood_however_the_bytes_are_cut),
        TEST(compressed_fragments_have_rsv1_on_the_first_only),
        TEST(an_empty_last_fragment_completes_a_compressed_message),
        TEST(what_breaks_the_rules_is_closed_with_its_code),
        TEST(the_limit_counts_the_text_and_leaves_what_cannot_shrink_some_room),
        TEST(compressed_fragments_are_cut_at_the_limit_before_they_are_inflated),
        TEST(much_to_inflate_is_spread_over_turns),
        TEST(long_texts_leave_compressed_where_that_was_agreed_on),
        TEST(a_small_window_is_kept_by_sending_plain_what_is_longer),
        TEST(a_shared_text_is_compressed_once_and_each_gets_what_it_takes),
        TEST(several_texts_are_one_piece_of_as_many_frames),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
