#include "net/tls_context.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "net/tls_challenge.h"
#include "net/tls_tickets.h"

/* Strongest first; TLS 1.3 has nothing but good ones by itself. */
#define TLS12_CIPHERS                                                                              \
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"                                   \
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:"                                   \
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256"
#define GROUPS "X25519:P-256"
#define SIGNATURES                                                                                 \
    "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:ed25519:RSA-PSS+SHA256:RSA-PSS+SHA384:"                \
    "RSA-PSS+SHA512:RSA+SHA256:RSA+SHA384:RSA+SHA512"

/* ---- the rules ---- */

/* Who offers protocols but not ours wants to talk to something else (RFC 7301, 3.2). */
static int choose_protocol(SSL *ssl, const unsigned char **out, unsigned char *out_len,
                           const unsigned char *offered, unsigned offered_len, void *arg UNUSED)
{
    static const unsigned char ours[] = "\x08http/1.1";
    unsigned char *chosen;
    if (tls_challenge_choose_protocol(ssl, out, out_len) == SSL_TLSEXT_ERR_OK)
        return SSL_TLSEXT_ERR_OK;
    int found =
        SSL_select_next_proto(&chosen, out_len, ours, sizeof(ours) - 1, offered, offered_len);
    *out = chosen;
    return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

static int no_passphrase(char *into UNUSED, int size UNUSED, int rwflag UNUSED, void *arg UNUSED)
{
    return -1; /* else OpenSSL would ask on the terminal */
}

static void set_rules(SSL_CTX *context)
{
    SSL_CTX_set_security_level(context, 2); /* whatever the machine's openssl.cnf says */
    SSL_CTX_clear_options(context, SSL_CTX_get_options(context));
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                     SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA |
                                     SSL_OP_ENABLE_MIDDLEBOX_COMPAT | SSL_OP_CLEANSE_PLAINTEXT);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_default_passwd_cb(context, no_passphrase);
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, NULL);
    REQUIRE(SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1);
    REQUIRE(SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1);
    REQUIRE(SSL_CTX_set_cipher_list(context, TLS12_CIPHERS) == 1);
    REQUIRE(SSL_CTX_set1_groups_list(context, GROUPS) == 1);
    REQUIRE(SSL_CTX_set1_sigalgs_list(context, SIGNATURES) == 1);
}

/* ---- the files ---- */

/* What OpenSSL found wrong, in its words where ours would be no clearer. */
static const char *reason(void)
{
    const char *text = "OpenSSL gives no reason";
    unsigned long error;
    while ((error = ERR_get_error()) != 0) {
        bool pem = ERR_GET_LIB(error) == ERR_LIB_PEM;
        if (pem && ERR_GET_REASON(error) == PEM_R_NO_START_LINE)
            return "it holds none in PEM form (-----BEGIN ...)";
        if (pem && ERR_GET_REASON(error) == PEM_R_BAD_PASSWORD_READ)
            return "it wants a passphrase; give it without one";
        if (ERR_reason_error_string(error))
            text = ERR_reason_error_string(error);
    }
    return text;
}

static int refuse(char *why, const char *what, const char *path, const char *because)
{
    snprintf(why, TLS_WHY_SIZE, "%s %s cannot be used: %s", what, path, because);
    ERR_clear_error();
    return -EINVAL;
}

static int check_readable(const char *what, const char *path, char *why)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return refuse(why, what, path, strerror(errno));
    close(fd);
    return 0;
}

/* Where certificate and key are, and what the operator calls them. */
struct files {
    const char *cert, *key, *cert_name, *key_name;
};

static int load(SSL_CTX *context, const struct files *from, char *why)
{
    if (check_readable(from->cert_name, from->cert, why) != 0 ||
        check_readable(from->key_name, from->key, why) != 0)
        return -EINVAL;
    ERR_clear_error();
    if (SSL_CTX_use_certificate_chain_file(context, from->cert) != 1)
        return refuse(why, from->cert_name, from->cert, reason());
    bool loaded = SSL_CTX_use_PrivateKey_file(context, from->key, SSL_FILETYPE_PEM) == 1;
    bool foreign = !loaded && ERR_GET_LIB(ERR_peek_last_error()) == ERR_LIB_X509;
    if (!loaded && !foreign)
        return refuse(why, from->key_name, from->key, reason());
    if (foreign || SSL_CTX_check_private_key(context) != 1)
        return refuse(why, from->key_name, from->key,
                      "it is not the key of the certificate in --tls-cert");
    return 0;
}

static SSL_CTX *new_context(struct tls_tickets *tickets)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    REQUIRE(context);
    set_rules(context);
    tls_tickets_use(tickets, context);
    return context;
}

int tls_context_new(struct ssl_ctx_st **out, const char *cert, const char *key,
                    struct tls_tickets *tickets, char *why)
{
    const struct files files = {cert, key, "--tls-cert", "--tls-key"};
    OWN(tls_context_unref) SSL_CTX *context = new_context(tickets);
    int rc = load(context, &files, why);
    if (rc == 0)
        *out = TAKE(context);
    return rc;
}

int tls_context_new_proving(struct ssl_ctx_st **out, const char *file, struct tls_tickets *tickets,
                            struct tls_challenges *challenges, char *why)
{
    const struct files files = {file, file, "the certificate in", "the key in"};
    OWN(tls_context_unref) SSL_CTX *context = new_context(tickets);
    int rc = file ? load(context, &files, why) : 0;
    if (rc != 0)
        return rc;
    tls_challenges_use(challenges, context, file != NULL);
    *out = TAKE(context);
    return 0;
}

SSL_CTX *tls_context_ref(SSL_CTX *context)
{
    if (context)
        REQUIRE(SSL_CTX_up_ref(context) == 1);
    return context;
}

void tls_context_unref(SSL_CTX *context)
{
    SSL_CTX_free(context);
}

int64_t tls_context_life_s(const SSL_CTX *context)
{
    int days = 0, seconds = 0;
    const X509 *cert = SSL_CTX_get0_certificate(context);
    if (!cert)
        return 0;
    (void)ASN1_TIME_diff(&days, &seconds, NULL, X509_get0_notAfter(cert));
    return (int64_t)days * 86400 + seconds;
}
