#include "acme/certificate.h"

#include <errno.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "acme/account.h"
#include "core/clock.h"

static const struct str names[] = {STR_INIT("a.example"), STR_INIT("b.example")};
static char why[ACME_WHY_SIZE];

/* What an authority makes of a request: for these names, so many seconds, its key or another. */
static void issue(const struct acme_request *request, const char *san, long seconds, bool other_key,
                  struct buf *chain)
{
    struct str csr_der = acme_request_csr(request);
    const unsigned char *at = (const unsigned char *)csr_der.ptr;
    X509_REQ *csr = d2i_X509_REQ(NULL, &at, (long)csr_der.len);
    EVP_PKEY *ca = EVP_EC_gen("P-256"), *key = X509_REQ_get_pubkey(csr);
    assert_int_equal(X509_REQ_verify(csr, key), 1);
    X509 *certificate = X509_new();
    X509_set_version(certificate, X509_VERSION_3);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -1000);
    X509_gmtime_adj(X509_getm_notAfter(certificate), seconds);
    X509_set_pubkey(certificate, other_key ? ca : key);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, san);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
    /* The numbers of the example in RFC 9773, 4.1. */
    static const uint8_t issuer[] = {0x69, 0x88, 0x5b, 0x6b, 0x87, 0x46, 0x40, 0x41, 0xe1, 0xb3,
                                     0x7b, 0x84, 0x7b, 0xa0, 0xae, 0x2c, 0xde, 0x01, 0xc8, 0xd4};
    AUTHORITY_KEYID *authority = AUTHORITY_KEYID_new();
    authority->keyid = ASN1_OCTET_STRING_new();
    ASN1_OCTET_STRING_set(authority->keyid, issuer, sizeof(issuer));
    X509_add1_ext_i2d(certificate, NID_authority_key_identifier, authority, 0, 0);
    AUTHORITY_KEYID_free(authority);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), 0x87654321);
    X509_sign(certificate, ca, EVP_sha256());
    char *text;
    BIO *bio = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(bio, certificate);
    long len = BIO_get_mem_data(bio, &text);
    buf_put(chain, text, (size_t)len);
    BIO_free(bio);
    X509_free(certificate);
    EVP_PKEY_free(key);
    EVP_PKEY_free(ca);
    X509_REQ_free(csr);
}

static int try_it(const char *san, long seconds, bool other_key, struct buf *file)
{
    OWN(acme_request_free) struct acme_request *request = acme_request_new(names, 2);
    OWN(buf_deinit) struct buf chain = BUF_INIT;
    issue(request, san, seconds, other_key, &chain);
    return acme_request_finish(request, buf_str(&chain), file, why);
}

static void what_was_asked_for_becomes_a_file(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf file = BUF_INIT;
    struct acme_life life;
    assert_int_equal(try_it("DNS:b.example,DNS:a.example", 2000, false, &file), 0);
    assert_non_null(memmem(file.ptr, file.len, "BEGIN PRIVATE KEY", 17));
    assert_true(acme_certificate_read(buf_str(&file), names, 2, &life));
    assert_int_equal(life.to_ms - life.from_ms, 3000000);
    assert_string_equal(life.id, "aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE");
    assert_true(life.from_ms < clock_now_ms() && life.to_ms > clock_now_ms());
    static const struct str more[] = {STR_INIT("a.example"), STR_INIT("c.example")};
    assert_false(acme_certificate_read(buf_str(&file), more, 2, &life));
    assert_false(acme_certificate_read(STR("rubbish"), names, 2, &life));
    assert_false(acme_certificate_read(STR_NONE, names, 2, &life));
}

static void what_was_not_asked_for_is_refused(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf file = BUF_INIT;
    assert_int_equal(try_it("DNS:a.example", 2000, false, &file), -EINVAL);
    assert_non_null(strstr(why, "not for b.example"));
    assert_int_equal(try_it("DNS:*.example", 2000, false, &file), -EINVAL);
    assert_int_equal(try_it("DNS:a.example,DNS:b.example", 2000, true, &file), -EINVAL);
    assert_non_null(strstr(why, "another key"));
    assert_int_equal(try_it("DNS:a.example,DNS:b.example", -10, false, &file), -EINVAL);
    assert_non_null(strstr(why, "clock"));
    OWN(acme_request_free) struct acme_request *request = acme_request_new(names, 2);
    assert_int_equal(acme_request_finish(request, STR("rubbish"), &file, why), -EINVAL);
    assert_int_equal(acme_request_finish(request, STR_NONE, &file, why), -EINVAL);
    OWN(buf_deinit) struct buf endless = BUF_INIT;
    for (int i = 0; i < 11; i++)
        issue(request, "DNS:a.example,DNS:b.example", 2000, false, &endless);
    assert_int_equal(acme_request_finish(request, buf_str(&endless), &file, why), -EINVAL);
    assert_int_equal(file.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_asked_for_becomes_a_file),
        cmocka_unit_test(what_was_not_asked_for_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
