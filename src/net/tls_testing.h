/* tls_testing.h - certificates made on the spot, and OpenSSL's own client on a rig. For the unit
 * tests of net only; each has its own copy of all this. */
#pragma once

#include "net/testing.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "net/tls_context.h"
#include "net/tls_tickets.h"

/* ---- certificates ---- */

struct pems {
    char cert[64], key[64]; /* paths */
};

static UNUSED FILE *pem_file(char path[64])
{
    snprintf(path, 64, "/tmp/natternet-tls-XXXXXX");
    int fd = mkstemp(path);
    REQUIRE(fd >= 0);
    return fdopen(fd, "w");
}

/* Signed by itself; `days` may be negative. */
static UNUSED void pems_make(struct pems *pems, const char *name, int days, bool rsa)
{
    EVP_PKEY *key = rsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256");
    X509 *cert = X509_new();
    ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
    X509_set_version(cert, 2);
    X509_gmtime_adj(X509_getm_notBefore(cert), -30 * 86400);
    X509_gmtime_adj(X509_getm_notAfter(cert), days * 86400 + 3600);
    X509_set_pubkey(cert, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN", MBSTRING_ASC,
                               (const unsigned char *)name, -1, -1, 0);
    X509_set_issuer_name(cert, X509_get_subject_name(cert));
    REQUIRE(X509_sign(cert, key, EVP_sha256()));
    FILE *out = pem_file(pems->cert);
    REQUIRE(PEM_write_X509(out, cert) && fclose(out) == 0);
    out = pem_file(pems->key);
    REQUIRE(PEM_write_PrivateKey(out, key, NULL, NULL, 0, NULL, NULL) && fclose(out) == 0);
    X509_free(cert);
    EVP_PKEY_free(key);
}

static UNUSED void pems_remove(struct pems *pems)
{
    (void)unlink(pems->cert);
    (void)unlink(pems->key);
}

static UNUSED struct ssl_ctx_st *context_of(const struct pems *pems, struct tls_tickets *tickets)
{
    struct ssl_ctx_st *context = NULL;
    char why[TLS_WHY_SIZE];
    if (tls_context_new(&context, pems->cert, pems->key, tickets, why) != 0)
        fail_msg("%s", why);
    return context;
}

/* ---- a client ---- */

struct client {
    struct peer wire; /* the sealed side */
    SSL_CTX *context;
    SSL *ssl;
    BIO *in, *out;
    size_t step;    /* bytes that go into one segment; 0: all */
    size_t most;    /* bytes read from the socket at a time; 0: all there are */
    struct buf got; /* the plain side */
    bool bye;       /* close_notify came */
    bool broken;    /* OpenSSL found something wrong, or an alert came */
    SSL_SESSION *session;
};

static UNUSED int keep_session(SSL *ssl, SSL_SESSION *session)
{
    struct client *client = SSL_get_app_data(ssl);
    SSL_SESSION_free(client->session);
    client->session = session;
    return 1;
}

static UNUSED void client_make(struct client *client, int version)
{
    *client = (struct client){.wire.fd = -1, .context = SSL_CTX_new(TLS_client_method())};
    SSL_CTX_set_session_cache_mode(client->context, SSL_SESS_CACHE_CLIENT);
    SSL_CTX_sess_set_new_cb(client->context, keep_session);
    SSL_CTX_set_min_proto_version(client->context, version);
    SSL_CTX_set_max_proto_version(client->context, version);
    SSL_CTX_set_security_level(client->context, 0); /* may be as weak as it likes */
}

/* `session`: to resume, or NULL. */
static UNUSED void client_connect(struct rig *rig, struct client *client, SSL_SESSION *session)
{
    peer_connect(rig, &client->wire);
    client->ssl = SSL_new(client->context);
    client->in = BIO_new(BIO_s_mem());
    client->out = BIO_new(BIO_s_mem());
    SSL_set_bio(client->ssl, client->in, client->out);
    SSL_set_app_data(client->ssl, client);
    SSL_set_connect_state(client->ssl);
    if (session)
        SSL_set_session(client->ssl, session);
    client->bye = client->broken = false;
    buf_clear(&client->got);
}

static UNUSED void client_leave(struct client *client)
{
    if (client->wire.fd >= 0)
        peer_leave(&client->wire);
    client->wire = (struct peer){.fd = -1};
    if (client->ssl)
        SSL_set_shutdown(client->ssl, SSL_SENT_SHUTDOWN); /* else it would forget its ticket */
    SSL_free(TAKE(client->ssl));
}

static UNUSED void client_free(struct client *client)
{
    client_leave(client);
    SSL_SESSION_free(client->session);
    SSL_CTX_free(client->context);
    buf_deinit(&client->got);
}

/* What OpenSSL has to say goes on the wire, cut into steps. */
static UNUSED void client_push(struct rig *rig, struct client *client)
{
    char bytes[65536];
    size_t step = client->step ? client->step : sizeof(bytes);
    int n;
    while ((n = BIO_read(client->out, bytes, (int)step)) > 0) {
        ssize_t sent = send(client->wire.fd, bytes, (size_t)n, MSG_NOSIGNAL);
        if (sent < n) /* the server left, or takes no more for now: fine where a test wants that */
            return;
        if (client->step)
            loop_turn(rig->loop, 0);
    }
}

static UNUSED void client_pull(struct client *client)
{
    char bytes[65536];
    size_t most = client->most ? client->most : sizeof(bytes);
    ssize_t n = recv(client->wire.fd, bytes, most, 0);
    if (n > 0)
        BIO_write(client->in, bytes, (int)n);
    if (n == 0 || (n < 0 && errno != EAGAIN))
        client->wire.ended = true;
    size_t len;
    ERR_clear_error();
    while (SSL_read_ex(client->ssl, buf_reserve(&client->got, 65536), 65536, &len) == 1)
        client->got.len += len;
    int error = SSL_get_error(client->ssl, 0);
    client->bye |= error == SSL_ERROR_ZERO_RETURN;
    client->broken |= error == SSL_ERROR_SSL;
}

/* Back and forth, until nothing more comes. */
static UNUSED void client_turn(struct rig *rig, struct client *client)
{
    for (int i = 0; i < 8; i++) {
        client_pull(client);
        client_push(rig, client);
        rig_turn(rig);
    }
    client_pull(client);
}

static UNUSED void client_say(struct client *client, struct str text)
{
    size_t len;
    assert_int_equal(SSL_write_ex(client->ssl, text.ptr, text.len, &len), 1);
}

/* Connects and says so. */
static UNUSED bool client_open(struct rig *rig, struct client *client, SSL_SESSION *session)
{
    client_connect(rig, client, session);
    client_turn(rig, client);
    return SSL_is_init_finished(client->ssl) && !client->wire.ended;
}

static UNUSED struct str client_ask(struct rig *rig, struct client *client, struct str text)
{
    buf_clear(&client->got);
    client_say(client, text);
    client_turn(rig, client);
    return buf_str(&client->got);
}
