#include "load.h"

#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "clock.h"
#include "load_conn.h"

#define EVENTS 1024
#define OPEN_BURST 64
#define SEND_BURST 4096
#define TURN_NS 5000000ull
#define STALL_NS (2 * NS_PER_S)
#define BUFFER_BYTES ((16u << 20) + (512u << 10)) /* the longest frame and one read */
#define FRAME_BYTES (256u << 10)

void load_init(struct load *load, const struct load_options *options)
{
    *load = (struct load){.options = options, .fan = 1, .first_ns = now_ns()};
    load->epoll = epoll_create1(EPOLL_CLOEXEC);
    load->conns = calloc(options->connections, sizeof *load->conns);
    load->read_buffer = malloc(BUFFER_BYTES);
    load->text = malloc(FRAME_BYTES);
    load->frame = malloc(FRAME_BYTES);
    if (load->epoll < 0 || !load->conns || !load->read_buffer || !load->text || !load->frame)
        err(2, "start");
    for (uint64_t at = 0; at < options->connections; at++)
        load->conns[at] = (struct conn){.fd = -1, .index = (uint32_t)at};
}

static void open_some(struct load *load)
{
    const struct load_options *options = load->options;
    for (int burst = 0; burst < OPEN_BURST; burst++) {
        if (load->opened == options->connections || load->connecting >= options->inflight)
            return;
        conn_open(load, &load->conns[load->opened++]);
    }
}

void load_cut(struct load *load)
{
    uint64_t began =
        now_ns(); /* cutting them all takes a while, and the first are back meanwhile */
    for (uint64_t at = 0; at < load->options->connections; at++)
        conn_cut(&load->conns[at]);
    load->counts = (struct load_counts){0};
    load->opened = load->connecting = 0;
    load->last_ready_ns = 0;
    load->first_ns = began;
    load->phase = PHASE_CONNECT;
}

/* Messages whose deliveries are not all in. */
static uint64_t outstanding(const struct load *load)
{
    uint64_t expected = load->counts.published * load->fan;
    uint64_t in = load->counts.delivered + load->counts.given_up;
    return expected > in ? expected - in : 0;
}

bool load_settled(const struct load *load)
{
    return outstanding(load) == 0;
}

/* A message that some receiver will never get must not stop the run: after 2 s without any
 * delivery what is missing is written off, and counted. */
static void give_up_stalled(struct load *load)
{
    uint64_t now = now_ns();
    if (load->stalled_at_count != load->counts.delivered || load->stalled_since_ns == 0) {
        load->stalled_at_count = load->counts.delivered;
        load->stalled_since_ns = now;
    } else if (now - load->stalled_since_ns > STALL_NS) {
        load->counts.given_up += outstanding(load);
        load->stalled_since_ns = now;
    }
}

static struct conn *next_publisher(struct load *load)
{
    uint64_t count = load->options->publishers;
    for (uint64_t tried = 0; tried < count; tried++) {
        struct conn *conn = &load->conns[load->next_publisher++ % count];
        if (conn->state == CONN_READY && conn->out_len == 0)
            return conn;
    }
    return NULL;
}

/* Closed loop: at most `window` messages of each publisher are on their way. */
static void publish_closed(struct load *load)
{
    uint64_t allowed = load->options->publishers * load->options->window * load->fan;
    for (int burst = 0; burst < SEND_BURST; burst++) {
        if (outstanding(load) + load->fan > allowed) {
            give_up_stalled(load);
            return;
        }
        struct conn *conn = next_publisher(load);
        if (!conn)
            return;
        conn_send_message(load, conn, now_ns());
    }
}

/* Open loop: messages leave on schedule whatever the server does, and {t} is the scheduled time,
 * so that a stalled server cannot hide its delay. */
static void publish_on_schedule(struct load *load)
{
    uint64_t gap = NS_PER_S / load->options->rate, now = now_ns();
    if (load->next_send_ns == 0)
        load->next_send_ns = now;
    for (int burst = 0; burst < SEND_BURST && load->next_send_ns <= now; burst++) {
        struct conn *conn = next_publisher(load);
        if (!conn)
            return;
        conn_send_message(load, conn, load->next_send_ns);
        load->next_send_ns += gap;
    }
}

/* How long a turn may wait: not past the next scheduled message. */
static struct timespec turn_wait(const struct load *load)
{
    uint64_t wait = TURN_NS, now = now_ns();
    bool more_to_open = load->phase == PHASE_CONNECT && load->opened < load->options->connections &&
                        load->connecting < load->options->inflight;
    if (more_to_open)
        wait = 0;
    else if (load->next_send_ns != 0 && load->next_send_ns < now + wait)
        wait = load->next_send_ns > now ? load->next_send_ns - now : 0;
    return (struct timespec){.tv_sec = 0, .tv_nsec = (long)wait};
}

void load_turn(struct load *load)
{
    bool sending = load->phase == PHASE_WARM || load->phase == PHASE_MEASURE;
    if (load->phase == PHASE_CONNECT)
        open_some(load);
    if (sending && load->options->mode == LOAD_FANOUT) {
        if (load->options->rate > 0)
            publish_on_schedule(load);
        else
            publish_closed(load);
    }
    struct epoll_event events[EVENTS];
    struct timespec wait = turn_wait(load);
    int count = epoll_pwait2(load->epoll, events, EVENTS, &wait, NULL);
    for (int at = 0; at < count; at++) {
        struct conn *conn = events[at].data.ptr;
        if (conn->state != CONN_DEAD && events[at].events & EPOLLOUT)
            conn_on_writable(load, conn);
        if (conn->state > CONN_CONNECTING && conn->state != CONN_DEAD &&
            events[at].events & (EPOLLIN | EPOLLERR | EPOLLHUP))
            conn_on_readable(load, conn);
        else if (conn->state == CONN_CONNECTING && events[at].events & (EPOLLERR | EPOLLHUP))
            conn_on_writable(load, conn);
    }
}

void load_enter(struct load *load, enum load_phase phase)
{
    load->phase = phase;
    if (phase == PHASE_MEASURE)
        histogram_clear(&load->latency);
    if (phase == PHASE_DRAIN)
        load->next_send_ns = 0;
    if (phase != PHASE_WARM || load->options->mode != LOAD_ECHO)
        return;
    for (uint64_t at = 0; at < load->options->connections; at++)
        for (uint64_t sent = 0; sent < load->options->window; sent++)
            if (load->conns[at].state == CONN_READY)
                conn_send_message(load, &load->conns[at], now_ns());
}
