#include "net/proxy_protocol.h"

/* ---- version 1: "PROXY TCP4 192.0.2.1 192.0.2.2 4711 80\r\n" ---- */

enum { V1_MAX = 107, PORT_MAX = 65535 };

static bool is_port(struct str text)
{
    uint64_t port;
    bool leading_zero = text.len > 1 && text.ptr[0] == '0';
    return !leading_zero && str_to_u64(text, &port) && port <= PORT_MAX;
}

/* As the family says; an IPv4 address in IPv6 clothes is none of TCP4. */
static bool is_address(struct str text, bool v4, struct ip_address *out)
{
    bool plain = text.len && text.ptr[0] != '[';
    return plain && (memchr(text.ptr, ':', text.len) == NULL) == v4 && address_parse(text, out);
}

static bool read_v1(struct str line, struct proxy_header *out)
{
    struct ip_address to;
    (void)str_cut(&line, ' '); /* "PROXY" */
    struct str family = str_cut(&line, ' ');
    if (str_eq(family, STR("UNKNOWN")))
        return true;
    bool v4 = str_eq(family, STR("TCP4"));
    if (!v4 && !str_eq(family, STR("TCP6")))
        return false;
    out->told = true;
    return is_address(str_cut(&line, ' '), v4, &out->peer) &&
           is_address(str_cut(&line, ' '), v4, &to) && is_port(str_cut(&line, ' ')) && line.ptr &&
           is_port(line);
}

static int read_line(struct str bytes, struct proxy_header *out)
{
    size_t most = bytes.len < V1_MAX ? bytes.len : V1_MAX;
    const char *end = memchr(bytes.ptr, '\n', most);
    if (!end)
        return most == V1_MAX ? PROXY_BAD : PROXY_MORE;
    size_t len = (size_t)(end - bytes.ptr);
    if (len < 1 || bytes.ptr[len - 1] != '\r' || !read_v1(str_of(bytes.ptr, len - 1), out))
        return PROXY_BAD;
    return (int)len + 1;
}

/* ---- version 2: binary ---- */

enum {
    V2_HEAD = 16, /* signature, version and command, family, length */
    V2_LOCAL = 0x20,
    V2_PROXY = 0x21,
    V2_TCP4 = 0x11,
    V2_TCP6 = 0x21,
    V2_TCP4_BYTES = 12,
    V2_TCP6_BYTES = 36,
    TLV_HEAD = 3,
    TLV_SSL = 0x20,
    SSL_CLIENT = 0x01,
};

/* What follows the addresses; only whether there was TLS matters to us. False if it is malformed. */
static bool read_extras(const uint8_t *at, size_t left, struct proxy_header *out)
{
    while (left) {
        if (left < TLV_HEAD)
            return false;
        size_t len = (size_t)at[1] << 8 | at[2];
        if (len > left - TLV_HEAD)
            return false;
        if (at[0] == TLV_SSL)
            out->secure = len > 0 && at[TLV_HEAD] & SSL_CLIENT;
        at += TLV_HEAD + len;
        left -= TLV_HEAD + len;
    }
    return true;
}

static bool read_addresses(const uint8_t *at, size_t len, unsigned family, struct proxy_header *out)
{
    static const uint8_t v4_prefix[12] = {[10] = 0xff, [11] = 0xff};
    size_t size = family == V2_TCP4 ? V2_TCP4_BYTES : family == V2_TCP6 ? V2_TCP6_BYTES : 0;
    if (size == 0) /* a family that we do not speak: the proxy's own address stands */
        return (family & 0xf) <= 2 && family >> 4 <= 3;
    if (len < size)
        return false;
    out->told = true;
    if (family == V2_TCP4) {
        memcpy(out->peer.bytes, v4_prefix, sizeof(v4_prefix));
        memcpy(out->peer.bytes + sizeof(v4_prefix), at, 4);
    } else {
        memcpy(out->peer.bytes, at, sizeof(out->peer.bytes));
    }
    return read_extras(at + size, len - size, out);
}

static int read_binary(struct str bytes, struct proxy_header *out)
{
    if (bytes.len < V2_HEAD)
        return PROXY_MORE;
    const uint8_t *at = (const uint8_t *)bytes.ptr;
    size_t len = (size_t)at[14] << 8 | at[15];
    if ((at[12] != V2_LOCAL && at[12] != V2_PROXY) || V2_HEAD + len > PROXY_HEADER_MAX)
        return PROXY_BAD;
    if (bytes.len < V2_HEAD + len)
        return PROXY_MORE;
    if (at[12] == V2_PROXY && !read_addresses(at + V2_HEAD, len, at[13], out))
        return PROXY_BAD;
    return (int)(V2_HEAD + len);
}

/* ---- which ---- */

int proxy_header_read(struct str bytes, struct proxy_header *out)
{
    static const struct str line = STR_INIT("PROXY ");
    static const struct str signature = STR_INIT("\r\n\r\n\0\r\nQUIT\n");
    *out = (struct proxy_header){.told = false};
    if (bytes.len == 0)
        return PROXY_MORE;
    bool is_line = bytes.ptr[0] == 'P';
    struct str begin = is_line ? line : signature;
    size_t both = bytes.len < begin.len ? bytes.len : begin.len;
    if (memcmp(bytes.ptr, begin.ptr, both) != 0)
        return PROXY_BAD;
    return is_line ? read_line(bytes, out) : read_binary(bytes, out);
}
