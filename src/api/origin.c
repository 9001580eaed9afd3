#include "api/origin.h"

/* "http://chat.example.org:8080" -> "chat.example.org:8080"; empty for another scheme than the one
 * that the server itself speaks: a page that came by plain HTTP must not pass for one by TLS. */
static struct str authority_of(struct str origin)
{
    struct str scheme = STR("http://");
    if (!str_starts(origin, scheme))
        return STR_NONE;
    return str_of(origin.ptr + scheme.len, origin.len - scheme.len);
}

enum origin origin_of(const struct config *config, const struct http_request *request)
{
    struct str origin = http_header_get(request, STR("Origin"));
    struct str host = http_header_get(request, STR("Host"));
    if (!origin.ptr)
        return ORIGIN_NONE;
    if (host.len && origin.len && str_eq_nocase(authority_of(origin), host))
        return ORIGIN_OWN;
    for (size_t i = 0; i < config->allow_origin_count; i++)
        if (str_eq_nocase(config->allow_origins[i], origin))
            return ORIGIN_ALLOWED;
    return ORIGIN_FOREIGN;
}
