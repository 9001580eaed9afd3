#include "net/tls.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>

#include "core/buf.h"
#include "net/connection.h"
#include "net/tls_challenge.h"

/* More than this is never unsent: a record, or what a handshake says at once. Only who makes us
 * speak without reading gets there. */
enum { RECORD_BYTES = SSL3_RT_MAX_PLAIN_LENGTH, SLICES_A_RECORD = 64, UNSENT_MOST = 65536 };

struct tls {
    struct tls_worker *worker;
    SSL *ssl;
    struct bytes *unsent;
    uint32_t unsent_from; /* what is before that is out */
    bool ready;
    bool ended;
    bool broken; /* nothing can be sealed or opened any more */
    bool closed; /* our close_notify is sealed */
};

/* ---- what OpenSSL takes for its socket -------------------------------------------------------- */

static int bio_read(BIO *bio, char *into, size_t size, size_t *len)
{
    struct tls_worker *worker = ((struct tls *)BIO_get_data(bio))->worker;
    BIO_clear_retry_flags(bio);
    *len = worker->unread.len < size ? worker->unread.len : size;
    if (*len == 0) {
        BIO_set_retry_read(bio);
        return 0;
    }
    memcpy(into, worker->unread.ptr, *len);
    worker->unread = str_of(worker->unread.ptr + *len, worker->unread.len - *len);
    return 1;
}

static int bio_write(BIO *bio, const char *bytes, size_t size, size_t *len)
{
    struct tls *tls = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    size_t unsent = tls->unsent ? tls->unsent->len - tls->unsent_from : 0;
    if (unsent + tls->worker->out->len + size > UNSENT_MOST)
        return 0;
    buf_put(tls->worker->out, bytes, size);
    *len = size;
    return 1;
}

static long bio_control(BIO *bio UNUSED, int command, long number UNUSED, void *pointer UNUSED)
{
    return command == BIO_CTRL_FLUSH;
}

static int bio_create(BIO *bio)
{
    BIO_set_init(bio, 1);
    return 1;
}

static BIO_METHOD *bio_method;

static void make_bio_method(void)
{
    bio_method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "natternet");
    REQUIRE(bio_method && BIO_meth_set_read_ex(bio_method, bio_read) &&
            BIO_meth_set_write_ex(bio_method, bio_write) &&
            BIO_meth_set_ctrl(bio_method, bio_control) &&
            BIO_meth_set_create(bio_method, bio_create));
}

/* ---- the worker's part ------------------------------------------------------------------------ */

void tls_worker_set(struct tls_worker *worker, struct ssl_ctx_st *context)
{
    tls_context_unref(worker->context);
    worker->context = context;
    if (!context || worker->out)
        return;
    worker->out = NEW(struct buf);
    worker->sealed = xmalloc(TLS_SEALED_BYTES);
    worker->plain = xmalloc(RECORD_BYTES);
}

void tls_worker_deinit(struct tls_worker *worker)
{
    tls_context_unref(TAKE(worker->context));
    if (!worker->out)
        return;
    buf_deinit(worker->out);
    xfree(TAKE(worker->out));
    xfree(TAKE(worker->sealed));
    xfree(TAKE(worker->plain));
}

/* ---- making and ending ------------------------------------------------------------------------ */

struct tls *tls_new(struct tls_worker *worker)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    REQUIRE(worker->context && pthread_once(&once, make_bio_method) == 0);
    struct tls *tls = NEW(struct tls);
    tls->worker = worker;
    tls->ssl = SSL_new(worker->context);
    BIO *bio = BIO_new(bio_method);
    REQUIRE(tls->ssl && bio);
    BIO_set_data(bio, tls);
    SSL_set_bio(tls->ssl, bio, bio);
    SSL_set_accept_state(tls->ssl);
    return tls;
}

static void drop_unsent(struct tls *tls)
{
    if (!tls->unsent)
        return;
    budget_release(tls->worker->budget, tls->unsent);
    bytes_unref(TAKE(tls->unsent));
}

void tls_free(struct tls *tls)
{
    if (!tls)
        return;
    drop_unsent(tls);
    SSL_free(tls->ssl);
    xfree(tls);
}

bool tls_is_ready(const struct tls *tls)
{
    return tls->ready;
}

bool tls_was_challenge(const struct tls *tls)
{
    return tls_is_challenge(tls->ssl);
}

bool tls_has_ended(const struct tls *tls)
{
    return tls->ended;
}

const struct bytes *tls_unsent(const struct tls *tls)
{
    return tls->unsent;
}

/* ---- counting --------------------------------------------------------------------------------- */

static void count_ready(struct tls *tls)
{
    figure_add(&tls->worker->figures->tls_handshakes, 1);
    if (SSL_session_reused(tls->ssl))
        figure_add(&tls->worker->figures->tls_resumed, 1);
}

/* Nothing in common, an alert of the peer (it does not trust the certificate, mostly), or no TLS at
 * all. */
static _Atomic uint64_t *figure_of(struct http_figures *figures, int reason)
{
    switch (reason) {
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_VERSION_TOO_LOW:
    case SSL_R_WRONG_SSL_VERSION:
    case SSL_R_NO_SHARED_CIPHER:
    case SSL_R_NO_SUITABLE_KEY_SHARE:
    case SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM:
    case SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS:
    case SSL_R_NO_APPLICATION_PROTOCOL:
    case SSL_R_INAPPROPRIATE_FALLBACK:
    case SSL_R_CALLBACK_FAILED: /* before there is a certificate (tls_challenge.h) */
        return &figures->tls_nothing_in_common;
    default:
        return reason > SSL_AD_REASON_OFFSET ? &figures->tls_peer_refused : &figures->tls_malformed;
    }
}

static void count_failure(struct tls *tls)
{
    if (!tls->ready)
        figure_add(figure_of(tls->worker->figures, ERR_GET_REASON(ERR_peek_error())), 1);
}

void tls_count_late(struct tls *tls)
{
    figure_add(&tls->worker->figures->tls_late, 1);
}

/* ---- to the socket ---------------------------------------------------------------------------- */

static ssize_t send_some(struct tls *tls, int fd, const char *bytes, size_t len)
{
    ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);
    if (n > 0)
        figure_add(&tls->worker->figures->bytes_out, (uint64_t)n);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    return n < 0 ? -errno : n;
}

/* 0 if all of it is out or must wait. */
static int send_unsent(struct tls *tls, int fd)
{
    if (!tls->unsent)
        return 0;
    ssize_t n = send_some(tls, fd, tls->unsent->data + tls->unsent_from,
                          tls->unsent->len - tls->unsent_from);
    if (n < 0)
        return (int)n;
    tls->unsent_from += (uint32_t)n;
    if (tls->unsent_from == tls->unsent->len)
        drop_unsent(tls);
    return 0;
}

/* Behind what is unsent already; that is rare, and little. */
static void keep_unsent(struct tls *tls, struct str sealed)
{
    struct str before = STR("");
    if (tls->unsent)
        before = str_of(tls->unsent->data + tls->unsent_from, tls->unsent->len - tls->unsent_from);
    struct bytes *both = bytes_new(before.len + sealed.len);
    memcpy(both->data, before.ptr, before.len);
    memcpy(both->data + before.len, sealed.ptr, sealed.len);
    drop_unsent(tls);
    tls->unsent = both;
    tls->unsent_from = 0;
    budget_hold(tls->worker->budget, both);
}

/* What this call has sealed. */
static int send_sealed(struct tls *tls, int fd)
{
    struct buf *out = tls->worker->out;
    int rc = send_unsent(tls, fd);
    ssize_t n = 0;
    if (rc == 0 && !tls->unsent && out->len)
        n = send_some(tls, fd, out->ptr, out->len);
    if (rc == 0 && n >= 0 && (size_t)n < out->len)
        keep_unsent(tls, str_of(out->ptr + n, out->len - (size_t)n));
    buf_clear(out);
    return n < 0 ? (int)n : rc;
}

/* ---- in --------------------------------------------------------------------------------------- */

/* Opens all that is unread; returns how many bytes came of it, or -EPROTO. */
static ssize_t open_unread(struct tls *tls, char *into)
{
    size_t have = 0, len;
    ERR_clear_error();
    while (SSL_read_ex(tls->ssl, into + have, TLS_PLAIN_BYTES - have, &len) == 1)
        have += len;
    int error = SSL_get_error(tls->ssl, 0);
    if (!tls->ready && SSL_is_init_finished(tls->ssl)) {
        tls->ready = true;
        count_ready(tls);
    }
    tls->worker->unread = STR_NONE;
    if (error == SSL_ERROR_ZERO_RETURN)
        tls->ended = true;
    if (error == SSL_ERROR_ZERO_RETURN || error == SSL_ERROR_WANT_READ)
        return (ssize_t)have;
    count_failure(tls);
    ERR_clear_error();
    tls->broken = true;
    return -EPROTO;
}

/* Opens what was read from the socket. As tls_read(). */
static ssize_t tls_take(struct tls *tls, int fd, struct str sealed, char *into)
{
    REQUIRE(sealed.len <= TLS_SEALED_BYTES);
    if (tls->broken || tls->ended)
        return 0;
    tls->worker->unread = sealed;
    ssize_t have = open_unread(tls, into);
    int rc = send_sealed(tls, fd);
    return have < 0 || rc == 0 ? have : rc;
}

ssize_t tls_read(struct tls *tls, int fd, char *into)
{
    char *sealed = tls->worker->sealed;
    ssize_t n = recv(fd, sealed, TLS_SEALED_BYTES, 0);
    int error = n < 0 ? errno : 0;
    if (error == EAGAIN || error == EINTR)
        return 0;
    if (n <= 0) {
        if (!tls->ready && !tls->broken)
            figure_add(&tls->worker->figures->tls_gone, 1);
        tls->ended = true;
        return -error;
    }
    figure_add(&tls->worker->figures->bytes_in, (uint64_t)n);
    return tls_take(tls, fd, str_of(sealed, (size_t)n), into);
}

/* ---- out -------------------------------------------------------------------------------------- */

/* The next record's text: the first piece as it lies there if it fills one, else some joined. */
static struct str next_record(struct tls_worker *worker, const struct out_queue *queue)
{
    struct iovec slices[SLICES_A_RECORD];
    size_t count = out_queue_slices(queue, slices, SLICES_A_RECORD);
    if (slices[0].iov_len >= RECORD_BYTES)
        return str_of(slices[0].iov_base, RECORD_BYTES);
    if (count == 1)
        return str_of(slices[0].iov_base, slices[0].iov_len);
    size_t have = 0;
    for (size_t i = 0; i < count && have < RECORD_BYTES; i++) {
        size_t room = RECORD_BYTES - have;
        size_t len = slices[i].iov_len < room ? slices[i].iov_len : room;
        memcpy(worker->plain + have, slices[i].iov_base, len);
        have += len;
    }
    return str_of(worker->plain, have);
}

ssize_t tls_write(struct tls *tls, int fd, const struct out_queue *queue)
{
    int rc = send_unsent(tls, fd);
    if (rc < 0)
        return rc;
    if (tls->unsent || queue->count == 0)
        return 0;
    if (tls->broken || tls->closed || !tls->ready)
        return -EPROTO;
    struct str text = next_record(tls->worker, queue);
    size_t len;
    ERR_clear_error();
    int done = SSL_write_ex(tls->ssl, text.ptr, text.len, &len);
    if (text.ptr == tls->worker->plain)
        explicit_bzero(tls->worker->plain, text.len);
    if (done != 1) {
        ERR_clear_error();
        tls->broken = true;
        return -EPROTO;
    }
    rc = send_sealed(tls, fd);
    return rc < 0 ? rc : (ssize_t)len;
}

void tls_close(struct tls *tls, int fd)
{
    if (tls->closed || tls->broken || !tls->ready)
        return;
    tls->closed = true;
    ERR_clear_error();
    (void)SSL_shutdown(tls->ssl);
    ERR_clear_error();
    if (send_sealed(tls, fd) < 0)
        tls->broken = true; /* the socket is gone; whoever reads it next hears of it */
}
