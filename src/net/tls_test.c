#include "net/tls_server_testing.h"

#include <malloc.h>

#include "net/connection.h"

/* ---- handshakes ---- */

static void a_handshake_and_a_request_may_come_byte_by_byte(void **state)
{
    for (size_t v = 0; v < ARRAY_LEN(versions); v++) {
        struct client client;
        client_make(&client, versions[v]);
        client.step = 1;
        client.most = 1;
        client_connect(*state, &client, NULL);
        for (int i = 0; i < 8000 && !SSL_is_init_finished(client.ssl); i++) {
            client_pull(&client);
            client_push(*state, &client);
            loop_turn(((struct rig *)*state)->loop, 0);
        }
        client.most = 0;
        assert_true(SSL_is_init_finished(client.ssl));
        assert_true(answers(*state, &client));
        client_free(&client);
        rig_turn(*state);
    }
    assert_int_equal(figures(*state)->tls_handshakes, 2);
    assert_int_equal(figures(*state)->connections, 0);
}

static void what_comes_behind_the_handshake_is_heard_with_it(void **state)
{
    struct client client;
    client_make(&client, TLS1_3_VERSION);
    client_connect(*state, &client, NULL);
    for (int i = 0; i < 4 && !SSL_is_init_finished(client.ssl); i++) {
        client_pull(&client);
        if (!SSL_is_init_finished(client.ssl)) {
            client_push(*state, &client);
            rig_turn(*state);
        }
    }
    assert_true(SSL_is_init_finished(client.ssl));
    assert_int_equal(figures(*state)->tls_handshakes, 0); /* its last flight is not sent yet */
    assert_true(answers(*state, &client));
    client_free(&client);
}

static void the_protocol_is_http_1_1_or_nothing(void **state)
{
    static const struct {
        const char *offer;
        bool fits;
    } cases[] = {{"\x02h2\x08http/1.1", true}, {"\x08http/1.1", true}, {"\x02h2", false}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct client client;
        client_make(&client, TLS1_3_VERSION);
        SSL_CTX_set_alpn_protos(client.context, (const unsigned char *)cases[i].offer,
                                (unsigned)strlen(cases[i].offer));
        assert_int_equal(client_open(*state, &client, NULL), cases[i].fits);
        const unsigned char *chosen;
        unsigned len;
        SSL_get0_alpn_selected(client.ssl, &chosen, &len);
        assert_true(!cases[i].fits || (len == 8 && memcmp(chosen, "http/1.1", 8) == 0));
        client_free(&client);
    }
    assert_int_equal(figures(*state)->tls_nothing_in_common, 1);
}

static void weak_versions_ciphers_and_groups_are_refused(void **state)
{
    static const struct {
        int version;
        const char *ciphers, *groups;
    } cases[] = {
        {TLS1_VERSION, "ALL:@SECLEVEL=0", NULL},
        {TLS1_1_VERSION, "ALL:@SECLEVEL=0", NULL},
        {TLS1_2_VERSION, "ECDHE-ECDSA-AES128-SHA256:ECDHE-ECDSA-AES256-SHA:@SECLEVEL=0", NULL},
        {TLS1_2_VERSION, "AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384", NULL},
        {TLS1_3_VERSION, NULL, "P-521"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct client client;
        client_make(&client, cases[i].version);
        if (cases[i].ciphers)
            assert_int_equal(SSL_CTX_set_cipher_list(client.context, cases[i].ciphers), 1);
        if (cases[i].groups)
            assert_int_equal(SSL_CTX_set1_groups_list(client.context, cases[i].groups), 1);
        assert_false(client_open(*state, &client, NULL));
        assert_true(client.broken); /* the alert came */
        assert_int_equal(figures(*state)->tls_nothing_in_common, i + 1);
        client_free(&client);
        rig_turn(*state);
        assert_int_equal(figures(*state)->connections, 0);
    }
    assert_int_equal(figures(*state)->tls_handshakes, 0);
}

static void what_is_no_tls_is_closed_and_counted(void **state)
{
    static const char *const cases[] = {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "SSH-2.0-x\r\n",
                                        "\x16\x03\x01\x00\x05hello", "\x80\x2e\x01\x00\x02"};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct peer peer;
        peer_connect(*state, &peer);
        char text[64] = "";
        memcpy(text, cases[i], strlen(cases[i]));
        (void)peer_ask(*state, &peer, str_of(text, 48));
        assert_true(peer.ended);
        assert_int_equal(figures(*state)->tls_malformed, i + 1);
        peer_leave(&peer);
        rig_turn(*state);
        assert_int_equal(figures(*state)->connections, 0);
    }
}

static void who_takes_too_long_or_leaves_is_counted_apart(void **state)
{
    struct rig *rig = *state;
    rig->limits.tls_handshake_s = 1;
    struct peer silent, gone;
    peer_connect(rig, &silent);
    peer_connect(rig, &gone);
    rig_turn(rig);
    peer_leave(&gone);
    rig_turn(rig);
    assert_int_equal(figures(rig)->tls_gone, 1);
    rig_wait(rig, 1500);
    peer_hear(&silent);
    assert_true(silent.ended);
    assert_int_equal(figures(rig)->tls_late, 1);
    assert_int_equal(figures(rig)->connections, 0);
    peer_leave(&silent);
}

static void a_rush_of_handshakes_leaves_turns_to_the_others(void **state)
{
    enum { RUSH = 30 };
    struct rig *rig = *state;
    struct client clients[RUSH], already;
    client_make(&already, TLS1_3_VERSION);
    assert_true(client_open(rig, &already, NULL));
    for (size_t i = 0; i < RUSH; i++) {
        client_make(&clients[i], TLS1_3_VERSION);
        client_connect(rig, &clients[i], NULL);
        client_pull(&clients[i]);
        client_push(rig, &clients[i]);
    }
    client_say(&already, POST_HELLO);
    client_push(rig, &already);
    loop_turn(rig->loop, 0);
    client_pull(&already);
    assert_true(str_has(buf_str(&already.got), STR("\r\n\r\nhello")));
    size_t answered = 0;
    for (size_t i = 0; i < RUSH; i++) {
        char byte;
        answered += recv(clients[i].wire.fd, &byte, 1, MSG_PEEK) == 1;
    }
    assert_int_equal(answered, rig->limits.tls_handshake_batch);
    for (size_t i = 0; i < RUSH; i++) {
        client_turn(rig, &clients[i]);
        assert_true(answers(rig, &clients[i]));
        client_free(&clients[i]);
    }
    client_free(&already);
}

static void a_client_that_does_not_trust_us_is_counted_so(void **state)
{
    struct client client;
    client_make(&client, TLS1_3_VERSION);
    SSL_CTX_set_verify(client.context, SSL_VERIFY_PEER, NULL);
    assert_false(client_open(*state, &client, NULL));
    assert_int_equal(figures(*state)->tls_peer_refused, 1);
    client_free(&client);
}

static void renegotiation_is_not_done(void **state)
{
    struct client client;
    client_make(&client, TLS1_2_VERSION);
    assert_true(client_open(*state, &client, NULL));
    SSL_renegotiate(client.ssl);
    SSL_do_handshake(client.ssl);
    client_turn(*state, &client);
    assert_int_equal(figures(*state)->tls_handshakes, 1);
    assert_true(client.broken); /* no_renegotiation */
    client_free(&client);
}

static void keys_may_be_updated_on_the_way(void **state)
{
    struct client client;
    client_make(&client, TLS1_3_VERSION);
    assert_true(client_open(*state, &client, NULL));
    for (int i = 0; i < 3; i++) {
        assert_int_equal(SSL_key_update(client.ssl, SSL_KEY_UPDATE_REQUESTED), 1);
        assert_true(answers(*state, &client));
    }
    client_free(&client);
}

/* ---- what goes through ---- */

static void a_large_answer_is_whole_though_read_in_small_pieces(void **state)
{
    for (size_t v = 0; v < ARRAY_LEN(versions); v++) {
        struct client client;
        client_make(&client, versions[v]);
        assert_true(client_open(*state, &client, NULL));
        client.most = 1000 + v * 6000;
        client_say(&client, GET("/big"));
        client_push(*state, &client);
        size_t quiet = 0, before = 0;
        for (int i = 0; i < 20000 && quiet < 100; i++) {
            rig_turn(*state);
            client_pull(&client);
            quiet = client.got.len > before ? 0 : quiet + 1;
            before = client.got.len;
        }
        assert_true(client.got.len > BIG);
        assert_memory_equal(client.got.ptr + client.got.len - BIG, big, BIG);
        assert_int_equal(figures(*state)->queued_bytes, 0);
        client_free(&client);
    }
}

static void many_requests_at_once_are_all_answered(void **state)
{
    enum { BODY = 60000, REQUESTS = 40 };
    struct client client;
    client_make(&client, TLS1_3_VERSION);
    assert_true(client_open(*state, &client, NULL));
    struct buf wire = BUF_INIT;
    for (int i = 0; i < REQUESTS; i++) {
        buf_printf(&wire, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n", BODY);
        buf_put(&wire, big + i, BODY);
    }
    /* The socket takes only some at a time, and the server reads on only when its answers go. */
    char sealed[16384];
    client_say(&client, buf_str(&wire));
    for (int i = 0; i < 20000; i++) {
        int n = client.wire.ended ? 0 : BIO_read(client.out, sealed, sizeof(sealed));
        for (int at = 0; at < n;) {
            ssize_t sent = send(client.wire.fd, sealed + at, (size_t)(n - at), MSG_NOSIGNAL);
            at += sent > 0 ? (int)sent : 0;
            loop_turn(((struct rig *)*state)->loop, 0);
            client_pull(&client);
        }
        rig_turn(*state);
        client_pull(&client);
        if (n <= 0 && client.got.len > (size_t)BODY * REQUESTS)
            break;
    }
    assert_int_equal(figures(*state)->requests, REQUESTS);
    assert_memory_equal(client.got.ptr + client.got.len - BODY, big + REQUESTS - 1, BODY);
    buf_deinit(&wire);
    client_free(&client);
}

#define UPGRADE                                                                                    \
    STR("GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"             \
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")

/* Only whole frames, and at the end the one that says why. */
static void assert_frames_then_close(struct str wire, uint16_t code)
{
    const unsigned char *at = (const unsigned char *)wire.ptr, *end = at + wire.len;
    while (end - at > 4 && at[0] == 0x81) {
        assert_int_equal(at[1], 126);
        at += 4 + (at[2] << 8 | at[3]);
    }
    assert_true(end - at >= 4 && at[0] == 0x88);
    assert_int_equal(at[2] << 8 | at[3], code);
    assert_int_equal(end - at, at[1] + 2);
}

static void a_slow_reader_is_cut_behind_a_whole_frame(void **state)
{
    struct rig *rig = *state;
    struct client client;
    client_make(&client, TLS1_3_VERSION);
    assert_true(client_open(rig, &client, NULL));
    client_ask(rig, &client, UPGRADE);
    assert_true(str_starts(buf_str(&client.got), STR("HTTP/1.1 101 ")));
    buf_clear(&client.got);
    for (int i = 0; i < 3000 && ws; i++) {
        static char text[1000];
        memset(text, 'a' + i % 26, sizeof(text));
        ws_send(ws, str_of(text, sizeof(text)));
        rig_turn(rig);
        if (figures(rig)->slow_readers_cut)
            break;
    }
    assert_int_equal(figures(rig)->slow_readers_cut, 1);
    for (int i = 0; i < 2000 && !client.bye; i++) {
        client_pull(&client);
        rig_turn(rig);
    }
    assert_true(client.bye);
    assert_frames_then_close(buf_str(&client.got), WS_CLOSE_TOO_SLOW);
    client_free(&client);
    rig_turn(rig);
    assert_int_equal(close_code, WS_CLOSE_TOO_SLOW);
}

static void what_is_unsent_is_charged_and_given_back(void **state)
{
    struct rig *rig = *state;
    struct client client;
    client_make(&client, TLS1_3_VERSION);
    assert_true(client_open(rig, &client, NULL));
    client_say(&client, GET("/big"));
    client_push(rig, &client);
    rig_turn(rig);
    assert_true(atomic_load(&rig->server->own_budget.held) > 0);
    assert_true(atomic_load(&rig->server->own_budget.held) < 65536); /* the body is constant */
    client_free(&client);
    rig_turn(rig);
    assert_int_equal(atomic_load(&rig->server->own_budget.held), 0);
}

/* ---- ends ---- */

static void close_notify_is_said_and_heard(void **state)
{
    for (size_t v = 0; v < ARRAY_LEN(versions); v++) {
        struct client client;
        client_make(&client, versions[v]);
        assert_true(client_open(*state, &client, NULL));
        assert_true(str_has(client_ask(*state, &client, GET("/close")), STR("Connection: close")));
        assert_true(client.bye && client.wire.ended);
        client_leave(&client);

        /* The client's own, with a request before it in the same flight: that is answered. */
        assert_true(client_open(*state, &client, NULL));
        client_say(&client, POST_HELLO);
        SSL_shutdown(client.ssl);
        client_turn(*state, &client);
        assert_true(str_has(buf_str(&client.got), STR("\r\n\r\nhello")));
        assert_true(client.bye && client.wire.ended);
        client_free(&client);
        rig_turn(*state);
        assert_int_equal(figures(*state)->connections, 0);
    }
}

static void half_a_record_and_then_nothing_is_the_end(void **state)
{
    struct client client;
    client_make(&client, TLS1_3_VERSION);
    assert_true(client_open(*state, &client, NULL));
    client_say(&client, POST_HELLO);
    char record[256];
    int n = BIO_read(client.out, record, sizeof(record));
    assert_true(n > 40);
    peer_send(&client.wire, str_of(record, (size_t)n / 2));
    rig_turn(*state);
    client_free(&client);
    rig_turn(*state);
    assert_int_equal(figures(*state)->requests, 0);
    assert_int_equal(figures(*state)->connections, 0);
}

static void a_forged_record_ends_the_connection(void **state)
{
    struct client client;
    client_make(&client, TLS1_3_VERSION);
    assert_true(client_open(*state, &client, NULL));
    client_say(&client, POST_HELLO);
    char record[256];
    int n = BIO_read(client.out, record, sizeof(record));
    record[n / 2] ^= 1;
    peer_send(&client.wire, str_of(record, (size_t)n));
    rig_turn(*state);
    client_pull(&client);
    assert_true(client.broken); /* bad_record_mac */
    assert_int_equal(figures(*state)->connections, 0);
    assert_int_equal(figures(*state)->requests, 0);
    client_free(&client);
}

/* ---- what it costs ---- */

enum { IDLE = 50 }; /* so many that what the allocator keeps for itself does not matter */

static SSL *bare_ssl(SSL_CTX *context, BIO *in, BIO *out)
{
    SSL *ssl = SSL_new(context);
    BIO_up_ref(in);
    BIO_up_ref(out);
    SSL_set_bio(ssl, in, out);
    return ssl;
}

/* A connection of OpenSSL with our context after its handshake, without anything of ours. */
static size_t bare_ssl_bytes(void)
{
    struct ssl_ctx_st *context = context_of(&first, tickets);
    SSL_CTX *client_context = SSL_CTX_new(TLS_client_method());
    SSL *servers[IDLE], *clients[IDLE];
    for (size_t i = 0; i < IDLE; i++) {
        BIO *up = BIO_new(BIO_s_mem()), *down = BIO_new(BIO_s_mem());
        char byte;
        servers[i] = bare_ssl(context, up, down);
        clients[i] = bare_ssl(client_context, down, up);
        BIO_free(up);
        BIO_free(down);
        SSL_set_accept_state(servers[i]);
        SSL_set_connect_state(clients[i]);
        for (int turn = 0; turn < 4; turn++) {
            SSL_read(clients[i], &byte, 1);
            SSL_read(servers[i], &byte, 1);
        }
        assert_true(SSL_is_init_finished(servers[i]));
    }
    size_t start = mallinfo2().uordblks;
    for (size_t i = 0; i < IDLE; i++)
        SSL_free(servers[i]);
    size_t bytes = (start - mallinfo2().uordblks) / IDLE;
    for (size_t i = 0; i < IDLE; i++)
        SSL_free(clients[i]);
    SSL_CTX_free(client_context);
    tls_context_unref(context);
    return bytes;
}

static void an_idle_connection_costs_little_more_than_openssl_takes(void **state)
{
    enum { MORE_MOST = 1024 };
    struct client clients[IDLE];
    for (size_t i = 0; i < IDLE; i++) {
        client_make(&clients[i], TLS1_3_VERSION);
        assert_true(client_open(*state, &clients[i], NULL));
        client_ask(*state, &clients[i], UPGRADE);
    }
    for (size_t i = 0; i < IDLE; i++)
        client_leave(&clients[i]);
    size_t start = mallinfo2().uordblks;
    rig_turn(*state); /* hears that they are gone */
    size_t ours = (start - mallinfo2().uordblks) / IDLE;
    for (size_t i = 0; i < IDLE; i++)
        client_free(&clients[i]);
    size_t bare = bare_ssl_bytes();
    print_message("an idle WebSocket by TLS: %zu bytes; OpenSSL's bare object: %zu\n", ours, bare);
    assert_true(ours <= bare + MORE_MOST); /* 0 and 0 under sanitizers */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_handshake_and_a_request_may_come_byte_by_byte),
        TEST(what_comes_behind_the_handshake_is_heard_with_it),
        TEST(the_protocol_is_http_1_1_or_nothing),
        TEST(weak_versions_ciphers_and_groups_are_refused),
        TEST(what_is_no_tls_is_closed_and_counted),
        TEST(who_takes_too_long_or_leaves_is_counted_apart),
        TEST(a_rush_of_handshakes_leaves_turns_to_the_others),
        TEST(a_client_that_does_not_trust_us_is_counted_so),
        TEST(renegotiation_is_not_done),
        TEST(keys_may_be_updated_on_the_way),
        TEST(a_large_answer_is_whole_though_read_in_small_pieces),
        TEST(many_requests_at_once_are_all_answered),
        TEST(a_slow_reader_is_cut_behind_a_whole_frame),
        TEST(what_is_unsent_is_charged_and_given_back),
        TEST(close_notify_is_said_and_heard),
        TEST(half_a_record_and_then_nothing_is_the_end),
        TEST(a_forged_record_ends_the_connection),
        TEST(an_idle_connection_costs_little_more_than_openssl_takes),
    };
    return cmocka_run_group_tests(tests, make, clean);
}
