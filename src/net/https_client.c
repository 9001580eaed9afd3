#include "net/https_client.h"

#include <errno.h>
#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/clock.h"
#include "net/url.h"

enum { READ_BYTES = 16384 };

struct https_client {
    SSL_CTX *context;
    struct https_times times;
};

/* One question under way. */
struct call {
    const struct https_client *client;
    struct url url;
    char host[256];
    int fd;
    SSL *ssl;
    uint64_t deadline_ms;
    char *why;
};

/* ---- failing ---------------------------------------------------------------------------------- */

static int fail(const struct call *call, int rc, const char *what)
{
    snprintf(call->why, HTTPS_WHY_SIZE, "%.*s: %s", STR_ARG(call->url.authority), what);
    return rc;
}

static const char *ssl_reason(SSL *ssl)
{
    static const char unknown[] = "the TLS connection failed";
    if (SSL_get_verify_result(ssl) != X509_V_OK)
        return X509_verify_cert_error_string(SSL_get_verify_result(ssl));
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());
    return reason ? reason : unknown;
}

static int fail_tls(const struct call *call)
{
    bool distrusted = SSL_get_verify_result(call->ssl) != X509_V_OK;
    char what[HTTPS_WHY_SIZE / 2];
    snprintf(what, sizeof(what), "%s: %s", distrusted ? "its certificate is not trusted" : "TLS",
             ssl_reason(call->ssl));
    ERR_clear_error();
    return fail(call, distrusted ? -EACCES : -EPROTO, what);
}

/* ---- waiting ---------------------------------------------------------------------------------- */

/* 0 once the socket is ready; -ETIMEDOUT. */
static int wait_for(int fd, short events, uint64_t deadline_ms)
{
    for (;;) {
        uint64_t now = clock_monotonic_ms();
        if (now >= deadline_ms)
            return -ETIMEDOUT;
        struct pollfd ready = {.fd = fd, .events = events};
        int n = poll(&ready, 1, (int)(deadline_ms - now));
        if (n > 0)
            return 0;
        if (n < 0 && errno != EINTR)
            return -errno;
    }
}

/* After an OpenSSL call that did not succeed: 0 to try it again. */
static int wait_for_tls(const struct call *call, int result)
{
    int error = SSL_get_error(call->ssl, result);
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE)
        return fail_tls(call);
    int rc = wait_for(call->fd, error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, call->deadline_ms);
    return rc == 0 ? 0 : fail(call, rc, "it does not answer in time");
}

/* ---- connecting ------------------------------------------------------------------------------- */

static int connect_to(const struct call *call, const struct addrinfo *to, int *out)
{
    int fd = socket(to->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    uint64_t until = clock_monotonic_ms() + (uint64_t)call->client->times.connect_ms;
    if (until > call->deadline_ms)
        until = call->deadline_ms;
    int error = 0;
    socklen_t size = sizeof(error);
    int rc = connect(fd, to->ai_addr, to->ai_addrlen) == 0 ? 0 : -errno;
    if (rc == -EINPROGRESS)
        rc = wait_for(fd, POLLOUT, until);
    if (rc == 0 && (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error))
        rc = error ? -error : -errno;
    if (rc == 0)
        *out = fd;
    else
        close(fd);
    return rc;
}

static int connect_host(struct call *call)
{
    struct addrinfo *found = NULL, hints = {.ai_socktype = SOCK_STREAM};
    char port[8], what[HTTPS_WHY_SIZE / 2];
    snprintf(port, sizeof(port), "%.*s", STR_ARG(call->url.port));
    int error = getaddrinfo(call->host, port, &hints, &found);
    if (error != 0) {
        snprintf(what, sizeof(what), "its name cannot be resolved: %s", gai_strerror(error));
        return fail(call, -EHOSTUNREACH, what);
    }
    int rc = -EHOSTUNREACH;
    for (const struct addrinfo *at = found; at && rc != 0; at = at->ai_next)
        rc = connect_to(call, at, &call->fd);
    freeaddrinfo(found);
    if (rc == 0)
        return 0;
    snprintf(what, sizeof(what), "it cannot be reached: %s", strerror(-rc));
    return fail(call, rc, what);
}

static bool is_address(const char *host)
{
    struct ip_address address;
    return address_parse(str_from_c(host), &address);
}

static int begin_tls(struct call *call)
{
    call->ssl = SSL_new(call->client->context);
    REQUIRE(call->ssl && SSL_set_fd(call->ssl, call->fd) == 1);
    X509_VERIFY_PARAM *rules = SSL_get0_param(call->ssl);
    if (is_address(call->host)) {
        REQUIRE(X509_VERIFY_PARAM_set1_ip_asc(rules, call->host) == 1);
    } else {
        REQUIRE(SSL_set1_host(call->ssl, call->host) == 1);
        REQUIRE(SSL_set_tlsext_host_name(call->ssl, call->host) == 1);
    }
    for (;;) {
        ERR_clear_error();
        int done = SSL_connect(call->ssl);
        if (done == 1)
            return 0;
        int rc = wait_for_tls(call, done);
        if (rc != 0)
            return rc;
    }
}

/* ---- question and answer ---------------------------------------------------------------------- */

static void write_question(const struct call *call, const struct https_question *question,
                           struct buf *out)
{
    buf_printf(out,
               "%.*s %.*s HTTP/1.1\r\nHost: %.*s\r\nUser-Agent: NatterNet/" NATTERNET_VERSION "\r\n"
               "Connection: close\r\n",
               STR_ARG(question->method), STR_ARG(call->url.target), STR_ARG(call->url.authority));
    if (question->type.len)
        buf_printf(out, "Content-Type: %.*s\r\nContent-Length: %zu\r\n", STR_ARG(question->type),
                   question->body.len);
    buf_put_lit(out, "\r\n");
    buf_put_str(out, question->body);
}

static int send_all(const struct call *call, struct str text)
{
    while (text.len) {
        size_t len;
        ERR_clear_error();
        int done = SSL_write_ex(call->ssl, text.ptr, text.len, &len);
        if (done == 1) {
            text = str_of(text.ptr + len, text.len - len);
            continue;
        }
        int rc = wait_for_tls(call, done);
        if (rc != 0)
            return rc;
    }
    return 0;
}

static int receive(const struct call *call, struct http_reply *reply)
{
    enum http_reply_state state = HTTP_REPLY_MORE;
    while (state == HTTP_REPLY_MORE) {
        char bytes[READ_BYTES];
        size_t len;
        ERR_clear_error();
        int done = SSL_read_ex(call->ssl, bytes, sizeof(bytes), &len);
        if (done == 1) {
            state = http_reply_read(reply, str_of(bytes, len));
            continue;
        }
        if (SSL_get_error(call->ssl, done) == SSL_ERROR_ZERO_RETURN) {
            state = http_reply_end(reply);
            continue;
        }
        int rc = wait_for_tls(call, done);
        if (rc != 0)
            return rc;
    }
    return state == HTTP_REPLY_WHOLE ? 0
                                     : fail(call, -EPROTO,
                                            "its answer is cut short, too long or "
                                            "no HTTP");
}

static void end_call(struct call *call)
{
    SSL_free(call->ssl);
    if (call->fd >= 0)
        close(call->fd);
    ERR_clear_error();
}

int https_ask(struct https_client *client, const struct https_question *question,
              struct arena *arena, struct http_reply **out, char *why)
{
    struct call call = {.client = client, .fd = -1, .why = why};
    call.deadline_ms = clock_monotonic_ms() + (uint64_t)client->times.answer_ms;
    if (!url_parse_https(question->url, &call.url)) {
        snprintf(why, HTTPS_WHY_SIZE, "\"%.*s\" is no https URL",
                 (int)(question->url.len < 200 ? question->url.len : 200), question->url.ptr);
        return -EINVAL;
    }
    snprintf(call.host, sizeof(call.host), "%.*s", STR_ARG(call.url.host));
    OWN(http_reply_free) struct http_reply *reply = http_reply_new(arena, question->reply_max);
    OWN(buf_deinit) struct buf text = BUF_INIT;
    write_question(&call, question, &text);
    int rc = connect_host(&call);
    if (rc == 0)
        rc = begin_tls(&call);
    if (rc == 0)
        rc = send_all(&call, buf_str(&text));
    if (rc == 0)
        rc = receive(&call, reply);
    end_call(&call);
    if (rc == 0)
        *out = TAKE(reply);
    return rc;
}

/* ---- what the questions share ----------------------------------------------------------------- */

int https_client_new(struct https_client **out, const char *ca_file,
                     const struct https_times *times, char *why)
{
    OWN(https_client_free) struct https_client *client = NEW(struct https_client);
    client->times = *times;
    client->context = SSL_CTX_new(TLS_client_method());
    REQUIRE(client->context);
    REQUIRE(SSL_CTX_set_min_proto_version(client->context, TLS1_2_VERSION) == 1);
    SSL_CTX_set_verify(client->context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_mode(client->context, SSL_MODE_AUTO_RETRY);
    (void)SSL_CTX_set_default_verify_paths(client->context);
    if (ca_file && SSL_CTX_load_verify_file(client->context, ca_file) != 1) {
        const char *reason = ERR_reason_error_string(ERR_peek_last_error());
        snprintf(why, HTTPS_WHY_SIZE, "%.300s cannot be used as a file of roots in PEM: %s",
                 ca_file, reason ? reason : "OpenSSL gives no reason");
        ERR_clear_error();
        return -EINVAL;
    }
    ERR_clear_error();
    *out = TAKE(client);
    return 0;
}

void https_client_free(struct https_client *client)
{
    if (!client)
        return;
    SSL_CTX_free(client->context);
    xfree(client);
}
