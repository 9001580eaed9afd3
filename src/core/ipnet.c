#include "core/ipnet.h"

enum { V4_OFFSET = 96, BITS = 128 };

static uint8_t mask_at(unsigned prefix, unsigned byte)
{
    unsigned begin = byte * 8;
    if (prefix >= begin + 8)
        return 0xff;
    if (prefix <= begin)
        return 0;
    return (uint8_t)(0xff << (begin + 8 - prefix));
}

bool ipnet_parse(struct str text, struct ipnet *out)
{
    struct ipnet net = {.prefix = BITS};
    struct str prefix = text;
    struct str address = str_cut(&prefix, '/');
    if (!address_parse(address, &net.address))
        return false;
    if (prefix.ptr) {
        unsigned offset = address_is_v4(&net.address) ? V4_OFFSET : 0;
        uint64_t bits;
        if (!str_to_u64(prefix, &bits) || bits > BITS - offset)
            return false;
        net.prefix = (unsigned)bits + offset;
    }
    for (unsigned i = 0; i < sizeof(net.address.bytes); i++)
        if (net.address.bytes[i] & ~mask_at(net.prefix, i) & 0xff)
            return false;
    *out = net;
    return true;
}

bool ipnet_has(const struct ipnet *net, const struct ip_address *address)
{
    for (unsigned i = 0; i < sizeof(address->bytes); i++)
        if ((address->bytes[i] & mask_at(net->prefix, i)) != net->address.bytes[i])
            return false;
    return true;
}
