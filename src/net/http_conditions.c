#include "net/http_conditions.h"

#include "net/http_header.h"

/* Takes the next tag of a list, such as: W/"a,b", "c". Those that are none end it. */
static bool take_tag(struct str *rest, struct str *tag, bool *weak)
{
    while (rest->len && strchr(" \t,", rest->ptr[0]))
        *rest = str_of(rest->ptr + 1, rest->len - 1);
    *weak = str_starts(*rest, STR("W/"));
    if (*weak)
        *rest = str_of(rest->ptr + 2, rest->len - 2);
    if (rest->len == 0 || rest->ptr[0] != '"')
        return false;
    const char *end = memchr(rest->ptr + 1, '"', rest->len - 1);
    if (!end)
        return false;
    *tag = str_of(rest->ptr, (size_t)(end + 1 - rest->ptr));
    *rest = str_of(end + 1, rest->len - tag->len);
    return true;
}

/* Does any line of this name hold the tag, or '*', which means whatever there is? `strong`: a weak
 * one does not count (RFC 9110, 8.8.3.2). */
static bool names_tag(const struct http_request *request, struct str name, struct str etag,
                      bool strong)
{
    for (size_t i = 0; i < request->header_count; i++) {
        struct str rest = request->headers[i].value, tag;
        bool weak;
        if (!str_eq_nocase(request->headers[i].name, name))
            continue;
        if (str_eq(rest, STR("*")))
            return true;
        while (take_tag(&rest, &tag, &weak))
            if (str_eq(tag, etag) && !(strong && weak))
                return true;
    }
    return false;
}

int http_conditions_check(const struct http_request *request, struct str etag)
{
    static const struct str match = STR_INIT("If-Match"), none_match = STR_INIT("If-None-Match");
    if (http_header_count(request, match) && !names_tag(request, match, etag, true))
        return 412;
    return names_tag(request, none_match, etag, false) ? 304 : 0;
}

bool http_range_applies(const struct http_request *request, struct str etag)
{
    struct str condition = http_header_get(request, STR("If-Range"));
    return !condition.ptr || str_eq(condition, etag);
}
