#include "net/tls_server_testing.h"

static void a_ticket_is_good_on_every_worker_and_after_a_new_certificate(void **state)
{
    struct rig other;
    rig_open(&other, on_request);
    secure_with(&other, &second);
    for (size_t v = 0; v < ARRAY_LEN(versions); v++) {
        struct client client;
        client_make(&client, versions[v]);
        assert_true(client_open(*state, &client, NULL));
        assert_true(answers(*state, &client));
        assert_false(SSL_session_reused(client.ssl));
        assert_non_null(client.session);
        client_leave(&client);

        SSL_SESSION *session = client.session;
        SSL_SESSION_up_ref(session);
        assert_true(client_open(&other, &client, session));
        assert_true(SSL_session_reused(client.ssl));
        assert_true(answers(&other, &client));
        SSL_SESSION_free(session);
        client_free(&client);
    }
    assert_int_equal(figures(&other)->tls_resumed, 2);
    rig_close(&other);
}

static void tickets_end_with_their_keys(void **state)
{
    for (size_t v = 0; v < ARRAY_LEN(versions); v++) {
        for (unsigned rotations = 0; rotations < 3; rotations++) {
            struct client client;
            client_make(&client, versions[v]);
            assert_true(client_open(*state, &client, NULL));
            assert_true(answers(*state, &client));
            client_leave(&client);
            for (unsigned i = 0; i < rotations; i++)
                tls_tickets_rotate(tickets);
            SSL_SESSION *session = TAKE(client.session);
            assert_true(client_open(*state, &client, session));
            assert_int_equal(SSL_session_reused(client.ssl), rotations < 2);
            SSL_SESSION_free(session);
            client_free(&client);
        }
    }
}

static void assert_name(const struct client *client, const char *name)
{
    char found[64] = "";
    X509 *cert = SSL_get1_peer_certificate(client->ssl);
    X509_NAME_get_text_by_NID(X509_get_subject_name(cert), NID_commonName, found, sizeof(found));
    X509_free(cert);
    assert_string_equal(found, name);
}

static void a_new_certificate_is_for_new_connections(void **state)
{
    struct client before, after;
    client_make(&before, TLS1_3_VERSION);
    client_make(&after, TLS1_2_VERSION);
    assert_true(client_open(*state, &before, NULL));
    secure_with(*state, &second);
    assert_true(answers(*state, &before));
    assert_true(client_open(*state, &after, NULL));
    assert_true(answers(*state, &after));
    assert_name(&before, "first");
    assert_name(&after, "second");
    client_free(&before);
    client_free(&after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_ticket_is_good_on_every_worker_and_after_a_new_certificate),
        TEST(tickets_end_with_their_keys),
        TEST(a_new_certificate_is_for_new_connections),
    };
    return cmocka_run_group_tests(tests, make, clean);
}
