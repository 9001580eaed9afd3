#include "net/http_exchange.h"

#include "net/connection.h"

struct http_field {
    size_t name_at, name_len, value_at, value_len;
};

struct http_exchange *http_exchange_new(struct connection *connection)
{
    struct http_exchange *exchange = NEW(struct http_exchange);
    exchange->connection = connection;
    exchange->peer = connection->peer;
    exchange->request.peer = &exchange->peer;
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

/* "http://host/path" means "/path" (RFC 9112, 3.2.2). */
static struct str without_authority(struct str target)
{
    size_t scheme = str_starts(target, STR("http://"))    ? 7
                    : str_starts(target, STR("https://")) ? 8
                                                          : 0;
    if (!scheme)
        return target;
    for (size_t i = scheme; i < target.len; i++)
        if (target.ptr[i] == '/' || target.ptr[i] == '?')
            return str_of(target.ptr + i, target.len - i);
    return STR("/");
}

static bool set_target(struct http_request *request, struct str target)
{
    if (target.len == 0 || memchr(target.ptr, '#', target.len))
        return false;
    struct str rest = without_authority(target);
    request->path = str_cut(&rest, '?');
    request->query = rest;
    if (request->path.len == 0)
        request->path = STR("/");
    return request->path.ptr[0] == '/' || str_eq(request->path, STR("*"));
}

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
    exchange->request.headers = headers;
    exchange->request.header_count = kept;
}

static size_t count_of(const struct http_request *request, struct str name)
{
    size_t count = 0;
    for (size_t i = 0; i < request->header_count; i++)
        count += str_eq_nocase(request->headers[i].name, name);
    return count;
}

int http_exchange_finish_head(struct http_exchange *exchange, struct str method)
{
    struct http_request *request = &exchange->request;
    exchange->head_done = true;
    request->method = method;
    set_headers(exchange);
    if (!set_target(request, str_of(exchange->head.ptr, exchange->target_len)))
        return 400;
    size_t hosts = count_of(request, STR("Host"));
    if (hosts > 1 || (hosts == 0 && !exchange->http10))
        return 400;
    struct str coding = http_header_get(request, STR("Transfer-Encoding"));
    if (coding.ptr && (exchange->http10 || count_of(request, STR("Transfer-Encoding")) > 1))
        return 400;
    if (coding.ptr && !str_eq_nocase(coding, STR("chunked")))
        return 501;
    struct str expect = http_header_get(request, STR("Expect"));
    if (expect.ptr && !str_eq_nocase(expect, STR("100-continue")))
        return 417;
    return 0;
}

bool http_exchange_expects_continue(const struct http_exchange *exchange)
{
    return !exchange->http10 && http_header_get(&exchange->request, STR("Expect")).ptr;
}

/* ---- asking for headers ---- */

struct str http_header_get(const struct http_request *request, struct str name)
{
    for (size_t i = 0; i < request->header_count; i++)
        if (str_eq_nocase(request->headers[i].name, name))
            return request->headers[i].value;
    return STR_NONE;
}

static bool list_has(struct str list, struct str token)
{
    while (list.ptr)
        if (str_eq_nocase(str_trim(str_cut(&list, ',')), token))
            return true;
    return false;
}

bool http_header_has_token(const struct http_request *request, struct str name, struct str token)
{
    for (size_t i = 0; i < request->header_count; i++)
        if (str_eq_nocase(request->headers[i].name, name) &&
            list_has(request->headers[i].value, token))
            return true;
    return false;
}
