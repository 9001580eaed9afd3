#include "filter/links.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/buf.h"

static void assert_hosts(const char *text, const char *expected)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    OWN(buf_deinit) struct buf got = BUF_INIT;
    struct hosts hosts;
    links_hosts(str_from_c(text), &arena, &hosts);
    for (size_t i = 0; i < hosts.count; i++)
        buf_printf(&got, "%s%.*s", i ? " " : "", STR_ARG(hosts.items[i]));
    buf_put_char(&got, 0);
    assert_string_equal(got.ptr, expected);
    assert_int_equal(links_any(str_from_c(text)), hosts.count > 0);
}

/* `host` is this name, or one below it. */
static bool is_within(struct str host, struct str name)
{
    if (host.len < name.len)
        return false;
    size_t before = host.len - name.len;
    return str_eq(str_of(host.ptr + before, name.len), name) &&
           (before == 0 || host.ptr[before - 1] == '.');
}

static void assert_named(const char *text, const char *host, bool expected)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct hosts hosts;
    bool found = false;
    links_names(str_from_c(text), &arena, &hosts);
    for (size_t i = 0; i < hosts.count; i++)
        found |= is_within(hosts.items[i], str_from_c(host));
    assert_int_equal(found, expected);
}

static void a_link_has_a_scheme_or_begins_with_www(void **state)
{
    (void)state;
    assert_hosts("see https://Example.org/path?x=http://other.example.",
                 "example.org other.example");
    assert_hosts("HTTP://a and www.B.example, or (www.c.example)", "a www.b.example www.c.example");
    assert_hosts("https:// and http:// and www. and example.org or a.b://", "");
    assert_hosts("[here](https://x.example) <https://y.example>", "x.example y.example");
    assert_hosts("awww.x.example", "");
    assert_hosts("", "");
}

static void a_host_is_where_a_browser_would_go(void **state)
{
    (void)state;
    assert_hosts("https://good.example@evil.example:8443/x", "evil.example");
    assert_hosts("https://ev%69l.example", "evil.example");
    assert_hosts("https://%45vi%4c.example", "evil.example");
    assert_hosts("https://evil.example.", "evil.example");
    assert_hosts("https://b\u00fccher.example", "xn--bcher-kva.example");
    assert_hosts("https://evil\u3002example", "evil.example");
    assert_hosts("https:\\/\\/evil.example", "evil.example");
    assert_hosts("https://[::1]/", "");
    assert_true(links_any(STR("https://[::1]/")));
}

static void what_can_be_read_in_two_ways_leads_to_both_hosts(void **state)
{
    (void)state;
    assert_hosts("http://evil.example\\@good.example", "evil.example good.example");
    assert_hosts("http://good.example\\/@evil.example", "good.example good.example");
    assert_hosts("http://good.example'@evil.example/", "good.example evil.example");
    assert_hosts("(http://good.example) x@evil.example", "good.example");
    assert_hosts("https:\\\\evil.example", "");
}

static void a_host_is_read_however_much_of_it_is_left_out(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf text = BUF_INIT;
    buf_put_lit(&text, "http://e");
    for (size_t i = 0; i < 600; i++)
        buf_put_str(&text, i % 2 ? STR("\u00ad") : STR("%C2%AD"));
    buf_put_lit(&text, "vil.example/");
    buf_put_char(&text, 0);
    assert_hosts(text.ptr, "evil.example");
    assert_named(text.ptr, "evil.example", true);
}

static void names_of_hosts_are_found_where_nothing_links_to_them(void **state)
{
    (void)state;
    assert_named("go to evil.example!", "evil.example", true);
    assert_named("go to www.evil.example", "evil.example", true);
    assert_named("\u770bevil.example\u5427", "evil.example", true);
    assert_named("b\u00fccher.example", "xn--bcher-kva.example", true);
    assert_named("notevil.example", "evil.example", false);
    assert_named("evil example", "evil.example", false);
}

static void hosts_are_written_down_in_many_ways(void **state)
{
    (void)state;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct str host;
    static const char *const good[] = {"Example.org",    "https://example.org/x", "*.example.org",
                                       " example.org. ", "example.org:8080",      "ex%41mple.org",
                                       "you@example.org"};
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        assert_true(links_host(str_from_c(good[i]), &arena, &host));
        assert_true(str_eq(host, STR("example.org")));
    }
    static const char *const bad[] = {"",   "*.", "https://",   "two words",   ".org",    "a..b",
                                      "/x", "?",  "a*.example", "a,b.example", "a:b.c:d", "a%2e*"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(links_host(str_from_c(bad[i]), &arena, &host));
    char longest[HOST_MAX + 2];
    memset(longest, 'a', sizeof(longest));
    assert_true(links_host(str_of(longest, HOST_MAX), &arena, &host));
    assert_false(links_host(str_of(longest, HOST_MAX + 1), &arena, &host));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_link_has_a_scheme_or_begins_with_www),
        cmocka_unit_test(a_host_is_where_a_browser_would_go),
        cmocka_unit_test(what_can_be_read_in_two_ways_leads_to_both_hosts),
        cmocka_unit_test(a_host_is_read_however_much_of_it_is_left_out),
        cmocka_unit_test(names_of_hosts_are_found_where_nothing_links_to_them),
        cmocka_unit_test(hosts_are_written_down_in_many_ways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
