#include "core/address.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <cmocka.h>

static struct ip_address parsed(const char *text)
{
    struct ip_address address;
    assert_true(address_parse(str_from_c(text), &address));
    return address;
}

static void assert_prints_as(const char *text, const char *expected)
{
    char out[ADDRESS_TEXT_SIZE];
    struct ip_address address = parsed(text);
    struct str printed = address_print(&address, out);
    assert_string_equal(out, expected);
    assert_int_equal(printed.len, strlen(expected));
}

static void addresses_are_read_and_written_in_their_usual_form(void **state)
{
    (void)state;
    assert_prints_as("127.0.0.1", "127.0.0.1");
    assert_prints_as("::1", "::1");
    assert_prints_as("[::1]", "::1");
    assert_prints_as("2001:DB8:0:0::1", "2001:db8::1");
    assert_prints_as("::ffff:10.1.2.3", "10.1.2.3"); /* one address, one form */
    assert_prints_as("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                     "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
}

static void what_is_no_address_is_refused(void **state)
{
    (void)state;
    const struct str wrong[] = {
        STR(""),
        STR("[]"),
        STR("localhost"),
        STR("1.2.3"),
        STR("1.2.3.4.5"),
        STR("256.1.1.1"),
        STR("127.0.0.1:80"),
        STR("127.0.0.1 "),
        STR("::g"),
        STR("[::1"),
        STR("fe80::1%eth0"),
        STR("1.2.3.4\0"),
        STR("0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000"),
    };
    struct ip_address address = {{7}};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        assert_false(address_parse(wrong[i], &address));
    assert_int_equal(address.bytes[0], 7);
}

static void loopback_is_known_in_both_families(void **state)
{
    (void)state;
    const char *const yes[] = {"127.0.0.1", "127.255.0.9", "::1"};
    const char *const no[] = {"128.0.0.1", "::2", "10.0.0.1", "::"};
    for (size_t i = 0; i < ARRAY_LEN(yes); i++) {
        struct ip_address address = parsed(yes[i]);
        assert_true(address_is_loopback(&address));
    }
    for (size_t i = 0; i < ARRAY_LEN(no); i++) {
        struct ip_address address = parsed(no[i]);
        assert_false(address_is_loopback(&address));
    }
}

static void a_customer_is_an_ipv4_address_or_a_64(void **state)
{
    (void)state;
    struct ip_address v6 = parsed("2001:db8:1:2:3:4:5:6"), v4 = parsed("10.1.2.3");
    struct ip_address expected = parsed("2001:db8:1:2::");
    struct ip_address customer = address_customer(&v6);
    assert_memory_equal(&customer, &expected, sizeof(expected));
    customer = address_customer(&v4);
    assert_memory_equal(&customer, &v4, sizeof(v4));
}

static void sockets_names_go_back_and_forth(void **state)
{
    (void)state;
    const char *const texts[] = {"192.0.2.1", "2001:db8::7"};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct ip_address address = parsed(texts[i]), back;
        struct sockaddr_storage name;
        uint32_t len = address_to_socket(&address, 8080, &name);
        assert_int_equal(name.ss_family, i == 0 ? AF_INET : AF_INET6);
        assert_int_equal(len, i == 0 ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6));
        assert_true(address_from_socket(&name, &back));
        assert_memory_equal(&address, &back, sizeof(back));
    }
    struct sockaddr_storage local = {.ss_family = AF_UNIX};
    struct ip_address address;
    assert_false(address_from_socket(&local, &address));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_read_and_written_in_their_usual_form),
        cmocka_unit_test(what_is_no_address_is_refused),
        cmocka_unit_test(loopback_is_known_in_both_families),
        cmocka_unit_test(a_customer_is_an_ipv4_address_or_a_64),
        cmocka_unit_test(sockets_names_go_back_and_forth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
