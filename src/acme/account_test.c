#include "acme/account.h"

#include <errno.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "acme/jws.h"
#include "core/base64url.h"

static char folder[64], path[128], why[ACME_WHY_SIZE];
static struct acme_account *account;

static int make(void **state)
{
    (void)state;
    snprintf(folder, sizeof(folder), "/tmp/natternet-acme-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof(path), "%s/account.pem", folder);
    return 0;
}

static int clean(void **state)
{
    (void)state;
    acme_account_free(account);
    account = NULL;
    (void)unlink(path);
    return rmdir(folder);
}

static void write_file(const char *text)
{
    FILE *file = fopen(path, "w");
    fputs(text, file);
    fclose(file);
    assert_int_equal(chmod(path, 0600), 0);
}

/* The P-256 key of RFC 7515, A.3, as OpenSSL writes it. */
static const char example[] = "-----BEGIN PRIVATE KEY-----\n"
                              "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgjpsQnnGQmL+YBIff\n"
                              "H1136cspYG6+0iY7X1fCE9+E9LKhRANCAAR/zc4ncPbEXUGDy+5v20t7WAczNXvp\n"
                              "7xO6z248e9FURcfxRM0bvZt+hyzf7bnuufSzaV1uqQskrYpGIyiFiOWt\n"
                              "-----END PRIVATE KEY-----\n";

static struct str member(struct str json, const char *name)
{
    const char *at = memmem(json.ptr, json.len, name, strlen(name));
    assert_non_null(at);
    at += strlen(name) + 3; /* ":" and the quotation marks */
    return str_of(at, (size_t)((const char *)memchr(at, '"', 8192) - at));
}

static void a_key_is_made_once_and_found_again(void **state)
{
    (void)state;
    struct acme_account *again = NULL;
    struct stat status;
    assert_int_equal(acme_account_open(&account, path, why), 0);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(acme_account_open(&again, path, why), 0);
    assert_int_equal(acme_account_thumbprint(again).len, ACME_THUMBPRINT_LEN);
    assert_true(str_eq(acme_account_thumbprint(account), acme_account_thumbprint(again)));
    acme_account_free(again);
}

static void a_file_that_is_no_such_key_is_refused(void **state)
{
    (void)state;
    write_file("rubbish");
    assert_int_equal(acme_account_open(&account, path, why), -EINVAL);
    assert_non_null(strstr(why, path));
    FILE *file = fopen(path, "w");
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    assert_int_equal(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL), 1);
    EVP_PKEY_free(key);
    fclose(file);
    assert_int_equal(acme_account_open(&account, path, why), -EINVAL);
    write_file(example);
    assert_int_equal(chmod(path, 0644), 0);
    assert_int_equal(acme_account_open(&account, path, why), -EPERM);
    assert_null(account);
}

static void the_public_half_of_the_example_in_rfc_7515_comes_out(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf jwk = BUF_INIT;
    write_file(example);
    assert_int_equal(acme_account_open(&account, path, why), 0);
    acme_account_put_jwk(account, &jwk);
    assert_true(
        str_eq(buf_str(&jwk), STR("{\"crv\":\"P-256\",\"kty\":\"EC\","
                                  "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
                                  "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}")));
}

static bool verifies(struct str signing, struct str signature)
{
    uint8_t raw[ACME_SIGNATURE_LEN], *der = NULL;
    size_t len;
    assert_true(base64url_parse(signature, raw, sizeof(raw), &len) && len == sizeof(raw));
    ECDSA_SIG *pair = ECDSA_SIG_new();
    ECDSA_SIG_set0(pair, BN_bin2bn(raw, 32, NULL), BN_bin2bn(raw + 32, 32, NULL));
    int der_len = i2d_ECDSA_SIG(pair, &der);
    FILE *file = fopen(path, "r");
    EVP_PKEY *key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key);
    bool good = EVP_DigestVerify(context, der, (size_t)der_len, (const uint8_t *)signing.ptr,
                                 signing.len) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    fclose(file);
    ECDSA_SIG_free(pair);
    OPENSSL_free(der);
    return good;
}

static void a_signed_request_verifies_and_says_what_it_should(void **state)
{
    (void)state;
    assert_int_equal(acme_account_open(&account, path, why), 0);
    struct acme_jws jws = {
        .url = STR("https://ca.example/o"), .nonce = STR("n-1"), .payload = STR("{\"a\":1}")};
    for (int with_kid = 0; with_kid < 2; with_kid++) {
        OWN(buf_deinit) struct buf out = BUF_INIT, signing = BUF_INIT;
        char text[1024];
        size_t len;
        jws.kid = with_kid ? STR("https://ca.example/a/1") : STR_NONE;
        acme_jws_put(account, &jws, &out);
        struct str head = member(buf_str(&out), "protected");
        struct str payload = member(buf_str(&out), "payload");
        buf_put_str(&signing, head);
        buf_put_char(&signing, '.');
        buf_put_str(&signing, payload);
        assert_true(verifies(buf_str(&signing), member(buf_str(&out), "signature")));
        assert_true(base64url_parse(payload, text, sizeof(text), &len));
        assert_true(str_eq(str_of(text, len), jws.payload));
        assert_true(base64url_parse(head, text, sizeof(text) - 1, &len));
        text[len] = '\0';
        assert_non_null(strstr(text, "\"alg\":\"ES256\",\"nonce\":\"n-1\","
                                     "\"url\":\"https://ca.example/o\""));
        assert_int_equal(!!strstr(text, "\"kid\":\"https://ca.example/a/1\""), with_kid);
        assert_int_equal(!!strstr(text, "\"jwk\":{\"crv\""), !with_kid);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, clean)
    const struct CMUnitTest tests[] = {
        TEST(a_key_is_made_once_and_found_again),
        TEST(a_file_that_is_no_such_key_is_refused),
        TEST(the_public_half_of_the_example_in_rfc_7515_comes_out),
        TEST(a_signed_request_verifies_and_says_what_it_should),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
