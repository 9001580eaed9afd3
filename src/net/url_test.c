#include "net/url.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/base.h"

static void the_parts_of_good_ones(void **state)
{
    (void)state;
    static const struct {
        const char *text, *host, *port, *target, *authority;
    } cases[] = {
        {"https://a.example", "a.example", "443", "/", "a.example"},
        {"https://a.example/x/y?z=%20&q", "a.example", "443", "/x/y?z=%20&q", "a.example"},
        {"https://127.0.0.1:14000/dir", "127.0.0.1", "14000", "/dir", "127.0.0.1:14000"},
        {"https://[::1]/", "::1", "443", "/", "[::1]"},
        {"https://[::1]:8443/", "::1", "8443", "/", "[::1]:8443"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct url url;
        assert_true(url_parse_https(str_from_c(cases[i].text), &url));
        assert_true(str_eq(url.host, str_from_c(cases[i].host)));
        assert_true(str_eq(url.port, str_from_c(cases[i].port)));
        assert_true(str_eq(url.target, str_from_c(cases[i].target)));
        assert_true(str_eq(url.authority, str_from_c(cases[i].authority)));
    }
}

static void what_is_no_plain_https_url_is_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "https://",
        "https:///x",
        "http://a.example/",
        "HTTPS://a.example/",
        "https://user@a.example/",
        "https://a.example:0/",
        "https://a.example:/",
        "https://a.example:65536/",
        "https://a.example:4x/",
        "https://a.example/x#y",
        "https://a.example?x",
        "https://a.example/a b",
        "https://a.example/a\r\nHost: b",
        "https://a_b.example/",
        "https://[::1/",
        "https://[::1]x:1/",
        "https://[::1]x/",
        "https://[]/",
        "https://../x",
        "https://::1/",
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct url url;
        if (url_parse_https(str_from_c(cases[i]), &url))
            fail_msg("\"%s\" was taken", cases[i]);
    }
    struct url url;
    assert_false(url_parse_https(STR("https://a\0b/"), &url));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_parts_of_good_ones),
        cmocka_unit_test(what_is_no_plain_https_url_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
