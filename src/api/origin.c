#include "api/origin.h"

/* "https://chat.example.org:8443" -> "chat.example.org:8443"; empty if it is no such thing. */
static struct str authority_of(struct str origin)
{
    if (str_starts(origin, STR("http://")))
        return str_of(origin.ptr + 7, origin.len - 7);
    if (str_starts(origin, STR("https://")))
        return str_of(origin.ptr + 8, origin.len - 8);
    return STR_NONE;
}

enum origin origin_of(const struct config *config, const struct http_request *request)
{
    struct str origin = http_header_get(request, STR("Origin"));
    struct str host = http_header_get(request, STR("Host"));
    if (!origin.ptr)
        return ORIGIN_NONE;
    if (host.len && str_eq_nocase(authority_of(origin), host))
        return ORIGIN_OWN;
    for (size_t i = 0; i < config->allow_origin_count; i++)
        if (str_eq_nocase(config->allow_origins[i], origin))
            return ORIGIN_ALLOWED;
    return ORIGIN_FOREIGN;
}
