#include "api/origin.h"

/* "https://chat.example.org" -> "chat.example.org"; empty for another scheme than the request came
 * by: a page that came by plain HTTP must not pass for one by TLS. */
static struct str authority_of(struct str origin, bool secure)
{
    struct str scheme = secure ? STR("https://") : STR("http://");
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
    if (http_header_count(request, STR("Origin")) > 1) /* no browser says two (RFC 6454, 7.3) */
        return ORIGIN_FOREIGN;
    if (host.len && origin.len && str_eq_nocase(authority_of(origin, request->secure), host))
        return ORIGIN_OWN;
    for (size_t i = 0; i < config->allow_origin_count; i++)
        if (str_eq_nocase(config->allow_origins[i], origin))
            return ORIGIN_ALLOWED;
    return ORIGIN_FOREIGN;
}
