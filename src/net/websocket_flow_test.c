#include "net/ws_testing.h"

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
    ws_send(ws, STR("late"));
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
        ws_send(ws, str_from_c(text));
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
    struct ws_text sent;
    uint32_t len = (uint32_t)size;
    ws_text_init(&sent, text, &len, 1, NULL);
    for (size_t i = 0; i < count; i++) {
        ws_send_shared(ws, &sent);
        bytes += sent.plain->len;
    }
    ws_text_deinit(&sent);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
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
