#include "filter/links.h"

#include <unicode/uidna.h>

#include "core/buf.h"

/* ---- characters -------------------------------------------------------------------------------- */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool is_letter(char c)
{
    return lower(c) >= 'a' && lower(c) <= 'z';
}

static bool is_ascii_name(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

static bool is_name(char c)
{
    return is_ascii_name(c) || (unsigned char)c >= 0x80 || c == '%';
}

/* Behind the scheme, whatever names a user, a host and a port. */
static bool is_authority(char c)
{
    return (unsigned char)c > ' ' &&
           !memchr("/?#\\\"'`<>()[]{}|^", c, strlen("/?#\\\"'`<>()[]{}|^"));
}

/* The same for who takes an address to end where a space or a path is: they find a user in more. */
static bool is_wide_authority(char c)
{
    return (unsigned char)c > ' ' && !memchr("/?#\\<", c, strlen("/?#\\<"));
}

static bool is_sign(char c)
{
    return c > ' ' && c < 0x7f && !is_letter(c) && !(c >= '0' && c <= '9');
}

/* ---- one host ----------------------------------------------------------------------------------- */

static int hex(char c)
{
    c = lower(c);
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static struct str decode(struct str host, struct arena *arena)
{
    char *out = arena_take(arena, host.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < host.len; i++) {
        bool escaped = host.ptr[i] == '%' && i + 2 < host.len && hex(host.ptr[i + 1]) >= 0 &&
                       hex(host.ptr[i + 2]) >= 0;
        out[len++] =
            lower(escaped ? (char)(hex(host.ptr[i + 1]) * 16 + hex(host.ptr[i + 2])) : host.ptr[i]);
        i += escaped ? 2 : 0;
    }
    return str_of(out, len);
}

static bool is_ascii(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] >= 0x80)
            return false;
    return true;
}

/* Names of other scripts by their ASCII form; what has none stays as it is. */
static struct str to_ascii(struct str host, struct arena *arena)
{
    UErrorCode status = U_ZERO_ERROR;
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    char *out = arena_take(arena, HOST_MAX + 1);
    UIDNA *idna = uidna_openUTS46(UIDNA_NONTRANSITIONAL_TO_ASCII, &status);
    int32_t len = uidna_nameToASCII_UTF8(idna, host.ptr, (int32_t)host.len, out, HOST_MAX + 1,
                                         &info, &status);
    uidna_close(idna);
    return U_SUCCESS(status) && len > 0 && len <= HOST_MAX ? str_of(out, (size_t)len) : host;
}

static struct str normal(struct str host, struct arena *arena)
{
    host = decode(host, arena);
    if (!is_ascii(host))
        host = to_ascii(host, arena);
    while (host.len && host.ptr[host.len - 1] == '.')
        host.len--;
    if (host.len > HOST_MAX + 1)
        host.len = HOST_MAX + 1;
    return host;
}

static size_t run_end(struct str text, size_t from, bool (*belongs)(char c))
{
    while (from < text.len && belongs(text.ptr[from]))
        from++;
    return from;
}

/* Without the user before it, and the port or whatever else is behind. */
static struct str host_of(struct str authority)
{
    for (size_t i = authority.len; i > 0; i--)
        if (authority.ptr[i - 1] == '@') {
            authority = str_of(authority.ptr + i, authority.len - i);
            break;
        }
    authority.len = run_end(authority, 0, is_name);
    return authority;
}

/* ---- links in a text ----------------------------------------------------------------------------- */

struct scan {
    struct str text;
    size_t at;
};

/* A sign behind a backslash is that sign, for who makes links of a text. */
static struct str without_escapes(struct str text, struct arena *arena)
{
    if (!text.len || !memchr(text.ptr, '\\', text.len))
        return text;
    char *out = arena_take(arena, text.len);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\\' && i + 1 < text.len && is_sign(text.ptr[i + 1]))
            i++;
        out[len++] = text.ptr[i];
    }
    return str_of(out, len);
}

static bool is_here(struct str text, size_t at, struct str what)
{
    return text.len - at > what.len && str_eq_nocase(str_of(text.ptr + at, what.len), what);
}

/* The authority of the next link; false: there are no more. An address in brackets has an empty one. */
static bool next_link(struct scan *scan, struct str *out)
{
    struct str text = scan->text;
    for (; scan->at < text.len; scan->at++) {
        size_t at = scan->at, from = at;
        bool begins = at == 0 || !is_ascii_name(text.ptr[at - 1]);
        if (at > 0 && is_letter(text.ptr[at - 1]) && is_here(text, at, STR("://")))
            from = at + strlen("://");
        else if (!begins || !is_here(text, at, STR("www.")) ||
                 !is_authority(text.ptr[at + strlen("www.")]))
            continue;
        size_t end = run_end(text, from, is_authority);
        scan->at = end > at ? end : at + 1;
        *out = str_of(text.ptr + from, end - from);
        if (out->len || text.ptr[from] == '[')
            return true;
    }
    return false;
}

static void add(struct buf *found, struct str host, struct arena *arena)
{
    struct str name = normal(host, arena);
    buf_put(found, &name, sizeof(name));
}

static void give(struct buf *found, struct arena *arena, struct hosts *out)
{
    out->count = found->len / sizeof(struct str);
    out->items = arena_take_array(arena, out->count, sizeof(struct str));
    if (out->count)
        memcpy(out->items, found->ptr, found->len);
}

/* All that one could take for the host of this link. */
static void add_link(struct buf *found, struct str text, struct str authority, struct arena *arena)
{
    size_t from = (size_t)(authority.ptr - text.ptr);
    struct str wide = str_of(authority.ptr, run_end(text, from, is_wide_authority) - from);
    add(found, host_of(authority), arena);
    if (wide.len > authority.len && memchr(wide.ptr + authority.len, '@', wide.len - authority.len))
        add(found, host_of(wide), arena);
}

static void scan_links(struct str text, struct arena *arena, struct buf *found)
{
    struct scan scan = {.text = text};
    struct str authority;
    while (next_link(&scan, &authority))
        add_link(found, text, authority, arena);
}

/* As it stands, and as it is for who takes backslashes for escapes: where it leads depends on it. */
static void find_links(struct str text, struct arena *arena, struct buf *found)
{
    struct str plain = without_escapes(text, arena);
    scan_links(text, arena, found);
    if (plain.len != text.len)
        scan_links(plain, arena, found);
}

void links_hosts(struct str text, struct arena *arena, struct hosts *out)
{
    OWN(buf_deinit) struct buf found = BUF_INIT;
    find_links(text, arena, &found);
    give(&found, arena, out);
}

bool links_any(struct str text)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct scan scan = {.text = without_escapes(text, &arena)};
    struct str authority;
    return next_link(&scan, &authority);
}

/* ---- names in a text ------------------------------------------------------------------------------ */

static void find_names(struct str text, bool (*belongs)(char c), struct arena *arena,
                       struct buf *found)
{
    for (size_t at = 0; at < text.len; at++) {
        size_t end = run_end(text, at, belongs);
        struct str run = str_of(text.ptr + at, end - at);
        if (run.len && memchr(run.ptr, '.', run.len))
            add(found, run, arena);
        at = end;
    }
}

void links_names(struct str text, struct arena *arena, struct hosts *out)
{
    OWN(buf_deinit) struct buf found = BUF_INIT;
    struct str plain = without_escapes(text, arena);
    find_links(text, arena, &found);
    find_names(plain, is_ascii_name, arena, &found);
    if (!is_ascii(plain))
        find_names(plain, is_name, arena, &found);
    give(&found, arena, out);
}

/* ---- names in lists --------------------------------------------------------------------------------- */

/* Labels of letters, digits and hyphens between single dots. */
static bool is_host(struct str host)
{
    if (!host.len || host.len > HOST_MAX || host.ptr[0] == '.')
        return false;
    for (size_t i = 0; i < host.len; i++) {
        char c = host.ptr[i];
        if (!is_ascii_name(c) || (c == '.' && i + 1 < host.len && host.ptr[i + 1] == '.'))
            return false;
    }
    return true;
}

/* Or nothing. */
static bool is_port(struct str text)
{
    size_t at = text.len ? 1 : 0;
    while (at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9')
        at++;
    return at == text.len && (!text.len || text.ptr[0] == ':');
}

bool links_host(struct str written, struct arena *arena, struct str *out)
{
    struct str text = str_trim(written), all = STR("*.");
    for (size_t i = 0; i + 3 <= text.len; i++)
        if (str_eq(str_of(text.ptr + i, 3), STR("://"))) {
            text = str_of(text.ptr + i + 3, text.len - i - 3);
            break;
        }
    if (str_starts(text, all))
        text = str_of(text.ptr + all.len, text.len - all.len);
    size_t end = run_end(text, 0, is_authority);
    struct str name = host_of(str_of(text.ptr, end));
    size_t behind = (size_t)(name.ptr - text.ptr) + name.len;
    *out = normal(name, arena);
    return is_port(str_of(text.ptr + behind, end - behind)) &&
           (end == text.len || memchr("/?#", text.ptr[end], 3)) && is_host(*out);
}
