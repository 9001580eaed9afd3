#include "net/http_target.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/base.h"

static void a_target_has_one_of_three_forms(void **state)
{
    static const struct {
        struct str text, method, path, query, authority;
    } cases[] = {
        {STR_INIT("/x"), STR_INIT("GET"), STR_INIT("/x"), STR_INIT(""), STR_INIT("")},
        {STR_INIT("/x?"), STR_INIT("GET"), STR_INIT("/x"), STR_INIT(""), STR_INIT("")},
        {STR_INIT("/?a?b"), STR_INIT("GET"), STR_INIT("/"), STR_INIT("a?b"), STR_INIT("")},
        {STR_INIT("//x"), STR_INIT("GET"), STR_INIT("//x"), STR_INIT(""), STR_INIT("")},
        {STR_INIT("http://a.example/b/c?d=e"), STR_INIT("GET"), STR_INIT("/b/c"), STR_INIT("d=e"),
         STR_INIT("a.example")},
        {STR_INIT("HTTPS://a:1"), STR_INIT("GET"), STR_INIT("/"), STR_INIT(""), STR_INIT("a:1")},
        {STR_INIT("http://a?q"), STR_INIT("GET"), STR_INIT("/"), STR_INIT("q"), STR_INIT("a")},
        {STR_INIT("*"), STR_INIT("OPTIONS"), STR_INIT("*"), STR_INIT(""), STR_INIT("")},
        {STR_INIT("http://a"), STR_INIT("OPTIONS"), STR_INIT("*"), STR_INIT(""), STR_INIT("a")},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct http_target target;
        if (!http_target_parse(cases[i].text, cases[i].method, &target))
            fail_msg("%s", cases[i].text.ptr);
        assert_true(str_eq(target.path, cases[i].path));
        assert_true(str_eq(target.query, cases[i].query));
        assert_true(str_eq(target.authority, cases[i].authority));
    }
}

static void all_else_is_no_target(void **state)
{
    static const struct str texts[] = {
        STR_INIT(""),          STR_INIT("x"),           STR_INIT("*"),
        STR_INIT("?a"),        STR_INIT("http://"),     STR_INIT("http:///x"),
        STR_INIT("http:/a"),   STR_INIT("ftp://a/"),    STR_INIT("http://u:p@a/"),
        STR_INIT("a.org:443"), STR_INIT("http://a:b/"), STR_INIT("http://a\0b/"),
    };
    struct http_target target;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (http_target_parse(texts[i], STR("GET"), &target))
            fail_msg("%s", texts[i].ptr);
    assert_false(http_target_parse(STR("*?a"), STR("OPTIONS"), &target));
}

static void equivalent_paths_are_one_path(void **state)
{
    static const struct {
        struct str text, same;
    } cases[] = {
        {STR_INIT("/"), STR_INIT("/")},
        {STR_INIT("*"), STR_INIT("*")},
        {STR_INIT("/a.b-c_d~e"), STR_INIT("/a.b-c_d~e")},
        {STR_INIT("/%61%2Eb%7e%30"), STR_INIT("/a.b~0")},
        {STR_INIT("/%2e%2e/x"), STR_INIT("/../x")},
        {STR_INIT("/a%2Fb%2fc"), STR_INIT("/a%2Fb%2fc")},
        {STR_INIT("/%25%34%31"), STR_INIT("/%2541")}, /* decoded once */
        {STR_INIT("/%00%ff%c3%a4%20"), STR_INIT("/%00%ff%c3%a4%20")},
        {STR_INIT("/a;b=c,d:@!$&'()*+"), STR_INIT("/a;b=c,d:@!$&'()*+")},
        {STR_INIT("//"), STR_INIT("//")},
    };
    static const struct str none[] = {
        STR_INIT("/%"),   STR_INIT("/%4"),  STR_INIT("/%4g"), STR_INIT("/%%41"), STR_INIT("/a\\b"),
        STR_INIT("/a|b"), STR_INIT("/{a}"), STR_INIT("/[a]"), STR_INIT("/^"),    STR_INIT("/`"),
    };
    struct arena arena = ARENA_INIT;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct str path = cases[i].text;
        if (!http_path_normalize(&arena, &path) || !str_eq(path, cases[i].same))
            fail_msg("%s became %.*s", cases[i].text.ptr, STR_ARG(path));
    }
    for (size_t i = 0; i < ARRAY_LEN(none); i++) {
        struct str path = none[i];
        if (http_path_normalize(&arena, &path))
            fail_msg("%s", none[i].ptr);
    }
    arena_deinit(&arena);
}

static void a_host_is_a_name_or_an_address_and_maybe_a_port(void **state)
{
    static const struct {
        struct str text;
        bool valid;
    } cases[] = {
        {STR_INIT("a"), true},
        {STR_INIT("A-b_c.example."), true},
        {STR_INIT("127.0.0.1"), true},
        {STR_INIT("a:8080"), true},
        {STR_INIT("a:"), true},
        {STR_INIT("[::1]"), true},
        {STR_INIT("[2001:db8::1]:80"), true},
        {STR_INIT("[::ffff:192.0.2.1]"), true},
        {STR_INIT("xn--bcher-kva.example"), true},
        {STR_INIT("a%20b"), true},
        {STR_INIT("a%2"), false},
        {STR_INIT("%zz"), false},
        {STR_INIT(""), false},
        {STR_INIT(":80"), false},
        {STR_INIT("a b"), false},
        {STR_INIT("a,b"), false},
        {STR_INIT("a/b"), false},
        {STR_INIT("u@a"), false},
        {STR_INIT("a:b"), false},
        {STR_INIT("a:1:2"), false},
        {STR_INIT("::1"), false},
        {STR_INIT("[::1"), false},
        {STR_INIT("[::1]x"), false},
        {STR_INIT("[::1]:x"), false},
        {STR_INIT("[]"), false},
        {STR_INIT("[a]"), false},
        {STR_INIT("[fe80::1%25x]"), false},
        {STR_INIT("a\"b"), false},
        {STR_INIT("<a>"), false},
        {STR_INIT("a\\b"), false},
        {STR_INIT("a?b"), false},
        {STR_INIT("a#b"), false},
        {STR_INIT("a\0b"), false},
        {STR_INIT("\xc3\xa4"), false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        if (http_authority_is_valid(cases[i].text) != cases[i].valid)
            fail_msg("%s", cases[i].text.ptr);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_target_has_one_of_three_forms),
        cmocka_unit_test(all_else_is_no_target),
        cmocka_unit_test(equivalent_paths_are_one_path),
        cmocka_unit_test(a_host_is_a_name_or_an_address_and_maybe_a_port),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
