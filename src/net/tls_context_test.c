#include "net/tls_testing.h"

static char why[TLS_WHY_SIZE];
static struct tls_tickets *tickets;
static struct pems ours, other, rsa;

static int make(void **state)
{
    (void)state;
    tickets = tls_tickets_new();
    pems_make(&ours, "localhost", 90, false);
    pems_make(&other, "localhost", -1, false);
    pems_make(&rsa, "localhost", 90, true);
    return 0;
}

static int clean(void **state)
{
    (void)state;
    tls_tickets_free(tickets);
    pems_remove(&ours);
    pems_remove(&other);
    pems_remove(&rsa);
    return 0;
}

static void assert_refused(const char *cert, const char *key, const char *because)
{
    struct ssl_ctx_st *context = NULL;
    assert_int_equal(tls_context_new(&context, cert, key, tickets, why), -EINVAL);
    assert_null(context);
    if (!strstr(why, because))
        fail_msg("\"%s\" does not say \"%s\"", why, because);
    assert_int_equal(ERR_peek_error(), 0);
}

static void good_files_make_a_context(void **state)
{
    (void)state;
    struct ssl_ctx_st *context = context_of(&rsa, tickets);
    tls_context_unref(tls_context_ref(context));
    int64_t days = tls_context_life_s(context) / 86400;
    assert_true(days >= 89 && days <= 91);
    tls_context_unref(context);
    assert_null(tls_context_ref(NULL));
}

static void a_certificate_that_has_ended_is_used_and_known_to_have(void **state)
{
    (void)state;
    struct ssl_ctx_st *context = context_of(&other, tickets);
    assert_true(tls_context_life_s(context) < 0);
    tls_context_unref(context);
}

static void files_that_are_not_there_or_no_pem_are_named(void **state)
{
    (void)state;
    assert_refused("/nowhere/cert.pem", ours.key, "--tls-cert /nowhere/cert.pem");
    assert_refused(ours.cert, "/nowhere/key.pem", "No such file");
    assert_refused("/etc/passwd", ours.key, "PEM");
    assert_refused(ours.cert, "/etc/passwd", "PEM");
    assert_refused(ours.key, ours.key, "PEM");
    assert_refused(ours.cert, ours.cert, "--tls-key");
    assert_refused("/tmp", ours.key, "--tls-cert /tmp");
}

static void the_key_of_another_certificate_is_found_out(void **state)
{
    (void)state;
    assert_refused(ours.cert, other.key, "not the key of the certificate");
    assert_refused(ours.cert, rsa.key, "not the key of the certificate");
    assert_refused(rsa.cert, ours.key, "not the key of the certificate");
}

static void a_passphrase_is_not_asked_for(void **state)
{
    (void)state;
    struct pems locked = ours;
    EVP_PKEY *key = EVP_EC_gen("P-256");
    FILE *out = pem_file(locked.key);
    assert_true(PEM_write_PKCS8PrivateKey(out, key, EVP_aes_256_cbc(), "secret", 6, NULL, NULL));
    fclose(out);
    EVP_PKEY_free(key);
    assert_refused(ours.cert, locked.key, "passphrase");
    unlink(locked.key);
}

static void a_weak_key_is_refused(void **state)
{
    (void)state;
    struct pems weak;
    EVP_PKEY *key = EVP_RSA_gen(1024);
    FILE *out = pem_file(weak.key);
    assert_true(PEM_write_PrivateKey(out, key, NULL, NULL, 0, NULL, NULL));
    fclose(out);
    X509 *cert = X509_new();
    X509_set_pubkey(cert, key);
    X509_gmtime_adj(X509_getm_notBefore(cert), 0);
    X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
    X509_sign(cert, key, EVP_sha256());
    out = pem_file(weak.cert);
    assert_true(PEM_write_X509(out, cert));
    fclose(out);
    X509_free(cert);
    EVP_PKEY_free(key);
    assert_refused(weak.cert, weak.key, "key too small");
    pems_remove(&weak);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_files_make_a_context),
        cmocka_unit_test(a_certificate_that_has_ended_is_used_and_known_to_have),
        cmocka_unit_test(files_that_are_not_there_or_no_pem_are_named),
        cmocka_unit_test(the_key_of_another_certificate_is_found_out),
        cmocka_unit_test(a_passphrase_is_not_asked_for),
        cmocka_unit_test(a_weak_key_is_refused),
    };
    return cmocka_run_group_tests(tests, make, clean);
}
