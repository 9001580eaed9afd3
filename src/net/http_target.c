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

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    char low = (char)(c | 0x20);
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

/* The byte that "%41" at `at` stands for; negative if it is none. */
static int encoded_at(struct str text, size_t at)
{
    if (text.len - at < 3)
        return -1;
    int high = hex_value(text.ptr[at + 1]), low = hex_value(text.ptr[at + 2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

static bool is_encoded_well(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] == '%' && encoded_at(text, i) < 0)
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
    return host.len > 0 && all_of(host, "-._~%!$&'()*+;=", true) && is_encoded_well(host) &&
           is_digits(port);
}

/* ---- the path ---- */

static bool is_unreserved(int c)
{
    char text = (char)c;
    return c < 0x80 && all_of(str_of(&text, 1), "-._~", true);
}

bool http_path_normalize(struct arena *arena, struct str *path)
{
    if (!all_of(*path, "/-._~%!$&'()*+,;=:@", true) || !is_encoded_well(*path))
        return false;
    if (!memchr(path->ptr, '%', path->len))
        return true;
    char *out = arena_take(arena, path->len);
    size_t len = 0;
    for (size_t i = 0; i < path->len; i++) {
        int c = path->ptr[i] == '%' ? encoded_at(*path, i) : -1;
        bool plain = c >= 0 && is_unreserved(c);
        out[len++] = plain ? (char)c : path->ptr[i];
        i += plain ? 2 : 0;
    }
    *path = str_of(out, len);
    return true;
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
    while (at < text.len && (!text.ptr[at] || !strchr(chars, text.ptr[at])))
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
    if (rest.ptr) {
        out->https = (text.ptr[4] | 0x20) == 's';
        return parse_absolute(rest, options, out);
    }
    out->query = text;
    out->path = str_cut(&out->query, '?');
    if (str_eq(text, STR("*")))
        return options;
    return out->path.len > 0 && out->path.ptr[0] == '/';
}
