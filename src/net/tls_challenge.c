#include "net/tls_challenge.h"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <stdio.h>

#include "core/list.h"

#define PROTOCOL "acme-tls/1"
#define ACME_IDENTIFIER "1.3.6.1.5.5.7.1.31"
enum { DAY_S = 86400, NAME_MAX_LEN = 253 };

struct challenge {
    struct list link;
    char name[NAME_MAX_LEN + 1];
    X509 *certificate;
    EVP_PKEY *key;
};

struct tls_challenges {
    pthread_mutex_t mutex;
    struct list all;
};

static const struct str protocol = STR_INIT(PROTOCOL);
static const unsigned char wire_protocol[] = PROTOCOL;

/* ---- what a client's hello says --------------------------------------------------------------- */

/* A length of `bytes` octets and as many behind it, taken off the front of `rest`. */
static bool take_vector(struct str *rest, size_t bytes, struct str *out)
{
    size_t len = 0;
    if (rest->len < bytes)
        return false;
    for (size_t i = 0; i < bytes; i++)
        len = len << 8 | (uint8_t)rest->ptr[i];
    if (rest->len - bytes < len)
        return false;
    *out = str_of(rest->ptr + bytes, len);
    *rest = str_of(out->ptr + len, rest->len - bytes - len);
    return true;
}

bool tls_hello_offers_only(struct str extension, struct str wanted)
{
    struct str list, first;
    return take_vector(&extension, 2, &list) && extension.len == 0 &&
           take_vector(&list, 1, &first) && list.len == 0 && str_eq(first, wanted);
}

struct str tls_hello_name(struct str extension)
{
    struct str list, name;
    if (!take_vector(&extension, 2, &list) || extension.len || list.len == 0 || list.ptr[0] != 0)
        return STR_NONE;
    list = str_of(list.ptr + 1, list.len - 1);
    return take_vector(&list, 2, &name) && list.len == 0 ? name : STR_NONE;
}

static struct str hello_extension(SSL *ssl, unsigned type)
{
    const unsigned char *bytes;
    size_t len;
    if (SSL_client_hello_get0_ext(ssl, type, &bytes, &len) != 1)
        return STR_NONE;
    return str_of((const char *)bytes, len);
}

/* ---- the certificate -------------------------------------------------------------------------- */

static void add_extension(X509 *certificate, X509_EXTENSION *extension)
{
    REQUIRE(extension && X509_add_ext(certificate, extension, -1) == 1);
    X509_EXTENSION_free(extension);
}

/* id-pe-acmeIdentifier, critical: an OCTET STRING in an OCTET STRING (RFC 8737, 3). */
static X509_EXTENSION *make_identifier(const uint8_t *digest)
{
    unsigned char der[2 + TLS_CHALLENGE_DIGEST_LEN] = {V_ASN1_OCTET_STRING,
                                                       TLS_CHALLENGE_DIGEST_LEN};
    memcpy(der + 2, digest, TLS_CHALLENGE_DIGEST_LEN);
    ASN1_OBJECT *kind = OBJ_txt2obj(ACME_IDENTIFIER, 1);
    ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
    REQUIRE(kind && value && ASN1_OCTET_STRING_set(value, der, sizeof(der)) == 1);
    X509_EXTENSION *extension = X509_EXTENSION_create_by_OBJ(NULL, kind, 1, value);
    ASN1_OCTET_STRING_free(value);
    ASN1_OBJECT_free(kind);
    return extension;
}

static void make_certificate(struct challenge *challenge, const uint8_t *digest)
{
    char names[NAME_MAX_LEN + 5];
    challenge->key = EVP_EC_gen("P-256");
    X509 *certificate = challenge->certificate = X509_new();
    REQUIRE(challenge->key && certificate && X509_set_version(certificate, X509_VERSION_3) == 1);
    REQUIRE(ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1) == 1);
    REQUIRE(X509_gmtime_adj(X509_getm_notBefore(certificate), -DAY_S));
    REQUIRE(X509_gmtime_adj(X509_getm_notAfter(certificate), 7L * DAY_S));
    REQUIRE(X509_set_pubkey(certificate, challenge->key) == 1);
    snprintf(names, sizeof(names), "DNS:%s", challenge->name);
    add_extension(certificate, X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, names));
    add_extension(certificate, make_identifier(digest));
    REQUIRE(X509_sign(certificate, challenge->key, EVP_sha256()) > 0);
}

static void challenge_free(struct challenge *challenge)
{
    X509_free(challenge->certificate);
    EVP_PKEY_free(challenge->key);
    xfree(challenge);
}

/* ---- those that are out ----------------------------------------------------------------------- */

struct tls_challenges *tls_challenges_new(void)
{
    struct tls_challenges *challenges = NEW(struct tls_challenges);
    REQUIRE(pthread_mutex_init(&challenges->mutex, NULL) == 0);
    list_init(&challenges->all);
    return challenges;
}

static void clear(struct tls_challenges *challenges)
{
    struct list *link;
    while ((link = list_pop(&challenges->all)))
        challenge_free(CONTAINER_OF(link, struct challenge, link));
}

void tls_challenges_clear(struct tls_challenges *challenges)
{
    pthread_mutex_lock(&challenges->mutex);
    clear(challenges);
    pthread_mutex_unlock(&challenges->mutex);
}

void tls_challenges_free(struct tls_challenges *challenges)
{
    if (!challenges)
        return;
    clear(challenges);
    pthread_mutex_destroy(&challenges->mutex);
    xfree(challenges);
}

static struct challenge *find(struct tls_challenges *challenges, struct str name)
{
    for (struct list *at = challenges->all.next; at != &challenges->all; at = at->next) {
        struct challenge *challenge = CONTAINER_OF(at, struct challenge, link);
        if (str_eq_nocase(str_from_c(challenge->name), name))
            return challenge;
    }
    return NULL;
}

void tls_challenges_put(struct tls_challenges *challenges, struct str name,
                        const uint8_t digest[TLS_CHALLENGE_DIGEST_LEN])
{
    REQUIRE(name.len <= NAME_MAX_LEN);
    struct challenge *fresh = NEW(struct challenge);
    memcpy(fresh->name, name.ptr, name.len);
    make_certificate(fresh, digest);
    pthread_mutex_lock(&challenges->mutex);
    struct challenge *old = find(challenges, name);
    if (old) {
        list_remove(&old->link);
        challenge_free(old);
    }
    list_append(&challenges->all, &fresh->link);
    pthread_mutex_unlock(&challenges->mutex);
}

/* ---- in a handshake --------------------------------------------------------------------------- */

/* The connection gets that certificate instead of its context's. */
static bool show(SSL *ssl, struct tls_challenges *challenges, struct str name)
{
    pthread_mutex_lock(&challenges->mutex);
    const struct challenge *challenge = find(challenges, name);
    bool shown = false;
    if (challenge) {
        SSL_certs_clear(ssl);
        shown = SSL_use_certificate(ssl, challenge->certificate) == 1 &&
                SSL_use_PrivateKey(ssl, challenge->key) == 1;
    }
    pthread_mutex_unlock(&challenges->mutex);
    return shown;
}

static int on_hello(SSL *ssl, int *alert, void *arg, bool has_certificate)
{
    if (tls_hello_offers_only(
            hello_extension(ssl, TLSEXT_TYPE_application_layer_protocol_negotiation), protocol) &&
        show(ssl, arg, tls_hello_name(hello_extension(ssl, TLSEXT_TYPE_server_name)))) {
        SSL_set_app_data(ssl, arg);
        return SSL_CLIENT_HELLO_SUCCESS;
    }
    if (has_certificate)
        return SSL_CLIENT_HELLO_SUCCESS;
    *alert = SSL_AD_UNRECOGNIZED_NAME;
    return SSL_CLIENT_HELLO_ERROR;
}

static int on_hello_beside(SSL *ssl, int *alert, void *arg)
{
    return on_hello(ssl, alert, arg, true);
}

static int on_hello_alone(SSL *ssl, int *alert, void *arg)
{
    return on_hello(ssl, alert, arg, false);
}

void tls_challenges_use(struct tls_challenges *challenges, SSL_CTX *context, bool has_certificate)
{
    SSL_CTX_set_client_hello_cb(context, has_certificate ? on_hello_beside : on_hello_alone,
                                challenges);
}

bool tls_is_challenge(const SSL *ssl)
{
    return SSL_get_app_data(ssl) != NULL;
}

int tls_challenge_choose_protocol(const SSL *ssl, const unsigned char **out, unsigned char *out_len)
{
    if (!tls_is_challenge(ssl))
        return SSL_TLSEXT_ERR_NOACK;
    *out = wire_protocol;
    *out_len = sizeof(wire_protocol) - 1;
    return SSL_TLSEXT_ERR_OK;
}
