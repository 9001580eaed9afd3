#include "net/http1.h"

/* One request after the other: while one is with the handler, or too much of an answer is still
 * queued, no further bytes are taken, and the stream stops reading. */

enum { QUEUE_ENOUGH = 65536 }; /* bytes of answers, past which no further request is begun */

/* ---- timeouts ---- */

void http1_enter(struct connection *connection, enum http1_phase phase)
{
    const struct limits *limits = limits_of(connection);
    connection->http->phase = phase;
    const uint64_t seconds[] = {
        [PHASE_FIRST] = limits->http_head_s,
        [PHASE_IDLE] = limits->http_idle_s,
        [PHASE_HEAD] = limits->http_head_s,
        [PHASE_BODY] = limits->http_body_s,
        [PHASE_HANDLER] = 0,
        [PHASE_WRITE] = limits->http_write_s,
    };
    if (seconds[phase])
        stream_set_timer(&connection->stream, seconds[phase] * 1000);
    else
        stream_stop_timer(&connection->stream);
}

/* ---- refusals ---- */

void http1_refuse(struct connection *connection, int status)
{
    /* Whatever the one or the other is for, it is for the server as a whole. */
    static const struct http_header retry = {STR_INIT("Retry-After"), STR_INIT("1")};
    static const struct http_header allow = {
        STR_INIT("Allow"), STR_INIT("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")};
    struct http1 *http = connection->http;
    const struct http_handler *handler = &server_of(connection)->handler;
    if (!http->exchange)
        http->exchange = http_exchange_new(connection);
    http_exchange_was_read(http->exchange);
    http->exchange->request.method = http->line.method; /* HEAD gets no body here either */
    http->handed_out = true;
    figure_add(&server_of(connection)->figures.refused, 1);

    struct http_answer answer = {.status = status,
                                 .headers = status == 405 ? &allow : &retry,
                                 .header_count = status == 405 || status == 503,
                                 .close = true};
    struct arena *arena = &http->exchange->arena;
    answer.body = handler->error_body(handler->ctx, status, arena, &answer.type);
    http_respond(http->exchange, &answer);
}

/* Requests that are not whole yet take memory, and whoever sends them decides how long. Past the
 * limit those that were begun first are given up: who sends at an ordinary speed is not among
 * them. */
static void give_up_slowest(struct http_server *server)
{
    while (server->reading_bytes > server->streams.limits->http_reading_bytes) {
        LIMIT_HIT(server->streams.limits, http_reading_bytes);
        struct http_exchange *slowest =
            CONTAINER_OF(server->reading.next, struct http_exchange, link);
        http1_refuse(slowest->connection, 503);
    }
}

/* ---- the protocol ---- */

static bool may_go_on(const struct connection *connection)
{
    const struct stream *stream = &connection->stream;
    return !stream->closed && !stream->finishing && stream->protocol == &http1_protocol &&
           !connection->http->handed_out && stream->out.bytes < QUEUE_ENOUGH;
}

static void hand_out(struct connection *connection)
{
    struct http1 *http = connection->http;
    const struct http_handler *handler = &server_of(connection)->handler;
    http_exchange_was_read(http->exchange);
    http->exchange->request.body = buf_str(&http->exchange->body);
    http->handed_out = true;
    http1_enter(connection, PHASE_HANDLER);
    figure_add(&server_of(connection)->figures.requests, 1);
    handler->on_request(handler->ctx, http->exchange);
}

static size_t read_on(struct connection *connection, struct str bytes)
{
    struct http1 *http = connection->http;
    size_t taken;
    switch (http1_parse(connection, bytes, &taken)) {
    case HTTP1_REQUEST:
        hand_out(connection);
        return taken;
    case HTTP1_REFUSED:
        http1_refuse(connection, http->refusal);
        return bytes.len;
    default:
        if (http->exchange)
            http_exchange_weigh(http->exchange);
        give_up_slowest(server_of(connection));
        return taken;
    }
}

/* All that came has been read, and it was no whole request. */
static void say_continue(struct connection *connection)
{
    struct http1 *http = connection->http;
    if (!may_go_on(connection) || !http->owes_continue)
        return;
    http->owes_continue = false;
    stream_put_constant(&connection->stream, STR("HTTP/1.1 100 Continue\r\n\r\n"));
}

static size_t on_bytes(struct stream *stream, char *bytes, size_t len)
{
    struct connection *connection = connection_of(stream);
    size_t taken = 0;
    while (taken < len && may_go_on(connection))
        taken += read_on(connection, str_of(bytes + taken, len - taken));
    if (taken == len)
        say_continue(connection);
    return taken;
}

/* Who asked and sent FIN may still read the answer; half a request gets one too. */
static void on_end(struct stream *stream)
{
    struct connection *connection = connection_of(stream);
    struct http1 *http = connection->http;
    if (http->handed_out)
        http->last = true;
    else if (http->exchange)
        http1_refuse(connection, 400);
    else
        stream_finish(stream, limits_of(connection)->http_write_s * 1000);
}

static void on_written(struct stream *stream)
{
    struct connection *connection = connection_of(stream);
    struct http1 *http = connection->http;
    if (stream->blocked) {
        if (!http->exchange)
            http1_enter(connection, PHASE_WRITE);
        return;
    }
    if (http->phase == PHASE_WRITE)
        http1_enter(connection, PHASE_IDLE);
    if (!http->handed_out)
        stream_resume(stream);
}

static void on_due(struct stream *stream)
{
    static const enum limit_id hit[] = {
        [PHASE_FIRST] = LIMIT_ID_http_head_s,  [PHASE_IDLE] = LIMIT_ID_http_idle_s,
        [PHASE_HEAD] = LIMIT_ID_http_head_s,   [PHASE_BODY] = LIMIT_ID_http_body_s,
        [PHASE_WRITE] = LIMIT_ID_http_write_s,
    };
    struct connection *connection = connection_of(stream);
    enum http1_phase phase = connection->http->phase;
    limits_hit(limits_of(connection), hit[phase]);
    if (phase == PHASE_HEAD || phase == PHASE_BODY)
        http1_refuse(connection, 408);
    else
        stream_close(stream);
}

static void on_too_slow(struct stream *stream)
{
    LIMIT_HIT(limits_of(connection_of(stream)), queue_total_bytes);
    stream_close(stream);
}

static void on_gone(struct stream *stream)
{
    struct connection *connection = connection_of(stream);
    struct http1 *http = connection->http;
    if (http->handed_out)
        http->exchange->connection = NULL; /* the handler will answer into the void */
    else if (http->exchange)
        http_exchange_was_read(http->exchange);
    if (!http->handed_out)
        http_exchange_free(http->exchange);
    xfree(http);
    connection_free(connection);
}

const struct stream_protocol http1_protocol = {
    .on_bytes = on_bytes,
    .on_end = on_end,
    .on_written = on_written,
    .on_due = on_due,
    .on_too_slow = on_too_slow,
    .on_gone = on_gone,
};

void http1_start(struct connection *connection)
{
    struct http1 *http = NEW(struct http1);
    connection->http = http;
    http1_parser_init(connection);
    http1_enter(connection, PHASE_FIRST);
}

void http1_drain(struct connection *connection)
{
    struct http1 *http = connection->http;
    http->last = true;
    if (!http->exchange)
        stream_finish(&connection->stream, limits_of(connection)->http_write_s * 1000);
}

bool http1_will_keep(const struct http_exchange *exchange, const struct http_answer *answer)
{
    return exchange->keep_alive && !answer->close && !exchange->connection->http->last &&
           !server_of(exchange->connection)->draining;
}

void http1_answered(struct connection *connection, bool keep)
{
    struct http1 *http = connection->http;
    http->exchange = NULL;
    http->handed_out = false;
    if (!keep) {
        stream_finish(&connection->stream, limits_of(connection)->http_write_s * 1000);
        return;
    }
    http1_enter(connection, connection->stream.blocked ? PHASE_WRITE : PHASE_IDLE);
    stream_resume(&connection->stream);
}

void http1_upgrade(struct http_exchange *exchange, const struct stream_protocol *protocol)
{
    struct connection *connection = exchange->connection;
    xfree(connection->http);
    connection->stream.protocol = protocol;
    stream_stop_timer(&connection->stream);
    stream_resume(&connection->stream);
    http_exchange_free(exchange);
}
