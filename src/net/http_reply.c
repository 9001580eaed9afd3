#include "net/http_reply.h"

#include <llhttp.h>

#include "core/buf.h"

struct http_reply {
    struct arena *arena;
    llhttp_t parser;
    enum http_reply_state state;
    bool head_done; /* what comes now are trailers, and nobody asked for them */
    struct http_header headers[HTTP_REPLY_HEADERS];
    size_t header_count;
    size_t head_bytes; /* of names and values so far, trailers too */
    struct buf name, value, body;
    size_t body_max;
};

static struct http_reply *reply_of(llhttp_t *parser)
{
    return parser->data;
}

static int add(llhttp_t *parser, struct buf *to, const char *at, size_t len)
{
    struct http_reply *reply = reply_of(parser);
    reply->head_bytes += len;
    if (reply->head_bytes > HTTP_REPLY_HEAD_BYTES)
        return HPE_USER;
    buf_put(to, at, len);
    return 0;
}

static int on_name(llhttp_t *parser, const char *at, size_t len)
{
    return add(parser, &reply_of(parser)->name, at, len);
}

static int on_value(llhttp_t *parser, const char *at, size_t len)
{
    return add(parser, &reply_of(parser)->value, at, len);
}

static int on_value_complete(llhttp_t *parser)
{
    struct http_reply *reply = reply_of(parser);
    if (reply->header_count == HTTP_REPLY_HEADERS)
        return HPE_USER;
    if (!reply->head_done)
        reply->headers[reply->header_count++] =
            (struct http_header){arena_copy(reply->arena, buf_str(&reply->name)),
                                 arena_copy(reply->arena, str_trim(buf_str(&reply->value)))};
    buf_clear(&reply->name);
    buf_clear(&reply->value);
    return 0;
}

static int on_headers_complete(llhttp_t *parser)
{
    struct http_reply *reply = reply_of(parser);
    reply->head_done = true;
    bool too_long = parser->flags & F_CONTENT_LENGTH && parser->content_length > reply->body_max;
    return too_long || parser->status_code < 100 || parser->status_code == 101 ? HPE_USER : 0;
}

static int on_body(llhttp_t *parser, const char *at, size_t len)
{
    struct http_reply *reply = reply_of(parser);
    if (len > reply->body_max - reply->body.len)
        return HPE_USER;
    buf_put(&reply->body, at, len);
    return 0;
}

static int on_message_complete(llhttp_t *parser)
{
    struct http_reply *reply = reply_of(parser);
    if (parser->status_code >= 200)
        return HPE_PAUSED;
    reply->header_count = 0;
    reply->head_done = false;
    return 0;
}

static const llhttp_settings_t settings = {
    .on_header_field = on_name,
    .on_header_value = on_value,
    .on_header_value_complete = on_value_complete,
    .on_headers_complete = on_headers_complete,
    .on_body = on_body,
    .on_message_complete = on_message_complete,
};

struct http_reply *http_reply_new(struct arena *arena, size_t body_max)
{
    struct http_reply *reply = NEW(struct http_reply);
    reply->arena = arena;
    reply->body_max = body_max;
    llhttp_init(&reply->parser, HTTP_RESPONSE, &settings);
    reply->parser.data = reply;
    return reply;
}

void http_reply_free(struct http_reply *reply)
{
    if (!reply)
        return;
    buf_deinit(&reply->name);
    buf_deinit(&reply->value);
    buf_deinit(&reply->body);
    xfree(reply);
}

enum http_reply_state http_reply_read(struct http_reply *reply, struct str bytes)
{
    if (reply->state != HTTP_REPLY_MORE || bytes.len == 0)
        return reply->state;
    llhttp_errno_t error = llhttp_execute(&reply->parser, bytes.ptr, bytes.len);
    if (error == HPE_PAUSED)
        reply->state = HTTP_REPLY_WHOLE;
    else if (error != HPE_OK)
        reply->state = HTTP_REPLY_BAD;
    return reply->state;
}

enum http_reply_state http_reply_end(struct http_reply *reply)
{
    if (reply->state != HTTP_REPLY_MORE)
        return reply->state;
    llhttp_errno_t error = llhttp_finish(&reply->parser);
    reply->state = error == HPE_PAUSED ? HTTP_REPLY_WHOLE : HTTP_REPLY_BAD;
    return reply->state;
}

int http_reply_status(const struct http_reply *reply)
{
    REQUIRE(reply->state == HTTP_REPLY_WHOLE);
    return reply->parser.status_code;
}

struct str http_reply_header(const struct http_reply *reply, struct str name)
{
    for (size_t i = 0; i < reply->header_count; i++)
        if (str_eq_nocase(reply->headers[i].name, name))
            return reply->headers[i].value;
    return STR_NONE;
}

struct str http_reply_body(const struct http_reply *reply)
{
    return buf_str(&reply->body);
}
