#include "net/stream.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    SLICES_A_WRITE = 1024, /* IOV_MAX of Linux */
    LINGER_MS = 2000,      /* for the peer's FIN after ours */
};

struct stream_rest {
    size_t len;
    char bytes[];
};

static void add(_Atomic uint64_t *figure, uint64_t more)
{
    /* Only this thread writes it: no need for a locked instruction. */
    atomic_store_explicit(figure, atomic_load_explicit(figure, memory_order_relaxed) + more,
                          memory_order_relaxed);
}

/* ---- the socket ---- */

/* libc's recv() and send() are points where a thread may be cancelled, which takes two locked instructions a
 * call, a fortieth of a delivery; nobody cancels threads here. */
static ssize_t socket_read(struct stream *stream, char *into, size_t size)
{
    ssize_t n = syscall(SYS_recvfrom, stream->fd.fd, into, size, 0, NULL, NULL);
    if (n > 0)
        add(&stream->streams->figures->bytes_in, (uint64_t)n);
    return n < 0 ? -errno : n;
}

/* MSG_NOSIGNAL: no SIGPIPE. */
static ssize_t write_piece(int fd, struct str piece)
{
    return syscall(SYS_sendto, fd, piece.ptr, piece.len, MSG_NOSIGNAL, NULL, 0);
}

static ssize_t write_pieces(int fd, const struct out_queue *queue)
{
    struct iovec slices[SLICES_A_WRITE];
    struct msghdr message = {.msg_iov = slices,
                             .msg_iovlen = out_queue_slices(queue, slices, SLICES_A_WRITE)};
    return sendmsg(fd, &message, MSG_NOSIGNAL);
}

/* As much of the queue as the socket takes in one call. */
static ssize_t socket_write(struct stream *stream)
{
    const struct out_queue *out = &stream->out;
    ssize_t n = out->count == 1 ? write_piece(stream->fd.fd, out_queue_next(out))
                                : write_pieces(stream->fd.fd, out);
    if (n > 0)
        add(&stream->streams->figures->bytes_out, (uint64_t)n);
    return n < 0 ? -errno : n;
}

static void watch(struct stream *stream, uint32_t events)
{
    if (stream->closed || stream->fd.events == events)
        return;
    if (loop_change(stream->streams->loop, &stream->fd, events) < 0)
        stream_close(stream);
}

static void set_reading(struct stream *stream, bool on)
{
    watch(stream, on ? stream->fd.events | EPOLLIN : stream->fd.events & ~(uint32_t)EPOLLIN);
}

/* ---- in ---- */

/* Offers bytes to the protocol, and to the next one if it changes on the way. Returns how many
 * were taken. */
static size_t offer(struct stream *stream, char *bytes, size_t len)
{
    size_t taken = 0;
    const struct stream_protocol *before;
    do {
        before = stream->protocol;
        taken += before->on_bytes(stream, bytes + taken, len - taken);
    } while (taken < len && !stream->closed && stream->protocol != before);
    return stream->closed || stream->finishing ? len : taken;
}

static void keep_rest(struct stream *stream, const char *bytes, size_t len)
{
    stream->rest = xmalloc(sizeof(*stream->rest) + len);
    stream->rest->len = len;
    memcpy(stream->rest->bytes, bytes, len);
}

static void rest_free(struct stream_rest *rest)
{
    if (rest)
        explicit_bzero(rest->bytes, rest->len);
    xfree(rest);
}

static void offer_rest(struct stream *stream)
{
    struct stream_rest *rest = TAKE(stream->rest);
    size_t taken = offer(stream, rest->bytes, rest->len);
    if (taken < rest->len)
        keep_rest(stream, rest->bytes + taken, rest->len - taken);
    rest_free(rest);
    if (!stream->rest && !stream->ended)
        set_reading(stream, true);
}

/* TLS may hold back a part of a record that has left the queue. */
static bool has_output(const struct stream *stream)
{
    return stream->out.count || (stream->tls && tls_unsent(stream->tls));
}

static void on_end(struct stream *stream)
{
    stream->ended = true;
    set_reading(stream, false); /* it would stay readable for ever */
    if (stream->finishing && !has_output(stream))
        stream_close(stream);
    else if (!stream->finishing)
        stream->protocol->on_end(stream);
}

static void hand_up(struct stream *stream, char *bytes, size_t len)
{
    /* While finishing, nobody wants it any more. */
    size_t taken = stream->finishing ? len : offer(stream, bytes, len);
    if (taken < len)
        keep_rest(stream, bytes + taken, len - taken);
    explicit_bzero(bytes, len); /* a password may have been in it */
}

/* TLS has an end of its own, that no socket becomes readable for. */
static void end_if_tls_has(struct stream *stream)
{
    if (!stream->closed && stream->tls && tls_has_ended(stream->tls) && !stream->ended &&
        !stream->paused && !stream->rest)
        on_end(stream);
}

static void block(struct stream *stream);

static void read_sealed(struct stream *stream)
{
    struct tls *tls = stream->tls;
    char *buffer = stream->streams->read_buffer;
    bool was_ready = tls_is_ready(tls);
    /* Whose turn it is not yet stays readable. */
    if (!was_ready && !stream->finishing && !streams_may_shake_hands(stream->streams))
        return;
    ssize_t n = tls_read(tls, stream->fd.fd, buffer);
    if (n < 0) {
        if (n == -EPROTO && !was_ready)
            stream_finish(stream, LINGER_MS); /* so that the alert arrives */
        else
            stream_close(stream);
        return;
    }
    if (tls_unsent(tls))
        block(stream);
    if (!stream->closed && (n > 0 || tls_is_ready(tls) != was_ready))
        hand_up(stream, buffer, (size_t)n);
    end_if_tls_has(stream);
}

static void read_some(struct stream *stream)
{
    if (stream->paused || stream->rest) {
        set_reading(stream, false); /* only now: most pauses end before the next bytes */
        return;
    }
    if (stream->tls) {
        read_sealed(stream);
        return;
    }
    char *buffer = stream->streams->read_buffer;
    ssize_t n = socket_read(stream, buffer, STREAM_READ_BYTES);
    if (n == -EAGAIN || n == -EINTR)
        return;
    if (n < 0) {
        stream_close(stream);
        return;
    }
    if (n == 0) {
        on_end(stream);
        return;
    }
    hand_up(stream, buffer, (size_t)n);
}

void stream_pause(struct stream *stream)
{
    stream->paused = true;
}

/* Something that came waits for the end of the turn. */
static bool is_to_be_offered(const struct stream *stream)
{
    return stream->rest || (stream->tls && tls_has_ended(stream->tls));
}

void stream_resume(struct stream *stream)
{
    stream->paused = false;
    if (stream->closed || stream->ended)
        return;
    if (is_to_be_offered(stream))
        loop_defer(stream->streams->loop, &stream->turn_end);
    else
        set_reading(stream, true);
}

/* ---- out ---- */

static struct budget *held_by(const struct stream *stream)
{
    return stream->blocked ? stream->streams->budget : NULL;
}

static void block(struct stream *stream)
{
    struct streams *streams = stream->streams;
    if (stream->blocked)
        return;
    stream->blocked = true;
    out_queue_hold(&stream->out, streams->budget);
    list_remove(&stream->link);
    list_append(&streams->blocked, &stream->link);
    loop_defer(streams->loop, &streams->blocked_look);
    watch(stream, stream->fd.events | EPOLLOUT);
}

static void unblock(struct stream *stream)
{
    if (!stream->blocked)
        return;
    stream->blocked = false;
    list_remove(&stream->link);
    list_append(&stream->streams->all, &stream->link);
    watch(stream, stream->fd.events & ~(uint32_t)EPOLLOUT);
}

static void shut(struct stream *stream)
{
    if (stream->shut)
        return;
    stream->shut = true;
    if (stream->ended || shutdown(stream->fd.fd, SHUT_WR) < 0) {
        stream_close(stream);
        return;
    }
    stream_set_timer(stream, LINGER_MS);
}

static void count_queued(struct stream *stream, size_t before)
{
    add(&stream->streams->figures->queued_bytes, stream->out.bytes - before);
}

/* One record. Says whether another makes sense. */
static bool seal_once(struct stream *stream)
{
    size_t before = stream->out.bytes;
    ssize_t n = tls_write(stream->tls, stream->fd.fd, &stream->out);
    if (n < 0) {
        stream_close(stream);
        return false;
    }
    if (n > 0)
        out_queue_advance(&stream->out, (size_t)n, held_by(stream));
    count_queued(stream, before);
    if (tls_unsent(stream->tls)) {
        block(stream);
        return false;
    }
    return stream->out.count > 0;
}

/* One system call. Says whether another makes sense. */
static bool write_once(struct stream *stream)
{
    if (stream->tls)
        return seal_once(stream);
    size_t before = stream->out.bytes;
    bool all_offered = stream->out.count <= SLICES_A_WRITE;
    ssize_t n = socket_write(stream);
    if (n == -EINTR)
        return true;
    if (n < 0 && n != -EAGAIN) {
        stream_close(stream);
        return false;
    }
    if (n >= 0) {
        out_queue_advance(&stream->out, (size_t)n, held_by(stream));
        count_queued(stream, before);
        if (stream->out.count == 0 || !all_offered)
            return stream->out.count > 0;
    }
    block(stream); /* it took less than was offered: no need to ask again to know */
    return false;
}

/* All is out: close_notify where there is TLS, then FIN. */
static void end_output(struct stream *stream)
{
    if (stream->tls)
        tls_close(stream->tls, stream->fd.fd);
    if (has_output(stream))
        block(stream);
    else
        shut(stream);
}

static uint64_t bytes_out(const struct stream *stream)
{
    return atomic_load_explicit(&stream->streams->figures->bytes_out, memory_order_relaxed);
}

void stream_flush(struct stream *stream)
{
    uint64_t before = bytes_out(stream);
    while (has_output(stream) && write_once(stream))
        ;
    if (stream->closed)
        return;
    if (!has_output(stream))
        unblock(stream);
    bool progress = bytes_out(stream) > before;
    if (stream->finishing && !has_output(stream))
        end_output(stream);
    else if (stream->finishing && progress)
        stream_set_timer(stream, stream->finish_ms);
    else if (progress)
        stream->protocol->on_written(stream);
}

void stream_put(struct stream *stream, struct bytes *bytes)
{
    if (stream->closed)
        return;
    size_t before = stream->out.bytes;
    out_queue_put(&stream->out, bytes);
    count_queued(stream, before);
    if (!stream->blocked) {
        loop_defer(stream->streams->loop, &stream->turn_end);
        return;
    }
    budget_hold(stream->streams->budget, bytes);
    loop_defer(stream->streams->loop, &stream->streams->blocked_look);
}

void stream_put_constant(struct stream *stream, struct str text)
{
    if (stream->closed)
        return;
    size_t before = stream->out.bytes;
    out_queue_put_constant(&stream->out, text);
    count_queued(stream, before);
    if (!stream->blocked)
        loop_defer(stream->streams->loop, &stream->turn_end);
}

void stream_hold(struct stream *stream)
{
    if (!stream->closed && !stream->finishing && !is_to_be_offered(stream))
        loop_undefer(&stream->turn_end);
}

void stream_cut(struct stream *stream)
{
    size_t before = stream->out.bytes;
    out_queue_cut(&stream->out, held_by(stream));
    count_queued(stream, before);
}

/* ---- beginning and end ---- */

static void bury(struct stream *stream)
{
    list_remove(&stream->link);
    stream->protocol->on_gone(stream);
}

static void on_turn_end(struct loop_deferred *deferred)
{
    struct stream *stream = CONTAINER_OF(deferred, struct stream, turn_end);
    if (!stream->closed && stream->rest && !stream->paused)
        offer_rest(stream);
    end_if_tls_has(stream);
    if (!stream->closed && !stream->blocked)
        stream_flush(stream);
    if (stream->closed) {
        loop_undefer(deferred);
        bury(stream);
    }
}

static void on_timer(struct loop_timer *timer)
{
    struct stream *stream = CONTAINER_OF(timer, struct stream, timer);
    if (stream->finishing)
        stream_close(stream);
    else
        stream->protocol->on_due(stream);
}

static void on_ready(struct loop_fd *fd, uint32_t events)
{
    struct stream *stream = CONTAINER_OF(fd, struct stream, fd);
    if (events & (EPOLLERR | EPOLLHUP) && !(events & EPOLLIN)) {
        stream_close(stream);
        return;
    }
    if (events & EPOLLOUT)
        stream_flush(stream);
    if (!stream->closed && events & EPOLLIN)
        read_some(stream);
}

int stream_init(struct stream *stream, struct streams *streams, int fd,
                const struct stream_protocol *protocol)
{
    stream->fd = (struct loop_fd){.fd = fd, .events = EPOLLIN, .on_ready = on_ready};
    int rc = loop_add(streams->loop, &stream->fd);
    if (rc < 0) {
        close(fd);
        return rc;
    }
    stream->turn_end.run = on_turn_end;
    stream->timer.on_due = on_timer;
    stream->streams = streams;
    stream->protocol = protocol;
    list_append(&streams->all, &stream->link);
    return 0;
}

void stream_secure(struct stream *stream)
{
    REQUIRE(!stream->tls);
    stream->tls = tls_new(&stream->streams->tls);
}

void stream_set_timer(struct stream *stream, uint64_t after_ms)
{
    if (!stream->closed)
        loop_timer_start(stream->streams->loop, &stream->timer, after_ms);
}

void stream_stop_timer(struct stream *stream)
{
    loop_timer_stop(stream->streams->loop, &stream->timer);
}

void stream_finish(struct stream *stream, uint64_t within_ms)
{
    if (stream->closed || stream->finishing)
        return;
    stream->finishing = true;
    stream->finish_ms = (uint32_t)within_ms;
    stream->paused = false;
    rest_free(TAKE(stream->rest));
    if (!stream->ended)
        set_reading(stream, true);
    stream_set_timer(stream, within_ms);
    if (!stream->closed && !stream->blocked)
        loop_defer(stream->streams->loop, &stream->turn_end);
}

void stream_close(struct stream *stream)
{
    if (stream->closed)
        return;
    if (stream->tls && !has_output(stream))
        tls_close(stream->tls, stream->fd.fd); /* a last word, if the socket takes it */
    tls_free(TAKE(stream->tls));
    size_t before = stream->out.bytes;
    out_queue_clear(&stream->out, held_by(stream));
    count_queued(stream, before);
    stream->closed = true;
    unblock(stream);
    stream_stop_timer(stream);
    rest_free(TAKE(stream->rest));
    loop_close(stream->streams->loop, &stream->fd);
    loop_defer(stream->streams->loop, &stream->turn_end);
}
