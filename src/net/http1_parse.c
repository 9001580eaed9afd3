/* From bytes to a request: the line by http_line.c, those before chunks by http_chunk_line.c, headers
 * and body by llhttp in its strict mode (no lenient flag is set), meaning by http_exchange.c. All must
 * agree that it is one. */
#include "net/http1.h"

enum { FRAMING_PER_BYTE = 8 }; /* chunks of one byte have five */

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

static int refuse_past(llhttp_t *parser, int status, enum limit_id id)
{
    limits_hit(limits_of(connection_of_parser(parser)), id);
    return refuse_with(parser, status);
}

/* ---- what llhttp finds ---- */

static int on_url(llhttp_t *parser, const char *at, size_t len)
{
    http_exchange_add_target(exchange_of(parser), str_of(at, len));
    return 0;
}

/* Trailers are ignored: nobody asked for them, and merged with the headers they could say what no
 * proxy in front has looked for there (RFC 9110, 6.5.1). */
static int on_header_field(llhttp_t *parser, const char *at, size_t len)
{
    struct http_exchange *exchange = exchange_of(parser);
    if (exchange->head_done)
        return 0;
    http_exchange_add_name(exchange, str_of(at, len));
    if (http_exchange_field_count(exchange) > limits_of(exchange->connection)->http_headers)
        return refuse_past(parser, 431, LIMIT_ID_http_headers);
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
    if (!exchange->head_done)
        http_exchange_add_value(exchange, str_of(at, len));
    return 0;
}

static enum limit_id body_limit_of(const struct http_exchange *exchange)
{
    const struct http_handler *handler = &server_of(exchange->connection)->handler;
    return handler->body_limit ? handler->body_limit(handler->ctx, &exchange->request)
                               : LIMIT_ID_http_body_bytes;
}

static bool has_body(const llhttp_t *parser)
{
    return parser->content_length > 0 || parser->flags & F_CHUNKED;
}

static int on_headers_complete(llhttp_t *parser)
{
    struct connection *connection = connection_of_parser(parser);
    struct http1 *http = connection->http;
    struct http_exchange *exchange = http->exchange;
    exchange->http10 = parser->http_minor == 0;
    int refusal = http_exchange_finish_head(exchange, http->line.method);
    if (refusal)
        return refuse_with(parser, refusal);
    exchange->body_limit = body_limit_of(exchange);
    if (parser->flags & F_CONTENT_LENGTH &&
        parser->content_length > limits_get(limits_of(connection), exchange->body_limit))
        return refuse_past(parser, 413, exchange->body_limit);
    if (has_body(parser)) {
        http->in_chunk_line = parser->flags & F_CHUNKED;
        http->chunk = (struct http_chunk_line){0};
        http1_enter(connection, PHASE_BODY);
        http->owes_continue = http_exchange_expects_continue(exchange);
        return HPE_PAUSED; /* what comes now is counted as a body's */
    }
    return 0;
}

/* Who sends its body anyway waits for no word (RFC 9110, 10.1.1). */
static int on_chunk_header(llhttp_t *parser)
{
    const struct http_exchange *exchange = exchange_of(parser);
    connection_of_parser(parser)->http->owes_continue = false;
    uint64_t left =
        limits_get(limits_of(exchange->connection), exchange->body_limit) - exchange->body.len;
    return parser->content_length > left ? refuse_past(parser, 413, exchange->body_limit) : 0;
}

static int on_chunk_complete(llhttp_t *parser)
{
    struct http1 *http = connection_of_parser(parser)->http;
    http->in_chunk_line = http->chunk.size != 0; /* behind the last one come trailers */
    http->chunk = (struct http_chunk_line){0};
    return http->in_chunk_line ? HPE_PAUSED : 0;
}

static int on_body(llhttp_t *parser, const char *at, size_t len)
{
    connection_of_parser(parser)->http->owes_continue = false;
    buf_put(&exchange_of(parser)->body, at, len); /* its length was judged when it was said */
    return 0;
}

static int on_message_complete(llhttp_t *parser)
{
    struct http1 *http = connection_of_parser(parser)->http;
    http->whole = true;
    /* What asks for an upgrade makes the parser stop by itself. */
    return parser->upgrade ? 0 : HPE_PAUSED;
}

static const llhttp_settings_t settings = {
    .on_url = on_url,
    .on_header_field = on_header_field,
    .on_header_field_complete = on_header_field_complete,
    .on_header_value = on_header_value,
    .on_headers_complete = on_headers_complete,
    .on_chunk_header = on_chunk_header,
    .on_chunk_complete = on_chunk_complete,
    .on_body = on_body,
    .on_message_complete = on_message_complete,
};

void http1_parser_init(struct connection *connection)
{
    struct http1 *http = connection->http;
    llhttp_init(&http->parser, HTTP_REQUEST, &settings);
    http->parser.data = connection;
}

/* ---- piece by piece ---- */

static enum http1_found refuse(struct http1 *http, int status)
{
    http->refusal = status;
    return HTTP1_REFUSED;
}

/* The parser has stopped behind a head that has a body, or behind a request; whether the connection
 * goes on after that is not its to say. */
static void go_on(struct http1 *http)
{
    if (http->whole) {
        http->line = (struct http_line){0};
        llhttp_reset(&http->parser);
    } else if (llhttp_get_errno(&http->parser) == HPE_PAUSED) {
        llhttp_resume(&http->parser);
    }
    http->whole = false;
}

/* llhttp's part: *taken as http1_parse() says. */
static enum http1_found feed(struct http1 *http, struct str bytes, size_t *taken)
{
    llhttp_errno_t error = llhttp_execute(&http->parser, bytes.ptr, bytes.len);
    *taken = bytes.len;
    if (error == HPE_OK)
        return HTTP1_MORE;
    if (error != HPE_PAUSED && error != HPE_PAUSED_UPGRADE)
        return refuse(http, http->refusal ? http->refusal : 400);
    *taken = (size_t)(llhttp_get_error_pos(&http->parser) - bytes.ptr);
    return http->whole ? HTTP1_REQUEST : HTTP1_MORE;
}

static void begin_request(struct connection *connection)
{
    struct http1 *http = connection->http;
    http->exchange = http_exchange_new(connection);
    http->head_left = limits_of(connection)->http_header_bytes;
    http->framing = 0;
    http1_enter(connection, PHASE_HEAD);
}

/* The line, judged before llhttp gets it. */
static enum http1_found parse_line(struct connection *connection, struct str bytes, size_t *taken)
{
    struct http1 *http = connection->http;
    struct str good;
    size_t fed;
    *taken = http_line_read(&http->line, bytes, limits_of(connection)->uri_bytes, &good);
    if (!http->exchange && http_line_has_begun(&http->line))
        begin_request(connection);
    if (http->line.status == 414)
        LIMIT_HIT(limits_of(connection), uri_bytes);
    if (http->line.status)
        return refuse(http, http->line.status);
    return good.len ? feed(http, good, &fed) : HTTP1_MORE;
}

/* Around a value a tab means what a space does (RFC 9110, 5.6.3), but behind a length or a coding
 * llhttp takes it for a part of that: it gets a space for each. */
static enum http1_found feed_head(struct http1 *http, struct str bytes, size_t *taken)
{
    enum http1_found found = HTTP1_MORE;
    *taken = 0;
    while (found == HTTP1_MORE && bytes.len && !http->exchange->head_done) {
        const char *tab = memchr(bytes.ptr, '\t', bytes.len);
        size_t len = tab ? (size_t)(tab - bytes.ptr) : bytes.len, fed;
        found = len ? feed(http, str_of(bytes.ptr, len), &fed) : feed(http, STR(" "), &fed);
        *taken += fed;
        bytes = str_of(bytes.ptr + fed, bytes.len - fed);
    }
    return found;
}

/* Headers count as they came, with their spaces and line ends. */
static enum http1_found parse_head(struct connection *connection, struct str bytes, size_t *taken)
{
    struct http1 *http = connection->http;
    if (bytes.len > http->head_left)
        bytes.len = http->head_left;
    if (bytes.len == 0) {
        LIMIT_HIT(limits_of(connection), http_header_bytes);
        return refuse(http, 431);
    }
    enum http1_found found = feed_head(http, bytes, taken);
    http->head_left -= *taken;
    return found;
}

/* The size, judged before llhttp gets it, without what else the line says. */
static enum http1_found parse_chunk_line(struct http1 *http, struct str bytes, size_t *taken)
{
    char size[24];
    size_t fed;
    enum http_chunk_found found = http_chunk_line_read(&http->chunk, bytes, taken);
    if (found == HTTP_CHUNK_BAD)
        return refuse(http, 400);
    if (found == HTTP_CHUNK_MORE)
        return HTTP1_MORE;
    http->in_chunk_line = false;
    int len = snprintf(size, sizeof(size), "%llx\r\n", (unsigned long long)http->chunk.size);
    return feed(http, str_of(size, (size_t)len), &fed);
}

/* What chunks are wrapped in (long extensions, sizes of a thousand zeros, trailers) may be a few
 * times the body and a head's worth (RFC 9112, 7.1.1). No content is too large then: it is the lines
 * before chunks, or the fields behind the last. */
static enum http1_found parse_body(struct connection *connection, struct str bytes, size_t *taken)
{
    struct http1 *http = connection->http;
    size_t before = http->exchange->body.len;
    bool in_trailers = !http->in_chunk_line && http->chunk.size == 0;
    enum http1_found found =
        http->in_chunk_line ? parse_chunk_line(http, bytes, taken) : feed(http, bytes, taken);
    size_t now = http->exchange->body.len;
    http->framing += *taken - (now - before);
    if (http->framing > limits_of(connection)->http_header_bytes + now * FRAMING_PER_BYTE)
        return refuse(http, in_trailers ? 431 : 400);
    return found;
}

enum http1_found http1_parse(struct connection *connection, struct str bytes, size_t *taken)
{
    struct http1 *http = connection->http;
    go_on(http);
    if (!http_line_is_done(&http->line))
        return parse_line(connection, bytes, taken);
    if (!http->exchange->head_done)
        return parse_head(connection, bytes, taken);
    return parse_body(connection, bytes, taken);
}
