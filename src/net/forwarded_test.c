#include "net/forwarded.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/ipnet.h"

/* Two proxies are trusted: 10.0.0.0/8 and fd00::/8. The socket says 10.0.0.1. */
static struct ipnet nets[2];
static const struct http_proxies proxies = {.nets = nets, .count = ARRAY_LEN(nets)};

static int setup(void **state)
{
    (void)state;
    assert_true(ipnet_parse(STR("10.0.0.0/8"), &nets[0]));
    assert_true(ipnet_parse(STR("fd00::/8"), &nets[1]));
    return 0;
}

struct told {
    const char *name, *value, *name2, *value2;
    const char *peer;
    bool secure;
};

static void check(const struct told *told)
{
    struct http_header headers[2] = {{str_from_c(told->name), str_from_c(told->value)}};
    struct http_request request = {.headers = headers, .header_count = 1};
    if (told->name2)
        headers[request.header_count++] =
            (struct http_header){str_from_c(told->name2), str_from_c(told->value2)};
    struct ip_address peer;
    char text[ADDRESS_TEXT_SIZE];
    bool secure = false;
    assert_true(address_parse(STR("10.0.0.1"), &peer));
    forwarded_read(&request, &proxies, &peer, &secure);
    address_print(&peer, text);
    if (strcmp(text, told->peer) != 0 || secure != told->secure)
        fail_msg("%s: %s, %s: %s gave %s, %d", told->name, told->value, told->name2, told->value2,
                 text, secure);
}

#define X_FOR "X-Forwarded-For"
#define X_PROTO "X-Forwarded-Proto"

static void x_forwarded_for_is_believed_up_to_the_first_stranger(void **state)
{
    static const struct told cases[] = {
        {X_FOR, "203.0.113.9", NULL, NULL, "203.0.113.9", false},
        {X_FOR, "203.0.113.9:4711", NULL, NULL, "203.0.113.9", false},
        {X_FOR, "2001:db8::1", NULL, NULL, "2001:db8::1", false},
        {X_FOR, "[2001:db8::1]:4711", NULL, NULL, "2001:db8::1", false},
        {X_FOR, "[2001:db8::1]", NULL, NULL, "2001:db8::1", false},
        {X_FOR, "::ffff:203.0.113.9", NULL, NULL, "203.0.113.9", false},
        {X_FOR, "1.1.1.1, 203.0.113.9", NULL, NULL, "203.0.113.9", false},
        {X_FOR, "127.0.0.1, 203.0.113.9", NULL, NULL, "203.0.113.9", false},
        {X_FOR, "1.1.1.1, 203.0.113.9, 10.9.9.9", NULL, NULL, "203.0.113.9", false},
        {X_FOR, "203.0.113.9, fd00::1,10.9.9.9", NULL, NULL, "203.0.113.9", false},
        {X_FOR, "10.2.2.2, 10.3.3.3", NULL, NULL, "10.2.2.2", false},
        {X_FOR, "1.1.1.1", X_FOR, "203.0.113.9", "203.0.113.9", false},
        {X_FOR, "unknown", NULL, NULL, "10.0.0.1", false},
        {X_FOR, "", NULL, NULL, "10.0.0.1", false},
        {X_FOR, "203.0.113.9, rubbish, 10.9.9.9", NULL, NULL, "10.9.9.9", false},
        {X_FOR, "203.0.113.999", NULL, NULL, "10.0.0.1", false},
        {X_FOR, "[2001:db8::1]x", NULL, NULL, "10.0.0.1", false},
        {"Via", "1.1 x", NULL, NULL, "10.0.0.1", false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        check(&cases[i]);
}

static void https_is_what_the_hop_nearest_to_the_client_said(void **state)
{
    static const struct told cases[] = {
        {X_FOR, "203.0.113.9", X_PROTO, "https", "203.0.113.9", true},
        {X_FOR, "203.0.113.9", X_PROTO, "HTTPS", "203.0.113.9", true},
        {X_FOR, "203.0.113.9", X_PROTO, "http", "203.0.113.9", false},
        {X_FOR, "203.0.113.9", X_PROTO, "https, http", "203.0.113.9", false},
        {X_FOR, "203.0.113.9, 10.9.9.9", X_PROTO, "https, http", "203.0.113.9", true},
        {X_FOR, "203.0.113.9, 10.9.9.9", X_PROTO, "https", "203.0.113.9", true},
        {X_FOR, "1.1.1.1, 203.0.113.9", X_PROTO, "https, http", "203.0.113.9", false},
        {X_FOR, "203.0.113.9", X_PROTO, "wss", "203.0.113.9", false},
        {X_FOR, "203.0.113.9", X_PROTO, "", "203.0.113.9", false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        check(&cases[i]);
}

static void forwarded_is_believed_where_there_is_no_x_forwarded_for(void **state)
{
    static const struct told cases[] = {
        {"Forwarded", "for=203.0.113.9", NULL, NULL, "203.0.113.9", false},
        {"Forwarded", "For=\"203.0.113.9:4711\"", NULL, NULL, "203.0.113.9", false},
        {"Forwarded", "for=\"[2001:db8::1]:4711\"", NULL, NULL, "2001:db8::1", false},
        {"Forwarded", "for=203.0.113.9;proto=https;by=10.0.0.1", NULL, NULL, "203.0.113.9", true},
        {"Forwarded", "proto=\"https\" ; for=203.0.113.9", NULL, NULL, "203.0.113.9", true},
        {"Forwarded", "for=1.1.1.1;proto=https, for=203.0.113.9", NULL, NULL, "203.0.113.9", false},
        {"Forwarded", "for=203.0.113.9;proto=https, for=10.9.9.9;proto=http", NULL, NULL,
         "203.0.113.9", true},
        {"Forwarded", "for=1.1.1.1", "Forwarded", "for=203.0.113.9", "203.0.113.9", false},
        {"Forwarded", "for=\"x,for=1.1.1.1\", for=203.0.113.9", NULL, NULL, "203.0.113.9", false},
        {"Forwarded", "for=\"1.1.1.1", NULL, NULL, "10.0.0.1", false},
        {"Forwarded", "for=unknown", NULL, NULL, "10.0.0.1", false},
        {"Forwarded", "for=_hidden;proto=https", NULL, NULL, "10.0.0.1", true},
        {"Forwarded", "for 203.0.113.9", NULL, NULL, "10.0.0.1", false},
        {"Forwarded", "for=203.0.113.9 x", NULL, NULL, "10.0.0.1", false},
        {"Forwarded", "proto=http", NULL, NULL, "10.0.0.1", false},
        {"Forwarded", "", NULL, NULL, "10.0.0.1", false},
        {"Forwarded", "for=1.1.1.1", X_FOR, "203.0.113.9", "203.0.113.9", false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        check(&cases[i]);
}

static void of_a_long_list_the_end_counts(void **state)
{
    __attribute__((cleanup(buf_deinit_p))) struct buf value = BUF_INIT;
    (void)state;
    for (int i = 0; i < 40; i++)
        buf_put_lit(&value, "1.1.1.1, ");
    buf_put(&value, "203.0.113.9, 10.9.9.9", sizeof("203.0.113.9, 10.9.9.9"));
    check(&(struct told){X_FOR, value.ptr, X_PROTO, "https", "203.0.113.9", true});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(x_forwarded_for_is_believed_up_to_the_first_stranger),
        cmocka_unit_test(https_is_what_the_hop_nearest_to_the_client_said),
        cmocka_unit_test(forwarded_is_believed_where_there_is_no_x_forwarded_for),
        cmocka_unit_test(of_a_long_list_the_end_counts),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
