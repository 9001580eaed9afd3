#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "limit.h"

static void fail(const char *what)
{
    fprintf(stderr, "limit: %s\n", what);
    exit(1);
}

static long resident_kb(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%*s %ld", &pages) != 1)
        fail("/proc/self/statm cannot be read");
    fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static SSL_CTX *server_context(const char *cert, const char *key)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    if (!context || SSL_CTX_use_certificate_chain_file(context, cert) != 1 ||
        SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1)
        fail("the certificate or its key cannot be used");
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    return context;
}

/* One more of the server's objects, its handshake done with a client that then goes away. */
static SSL *shake_hands(SSL_CTX *server_side, SSL_CTX *client_side)
{
    SSL *server = SSL_new(server_side), *client = SSL_new(client_side);
    BIO *of_server = NULL, *of_client = NULL;
    if (!server || !client || BIO_new_bio_pair(&of_server, 0, &of_client, 0) != 1)
        fail("out of memory");
    SSL_set_bio(server, of_server, of_server);
    SSL_set_bio(client, of_client, of_client);
    SSL_set_accept_state(server);
    SSL_set_connect_state(client);
    for (int turns = 0; turns < 10; turns++) {
        (void)SSL_do_handshake(client);
        (void)SSL_do_handshake(server);
    }
    char bytes[64];
    (void)SSL_read(client, bytes, sizeof(bytes)); /* the tickets */
    if (!SSL_is_init_finished(server))
        fail("the handshake did not end");
    SSL_free(client);
    SSL_set_bio(server, NULL, NULL);
    return server;
}

void limit_tls(const char *cert, const char *key, int count)
{
    SSL_CTX *server_side = server_context(cert, key),
            *client_side = SSL_CTX_new(TLS_client_method());
    if (count < 1 || count > 1000000)
        fail("COUNT is from 1 to 1000000");
    SSL **all = calloc((size_t)count, sizeof(SSL *));
    if (!client_side || !all)
        fail("out of memory");
    SSL_free(shake_hands(server_side, client_side)); /* what only the first takes */
    long before = resident_kb();
    for (int i = 0; i < count; i++)
        all[i] = shake_hands(server_side, client_side);
    long after = resident_kb();
    printf("{\"objects\":%d,\"bytes_each\":%ld}\n", count, (after - before) * 1024 / count);
    for (int i = 0; i < count; i++)
        SSL_free(all[i]);
    free(all);
    SSL_CTX_free(server_side);
    SSL_CTX_free(client_side);
}
