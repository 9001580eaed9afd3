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

static void many_servers_are_looked_at_quickly_each(void **state)
{
    (void)state;
    char urls[2 * 64];
    for (size_t i = 0; i < sizeof(urls); i += 2)
        urls[i] = 'b', urls[i + 1] = ',';
    urls[1] = '\0';
    assert_int_equal(nats_connect_probe_ms(urls), 2000);
    urls[1] = ',', urls[7] = '\0';
    assert_int_equal(nats_connect_probe_ms(urls), 2000);
    urls[7] = ',', urls[15] = '\0';
    assert_int_equal(nats_connect_probe_ms(urls), 1000);
    urls[15] = ',', urls[127] = '\0';
    assert_int_equal(nats_connect_probe_ms(urls), 250);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_library_without_tls_is_good_enough_for_nats_without_it),
        cmocka_unit_test(many_servers_are_looked_at_quickly_each),
    };
    return cmocka_run_group_tests(tests, load_without_tls, NULL);
}
