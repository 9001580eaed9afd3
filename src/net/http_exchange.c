#include "net/http_exchange.h"

#include "net/connection.h"
#include "net/forwarded.h"
#include "net/http_header.h"
#include "net/http_target.h"

struct http_field {
    size_t name_at, name_len, value_at, value_len;
};

/* What most requests need, so that it need not grow five times. */
enum { HEAD_BYTES = 1024, FIELDS = 16 };

struct http_exchange *http_exchange_new(struct connection *connection)
{
    struct http_exchange *exchange = NEW(struct http_exchange);
    exchange->connection = connection;
    exchange->peer = connection->peer;
    exchange->request.peer = &exchange->peer;
    buf_reserve(&exchange->head, HEAD_BYTES);
    buf_reserve(&exchange->fields, FIELDS * sizeof(struct http_field));
    list_append(&server_of(connection)->reading, &exchange->link);
    exchange->request.secure = connection->secure || connection->stream.tls != NULL;
    return exchange;
}

void http_exchange_free(struct http_exchange *exchange)
{
    if (!exchange)
        return;
    arena_deinit(&exchange->arena);
    buf_deinit(&exchange->head);
    buf_deinit(&exchange->body);
    buf_deinit(&exchange->fields);
    xfree(exchange);
}

const struct http_request *http_request_of(const struct http_exchange *exchange)
{
    return &exchange->request;
}

struct arena *http_arena_of(struct http_exchange *exchange)
{
    return &exchange->arena;
}

/* ---- collecting ---- */

static struct http_field *field_at(const struct http_exchange *exchange, size_t nth)
{
    return (struct http_field *)(void *)exchange->fields.ptr + nth;
}

size_t http_exchange_field_count(const struct http_exchange *exchange)
{
    return exchange->fields.len / sizeof(struct http_field);
}

void http_exchange_add_target(struct http_exchange *exchange, struct str piece)
{
    buf_put_str(&exchange->head, piece);
    exchange->target_len += piece.len;
}

static struct http_field *last_field(const struct http_exchange *exchange)
{
    size_t count = http_exchange_field_count(exchange);
    REQUIRE(count > 0);
    return field_at(exchange, count - 1);
}

void http_exchange_add_name(struct http_exchange *exchange, struct str piece)
{
    if (exchange->name_done || exchange->fields.len == 0) {
        struct http_field field = {.name_at = exchange->head.len};
        buf_put(&exchange->fields, &field, sizeof(field));
        exchange->name_done = false;
    }
    buf_put_str(&exchange->head, piece);
    last_field(exchange)->name_len += piece.len;
}

void http_exchange_end_name(struct http_exchange *exchange)
{
    exchange->name_done = true;
    last_field(exchange)->value_at = exchange->head.len;
}

void http_exchange_add_value(struct http_exchange *exchange, struct str piece)
{
    buf_put_str(&exchange->head, piece);
    last_field(exchange)->value_len += piece.len;
}

/* ---- the whole head ---- */

static void set_headers(struct http_exchange *exchange)
{
    size_t count = http_exchange_field_count(exchange), kept = 0;
    struct http_header *headers =
        arena_take_array(&exchange->arena, count ? count : 1, sizeof(*headers));
    const char *head = exchange->head.ptr;
    for (size_t i = 0; i < count; i++) {
        const struct http_field *field = field_at(exchange, i);
        struct http_header header = {
            .name = str_of(head + field->name_at, field->name_len),
            .value = str_trim(str_of(head + field->value_at, field->value_len)),
        };
        if (exchange->http10 && str_eq_nocase(header.name, STR("Upgrade")))
            continue; /* not from HTTP/1.0 (RFC 9110, 7.8) */
        headers[kept++] = header;
    }
    exchange->headers = headers;
    exchange->request.headers = headers;
    exchange->request.header_count = kept;
}

/* RFC 9112, 3.2.2: the host of an absolute target counts, and what Host says does not. */
static void set_host(struct http_exchange *exchange, struct str authority)
{
    struct http_header *headers = exchange->headers;
    for (size_t i = 0; i < exchange->request.header_count; i++)
        if (str_eq_nocase(headers[i].name, STR("Host")))
            headers[i].value = authority;
}

static bool check_host(struct http_exchange *exchange, struct str authority)
{
    const struct http_request *request = &exchange->request;
    size_t hosts = http_header_count(request, STR("Host"));
    if (hosts > 1 || (hosts == 0 && !exchange->http10))
        return false;
    if (hosts && !http_authority_is_valid(http_header_get(request, STR("Host"))))
        return false;
    if (authority.ptr)
        set_host(exchange, authority);
    return true;
}

/* Only a length, or only chunks, and these only by HTTP/1.1: whatever could be read in two ways is
 * refused, though llhttp refuses most of it before (RFC 9112, 6.1 to 6.3). So is a list with an
 * empty member, which is allowed, but not every proxy takes for what it is. */
static int check_framing(const struct http_exchange *exchange)
{
    const struct http_request *request = &exchange->request;
    struct http_list codings = {.request = request, .name = STR("Transfer-Encoding")};
    size_t lengths = http_header_count(request, STR("Content-Length"));
    size_t lines = http_header_count(request, codings.name);
    if (lines == 0)
        return lengths > 1 ? 400 : 0;
    if (lengths || exchange->http10)
        return 400;
    if (lines == 1 && str_eq_nocase(http_header_get(request, codings.name), STR("chunked")))
        return 0;
    struct str coding, last = STR_NONE;
    size_t chunked = 0, others = 0;
    while (http_list_next(&codings, &coding)) {
        last = coding;
        bool is_chunked = str_eq_nocase(coding, STR("chunked"));
        chunked += is_chunked;
        others += !is_chunked;
    }
    bool well_formed = chunked == 1 && others && str_eq_nocase(last, STR("chunked"));
    return well_formed ? 501 : 400;
}

/* HTTP/1.0 has no expectations (RFC 9110, 10.1.1). */
static int check_expectations(const struct http_exchange *exchange)
{
    struct http_list list = {.request = &exchange->request, .name = STR("Expect")};
    struct str expectation;
    while (!exchange->http10 && http_list_next(&list, &expectation))
        if (!str_eq_nocase(expectation, STR("100-continue")))
            return 417;
    return 0;
}

/* RFC 9112, 9.3. llhttp would listen to trailers too, and would miss an option behind a tab. */
static bool agrees_to_keep(const struct http_exchange *exchange)
{
    const struct http_request *request = &exchange->request;
    static const struct str name = STR_INIT("Connection");
    return !http_header_has_token(request, name, STR("close")) &&
           (!exchange->http10 || http_header_has_token(request, name, STR("keep-alive")));
}

static void find_out_who_asks(struct http_exchange *exchange)
{
    const struct connection *connection = exchange->connection;
    const struct http_proxies *proxies = &server_of(connection)->proxies;
    if (proxies->count && http_proxies_have(proxies, &exchange->peer))
        forwarded_read(&exchange->request, proxies, &exchange->peer, &exchange->request.secure);
}

int http_exchange_finish_head(struct http_exchange *exchange, struct str method)
{
    struct http_request *request = &exchange->request;
    struct http_target target;
    exchange->head_done = true;
    request->method = method;
    set_headers(exchange);
    exchange->keep_alive = agrees_to_keep(exchange);
    if (!http_target_parse(str_of(exchange->head.ptr, exchange->target_len), method, &target) ||
        !http_path_normalize(&exchange->arena, &target.path) ||
        !check_host(exchange, target.authority))
        return 400;
    request->path = target.path;
    request->query = target.query;
    int refusal = check_framing(exchange);
    if (refusal == 0)
        refusal = check_expectations(exchange);
    if (refusal)
        return refusal;
    find_out_who_asks(exchange);
    /* What is asked for by an https URI is only for who came by TLS (RFC 9110, 7.4). */
    return target.https && !request->secure ? 421 : 0;
}

bool http_exchange_expects_continue(const struct http_exchange *exchange)
{
    return !exchange->http10 && http_header_get(&exchange->request, STR("Expect")).len;
}

/* ---- what it takes ---- */

void http_exchange_weigh(struct http_exchange *exchange)
{
    size_t weight = exchange->head.cap + exchange->body.cap + exchange->fields.cap;
    server_of(exchange->connection)->reading_bytes += weight - exchange->weight;
    exchange->weight = weight;
}

void http_exchange_was_read(struct http_exchange *exchange)
{
    server_of(exchange->connection)->reading_bytes -= exchange->weight;
    exchange->weight = 0;
    list_remove(&exchange->link);
}
