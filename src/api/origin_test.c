#include "api/origin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static enum origin of_scheme(const char *origin, const char *host, bool secure)
{
    struct str allowed[] = {STR_INIT("https://app.example.org"), STR_INIT("http://localhost:5173")};
    struct config config = {.allow_origins = allowed, .allow_origin_count = ARRAY_LEN(allowed)};
    struct http_header headers[2];
    struct http_request request = {.headers = headers, .secure = secure};
    if (host)
        headers[request.header_count++] = (struct http_header){STR("Host"), str_from_c(host)};
    if (origin)
        headers[request.header_count++] = (struct http_header){STR("Origin"), str_from_c(origin)};
    return origin_of(&config, &request);
}

static enum origin of(const char *origin, const char *host)
{
    return of_scheme(origin, host, false);
}

static void programs_send_none(void **state)
{
    (void)state;
    assert_int_equal(of(NULL, "chat.example.org"), ORIGIN_NONE);
}

static void two_origins_are_none_of_ours(void **state)
{
    const struct config config = {0};
    const struct http_header headers[] = {{STR("Host"), STR("chat.example.org")},
                                          {STR("Origin"), STR("http://chat.example.org")},
                                          {STR("Origin"), STR("http://chat.example.org")}};
    const struct http_request request = {.headers = headers, .header_count = ARRAY_LEN(headers)};
    (void)state;
    assert_int_equal(origin_of(&config, &request), ORIGIN_FOREIGN);
}

static void the_servers_own_page_has_its_host(void **state)
{
    (void)state;
    assert_int_equal(of("http://127.0.0.1:8080", "127.0.0.1:8080"), ORIGIN_OWN);
    assert_int_equal(of("http://chat.example.org", "chat.example.org"), ORIGIN_OWN);
    assert_int_equal(of("http://Chat.Example.org", "chat.example.ORG"), ORIGIN_OWN);
    assert_int_equal(of("http://[::1]:8080", "[::1]:8080"), ORIGIN_OWN);
}

static void by_tls_the_own_origin_is_the_https_one(void **state)
{
    (void)state;
    assert_int_equal(of_scheme("https://chat.example.org", "chat.example.org", true), ORIGIN_OWN);
    assert_int_equal(of_scheme("http://chat.example.org", "chat.example.org", true),
                     ORIGIN_FOREIGN);
}

static void those_that_the_operator_allows_are_allowed(void **state)
{
    (void)state;
    assert_int_equal(of("https://app.example.org", "chat.example.org"), ORIGIN_ALLOWED);
    assert_int_equal(of("http://localhost:5173", "127.0.0.1:8080"), ORIGIN_ALLOWED);
}

static void all_others_are_foreign(void **state)
{
    (void)state;
    static const char *const foreign[] = {
        "https://evil.example",
        "http://chat.example.org:81",
        "http://chat.example.org.evil.example",
        "http://evil.example/chat.example.org",
        "https://app.example.org.evil.example",
        "https://app.example.org:444",
        "http://app.example.org",
        "https://chat.example.org",
        "ftp://chat.example.org",
        "chat.example.org",
        "null",
        "",
    };
    for (size_t i = 0; i < ARRAY_LEN(foreign); i++)
        assert_int_equal(of(foreign[i], "chat.example.org"), ORIGIN_FOREIGN);
}

static void without_a_host_nothing_is_our_own(void **state)
{
    (void)state;
    assert_int_equal(of("http://chat.example.org", NULL), ORIGIN_FOREIGN);
    assert_int_equal(of("http://", ""), ORIGIN_FOREIGN);
    assert_int_equal(of("null", ""), ORIGIN_FOREIGN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(programs_send_none),
        cmocka_unit_test(two_origins_are_none_of_ours),
        cmocka_unit_test(the_servers_own_page_has_its_host),
        cmocka_unit_test(by_tls_the_own_origin_is_the_https_one),
        cmocka_unit_test(those_that_the_operator_allows_are_allowed),
        cmocka_unit_test(all_others_are_foreign),
        cmocka_unit_test(without_a_host_nothing_is_our_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
