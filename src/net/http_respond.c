#include "net/http1.h"

/* Up to this a constant body is copied behind its head too: one piece is cheaper than two. */
enum { COPY_MOST = 4096 };

/* For people who watch the wire; to programs the number says it all (RFC 9112, 4). */
static struct str reason_of(int status)
{
    static const struct {
        int status;
        struct str reason;
    } reasons[] = {
        {200, STR_INIT("OK")},
        {201, STR_INIT("Created")},
        {202, STR_INIT("Accepted")},
        {204, STR_INIT("No Content")},
        {206, STR_INIT("Partial Content")},
        {301, STR_INIT("Moved Permanently")},
        {302, STR_INIT("Found")},
        {303, STR_INIT("See Other")},
        {304, STR_INIT("Not Modified")},
        {307, STR_INIT("Temporary Redirect")},
        {308, STR_INIT("Permanent Redirect")},
        {400, STR_INIT("Bad Request")},
        {401, STR_INIT("Unauthorized")},
        {403, STR_INIT("Forbidden")},
        {404, STR_INIT("Not Found")},
        {405, STR_INIT("Method Not Allowed")},
        {406, STR_INIT("Not Acceptable")},
        {408, STR_INIT("Request Timeout")},
        {409, STR_INIT("Conflict")},
        {410, STR_INIT("Gone")},
        {411, STR_INIT("Length Required")},
        {412, STR_INIT("Precondition Failed")},
        {413, STR_INIT("Content Too Large")},
        {414, STR_INIT("URI Too Long")},
        {415, STR_INIT("Unsupported Media Type")},
        {416, STR_INIT("Range Not Satisfiable")},
        {417, STR_INIT("Expectation Failed")},
        {421, STR_INIT("Misdirected Request")},
        {422, STR_INIT("Unprocessable Content")},
        {426, STR_INIT("Upgrade Required")},
        {429, STR_INIT("Too Many Requests")},
        {431, STR_INIT("Request Header Fields Too Large")},
        {500, STR_INIT("Internal Server Error")},
        {501, STR_INIT("Not Implemented")},
        {502, STR_INIT("Bad Gateway")},
        {503, STR_INIT("Service Unavailable")},
        {505, STR_INIT("HTTP Version Not Supported")},
    };
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
        if (reasons[i].status == status)
            return reasons[i].reason;
    return STR("");
}

static bool may_have_body(int status)
{
    return status >= 200 && status != 204 && status != 304;
}

static void put_header(struct buf *out, struct str name, struct str value)
{
    buf_put_str(out, name);
    buf_put_lit(out, ": ");
    /* A value may repeat what a client sent: it must not be able to end its line. */
    for (size_t i = 0; i < value.len; i++)
        buf_put_char(out, (unsigned char)value.ptr[i] < ' ' || value.ptr[i] == 0x7f ? ' '
                                                                                    : value.ptr[i]);
    buf_put_lit(out, "\r\n");
}

static void put_status_line(struct buf *out, int status)
{
    buf_put_lit(out, "HTTP/1.1 ");
    buf_put_u64(out, (uint64_t)status);
    buf_put_char(out, ' ');
    buf_put_str(out, reason_of(status));
    buf_put_lit(out, "\r\n");
}

static bool says(const struct http_answer *answer, struct str name)
{
    for (size_t i = 0; i < answer->header_count; i++)
        if (str_eq_nocase(answer->headers[i].name, name))
            return true;
    return false;
}

static void put_common_headers(struct buf *out, const struct http_handler *handler,
                               const struct http_answer *answer)
{
    for (size_t i = 0; i < handler->header_count; i++)
        if (!says(answer, handler->headers[i].name))
            put_header(out, handler->headers[i].name, handler->headers[i].value);
}

/* Upgrade is for this hop only (RFC 9110, 7.8). */
static void put_connection(struct buf *out, const struct http_exchange *exchange,
                           const struct http_answer *answer, bool keep)
{
    struct str first = !keep ? STR("close") : exchange->http10 ? STR("keep-alive") : STR("");
    bool upgrade = says(answer, STR("Upgrade"));
    if (!first.len && !upgrade)
        return;
    buf_printf(out, "Connection: %.*s%s%s\r\n", STR_ARG(first), first.len && upgrade ? ", " : "",
               upgrade ? "Upgrade" : "");
}

static void put_head(struct buf *out, const struct http_exchange *exchange,
                     const struct http_answer *answer, bool keep)
{
    put_status_line(out, answer->status);
    put_header(out, STR("Date"), http_server_date(server_of(exchange->connection)));
    if (answer->type.len && may_have_body(answer->status))
        put_header(out, STR("Content-Type"), answer->type);
    if (may_have_body(answer->status)) {
        buf_put_lit(out, "Content-Length: ");
        buf_put_u64(out, answer->body.len);
        buf_put_lit(out, "\r\n");
    }
    put_connection(out, exchange, answer, keep);
    for (size_t i = 0; i < answer->header_count; i++)
        put_header(out, answer->headers[i].name, answer->headers[i].value);
    put_common_headers(out, &server_of(exchange->connection)->handler, answer);
    uint64_t hsts_s = limits_of(exchange->connection)->hsts_s;
    if (exchange->request.secure && hsts_s) /* RFC 6797 */
        buf_printf(out, "Strict-Transport-Security: max-age=%llu\r\n", (unsigned long long)hsts_s);
    buf_put_lit(out, "\r\n");
}

static void put_answer(struct http_exchange *exchange, const struct http_answer *answer, bool keep)
{
    struct stream *stream = &exchange->connection->stream;
    __attribute__((cleanup(buf_deinit_p))) struct buf head = BUF_INIT;
    put_head(&head, exchange, answer, keep);

    struct str body = answer->body;
    if (!may_have_body(answer->status) || str_eq(exchange->request.method, STR("HEAD")))
        body = STR_NONE;
    bool separate = answer->body_constant && body.len > COPY_MOST;
    size_t copied = separate ? 0 : body.len;
    OWN(bytes_unref) struct bytes *first = bytes_new(head.len + copied);
    memcpy(first->data, head.ptr, head.len);
    if (copied)
        memcpy(first->data + head.len, body.ptr, copied);
    stream_put(stream, first);
    if (separate)
        stream_put_constant(stream, body);
}

void http_respond(struct http_exchange *exchange, const struct http_answer *answer)
{
    struct connection *connection = exchange->connection;
    if (connection && !connection->stream.closed) {
        bool keep = http1_will_keep(exchange, answer);
        put_answer(exchange, answer, keep);
        http1_answered(connection, keep);
    } else if (connection) {
        http1_answered(connection, false);
    }
    http_exchange_free(exchange);
}

void http_respond_error(struct http_exchange *exchange, int status,
                        const struct http_header *headers, size_t header_count)
{
    struct http_answer answer = {
        .status = status, .headers = headers, .header_count = header_count};
    if (exchange->connection) {
        const struct http_handler *handler = &server_of(exchange->connection)->handler;
        answer.body = handler->error_body(handler->ctx, status, &exchange->arena, &answer.type);
    }
    http_respond(exchange, &answer);
}
