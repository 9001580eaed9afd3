/* Addresses and networks: what is taken is printed as a text that is taken and means the same; a
 * network has its own address, and is itself again. Input: the text. */
#include "core/ipnet.h"

#include "core/base.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_address(struct str text)
{
    struct ip_address address, again;
    char printed[ADDRESS_TEXT_SIZE];
    if (!address_parse(text, &address))
        return;
    REQUIRE(address_parse(address_print(&address, printed), &again));
    REQUIRE(memcmp(&address, &again, sizeof(again)) == 0);
    struct ip_address customer = address_customer(&address);
    again = address_customer(&customer);
    REQUIRE(memcmp(&customer, &again, sizeof(again)) == 0);
}

static void try_net(struct str text)
{
    struct ipnet net;
    if (!ipnet_parse(text, &net))
        return;
    REQUIRE(net.prefix <= 128 && ipnet_has(&net, &net.address));
    if (net.prefix == 0)
        return;
    struct ip_address outside = net.address;
    unsigned last = net.prefix - 1;
    outside.bytes[last / 8] ^= (uint8_t)(0x80 >> last % 8);
    REQUIRE(!ipnet_has(&net, &outside));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    try_address(str_of((const char *)data, size));
    try_net(str_of((const char *)data, size));
    return 0;
}
