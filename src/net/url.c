#include "net/url.h"

#include "core/base.h"

enum { PORT_MAX = 65535, HOST_LEN_MAX = 253 };

static bool is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool all_of(struct str text, const char *also)
{
    for (size_t i = 0; i < text.len; i++)
        if (!is_letter_or_digit(text.ptr[i]) && (!text.ptr[i] || !strchr(also, text.ptr[i])))
            return false;
    return text.len > 0;
}

static bool read_port(struct str text, struct str *out)
{
    uint64_t number;
    if (!text.ptr) {
        *out = STR("443");
        return true;
    }
    *out = text;
    return text.len <= 5 && str_to_u64(text, &number) && number > 0 && number <= PORT_MAX;
}

static bool read_authority(struct str text, struct url *out)
{
    out->authority = text;
    if (text.len && text.ptr[0] == '[') {
        struct str inner = str_of(text.ptr + 1, text.len - 1);
        out->host = str_cut(&inner, ']');
        struct str before = inner;
        bool port_or_end = inner.ptr && str_cut(&inner, ':').len == 0;
        return port_or_end && (before.len == 0 || inner.ptr) && all_of(out->host, ":.") &&
               out->host.len <= HOST_LEN_MAX && read_port(inner, &out->port);
    }
    out->host = str_cut(&text, ':');
    return all_of(out->host, ".-") && out->host.ptr[0] != '.' && out->host.len <= HOST_LEN_MAX &&
           read_port(text, &out->port);
}

bool url_parse_https(struct str text, struct url *out)
{
    static const struct str scheme = STR_INIT("https://");
    *out = (struct url){0};
    if (text.len > URL_LEN_MAX || !str_starts(text, scheme))
        return false;
    text = str_of(text.ptr + scheme.len, text.len - scheme.len);
    size_t len = 0;
    while (len < text.len && !strchr("/?#", text.ptr[len]))
        len++; /* a NUL ends it too, and is refused below */
    out->target = str_of(text.ptr + len, text.len - len);
    if (out->target.len == 0)
        out->target = STR("/");
    return out->target.ptr[0] == '/' && all_of(out->target, "/?-._~%!$&'()*+,;=:@") &&
           read_authority(str_of(text.ptr, len), out);
}
