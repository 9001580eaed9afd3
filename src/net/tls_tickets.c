#include "net/tls_tickets.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <string.h>

#include "core/clock.h"
#include "core/random.h"

enum { NAME_BYTES = 16, IV_BYTES = 16, KEY_BYTES = 32 };

struct ticket_key {
    unsigned char name[NAME_BYTES]; /* tells in the ticket which key it was */
    unsigned char cipher[KEY_BYTES];
    unsigned char mac[KEY_BYTES];
};

struct tls_tickets {
    pthread_mutex_t mutex;
    struct ticket_key newest, before;
    uint64_t rotate_at_ms;
    EVP_CIPHER *cipher;
};

static void rotate(struct tls_tickets *tickets)
{
    tickets->before = tickets->newest;
    random_bytes(&tickets->newest, sizeof(tickets->newest));
    tickets->rotate_at_ms = clock_monotonic_ms() + TLS_TICKET_LIFE_S * 1000ull;
}

struct tls_tickets *tls_tickets_new(void)
{
    struct tls_tickets *tickets = NEW(struct tls_tickets);
    pthread_mutex_init(&tickets->mutex, NULL);
    tickets->cipher = EVP_CIPHER_fetch(NULL, "AES-256-CBC", NULL);
    REQUIRE(tickets->cipher);
    rotate(tickets);
    rotate(tickets); /* a key of zeros would be known to everybody */
    return tickets;
}

void tls_tickets_free(struct tls_tickets *tickets)
{
    if (!tickets)
        return;
    EVP_CIPHER_free(tickets->cipher);
    pthread_mutex_destroy(&tickets->mutex);
    explicit_bzero(tickets, sizeof(*tickets));
    xfree(tickets);
}

void tls_tickets_rotate(struct tls_tickets *tickets)
{
    pthread_mutex_lock(&tickets->mutex);
    rotate(tickets);
    pthread_mutex_unlock(&tickets->mutex);
}

/* The newest key where `name` is NULL. */
static bool find_key(struct tls_tickets *tickets, const unsigned char *name, struct ticket_key *key,
                     bool *is_newest)
{
    pthread_mutex_lock(&tickets->mutex);
    uint64_t now_ms = clock_monotonic_ms();
    if (now_ms >= tickets->rotate_at_ms) {
        /* Nobody came for two lives: what is "before" then is too old as well. */
        if (now_ms >= tickets->rotate_at_ms + TLS_TICKET_LIFE_S * 1000ull)
            rotate(tickets);
        rotate(tickets);
    }
    *is_newest = !name || memcmp(name, tickets->newest.name, NAME_BYTES) == 0;
    bool found = *is_newest || memcmp(name, tickets->before.name, NAME_BYTES) == 0;
    *key = *is_newest ? tickets->newest : tickets->before;
    pthread_mutex_unlock(&tickets->mutex);
    return found;
}

static bool start_mac(EVP_MAC_CTX *mac, struct ticket_key *key)
{
    char digest[] = "SHA256";
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, key->mac, KEY_BYTES),
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };
    return EVP_MAC_CTX_set_params(mac, params) == 1;
}

/* OpenSSL asks for the keys of one ticket (SSL_CTX_set_tlsext_ticket_key_evp_cb(3)). */
static int on_ticket(SSL *ssl, unsigned char *name, unsigned char *iv, EVP_CIPHER_CTX *cipher,
                     EVP_MAC_CTX *mac, int seal)
{
    enum { FAILED = -1, UNKNOWN = 0, USE = 1, USE_AND_RENEW = 2 };
    struct tls_tickets *tickets = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
    struct ticket_key key;
    bool is_newest;
    if (!find_key(tickets, seal ? NULL : name, &key, &is_newest)) {
        explicit_bzero(&key, sizeof(key));
        return UNKNOWN;
    }
    if (seal) {
        memcpy(name, key.name, NAME_BYTES);
        random_bytes(iv, IV_BYTES);
    }
    bool done = EVP_CipherInit_ex2(cipher, tickets->cipher, key.cipher, iv, seal, NULL) == 1 &&
                start_mac(mac, &key);
    explicit_bzero(&key, sizeof(key));
    if (!done)
        return FAILED;
    /* TLS 1.3 wants each ticket used once, so that nobody can follow a client by it (RFC 8446,
     * appendix C.4). */
    return !seal && (!is_newest || SSL_version(ssl) >= TLS1_3_VERSION) ? USE_AND_RENEW : USE;
}

void tls_tickets_use(struct tls_tickets *tickets, SSL_CTX *context)
{
    SSL_CTX_set_app_data(context, tickets);
    SSL_CTX_set_timeout(context, TLS_TICKET_LIFE_S);
    REQUIRE(SSL_CTX_set_tlsext_ticket_key_evp_cb(context, on_ticket) == 1);
}
