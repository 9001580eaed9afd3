#include "load_conn.h"

#include <errno.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "load_inflate.h"
#include "load_tls.h"

#define READ_BYTES (256u << 10)
#define TEXT_BYTES (128u << 10)
#define FRAME_MAX (16u << 20)
#define HEAD_MAX 16384

/* RFC 6455 section 1.3: the sample key and its answer. */
#define WS_KEY "dGhlIHNhbXBsZSBub25jZQ=="
#define WS_ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

enum { OP_TEXT = 1, OP_BINARY = 2, OP_CLOSE = 8, OP_PING = 9, OP_PONG = 10 };

__attribute__((format(printf, 2, 3))) static void note_trouble(struct load *load,
                                                               const char *format, ...)
{
    if (load->trouble[0] != '\0')
        return;
    va_list args;
    va_start(args, format);
    vsnprintf(load->trouble, sizeof load->trouble, format, args);
    va_end(args);
    for (char *at = load->trouble; *at != '\0'; at++)
        if (*at == '"' || *at == '\\' || (unsigned char)*at < 32)
            *at = '.';
}

static ssize_t wire_send(struct conn *conn, const void *bytes, size_t count)
{
    return conn->tls ? load_tls_send(conn, bytes, count)
                     : send(conn->fd, bytes, count, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static ssize_t wire_receive(struct conn *conn, void *bytes, size_t most)
{
    return conn->tls ? load_tls_receive(conn, bytes, most)
                     : recv(conn->fd, bytes, most, MSG_DONTWAIT);
}

void conn_cut(struct conn *conn)
{
    load_tls_end(conn);
    if (conn->fd >= 0)
        close(conn->fd);
    free(conn->in);
    free(conn->out);
    *conn = (struct conn){.fd = -1, .index = conn->index};
}

static void conn_end(struct load *load, struct conn *conn, const char *why)
{
    if (conn->state == CONN_DEAD)
        return;
    if (conn->state == CONN_READY) {
        load->counts.closed++;
    } else {
        load->counts.failed++;
        if (conn->state != CONN_NEW)
            load->connecting--;
    }
    note_trouble(load, "connection %u: %s: %s", conn->index, why, strerror(errno));
    conn_cut(conn);
    conn->state = CONN_DEAD;
}

static void conn_watch(struct load *load, struct conn *conn, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = conn};
    epoll_ctl(load->epoll, EPOLL_CTL_MOD, conn->fd, &event);
}

static void conn_write(struct load *load, struct conn *conn, const void *bytes, size_t count)
{
    if (conn->state == CONN_DEAD)
        return;
    ssize_t sent = 0;
    if (conn->out_len == 0) {
        sent = wire_send(conn, bytes, count);
        if (sent < 0 && errno != EAGAIN && errno != EINTR) {
            conn_end(load, conn, "send");
            return;
        }
        if (sent < 0)
            sent = 0;
        if ((size_t)sent == count)
            return;
    }
    size_t left = count - (size_t)sent;
    bool too_much = conn->out_len + left > FRAME_MAX;
    uint8_t *out = too_much ? NULL : realloc(conn->out, conn->out_len + left);
    if (!out) {
        conn_end(load, conn, "too much waits to be sent");
        return;
    }
    memcpy(out + conn->out_len, (const uint8_t *)bytes + sent, left);
    conn->out = out;
    conn->out_len += left;
    if (!conn->wants_write) {
        conn->wants_write = true;
        conn_watch(load, conn, EPOLLIN | EPOLLOUT);
    }
}

static void conn_flush(struct load *load, struct conn *conn)
{
    while (conn->out_len > 0) {
        ssize_t sent = wire_send(conn, conn->out, conn->out_len);
        if (sent < 0) {
            if (errno != EAGAIN && errno != EINTR)
                conn_end(load, conn, "send");
            return;
        }
        conn->out_len -= (size_t)sent;
        memmove(conn->out, conn->out + sent, conn->out_len);
    }
    free(conn->out);
    conn->out = NULL;
    conn->wants_write = false;
    conn_watch(load, conn, EPOLLIN);
}

/* One masked frame. The mask is fixed: it protects proxies from scripts, and here is neither. */
static void conn_send_frame(struct load *load, struct conn *conn, int opcode, const void *payload,
                            size_t length)
{
    static const uint8_t mask[4] = {0x5a, 0xc3, 0x96, 0x3c};
    uint8_t *frame = load->frame;
    size_t head = 2;
    frame[0] = (uint8_t)(0x80 | opcode);
    if (length < 126) {
        frame[1] = (uint8_t)(0x80 | length);
    } else if (length < 65536) {
        frame[1] = 0x80 | 126;
        frame[2] = (uint8_t)(length >> 8);
        frame[3] = (uint8_t)length;
        head = 4;
    } else {
        frame[1] = 0x80 | 127;
        for (size_t at = 0; at < 8; at++)
            frame[2 + at] = (uint8_t)((uint64_t)length >> (56 - 8 * at));
        head = 10;
    }
    memcpy(frame + head, mask, sizeof mask);
    head += sizeof mask;
    for (size_t at = 0; at < length; at++)
        frame[head + at] = ((const uint8_t *)payload)[at] ^ mask[at & 3];
    conn_write(load, conn, frame, head + length);
}

static struct filling filling_of(const struct load *load, const struct conn *conn, uint64_t time_ns)
{
    const struct load_options *options = load->options;
    return (struct filling){.index = conn->index,
                            .seq = conn->seq,
                            .time_ns = time_ns,
                            .tokens = &options->tokens,
                            .rooms = &options->rooms,
                            .most = options->most,
                            .size = options->size};
}

void conn_send_message(struct load *load, struct conn *conn, uint64_t time_ns)
{
    struct filling filling = filling_of(load, conn, time_ns);
    size_t length = template_fill(load->text, TEXT_BYTES, load->options->message, &filling);
    conn->seq++;
    load->counts.published++;
    conn_send_frame(load, conn, OP_TEXT, load->text, length);
}

/* Sends what the login says next; stops where it says to wait. */
static void conn_login(struct load *load, struct conn *conn)
{
    const struct load_options *options = load->options;
    while (conn->step < options->step_count && !options->steps[conn->step].await) {
        struct filling filling = filling_of(load, conn, now_ns());
        size_t length =
            template_fill(load->text, TEXT_BYTES, options->steps[conn->step++].text, &filling);
        conn_send_frame(load, conn, OP_TEXT, load->text, length);
    }
    if (conn->state == CONN_LOGIN && conn->step == options->step_count) {
        conn->state = CONN_READY;
        load->connecting--;
        load->counts.ready++;
        load->last_ready_ns = now_ns();
    }
}

static void conn_upgraded(struct load *load, struct conn *conn)
{
    load->counts.upgraded++;
    conn->state = CONN_LOGIN;
    conn_login(load, conn);
}

/* Source addresses 127.0.0.2, 127.0.0.3, ...: the range of ports is then no limit, and a server that
 * is told so can tell one load from another. */
static struct sockaddr_in source_of(const struct load *load, const struct conn *conn)
{
    const struct load_options *options = load->options;
    uint32_t host = (uint32_t)(conn->index / options->per_address + options->first_source);
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_addr.s_addr = htonl(0x7f000000u | host)};
}

void conn_open(struct load *load, struct conn *conn)
{
    int on = 1;
    struct linger reset = {.l_onoff = 1, .l_linger = 0}; /* no TIME_WAIT for the next run */
    conn->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (conn->fd < 0) {
        conn_end(load, conn, "socket");
        return;
    }
    setsockopt(conn->fd, SOL_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    setsockopt(conn->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(conn->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    struct sockaddr_in source = source_of(load, conn);
    struct sockaddr_in server = {.sin_family = AF_INET,
                                 .sin_addr = load->options->host,
                                 .sin_port = htons(load->options->port)};
    load->connecting++;
    conn->state = CONN_CONNECTING;
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT, .data.ptr = conn};
    if (bind(conn->fd, (struct sockaddr *)&source, sizeof source) < 0)
        conn_end(load, conn, "bind");
    else if (connect(conn->fd, (struct sockaddr *)&server, sizeof server) < 0 &&
             errno != EINPROGRESS)
        conn_end(load, conn, "connect");
    else if (epoll_ctl(load->epoll, EPOLL_CTL_ADD, conn->fd, &event) < 0)
        conn_end(load, conn, "epoll");
}

static void conn_send_upgrade(struct load *load, struct conn *conn)
{
    const struct load_options *options = load->options;
    struct filling filling = filling_of(load, conn, now_ns());
    char *head = load->text;
    size_t length =
        (size_t)snprintf(head, TEXT_BYTES,
                         "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%" PRIu64 "\r\nUpgrade: websocket\r\n"
                         "Connection: Upgrade\r\nSec-WebSocket-Key: " WS_KEY "\r\n"
                         "Sec-WebSocket-Version: 13\r\n",
                         options->path, options->port);
    for (size_t at = 0; at < options->header_count; at++) {
        length += template_fill(head + length, HEAD_MAX, options->headers[at], &filling);
        memcpy(head + length, "\r\n", 2);
        length += 2;
    }
    memcpy(head + length, "\r\n", 2);
    conn->state = CONN_UPGRADING;
    conn_write(load, conn, head, length + 2);
}

static void conn_secured(struct load *load, struct conn *conn)
{
    if (load->options->raw)
        conn_upgraded(load, conn);
    else
        conn_send_upgrade(load, conn);
}

static void conn_shake_hands(struct load *load, struct conn *conn)
{
    conn->state = CONN_SHAKING;
    int done = load_tls_shake_hands(conn);
    if (done < 0)
        conn_end(load, conn, "TLS");
    else if (done)
        conn_secured(load, conn);
}

void conn_on_writable(struct load *load, struct conn *conn)
{
    if (conn->state != CONN_CONNECTING) {
        conn_flush(load, conn);
        return;
    }
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(conn->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) {
        errno = error;
        conn_end(load, conn, "connect");
        return;
    }
    conn_watch(load, conn, EPOLLIN);
    if (!load->options->tls) {
        conn_secured(load, conn);
        return;
    }
    load_tls_begin(conn);
    conn_shake_hands(load, conn);
}

static void on_delivery(struct load *load, struct conn *conn, uint64_t sent_ns, uint64_t now)
{
    load->counts.delivered++;
    if (load->phase >= PHASE_MEASURE)
        histogram_add(&load->latency, now > sent_ns ? now - sent_ns : 0);
    bool more = load->phase == PHASE_WARM || load->phase == PHASE_MEASURE;
    if (load->options->mode == LOAD_ECHO && more)
        conn_send_message(load, conn, now_ns());
}

static void look_for_fault(struct load *load, const struct conn *conn, const char *text,
                           size_t length)
{
    const char *fault = load->options->fault;
    if (!fault || !memmem(text, length, fault, strlen(fault)))
        return;
    load->counts.faults++;
    note_trouble(load, "connection %u: %.*s", conn->index, (int)(length > 150 ? 150 : length),
                 text);
}

static void on_data(struct load *load, struct conn *conn, const char *text, size_t length,
                    uint64_t now)
{
    const struct load_options *options = load->options;
    look_for_fault(load, conn, text, length);
    if (conn->state == CONN_LOGIN) {
        const char *awaited = options->steps[conn->step].text;
        if (memmem(text, length, awaited, strlen(awaited))) {
            conn->step++;
            conn_login(load, conn);
        }
        return;
    }
    bool any = false;
    for (const char *at = text, *end = text + length; at;) {
        uint64_t sent_ns = template_time(at, end, options->key, strlen(options->key), &at);
        if (sent_ns == 0)
            continue;
        any = true;
        on_delivery(load, conn, sent_ns, now);
        if (conn->state == CONN_DEAD)
            return;
    }
    if (!any)
        load->counts.other_frames++;
}

static void on_frame(struct load *load, struct conn *conn, int opcode, const uint8_t *payload,
                     size_t length, uint64_t now)
{
    if (opcode <= OP_BINARY) {
        on_data(load, conn, (const char *)payload, length, now);
    } else if (opcode == OP_PING) {
        conn_send_frame(load, conn, OP_PONG, payload, length < 126 ? length : 125);
    } else if (opcode == OP_CLOSE) {
        int code = length >= 2 ? payload[0] << 8 | payload[1] : 0;
        note_trouble(load, "connection %u: closed by the server with %d", conn->index, code);
        conn_end(load, conn, "closed");
    } else if (opcode != OP_PONG) {
        conn_end(load, conn, "unknown opcode");
    }
}

/* The length of the frame's head, 0 if it is not all there; *length is that of its payload. */
static size_t frame_head(const uint8_t *from, size_t have, uint64_t *length)
{
    if (have < 2)
        return 0;
    size_t extra = (from[1] & 127) == 126 ? 2 : (from[1] & 127) == 127 ? 8 : 0;
    if (have < 2 + extra)
        return 0;
    *length = extra == 0 ? from[1] & 127 : 0;
    for (size_t at = 0; at < extra; at++)
        *length = *length << 8 | from[2 + at];
    return 2 + extra;
}

/* Takes all whole frames; returns how many bytes they were. */
static size_t take_frames(struct load *load, struct conn *conn, const uint8_t *from, size_t have)
{
    uint64_t now = now_ns();
    size_t taken = 0;
    while (conn->state >= CONN_LOGIN && conn->state != CONN_DEAD) {
        const uint8_t *at = from + taken;
        uint64_t length = 0;
        size_t head = frame_head(at, have - taken, &length);
        if (head == 0 || (length <= FRAME_MAX && have - taken - head < length))
            break;
        const uint8_t *payload = at + head;
        size_t size = (size_t)length;
        bool small = load->options->deflate && at[0] & 0x40;
        if (small && length <= FRAME_MAX)
            payload = load_inflate(payload, size, &size);
        if (!payload || at[0] & (load->options->deflate ? 0x30 : 0x70) || at[1] & 0x80 ||
            length > FRAME_MAX) {
            conn_end(load, conn, "a frame that is none");
            break;
        }
        taken += head + (size_t)length;
        on_frame(load, conn, at[0] & 15, payload, size, now);
    }
    return taken;
}

/* The length of the upgrade's answer, 0 if it is not all there. */
static size_t take_upgrade(struct load *load, struct conn *conn, const uint8_t *from, size_t have)
{
    const uint8_t *end = memmem(from, have, "\r\n\r\n", 4);
    if (!end) {
        if (have > HEAD_MAX)
            conn_end(load, conn, "endless head");
        return 0;
    }
    size_t length = (size_t)(end + 4 - from);
    if (length < 15 || memcmp(from + 9, "101", 3) != 0 ||
        !memmem(from, length, WS_ACCEPT, strlen(WS_ACCEPT))) {
        note_trouble(load, "no upgrade: %.*s", (int)(length > 60 ? 60 : length),
                     (const char *)from);
        conn_end(load, conn, "upgrade");
        return 0;
    }
    conn_upgraded(load, conn);
    return length;
}

static void keep_rest(struct load *load, struct conn *conn, const uint8_t *from, size_t count)
{
    if (count == 0) {
        free(conn->in);
        conn->in = NULL;
    } else {
        uint8_t *in = realloc(conn->in, count);
        if (!in) {
            conn_end(load, conn, "memory");
            return;
        }
        memmove(in, from, count);
        conn->in = in;
    }
    conn->in_len = count;
}

void conn_on_readable(struct load *load, struct conn *conn)
{
    uint8_t *buffer = load->read_buffer;
    if (conn->state == CONN_SHAKING) {
        conn_shake_hands(load, conn);
        return;
    }
    if (conn->in_len > FRAME_MAX) {
        conn_end(load, conn, "endless frame");
        return;
    }
    ssize_t count = wire_receive(conn, buffer + conn->in_len, READ_BYTES);
    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (count <= 0) {
        conn_end(load, conn, count == 0 ? "end of stream" : "recv");
        return;
    }
    if (conn->in_len > 0)
        memcpy(buffer, conn->in, conn->in_len);
    load->counts.bytes += (uint64_t)count;
    load->counts.reads++;
    size_t have = conn->in_len + (size_t)count, taken = 0;
    if (conn->state == CONN_UPGRADING)
        taken = take_upgrade(load, conn, buffer, have);
    if (conn->state >= CONN_LOGIN)
        taken += take_frames(load, conn, buffer + taken, have - taken);
    if (conn->state != CONN_DEAD)
        keep_rest(load, conn, buffer + taken, have - taken);
}
