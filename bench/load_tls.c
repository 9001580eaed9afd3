#include "load_tls.h"

#include <err.h>
#include <errno.h>
#include <limits.h>
#include <openssl/ssl.h>

static SSL_CTX *context(void)
{
    static SSL_CTX *all;
    if (all)
        return all;
    all = SSL_CTX_new(TLS_client_method());
    if (!all)
        errx(2, "no TLS");
    SSL_CTX_set_verify(all, SSL_VERIFY_NONE, NULL);
    SSL_CTX_set_session_cache_mode(all, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(all, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                              SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    return all;
}

void load_tls_begin(struct conn *conn)
{
    conn->tls = SSL_new(context());
    if (!conn->tls || SSL_set_fd(conn->tls, conn->fd) != 1)
        errx(2, "no memory for TLS");
    SSL_set_connect_state(conn->tls);
}

void load_tls_end(struct conn *conn)
{
    SSL_free(conn->tls);
    conn->tls = NULL;
}

/* What a call to the socket would have returned. */
static ssize_t outcome(struct conn *conn, int rc)
{
    if (rc > 0)
        return rc;
    int error = SSL_get_error(conn->tls, rc);
    if (error == SSL_ERROR_ZERO_RETURN)
        return 0;
    errno = error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? EAGAIN : EPROTO;
    return -1;
}

int load_tls_shake_hands(struct conn *conn)
{
    ssize_t rc = outcome(conn, SSL_do_handshake(conn->tls));
    if (rc > 0)
        return 1;
    return rc < 0 && errno == EAGAIN ? 0 : -1;
}

ssize_t load_tls_receive(struct conn *conn, void *bytes, size_t most)
{
    return outcome(conn, SSL_read(conn->tls, bytes, most < INT_MAX ? (int)most : INT_MAX));
}

ssize_t load_tls_send(struct conn *conn, const void *bytes, size_t count)
{
    return outcome(conn, SSL_write(conn->tls, bytes, count < INT_MAX ? (int)count : INT_MAX));
}
