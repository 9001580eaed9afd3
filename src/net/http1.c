#include "net/http1.h"

#include <llhttp.h>

/* One request after the other: while one is with the handler, or too much of an answer is still
 * queued, no further bytes are taken, and the stream stops reading. */

enum { QUEUE_ENOUGH = 65536 }; /* bytes of answers, past which no further request is begun */

/* What the connection waits for, and so which timeout runs. */
enum phase {
    PHASE_FIRST,   /* the first request: http_head_s, silence is no excuse */
    PHASE_IDLE,    /* a next request: http_idle_s */
    PHASE_HEAD,    /* the rest of a head: http_head_s since its beginning */
    PHASE_BODY,    /* the rest of a body: http_body_s since its beginning */
    PHASE_HANDLER, /* the handler's answer: it has its own */
    PHASE_WRITE,   /* the peer to read on: http_write_s since it last did */
};

struct http1 {
    llhttp_t parser;
    struct http_exchange *exchange; /* being read, or with the handler */
    uint64_t head_left;             /* of limits.http_header_bytes, trailers included */
    int refusal;                    /* status, found in a callback */
    enum phase phase;
    bool handed_out; /* the exchange is with the handler */
    bool stopped;    /* the parser, behind a whole request */
    bool last;       /* no request after this one */
};

/* ---- timeouts ---- */

static void enter(struct connection *connection, enum phase phase)
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

/* ---- what the parser finds ---- */

static struct connection *connection_of_parser(llhttp_t *parser)
{
    return parser->data;
}

static struct http_exchange *exchange_of(llhttp_t *parser)
{
    return connection_of_parser(parser)->http->exchange;
}

static int refuse_with(llhttp_t *parser, int status)
{
    connection_of_parser(parser)->http->refusal = status;
    return HPE_USER;
}

static int on_message_begin(llhttp_t *parser)
{
    struct connection *connection = connection_of_parser(parser);
    struct http1 *http = connection->http;
    REQUIRE(!http->exchange);
    http->exchange = http_exchange_new(connection);
    http->head_left = limits_of(connection)->http_header_bytes;
    enter(connection, PHASE_HEAD);
    return 0;
}

static int on_url(llhttp_t *parser, const char *at, size_t len)
{
    struct http_exchange *exchange = exchange_of(parser);
    if (exchange->target_len + len > limits_of(connection_of_parser(parser))->uri_bytes)
        return refuse_with(parser, 414);
    http_exchange_add_target(exchange, str_of(at, len));
    return 0;
}

static bool charge_head(llhttp_t *parser, size_t len)
{
    struct http1 *http = connection_of_parser(parser)->http;
    if (len > http->head_left)
        return false;
    http->head_left -= len;
    return true;
}

static int on_header_field(llhttp_t *parser, const char *at, size_t len)
{
    struct http_exchange *exchange = exchange_of(parser);
    if (!charge_head(parser, len))
        return refuse_with(parser, 431);
    if (exchange->head_done)
        return 0; /* a trailer: nobody asked for it */
    http_exchange_add_name(exchange, str_of(at, len));
    if (http_exchange_field_count(exchange) > limits_of(exchange->connection)->http_headers)
        return refuse_with(parser, 431);
    return 0;
}

static int on_header_field_complete(llhttp_t *parser)
{
    if (!exchange_of(parser)->head_done)
        http_exchange_end_name(exchange_of(parser));
    return 0;
}

static int on_header_value(llhttp_t *parser, const char *at, size_t len)
{
    struct http_exchange *exchange = exchange_of(parser);
    if (!charge_head(parser, len))
        return refuse_with(parser, 431);
    if (!exchange->head_done)
        http_exchange_add_value(exchange, str_of(at, len));
    return 0;
}

static bool has_body(const llhttp_t *parser)
{
    return parser->content_length > 0 || parser->flags & F_CHUNKED;
}

static int on_headers_complete(llhttp_t *parser)
{
    struct connection *connection = connection_of_parser(parser);
    struct http_exchange *exchange = connection->http->exchange;
    if (parser->http_major != 1 || parser->http_minor > 1)
        return refuse_with(parser, 505);
    if (parser->method == HTTP_CONNECT)
        return refuse_with(parser, 501);
    exchange->http10 = parser->http_minor == 0;
    struct str method = str_from_c(llhttp_method_name((llhttp_method_t)parser->method));
    int refusal = http_exchange_finish_head(exchange, method);
    if (refusal)
        return refuse_with(parser, refusal);
    if (parser->flags & F_CONTENT_LENGTH &&
        parser->content_length > limits_of(connection)->http_body_bytes)
        return refuse_with(parser, 413);
    if (has_body(parser)) {
        enter(connection, PHASE_BODY);
        if (http_exchange_expects_continue(exchange))
            stream_put_constant(&connection->stream, STR("HTTP/1.1 100 Continue\r\n\r\n"));
    }
    return 0;
}

static int on_body(llhttp_t *parser, const char *at, size_t len)
{
    struct http_exchange *exchange = exchange_of(parser);
    uint64_t limit = limits_of(exchange->connection)->http_body_bytes;
    if (exchange->body.len + len > limit)
        return refuse_with(parser, 413);
    buf_put(&exchange->body, at, len);
    return 0;
}

static int on_message_complete(llhttp_t *parser)
{
    struct http1 *http = connection_of_parser(parser)->http;
    http->stopped = true;
    http->exchange->keep_alive = llhttp_should_keep_alive(parser);
    /* What asks for an upgrade makes the parser stop by itself. */
    return parser->upgrade ? 0 : HPE_PAUSED;
}

static const llhttp_settings_t settings = {
    .on_message_begin = on_message_begin,
    .on_url = on_url,
    .on_header_field = on_header_field,
    .on_header_field_complete = on_header_field_complete,
    .on_header_value = on_header_value,
    .on_headers_complete = on_headers_complete,
    .on_body = on_body,
    .on_message_complete = on_message_complete,
};

/* ---- refusals ---- */

static void refuse(struct connection *connection, int status)
{
    struct http1 *http = connection->http;
    const struct http_handler *handler = &server_of(connection)->handler;
    if (!http->exchange)
        http->exchange = http_exchange_new(connection);
    http->handed_out = true;
    figure_add(&server_of(connection)->figures.refused, 1);

    struct http_answer answer = {.status = status, .close = true};
    struct arena *arena = &http->exchange->arena;
    answer.body = handler->error_body(handler->ctx, status, arena, &answer.type);
    http_respond(http->exchange, &answer);
}

/* Which status says it best when the parser itself gave up. */
static int status_of_fault(const struct http1 *http, char first)
{
    if (http->refusal)
        return http->refusal;
    switch (llhttp_get_errno(&http->parser)) {
    case HPE_INVALID_VERSION: /* said also where a good version is followed by rubbish */
        return http->parser.http_major == 1 && http->parser.http_minor <= 1 ? 400 : 505;
    case HPE_INVALID_METHOD: /* a word is a method that we do not know; else it is no HTTP */
        return first >= 'A' && first <= 'Z' ? 501 : 400;
    default:
        return 400;
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
    http->exchange->request.body = buf_str(&http->exchange->body);
    http->handed_out = true;
    enter(connection, PHASE_HANDLER);
    figure_add(&server_of(connection)->figures.requests, 1);
    handler->on_request(handler->ctx, http->exchange);
}

/* Parses up to the end of a request or of the bytes; returns how many it took. */
static size_t parse(struct connection *connection, const char *bytes, size_t len)
{
    struct http1 *http = connection->http;
    if (http->stopped) {
        http->stopped = false;
        if (llhttp_get_errno(&http->parser) == HPE_PAUSED_UPGRADE)
            llhttp_resume_after_upgrade(&http->parser);
        else
            llhttp_resume(&http->parser);
    }
    llhttp_errno_t error = llhttp_execute(&http->parser, bytes, len);
    if (error == HPE_OK)
        return len;
    if (error != HPE_PAUSED && error != HPE_PAUSED_UPGRADE) {
        refuse(connection, status_of_fault(http, bytes[0]));
        return len;
    }
    size_t taken = (size_t)(llhttp_get_error_pos(&http->parser) - bytes);
    hand_out(connection);
    return taken;
}

static size_t on_bytes(struct stream *stream, char *bytes, size_t len)
{
    struct connection *connection = connection_of(stream);
    size_t taken = 0;
    while (taken < len && may_go_on(connection))
        taken += parse(connection, bytes + taken, len - taken);
    return taken;
}

static void on_end(struct stream *stream)
{
    struct connection *connection = connection_of(stream);
    /* Who asked and sent FIN may still read the answer. */
    if (connection->http->handed_out)
        connection->http->last = true;
    else
        stream_finish(stream, limits_of(connection)->http_write_s * 1000);
}

static void on_written(struct stream *stream)
{
    struct connection *connection = connection_of(stream);
    struct http1 *http = connection->http;
    if (stream->blocked) {
        if (!http->exchange)
            enter(connection, PHASE_WRITE);
        return;
    }
    if (http->phase == PHASE_WRITE)
        enter(connection, PHASE_IDLE);
    if (!http->handed_out)
        stream_resume(stream);
}

static void on_due(struct stream *stream)
{
    struct connection *connection = connection_of(stream);
    enum phase phase = connection->http->phase;
    if (phase == PHASE_HEAD || phase == PHASE_BODY)
        refuse(connection, 408);
    else
        stream_close(stream);
}

static void on_gone(struct stream *stream)
{
    struct connection *connection = connection_of(stream);
    struct http1 *http = connection->http;
    if (http->handed_out)
        http->exchange->connection = NULL; /* the handler will answer into the void */
    else
        http_exchange_free(http->exchange);
    xfree(http);
    connection_free(connection);
}

const struct stream_protocol http1_protocol = {
    .on_bytes = on_bytes,
    .on_end = on_end,
    .on_written = on_written,
    .on_due = on_due,
    .on_too_slow = stream_close,
    .on_gone = on_gone,
};

void http1_start(struct connection *connection)
{
    struct http1 *http = NEW(struct http1);
    llhttp_init(&http->parser, HTTP_REQUEST, &settings);
    http->parser.data = connection;
    connection->http = http;
    enter(connection, PHASE_FIRST);
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
    enter(connection, connection->stream.blocked ? PHASE_WRITE : PHASE_IDLE);
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
