#include "core/config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static struct config config;
static char *said; /* what config_load() wrote for the operator */

static int start(void **state)
{
    (void)state;
    config = (struct config){0};
    return 0;
}

static int finish(void **state)
{
    (void)state;
    config_deinit(&config);
    free(said);
    said = NULL;
    unsetenv("NATTERNET_LISTEN");
    unsetenv("NATTERNET_LIMIT");
    unsetenv("NATTERNET_CONFIG");
    return 0;
}

static int load(int argc, char **argv)
{
    config_deinit(&config);
    free(said);
    size_t size;
    FILE *err = open_memstream(&said, &size);
    int rc = config_load(&config, argc, argv, err);
    fclose(err);
    return rc;
}

#define LOAD(...)                                                                                  \
    load((int)ARRAY_LEN(((char *[]){"", ##__VA_ARGS__})) - 1, (char *[]){"", ##__VA_ARGS__} + 1)

static const char *listening(void)
{
    static char text[ADDRESS_TEXT_SIZE];
    address_print(&config.listen, text);
    return text;
}

static void without_settings_it_serves_this_machine_openly(void **state)
{
    (void)state;
    assert_int_equal(LOAD(), 0);
    assert_string_equal(listening(), "127.0.0.1");
    assert_int_equal(config.port, 8080);
    assert_string_equal(config.data, "./data");
    assert_int_equal(config.signup, SIGNUP_OPEN);
    assert_true(config.workers >= 1);
    assert_int_equal(config.trust_count, 0);
}

static void elsewhere_people_are_invited(void **state)
{
    (void)state;
    assert_int_equal(LOAD("--listen", "0.0.0.0:80"), 0);
    assert_int_equal(config.signup, SIGNUP_INVITE);
    assert_int_equal(LOAD("--listen=[::1]:0"), 0);
    assert_int_equal(config.signup, SIGNUP_OPEN);
    assert_int_equal(config.port, 0);
    assert_int_equal(LOAD("--listen", "[::]:80", "--signup", "closed"), 0);
    assert_int_equal(config.signup, SIGNUP_CLOSED);
}

static void flags_win_over_the_environment_and_that_over_the_file(void **state)
{
    (void)state;
    char path[] = "/tmp/config-test-XXXXXX";
    int fd = mkstemp(path);
    static const char text[] = "# settings\n\n  listen = 10.0.0.1:1 \ndata=/srv/a = b\n"
                               "limit = frame_bytes=2048\nlimit = room_members=9";
    assert_int_equal(write(fd, text, sizeof(text) - 1), sizeof(text) - 1);
    close(fd);

    assert_int_equal(LOAD("--config", path), 0);
    assert_string_equal(listening(), "10.0.0.1");
    assert_string_equal(config.data, "/srv/a = b");
    assert_int_equal(config.limits.frame_bytes, 2048);
    assert_int_equal(config.limits.room_members, 9);

    setenv("NATTERNET_LISTEN", "10.0.0.2:2", 1);
    setenv("NATTERNET_CONFIG", path, 1);
    setenv("NATTERNET_LIMIT", "frame_bytes=4096,room_members=10", 1);
    assert_int_equal(LOAD(), 0);
    assert_string_equal(listening(), "10.0.0.2");
    assert_int_equal(config.limits.frame_bytes, 4096);

    assert_int_equal(LOAD("--listen", "10.0.0.3:3", "--limit", "frame_bytes=8192"), 0);
    assert_string_equal(listening(), "10.0.0.3");
    assert_int_equal(config.limits.frame_bytes, 8192);
    assert_int_equal(config.limits.room_members, 10);
    unlink(path);
}

static void a_bad_line_of_the_file_is_named(void **state)
{
    (void)state;
    char path[] = "/tmp/config-test-XXXXXX";
    int fd = mkstemp(path);
    assert_int_equal(write(fd, "data = x\nlisten here\n", 21), 21);
    close(fd);
    assert_int_equal(LOAD("--config", path), -EINVAL);
    assert_non_null(strstr(said, "line 2"));
    unlink(path);
    assert_int_equal(LOAD("--config", path), -EINVAL);
    assert_non_null(strstr(said, "cannot read"));
}

static void trusted_networks_are_known(void **state)
{
    (void)state;
    struct ip_address inside, outside;
    assert_true(address_parse(STR("10.9.9.9"), &inside));
    assert_true(address_parse(STR("11.9.9.9"), &outside));
    assert_int_equal(LOAD("--trust", "127.0.0.1, 10.0.0.0/8"), 0);
    assert_true(config_trusts(&config, &inside));
    assert_false(config_trusts(&config, &outside));
}

static void the_proxy_protocol_needs_proxies(void **state)
{
    (void)state;
    assert_int_equal(LOAD("--trust-proxy", "127.0.0.1, fd00::/8"), 0);
    assert_int_equal(config.proxy_count, 2);
    assert_false(config.proxy_protocol);
    assert_int_equal(LOAD("--proxy-protocol", "on", "--trust-proxy", "127.0.0.1"), 0);
    assert_true(config.proxy_protocol);
    assert_int_equal(LOAD("--proxy-protocol", "on"), -EINVAL);
    assert_non_null(strstr(said, "--trust-proxy"));
    assert_int_equal(LOAD("--proxy-protocol", "v2"), -EINVAL);
    assert_int_equal(LOAD("--trust-proxy", "10.0.0.1/8"), -EINVAL);
}

static void origins_add_up(void **state)
{
    (void)state;
    assert_int_equal(
        LOAD("--allow-origin", "https://a.example,http://b.example:81", "--allow-origin=https://c"),
        0);
    assert_int_equal(config.allow_origin_count, 3);
    assert_true(str_eq(config.allow_origins[1], STR("http://b.example:81")));
}

static void tls_takes_a_certificate_and_its_key(void **state)
{
    (void)state;
    assert_int_equal(
        LOAD("--tls-cert", "cert.pem", "--tls-key=key.pem", "--http-redirect", "0.0.0.0:80"), 0);
    assert_string_equal(config.tls_cert, "cert.pem");
    assert_string_equal(config.tls_key, "key.pem");
    assert_true(config.has_redirect);
    assert_int_equal(config.redirect_port, 80);
}

static void names_for_a_certificate_add_up_once_each(void **state)
{
    (void)state;
    assert_int_equal(LOAD("--acme-domain", "a.example, b.a.example,a.example", "--acme-domain",
                          "xn--bcher-kva.example", "--http-redirect", "0.0.0.0:80", "--acme-email",
                          "a+b@c.example", "--acme-ca", "ca.pem"),
                     0);
    assert_int_equal(config.acme_domain_count, 3);
    assert_true(str_eq(config.acme_domains[1], STR("b.a.example")));
    assert_true(str_starts(str_from_c(config.acme_directory), STR("https://acme-v02.")));
    assert_string_equal(config.acme_email, "a+b@c.example");
    assert_true(config_has_tls(&config));
    assert_int_equal(LOAD("--acme-domain", "a.example", "--tls-cert", "c", "--tls-key", "k"),
                     -EINVAL);
    assert_non_null(strstr(said, "choose one"));
}

static void so_many_servers_of_nats_and_no_more(void **state)
{
    (void)state;
    char urls[10 + 2 * BUS_SERVERS_MOST + 1];
    size_t len = (size_t)snprintf(urls, sizeof(urls), "nats://a");
    for (int servers = 1; servers < BUS_SERVERS_MOST; servers++)
        len += (size_t)snprintf(urls + len, sizeof(urls) - len, ",a");
    assert_int_equal(LOAD("--bus", urls), 0);
    (void)snprintf(urls + len, sizeof(urls) - len, ",a");
    assert_int_equal(LOAD("--bus", urls), -EINVAL);
    assert_non_null(strstr(said, "at most 64"));
}

static void mistakes_are_refused_with_advice(void **state)
{
    (void)state;
    static const struct {
        char *flag, *value;
        const char *advice;
    } bad[] = {
        {"--listen", "8080", "ADDRESS:PORT"},
        {"--listen", "127.0.0.1", "ADDRESS:PORT"},
        {"--listen", "127.0.0.1:65536", "ADDRESS:PORT"},
        {"--listen", "::1:80", "ADDRESS:PORT"},
        {"--listen", ":80", "ADDRESS:PORT"},
        {"--data", "", "folder"},
        {"--store", "postgres://x", "sqlite"},
        {"--bus", "x", "nats://HOST:4222"},
        {"--bus-ca", "", "ca.pem"},
        {"--workers", "two", "1 to 64"},
        {"--workers", "65", "1 to 64"},
        {"--tls-cert", "", "certificate"},
        {"--tls-cert", "cert.pem", "go together"},
        {"--tls-key", "key.pem", "go together"},
        {"--acme-domain", "", "lower case"},
        {"--acme-domain", "chat", "lower case"},
        {"--acme-domain", "a.example,", "lower case"},
        {"--acme-domain", "Chat.example", "lower case"},
        {"--acme-domain", "chat.example.", "no final dot"},
        {"--acme-domain", "-a.example", "lower case"},
        {"--acme-domain", "a_b.example", "lower case"},
        {"--acme-domain", "127.0.0.1", "no addresses"},
        {"--acme-domain", "*.example.org", "--tls-cert"},
        {"--acme-directory", "http://ca.example/", "https URL"},
        {"--acme-email", "nobody", "admin@example.org"},
        {"--acme-email", "a@b.example,c@d.example", "admin@example.org"},
        {"--acme-email", "a@b.example", "need --acme-domain"},
        {"--acme-ca", "", "PEM"},
        {"--http-redirect", "80", "ADDRESS:PORT"},
        {"--http-redirect", "0.0.0.0:80", "--tls-cert"},
        {"--signup", "maybe", "invite"},
        {"--trust", "10.0.0.1/8", "10.0.0.0/8"},
        {"--allow-origin", "https://a.example/", "no path"},
        {"--allow-origin", "*", "no path"},
        {"--limit", "nothing=1", "serve --help"},
        {"--limit", "dead_after_s=3", "ping_after_s"},
        {"--log-level", "loud", "warn"},
        {"--log-format", "xml", "json"},
        {"--nonsense", "1", "serve --help"},
        {"nonsense", "1", "serve --help"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_int_equal(LOAD(bad[i].flag, bad[i].value), -EINVAL);
        assert_non_null(strstr(said, bad[i].advice));
    }
    assert_int_equal(LOAD("--data"), -EINVAL);
    assert_non_null(strstr(said, "needs a value"));
}

static void help_lists_every_setting(void **state)
{
    (void)state;
    assert_int_equal(LOAD("--workers", "1", "--help"), CONFIG_HELP);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    config_help(out);
    fclose(out);
    static const char *const words[] = {"--listen", "NATTERNET_DATA", "--allow-origin", "--limit",
                                        "message_text_bytes"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        assert_non_null(strstr(text, words[i]));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(without_settings_it_serves_this_machine_openly, start,
                                        finish),
        cmocka_unit_test_setup_teardown(elsewhere_people_are_invited, start, finish),
        cmocka_unit_test_setup_teardown(flags_win_over_the_environment_and_that_over_the_file,
                                        start, finish),
        cmocka_unit_test_setup_teardown(a_bad_line_of_the_file_is_named, start, finish),
        cmocka_unit_test_setup_teardown(trusted_networks_are_known, start, finish),
        cmocka_unit_test_setup_teardown(the_proxy_protocol_needs_proxies, start, finish),
        cmocka_unit_test_setup_teardown(origins_add_up, start, finish),
        cmocka_unit_test_setup_teardown(tls_takes_a_certificate_and_its_key, start, finish),
        cmocka_unit_test_setup_teardown(names_for_a_certificate_add_up_once_each, start, finish),
        cmocka_unit_test_setup_teardown(so_many_servers_of_nats_and_no_more, start, finish),
        cmocka_unit_test_setup_teardown(mistakes_are_refused_with_advice, start, finish),
        cmocka_unit_test_setup_teardown(help_lists_every_setting, start, finish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
