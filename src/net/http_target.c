#include "net/http_target.h"

#include "core/base.h"

/* ---- the host ---- */

static bool all_of(struct str text, const char *more, bool letters)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i], low = (char)(c | 0x20);
        bool fine = (c >= '0' && c <= '9') || (low >= 'a' && low <= (letters ? 'z' : 'f'));
        if (!fine && (!c || !strchr(more, c)))
            return false;
    }
    return true;
}

static bool is_digits(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
    return true;
}

bool http_authority_is_valid(struct str authority)
{
    struct str port = authority;
    if (authority.len && authority.ptr[0] == '[') { /* an address of IPv6 */
        struct str host = str_cut(&port, ']');
        host = str_of(host.ptr + 1, host.len - 1);
        if (!port.ptr || !memchr(host.ptr, ':', host.len) || !all_of(host, ":.", false))
            return false;
        if (port.len == 0)
            return true;
        return port.ptr[0] == ':' && is_digits(str_of(port.ptr + 1, port.len - 1));
    }
    struct str host = str_cut(&port, ':');
    return host.len > 0 && all_of(host, "-._~%!$&'()*+;=", true) && is_digits(port);
}

/* ---- the target ---- */

static struct str behind_scheme(struct str text)
{
    static const struct str schemes[] = {STR_INIT("http://"), STR_INIT("https://")};
    for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
        size_t len = schemes[i].len;
        if (text.len >= len && str_eq_nocase(str_of(text.ptr, len), schemes[i]))
            return str_of(text.ptr + len, text.len - len);
    }
    return STR_NONE;
}

static size_t find_any(struct str text, const char *chars)
{
    size_t at = 0;
    while (at < text.len && !strchr(chars, text.ptr[at]))
        at++;
    return at;
}

static bool parse_absolute(struct str rest, bool options, struct http_target *out)
{
    size_t len = find_any(rest, "/?");
    out->authority = str_of(rest.ptr, len);
    rest = str_of(rest.ptr + len, rest.len - len);
    if (rest.len == 0)
        out->path = options ? STR("*") : STR("/"); /* RFC 9112, 3.2.4 */
    else
        out->path = str_cut(&rest, '?');
    out->query = rest;
    if (out->path.len == 0)
        out->path = STR("/");
    return http_authority_is_valid(out->authority);
}

bool http_target_parse(struct str text, struct str method, struct http_target *out)
{
    bool options = str_eq(method, STR("OPTIONS"));
    struct str rest = behind_scheme(text);
    *out = (struct http_target){0};
    if (rest.ptr)
        return parse_absolute(rest, options, out);
    out->query = text;
    out->path = str_cut(&out->query, '?');
    if (str_eq(text, STR("*")))
        return options;
    return out->path.len > 0 && out->path.ptr[0] == '/';
}
