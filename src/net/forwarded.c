#include "net/forwarded.h"

#include "core/ipnet.h"
#include "net/http_header.h"

enum { HOPS_MAX = 16 }; /* the last ones count; no path is that long */

/* What one hop says of the one before it. */
struct hop {
    struct str from; /* an address, maybe with a port */
    struct str proto;
};

/* The last HOPS_MAX of them, oldest first. */
struct hops {
    struct hop items[HOPS_MAX];
    size_t count;
};

bool http_proxies_have(const struct http_proxies *proxies, const struct ip_address *address)
{
    for (size_t i = 0; i < proxies->count; i++)
        if (ipnet_has(&proxies->nets[i], address))
            return true;
    return false;
}

static void add_hop(struct hops *hops, struct hop hop)
{
    if (hops->count == HOPS_MAX)
        memmove(&hops->items[0], &hops->items[1], --hops->count * sizeof(hop));
    hops->items[hops->count++] = hop;
}

/* ---- X-Forwarded-* ---- */

static void read_x_forwarded(const struct http_request *request, struct hops *hops)
{
    struct http_list list = {.request = request, .name = STR("X-Forwarded-For")};
    struct str member, protos[HOPS_MAX];
    while (http_list_next(&list, &member))
        add_hop(hops, (struct hop){.from = member});

    size_t count = 0;
    list = (struct http_list){.request = request, .name = STR("X-Forwarded-Proto")};
    while (http_list_next(&list, &member)) {
        if (count == HOPS_MAX)
            memmove(&protos[0], &protos[1], --count * sizeof(member));
        protos[count++] = member;
    }
    /* They belong together from their ends; of fewer, the first is the word of all before it. */
    for (size_t back = 1; count && back <= hops->count; back++)
        hops->items[hops->count - back].proto = protos[back < count ? count - back : 0];
}

/* ---- Forwarded ---- */

/* A token or what is between quotes (RFC 9110, 5.6.4); with a backslash in it, it is no address.
 * False: there is no second quote. */
static bool take_value(struct str *rest, struct str *value)
{
    if (rest->len && rest->ptr[0] == '"') {
        const char *end = memchr(rest->ptr + 1, '"', rest->len - 1);
        if (!end)
            return false;
        *value = str_of(rest->ptr + 1, (size_t)(end - rest->ptr) - 1);
        *rest = str_of(end + 1, rest->len - value->len - 2);
        return true;
    }
    size_t len = 0;
    while (len < rest->len && http_is_token_char(rest->ptr[len]))
        len++;
    *value = str_of(rest->ptr, len);
    *rest = str_of(rest->ptr + len, rest->len - len);
    return true;
}

static void skip_space(struct str *rest)
{
    while (rest->len && (rest->ptr[0] == ' ' || rest->ptr[0] == '\t'))
        *rest = str_of(rest->ptr + 1, rest->len - 1);
}

static bool take_char(struct str *rest, char c)
{
    if (rest->len == 0 || rest->ptr[0] != c)
        return false;
    *rest = str_of(rest->ptr + 1, rest->len - 1);
    return true;
}

/* "for=192.0.2.1;proto=https": pairs with ';' between; none is fine too. */
static bool take_element(struct str *rest, struct hop *hop)
{
    do {
        struct str name, value = STR_NONE;
        skip_space(rest);
        if (!take_value(rest, &name))
            return false;
        if (name.len && (!take_char(rest, '=') || !take_value(rest, &value)))
            return false;
        if (str_eq_nocase(name, STR("for")))
            hop->from = value;
        else if (str_eq_nocase(name, STR("proto")))
            hop->proto = value;
        skip_space(rest);
    } while (take_char(rest, ';'));
    return true;
}

/* One line: elements with ',' between. False where it is malformed: what comes behind cannot be
 * told from what a client wrote. */
static bool read_forwarded_line(struct str rest, struct hops *hops)
{
    for (;;) {
        struct hop hop = {0};
        if (!take_element(&rest, &hop))
            return false;
        add_hop(hops, hop);
        if (rest.len == 0)
            return true;
        if (!take_char(&rest, ','))
            return false;
    }
}

static void read_forwarded(const struct http_request *request, struct hops *hops)
{
    for (size_t i = 0; i < request->header_count; i++) {
        if (!str_eq_nocase(request->headers[i].name, STR("Forwarded")))
            continue;
        if (!read_forwarded_line(request->headers[i].value, hops))
            add_hop(hops, (struct hop){0}); /* nobody knows */
    }
}

/* ---- who ---- */

/* "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:80". */
static bool parse_node(struct str text, struct ip_address *out)
{
    if (text.len && text.ptr[0] == '[') {
        struct str port = text;
        struct str host = str_cut(&port, ']');
        bool fine = port.ptr && (port.len == 0 || port.ptr[0] == ':');
        return fine && address_parse(str_of(host.ptr + 1, host.len - 1), out);
    }
    struct str port = text;
    struct str host = str_cut(&port, ':');
    if (port.ptr && !memchr(port.ptr, ':', port.len))
        text = host;
    return address_parse(text, out);
}

void forwarded_read(const struct http_request *request, const struct http_proxies *proxies,
                    struct ip_address *peer, bool *secure)
{
    struct hops hops = {.count = 0};
    if (http_header_count(request, STR("X-Forwarded-For")))
        read_x_forwarded(request, &hops);
    else
        read_forwarded(request, &hops);
    for (size_t i = hops.count; i > 0 && http_proxies_have(proxies, peer); i--) {
        const struct hop *hop = &hops.items[i - 1];
        if (hop->proto.len)
            *secure = str_eq_nocase(hop->proto, STR("https"));
        if (!parse_node(hop->from, peer))
            return;
    }
}
