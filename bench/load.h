/* load.h - many WebSocket connections to one server, driven by one epoll loop.
 *
 * A connection shakes hands where TLS is asked for, upgrades (or, raw, does not), goes through its login steps and is then ready.
 * What counts as a delivery is one `key` followed by a {t} in a data frame; its latency is the
 * time between that {t} and the return of the read() that held the frame.
 *
 * Owns:   every connection; freed with the process.
 * Thread: one.
 * Fails:  a connection that fails is counted, the first reason is kept in words. */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "histogram.h"
#include "template.h"

enum load_mode { LOAD_IDLE, LOAD_FANOUT, LOAD_ECHO, LOAD_CUT, LOAD_MODES };
enum load_phase { PHASE_CONNECT, PHASE_WARM, PHASE_MEASURE, PHASE_DRAIN };

#define LOAD_HEADERS_MAX 8
#define LOAD_STEPS_MAX 8

struct load_options {
    enum load_mode mode;
    struct in_addr host;
    uint64_t port, connections, inflight, per_address, first_source, publishers, window, rate, most,
        size, server;
    bool raw, tls, deflate;
    const char *path, *message, *key, *fault;
    const char *headers[LOAD_HEADERS_MAX];
    size_t header_count;
    struct {
        const char *text;
        bool await;
    } steps[LOAD_STEPS_MAX];
    size_t step_count;
    struct lines tokens, rooms;
    double warmup, duration, hold, drain, connect_timeout, max_time;
};

enum conn_state {
    CONN_NEW,
    CONN_CONNECTING,
    CONN_SHAKING,
    CONN_UPGRADING,
    CONN_LOGIN,
    CONN_READY,
    CONN_DEAD
};

struct conn {
    int fd;
    struct ssl_st *tls; /* NULL: plain */
    enum conn_state state;
    uint32_t index, seq, step;
    bool wants_write;
    uint8_t *in, *out; /* an unfinished frame; bytes the kernel would not take */
    size_t in_len, out_len;
};

struct load_counts {
    uint64_t upgraded, ready, failed, closed;
    uint64_t published, delivered, other_frames, bytes, reads, given_up, faults;
};

struct load {
    const struct load_options *options;
    enum load_phase phase;
    int epoll;
    struct conn *conns;
    uint64_t opened, connecting, next_publisher;
    struct load_counts counts;
    struct histogram latency;
    uint64_t fan; /* deliveries expected for one message */
    uint64_t first_ns, last_ready_ns;
    uint64_t stalled_at_count, stalled_since_ns;
    uint64_t next_send_ns;
    uint8_t *read_buffer;
    char *text;
    uint8_t *frame;
    char trouble[200];
};

void load_init(struct load *load, const struct load_options *options);

/* One turn: opens, publishes, waits for at most 5 ms, reads. */
void load_turn(struct load *load);

/* Enters a phase; echo connections send their first messages as it warms up. */
void load_enter(struct load *load, enum load_phase phase);

/* Cuts every connection at once, without a word; load_turn() opens them anew. */
void load_cut(struct load *load);

/* All messages are in or given up. */
bool load_settled(const struct load *load);
