#include "api/redirect.h"

#include <string.h>

enum { HTTPS_PORT = 443 };

/* "chat.example.org:80" -> "chat.example.org"; "[::1]:80" -> "[::1]". */
static struct str host_of(struct str authority)
{
    const char *colon = authority.len ? memrchr(authority.ptr, ':', authority.len) : NULL;
    const char *bracket = authority.len ? memrchr(authority.ptr, ']', authority.len) : NULL;
    return colon && colon > bracket ? str_of(authority.ptr, (size_t)(colon - authority.ptr))
                                    : authority;
}

static struct str location_of(const struct api *api, struct http_exchange *exchange)
{
    const struct http_request *request = http_request_of(exchange);
    struct str host = host_of(http_header_get(request, STR("Host")));
    unsigned port = api->shared->https_port;
    char port_text[8] = "";
    if (port != HTTPS_PORT)
        snprintf(port_text, sizeof(port_text), ":%u", port);
    struct str path = str_eq(request->path, STR("*")) ? STR("/") : request->path;
    return arena_printf(http_arena_of(exchange), "https://%.*s%s%.*s%s%.*s", STR_ARG(host),
                        port_text, STR_ARG(path), request->query.len ? "?" : "",
                        STR_ARG(request->query));
}

/* http-01 (RFC 8555, 8.3): a certificate authority asks before there may be any https. */
static bool answer_proof(const struct api *api, struct http_exchange *exchange)
{
    static const struct str folder = STR_INIT("/.well-known/acme-challenge/");
    const struct http_request *request = http_request_of(exchange);
    if (!str_starts(request->path, folder) || !str_eq(request->method, STR("GET")))
        return false;
    struct str token = str_of(request->path.ptr + folder.len, request->path.len - folder.len);
    struct str answer = api->shared->proof(api->shared->ctx, token, http_arena_of(exchange));
    if (!answer.len)
        return false;
    http_respond(exchange, &(struct http_answer){.status = 200,
                                                 .type = STR("application/octet-stream"),
                                                 .body = answer});
    return true;
}

/* A check of health asks this server, not where its name leads to; and before there is a certificate
 * there is no other door to ask at. */
static bool is_of_health(struct str path)
{
    return str_eq(path, STR("/healthz")) || str_eq(path, STR("/readyz")) ||
           str_eq(path, STR("/metrics"));
}

bool redirect_to_https(struct api *api, struct http_exchange *exchange)
{
    const struct http_request *request = http_request_of(exchange);
    if (!config_has_tls(api->shared->config) || request->secure || is_of_health(request->path))
        return false;
    if (answer_proof(api, exchange))
        return true;
    if (!http_header_get(request, STR("Host")).len) {
        http_respond_error(exchange, 400, NULL, 0);
        return true;
    }
    struct http_header location = {STR("Location"), location_of(api, exchange)};
    http_respond(exchange,
                 &(struct http_answer){.status = 308, .headers = &location, .header_count = 1});
    return true;
}
