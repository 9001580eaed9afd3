/* What proxies say of a client: nothing crashes, the outcome is an address that was said, and what
 * a client puts in front of what the proxy adds changes nothing. Input: a header's value. */
#include "net/forwarded.h"

#include "core/ipnet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct ip_address proxy = {{[10] = 0xff, [11] = 0xff, [12] = 10, [15] = 1}};
static const struct ip_address client = {{[10] = 0xff, [11] = 0xff, [12] = 203, [15] = 9}};

static struct ip_address read_with(const struct http_proxies *proxies, struct str name,
                                   struct str value, struct str added)
{
    struct http_header headers[] = {
        {name, value}, {name, added}, {STR("X-Forwarded-Proto"), value}};
    struct http_request request = {.headers = headers, .header_count = ARRAY_LEN(headers)};
    struct ip_address peer = proxy;
    bool secure = false;
    forwarded_read(&request, proxies, &peer, &secure);
    return peer;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct ipnet net;
    REQUIRE(ipnet_parse(STR("10.0.0.0/8"), &net));
    const struct http_proxies proxies = {.nets = &net, .count = 1};
    struct str value = str_of((const char *)data, size);
    struct ip_address peer = read_with(&proxies, STR("X-Forwarded-For"), value, STR("203.0.0.9"));
    REQUIRE(memcmp(&peer, &client, sizeof(peer)) == 0);
    peer = read_with(&proxies, STR("Forwarded"), value, STR("for=203.0.0.9;proto=https"));
    REQUIRE(memcmp(&peer, &client, sizeof(peer)) == 0);
    (void)read_with(&proxies, STR("X-Forwarded-For"), STR(""), value);
    (void)read_with(&proxies, STR("Forwarded"), STR(""), value);
    return 0;
}
