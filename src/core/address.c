#include "core/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

static const uint8_t v4_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool address_is_v4(const struct ip_address *address)
{
    return memcmp(address->bytes, v4_prefix, sizeof(v4_prefix)) == 0;
}

bool address_is_loopback(const struct ip_address *address)
{
    static const struct ip_address v6_loopback = {{[15] = 1}};
    if (address_is_v4(address))
        return address->bytes[12] == 127;
    return memcmp(address, &v6_loopback, sizeof(*address)) == 0;
}

bool address_parse(struct str text, struct ip_address *out)
{
    char copy[ADDRESS_TEXT_SIZE];
    if (text.len >= 2 && text.ptr[0] == '[' && text.ptr[text.len - 1] == ']')
        text = str_of(text.ptr + 1, text.len - 2);
    if (text.len == 0 || text.len >= sizeof(copy) || memchr(text.ptr, '\0', text.len))
        return false;
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';

    struct ip_address parsed;
    memcpy(parsed.bytes, v4_prefix, sizeof(v4_prefix));
    if (inet_pton(AF_INET, copy, parsed.bytes + 12) != 1 &&
        inet_pton(AF_INET6, copy, parsed.bytes) != 1)
        return false;
    *out = parsed;
    return true;
}

struct str address_print(const struct ip_address *address, char out[ADDRESS_TEXT_SIZE])
{
    if (address_is_v4(address))
        inet_ntop(AF_INET, address->bytes + 12, out, ADDRESS_TEXT_SIZE);
    else
        inet_ntop(AF_INET6, address->bytes, out, ADDRESS_TEXT_SIZE);
    return str_from_c(out);
}

struct ip_address address_customer(const struct ip_address *address)
{
    struct ip_address customer = *address;
    if (!address_is_v4(address))
        memset(customer.bytes + 8, 0, 8);
    return customer;
}

bool address_from_socket(const struct sockaddr_storage *from, struct ip_address *out)
{
    if (from->ss_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)(const void *)from;
        memcpy(out->bytes, v4_prefix, sizeof(v4_prefix));
        memcpy(out->bytes + 12, &v4->sin_addr, 4);
        return true;
    }
    if (from->ss_family != AF_INET6)
        return false;
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)(const void *)from;
    memcpy(out->bytes, &v6->sin6_addr, 16);
    return true;
}

uint32_t address_to_socket(const struct ip_address *address, uint16_t port,
                           struct sockaddr_storage *out)
{
    memset(out, 0, sizeof(*out));
    if (address_is_v4(address)) {
        struct sockaddr_in *v4 = (struct sockaddr_in *)(void *)out;
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        memcpy(&v4->sin_addr, address->bytes + 12, 4);
        return sizeof(*v4);
    }
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)(void *)out;
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    memcpy(&v6->sin6_addr, address->bytes, 16);
    return sizeof(*v6);
}
