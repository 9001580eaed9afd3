#include "core/ipnet.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static bool has(const char *net_text, const char *address_text)
{
    struct ipnet net;
    struct ip_address address;
    assert_true(ipnet_parse(str_from_c(net_text), &net));
    assert_true(address_parse(str_from_c(address_text), &address));
    return ipnet_has(&net, &address);
}

static void a_network_holds_its_addresses_and_no_others(void **state)
{
    (void)state;
    assert_true(has("10.0.0.0/8", "10.255.1.2"));
    assert_false(has("10.0.0.0/8", "11.0.0.1"));
    assert_true(has("192.168.4.0/22", "192.168.7.255"));
    assert_false(has("192.168.4.0/22", "192.168.8.0"));
    assert_true(has("fd00::/8", "fdff::1"));
    assert_false(has("fd00::/8", "fe80::1"));
    assert_true(has("2001:db8:0:8000::/49", "2001:db8:0:ffff::1"));
    assert_false(has("2001:db8:0:8000::/49", "2001:db8:0:7fff::1"));
}

static void a_single_address_is_a_network_of_one(void **state)
{
    (void)state;
    assert_true(has("127.0.0.1", "127.0.0.1"));
    assert_false(has("127.0.0.1", "127.0.0.2"));
    assert_true(has("::1", "::1"));
    assert_false(has("::1", "::2"));
}

static void prefix_zero_holds_everybody_of_its_family(void **state)
{
    (void)state;
    assert_true(has("0.0.0.0/0", "203.0.113.9"));
    assert_false(has("0.0.0.0/0", "2001:db8::1"));
    assert_true(has("::/0", "203.0.113.9"));
    assert_true(has("::/0", "2001:db8::1"));
}

static void nonsense_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"",           "/8",         "10.0.0.0/",   "10.0.0.0/33",
                                      "10.0.0/8",   "10.0.0.1/8", "fd00::/129",  "fd00::1/64",
                                      "10.0.0.0/x", "localhost",  "10.0.0.0/-1", "10.0.0.0/8/8"};
    struct ipnet net;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(ipnet_parse(str_from_c(bad[i]), &net));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_network_holds_its_addresses_and_no_others),
        cmocka_unit_test(a_single_address_is_a_network_of_one),
        cmocka_unit_test(prefix_zero_holds_everybody_of_its_family),
        cmocka_unit_test(nonsense_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
