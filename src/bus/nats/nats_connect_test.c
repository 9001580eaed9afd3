/* What is asked of the library of NATS before anything is connected, and what is said where it cannot do it. */
#include "bus/nats/nats_connect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static natsStatus options_for(const char *urls)
{
    const struct nats_options asked = {.urls = urls};
    natsOptions *options = NULL;
    natsStatus s = nats_connect_options(&options, &asked);
    natsOptions_Destroy(options);
    return s;
}

static natsStatus has_no_tls(natsOptions *options, const char *host)
{
    (void)options;
    (void)host;
    return NATS_ILLEGAL_STATE;
}

#undef natsOptions_SetExpectedHostname /* the place in the table, not what is in it */

static int load_without_tls(void **state)
{
    (void)state;
    char why[NATS_WHY_SIZE];
    int rc = nats_library_load(why, sizeof(why));
    nats_library.natsOptions_SetExpectedHostname = has_no_tls;
    return rc;
}

static void a_library_without_tls_is_good_enough_for_nats_without_it(void **state)
{
    (void)state;
    char why[NATS_WHY_SIZE];
    assert_int_equal(options_for("nats://127.0.0.1:4222,nats://127.0.0.1:4223"), NATS_OK);
    assert_int_equal(options_for("tls://127.0.0.1:4222"), NATS_ILLEGAL_STATE);
    nats_connect_why(NATS_ILLEGAL_STATE, why, sizeof(why));
    assert_non_null(strstr(why, "without TLS"));
}

/* ---- the probe: servers whose names say what they do, and time that passes as they say ------------- */

#undef natsConnection_Connect
#undef natsOptions_SetServers
#undef natsOptions_SetTimeout

enum { LOOKS_MOST = 512 };

static struct {
    uint64_t now_ms;
    const char *server; /* the only one that is asked for; NULL: several */
    int servers;
    int64_t timeout_ms;
    struct look {
        char kind;
        int64_t timeout_ms;
    } looks[LOOKS_MOST];
    size_t count;
} fake;

static natsStatus fake_set_servers(natsOptions *options, const char **servers, int count)
{
    (void)options;
    fake.server = count == 1 ? servers[0] : NULL;
    fake.servers = count;
    return NATS_OK;
}

static natsStatus fake_set_timeout(natsOptions *options, int64_t ms)
{
    (void)options;
    assert_true(ms > 0);
    fake.timeout_ms = ms;
    return NATS_OK;
}

/* s: silent, w: its certificate is wrong, W: that, and it takes all of its time; p: speaks no TLS, g: good, t: good, but it
 * stumbles twice. */
static natsStatus fake_connect(natsConnection **out, natsOptions *options)
{
    (void)options;
    *out = NULL;
    assert_non_null(fake.server);
    assert_true(fake.count < LOOKS_MOST);
    const char kind = *fake.server;
    fake.looks[fake.count++] = (struct look){kind, fake.timeout_ms};
    fake.now_ms += kind == 's' || kind == 'W' ? (uint64_t)fake.timeout_ms : 1;
    size_t before = 0;
    for (size_t i = 0; i < fake.count; i++)
        before += fake.looks[i].kind == kind;
    switch (kind) {
    case 'p':
        return NATS_SECURE_CONNECTION_WANTED;
    case 's':
        return NATS_TIMEOUT;
    case 't':
        return before > 2 ? NATS_OK : NATS_SSL_ERROR;
    case 'g':
        return NATS_OK;
    default:
        return NATS_SSL_ERROR;
    }
}

static uint64_t fake_now_ms(void)
{
    return fake.now_ms;
}

static void fake_rest(uint64_t ms)
{
    fake.now_ms += ms;
}

/* How it ended; it never takes longer than it may, and leaves the options as they were. */
static natsStatus probe(const char *urls, int servers)
{
    static const struct nats_clock clock = {fake_now_ms, fake_rest};
    const struct nats_library real = nats_library;
    nats_library.natsConnection_Connect = fake_connect;
    nats_library.natsOptions_SetServers = fake_set_servers;
    nats_library.natsOptions_SetTimeout = fake_set_timeout;
    memset(&fake, 0, sizeof(fake));
    fake.now_ms = 77;
    natsStatus s = nats_connect_probe(NULL, urls, &clock);
    nats_library = real;
    assert_true(fake.now_ms - 77 <= NATS_PROBE_MOST_MS);
    assert_int_equal(fake.servers, servers);
    assert_int_equal(fake.timeout_ms, 2000);
    return s;
}

static size_t looks_at(char kind)
{
    size_t count = 0;
    for (size_t i = 0; i < fake.count; i++)
        count += fake.looks[i].kind == kind;
    return count;
}

static void a_wrong_certificate_is_found_among_silent_servers_without_waiting_for_them_again(
    void **state)
{
    (void)state;
    for (const char *const *urls = (const char *const[]){"w,s,s,s", "s,s,w,s", "s,s,s,w", NULL};
         *urls; urls++) {
        assert_int_equal(probe(*urls, 4), NATS_SSL_ERROR);
        assert_int_equal(looks_at('s'), 3);
        assert_int_equal(looks_at('w'), 4);
    }
    assert_int_equal(probe("w", 1), NATS_SSL_ERROR);
    assert_int_equal(looks_at('w'), 4);
}

static void one_that_is_right_is_enough_and_one_that_stumbles_is_looked_at_again(void **state)
{
    (void)state;
    assert_int_equal(probe("w,p,s,g", 4), NATS_OK);
    assert_int_equal(fake.count, 4);
    assert_int_equal(probe("t", 1), NATS_OK);
    assert_int_equal(looks_at('t'), 3);
    assert_int_equal(probe("s,w,t", 3), NATS_OK);
    assert_int_equal(looks_at('s'), 1);
}

static void where_none_speaks_tls_it_is_said_and_where_none_is_there_it_goes_on(void **state)
{
    (void)state;
    assert_int_equal(probe("p,s", 2), NATS_SECURE_CONNECTION_WANTED);
    assert_int_equal(fake.count, 2);
    assert_int_equal(probe("p,w", 2), NATS_SSL_ERROR);
    assert_int_equal(probe("s,s", 2), NATS_OK);
    assert_int_equal(fake.count, 2);
}

/* 64 of a kind. */
static natsStatus probe_many(char kind)
{
    char urls[2 * 64];
    for (size_t i = 0; i < sizeof(urls); i += 2)
        urls[i] = kind, urls[i + 1] = ',';
    urls[sizeof(urls) - 1] = '\0';
    return probe(urls, 64);
}

static void however_many_are_silent_or_slow_it_ends_in_time(void **state)
{
    (void)state;
    assert_int_equal(probe_many('s'), NATS_OK);
    assert_true(looks_at('s') >= 32 && looks_at('s') <= 64);
    assert_int_equal(probe_many('W'), NATS_SSL_ERROR);
    assert_int_equal(probe_many('w'), NATS_SSL_ERROR);
    assert_int_equal(looks_at('w'), 4 * 64);
    assert_int_equal(probe("W,W,s", 3), NATS_SSL_ERROR);
}

static void each_has_its_part_of_the_time_by_servers_and_not_by_commas(void **state)
{
    (void)state;
    assert_int_equal(probe("s", 1), NATS_OK);
    assert_int_equal(fake.looks[0].timeout_ms, 2000);
    assert_int_equal(probe(",,s,,,,,s,,", 2), NATS_OK);
    assert_int_equal(fake.count, 2);
    assert_int_equal(fake.looks[0].timeout_ms, 2000);
    assert_int_equal(probe("s,s,s,s,s,s,s,s", 8), NATS_OK);
    assert_int_equal(fake.looks[7].timeout_ms, 1000);
    assert_int_equal(probe_many('s'), NATS_OK);
    assert_int_equal(fake.looks[0].timeout_ms, 250);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_library_without_tls_is_good_enough_for_nats_without_it),
        cmocka_unit_test(
            a_wrong_certificate_is_found_among_silent_servers_without_waiting_for_them_again),
        cmocka_unit_test(one_that_is_right_is_enough_and_one_that_stumbles_is_looked_at_again),
        cmocka_unit_test(where_none_speaks_tls_it_is_said_and_where_none_is_there_it_goes_on),
        cmocka_unit_test(however_many_are_silent_or_slow_it_ends_in_time),
        cmocka_unit_test(each_has_its_part_of_the_time_by_servers_and_not_by_commas),
    };
    return cmocka_run_group_tests(tests, load_without_tls, NULL);
}
