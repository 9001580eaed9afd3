#include "acme/certificate.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <time.h>

#include "acme/account.h"
#include "core/base64url.h"
#include "core/clock.h"

enum { CHAIN_MOST = 10 };

struct acme_request {
    EVP_PKEY *key;
    struct buf csr;
    const struct str *names;
    size_t count;
};

/* ---- asking ----------------------------------------------------------------------------------- */

static void add_names(X509_REQ *csr, const struct str *names, size_t count)
{
    GENERAL_NAMES *list = GENERAL_NAMES_new();
    STACK_OF(X509_EXTENSION) *extensions = sk_X509_EXTENSION_new_null();
    for (size_t i = 0; i < count; i++) {
        GENERAL_NAME *name = GENERAL_NAME_new();
        ASN1_IA5STRING *text = ASN1_IA5STRING_new();
        REQUIRE(name && text && ASN1_STRING_set(text, names[i].ptr, (int)names[i].len) == 1);
        GENERAL_NAME_set0_value(name, GEN_DNS, text);
        REQUIRE(sk_GENERAL_NAME_push(list, name) > 0);
    }
    REQUIRE(X509V3_add1_i2d(&extensions, NID_subject_alt_name, list, 0, X509V3_ADD_APPEND) == 1);
    REQUIRE(X509_REQ_add_extensions(csr, extensions) == 1);
    sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
    GENERAL_NAMES_free(list);
}

struct acme_request *acme_request_new(const struct str *names, size_t count)
{
    struct acme_request *request = NEW(struct acme_request);
    unsigned char *der = NULL;
    request->names = names;
    request->count = count;
    request->key = EVP_EC_gen("P-256");
    X509_REQ *csr = X509_REQ_new();
    REQUIRE(request->key && csr && X509_REQ_set_pubkey(csr, request->key) == 1);
    add_names(csr, names, count);
    REQUIRE(X509_REQ_sign(csr, request->key, EVP_sha256()) > 0);
    int len = i2d_X509_REQ(csr, &der);
    REQUIRE(len > 0);
    buf_put(&request->csr, der, (size_t)len);
    OPENSSL_free(der);
    X509_REQ_free(csr);
    return request;
}

void acme_request_free(struct acme_request *request)
{
    if (!request)
        return;
    EVP_PKEY_free(request->key);
    buf_deinit(&request->csr);
    xfree(request);
}

struct str acme_request_csr(const struct acme_request *request)
{
    return buf_str(&request->csr);
}

/* ---- judging ---------------------------------------------------------------------------------- */

/* All certificates of a text, in order; NULL if there are none, or one too many. */
static STACK_OF(X509) * read_chain(struct str text)
{
    STACK_OF(X509) *chain = sk_X509_new_null();
    BIO *bio = BIO_new_mem_buf(text.len ? text.ptr : "", (int)text.len);
    X509 *certificate;
    REQUIRE(chain && bio);
    while (sk_X509_num(chain) <= CHAIN_MOST &&
           (certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL)))
        REQUIRE(sk_X509_push(chain, certificate) > 0);
    BIO_free(bio);
    ERR_clear_error();
    if (sk_X509_num(chain) >= 1 && sk_X509_num(chain) <= CHAIN_MOST)
        return chain;
    sk_X509_pop_free(chain, X509_free);
    return NULL;
}

/* The first name that it is not for; STR_NONE if there is none. */
static struct str missing_name(X509 *certificate, const struct str *names, size_t count)
{
    const unsigned flags = X509_CHECK_FLAG_NO_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT;
    for (size_t i = 0; i < count; i++)
        if (X509_check_host(certificate, names[i].ptr, names[i].len, flags, NULL) != 1)
            return names[i];
    return STR_NONE;
}

static int64_t ms_of(const ASN1_TIME *time)
{
    struct tm tm;
    return ASN1_TIME_to_tm(time, &tm) == 1 ? (int64_t)timegm(&tm) * 1000 : 0;
}

/* The keyIdentifier of its issuer and the bytes of its serial number, both base64url. */
static void print_id(X509 *certificate, char out[ACME_CERTIFICATE_ID_SIZE])
{
    enum { PART_MOST = 40 };
    char issuer[BASE64URL_SIZE(PART_MOST)], number[BASE64URL_SIZE(PART_MOST)];
    unsigned char *der = NULL;
    const ASN1_OCTET_STRING *key = X509_get0_authority_key_id(certificate);
    int len = i2d_ASN1_INTEGER(X509_get_serialNumber(certificate), &der);
    if (key && ASN1_STRING_length(key) <= PART_MOST && len > 2 && len - 2 <= PART_MOST) {
        base64url_print(ASN1_STRING_get0_data(key), (size_t)ASN1_STRING_length(key), issuer);
        base64url_print(der + 2, (size_t)len - 2, number); /* behind tag and length */
        snprintf(out, ACME_CERTIFICATE_ID_SIZE, "%s.%s", issuer, number);
    }
    OPENSSL_free(der);
}

static struct acme_life life_of(X509 *certificate)
{
    struct acme_life life = {.from_ms = ms_of(X509_get0_notBefore(certificate)),
                             .to_ms = ms_of(X509_get0_notAfter(certificate))};
    print_id(certificate, life.id);
    return life;
}

static int refuse(char *why, const char *what)
{
    snprintf(why, ACME_WHY_SIZE, "the certificate that came %s", what);
    ERR_clear_error();
    return -EINVAL;
}

static int judge(const struct acme_request *request, X509 *certificate, char *why)
{
    if (X509_check_private_key(certificate, request->key) != 1)
        return refuse(why, "is for another key");
    struct str missing = missing_name(certificate, request->names, request->count);
    if (missing.len) {
        snprintf(why, ACME_WHY_SIZE, "the certificate that came is not for %.*s", STR_ARG(missing));
        return -EINVAL;
    }
    struct acme_life life = life_of(certificate);
    return life.to_ms <= clock_now_ms()
               ? refuse(why, "has ended already; is this machine's clock right?")
               : 0;
}

static void write_file(const struct acme_request *request, STACK_OF(X509) * chain, struct buf *out)
{
    BIO *bio = BIO_new(BIO_s_secmem());
    char *text;
    REQUIRE(bio && PEM_write_bio_PrivateKey(bio, request->key, NULL, NULL, 0, NULL, NULL) == 1);
    for (int i = 0; i < sk_X509_num(chain); i++)
        REQUIRE(PEM_write_bio_X509(bio, sk_X509_value(chain, i)) == 1);
    long len = BIO_get_mem_data(bio, &text);
    buf_put(out, text, (size_t)len);
    BIO_free(bio);
}

int acme_request_finish(const struct acme_request *request, struct str chain, struct buf *out,
                        char *why)
{
    STACK_OF(X509) *certificates = read_chain(chain);
    if (!certificates)
        return refuse(why, "is no PEM, or of too many parts");
    int rc = judge(request, sk_X509_value(certificates, 0), why);
    if (rc == 0)
        write_file(request, certificates, out);
    sk_X509_pop_free(certificates, X509_free);
    return rc;
}

bool acme_certificate_read(struct str text, const struct str *names, size_t count,
                           struct acme_life *out)
{
    STACK_OF(X509) *chain = read_chain(text);
    if (!chain)
        return false;
    X509 *first = sk_X509_value(chain, 0);
    *out = life_of(first);
    bool good = missing_name(first, names, count).len == 0;
    sk_X509_pop_free(chain, X509_free);
    return good;
}
