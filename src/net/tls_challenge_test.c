/* Names proved by tls-alpn-01, by OpenSSL's own client on real sockets. */
#include "net/tls_challenge.h"

#include "net/tls_testing.h"

static struct pems ours;
static struct tls_tickets *tickets;
static struct tls_challenges *challenges;
static const uint8_t digest[TLS_CHALLENGE_DIGEST_LEN] = {1, 2, 3, [31] = 32};
static const unsigned char acme[] = "\x0a"
                                    "acme-tls/1",
                           http[] = "\x08http/1.1",
                           both[] = "\x0a"
                                    "acme-tls/1\x08http/1.1";

static void on_request(void *ctx UNUSED, struct http_exchange *exchange)
{
    http_respond(exchange, &(struct http_answer){.status = 204});
}

static int make(void **state)
{
    (void)state;
    pems_make(&ours, "ours", 90, false);
    FILE *cert = fopen(ours.cert, "a"), *key = fopen(ours.key, "r");
    for (int c; (c = fgetc(key)) != EOF;)
        fputc(c, cert);
    fclose(key);
    return fclose(cert);
}

static int clean(void **state)
{
    (void)state;
    pems_remove(&ours);
    return 0;
}

static void open_rig(struct rig *rig, const char *file)
{
    struct ssl_ctx_st *context = NULL;
    char why[TLS_WHY_SIZE];
    tickets = tls_tickets_new();
    challenges = tls_challenges_new();
    rig_open(rig, on_request);
    if (tls_context_new_proving(&context, file, tickets, challenges, why) != 0)
        fail_msg("%s", why);
    http_server_secure(rig->server, context);
    tls_context_unref(context);
}

static void close_rig(struct rig *rig)
{
    rig_close(rig);
    tls_challenges_free(TAKE(challenges));
    tls_tickets_free(TAKE(tickets));
}

/* Does the handshake succeed? */
static bool greet(struct rig *rig, struct client *client, const char *name,
                  const unsigned char *offer, size_t len, int version)
{
    client_make(client, version);
    SSL_CTX_set_alpn_protos(client->context, offer, (unsigned)len - 1);
    client_connect(rig, client, NULL);
    SSL_set_tlsext_host_name(client->ssl, name);
    client_turn(rig, client);
    return SSL_is_init_finished(client->ssl) && !client->broken;
}

static bool shows_proof(const struct client *client, const char *name)
{
    X509 *shown = SSL_get1_peer_certificate(client->ssl);
    ASN1_OBJECT *kind = OBJ_txt2obj("1.3.6.1.5.5.7.1.31", 1);
    int at = X509_get_ext_by_OBJ(shown, kind, -1);
    bool good = at >= 0 && X509_check_host(shown, name, 0, 0, NULL) == 1;
    if (good) {
        X509_EXTENSION *extension = X509_get_ext(shown, at);
        const ASN1_OCTET_STRING *value = X509_EXTENSION_get_data(extension);
        const unsigned char *der = ASN1_STRING_get0_data(value);
        good = X509_EXTENSION_get_critical(extension) && ASN1_STRING_length(value) == 34 &&
               der[0] == 4 && der[1] == 32 && memcmp(der + 2, digest, sizeof(digest)) == 0;
    }
    ASN1_OBJECT_free(kind);
    X509_free(shown);
    return good;
}

static void a_name_being_proved_is_answered_for_and_nothing_else_is_said(void **state)
{
    (void)state;
    static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};
    for (size_t i = 0; i < 4; i++) {
        struct rig rig;
        struct client client;
        open_rig(&rig, i < 2 ? NULL : ours.cert);
        tls_challenges_put(challenges, STR("other.example"), digest + 0);
        tls_challenges_put(challenges, STR("chat.example"), (const uint8_t[32]){9});
        tls_challenges_put(challenges, STR("chat.example"), digest);
        assert_true(greet(&rig, &client, "Chat.Example", acme, sizeof(acme), versions[i % 2]));
        assert_true(shows_proof(&client, "chat.example"));
        const unsigned char *chosen;
        unsigned len;
        SSL_get0_alpn_selected(client.ssl, &chosen, &len);
        assert_true(str_eq(str_of((const char *)chosen, len), STR("acme-tls/1")));
        assert_true(client.wire.ended);
        client_free(&client);
        tls_challenges_clear(challenges);
        assert_false(greet(&rig, &client, "chat.example", acme, sizeof(acme), versions[i % 2]));
        client_free(&client);
        close_rig(&rig);
    }
}

static void only_who_offers_acme_tls_alone_for_such_a_name_is_answered(void **state)
{
    (void)state;
    struct rig rig;
    struct client client;
    open_rig(&rig, ours.cert);
    tls_challenges_put(challenges, STR("chat.example"), digest);
    assert_false(greet(&rig, &client, "elsewhere.example", acme, sizeof(acme), TLS1_3_VERSION));
    client_free(&client);
    assert_true(greet(&rig, &client, "chat.example", both, sizeof(both), TLS1_3_VERSION));
    assert_false(shows_proof(&client, "chat.example"));
    assert_true(str_starts(client_ask(&rig, &client, STR("GET / HTTP/1.1\r\nHost: x\r\n\r\n")),
                           STR("HTTP/1.1 204")));
    client_free(&client);
    close_rig(&rig);
}

static void before_there_is_a_certificate_others_are_refused(void **state)
{
    (void)state;
    struct rig rig;
    struct client client;
    open_rig(&rig, NULL);
    tls_challenges_put(challenges, STR("chat.example"), digest);
    assert_false(greet(&rig, &client, "chat.example", http, sizeof(http), TLS1_3_VERSION));
    assert_true(client.broken);
    assert_int_equal(http_server_figures(rig.server)->tls_nothing_in_common, 1);
    client_free(&client);
    close_rig(&rig);
}

static void what_a_hello_says_is_read_to_the_letter(void **state)
{
    (void)state;
#define SAYS(lit) str_of(lit, sizeof(lit) - 1)
    assert_true(tls_hello_offers_only(SAYS("\0\3\2ab"), STR("ab")));
    assert_false(tls_hello_offers_only(SAYS("\0\3\2ac"), STR("ab")));
    assert_false(tls_hello_offers_only(SAYS("\0\6\2ab\2cd"), STR("ab")));
    assert_false(tls_hello_offers_only(SAYS("\0\3\2abx"), STR("ab")));
    assert_false(tls_hello_offers_only(SAYS("\0\4\2ab"), STR("ab")));
    assert_false(tls_hello_offers_only(STR_NONE, STR("ab")));
    assert_true(str_eq(tls_hello_name(SAYS("\0\5\0\0\2ab")), STR("ab")));
    assert_int_equal(tls_hello_name(SAYS("\0\5\1\0\2ab")).len, 0);
    assert_int_equal(tls_hello_name(SAYS("\0\5\0\0\3ab")).len, 0);
    assert_int_equal(tls_hello_name(SAYS("\0\0")).len, 0);
    assert_int_equal(tls_hello_name(STR_NONE).len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_being_proved_is_answered_for_and_nothing_else_is_said),
        cmocka_unit_test(only_who_offers_acme_tls_alone_for_such_a_name_is_answered),
        cmocka_unit_test(before_there_is_a_certificate_others_are_refused),
        cmocka_unit_test(what_a_hello_says_is_read_to_the_letter),
    };
    return cmocka_run_group_tests(tests, make, clean);
}
