#include "proto/encode.h"

#include "proto/test_json.h"

static void assert_figures(const char *metrics, const char *figures, const char *hits)
{
    OWN(buf_deinit) struct buf out = BUF_INIT;
    char expected[512];
    encode_figures(&out, str_from_c(metrics), STR("1.2.3"), 2, NOON);
    snprintf(expected, sizeof(expected),
             "{'version':'1.2.3','at':'2026-11-22T11:00:00.123Z','workers':2,'figures':{%s},"
             "'limit_hits':{%s}}",
             figures, hits);
    assert_json(&out, expected);
}

static void those_of_workers_are_summed_and_others_stand_as_they_are(void **state)
{
    (void)state;
    assert_figures("# HELP natternet_connections Open sockets.\n"
                   "natternet_info{version=\"1\"} 1\n"
                   "natternet_connections{worker=\"0\"} 3\nnatternet_connections{worker=\"1\"} 4\n"
                   "natternet_websockets{worker=\"0\"} 1\n"
                   "natternet_store_group_seconds_sum 0.019526\n"
                   "natternet_tls_certificate_seconds -5\n",
                   "'connections':7,'websockets':1,'store_group_seconds_sum':0.019526,"
                   "'tls_certificate_seconds':-5",
                   "");
}

static void limits_that_somebody_ran_into_are_told_and_no_others(void **state)
{
    (void)state;
    assert_figures("natternet_limit{name=\"frame_bytes\"} 65536\n"
                   "natternet_limit_hits_total{name=\"frame_bytes\"} 0\n"
                   "natternet_limit_hits_total{name=\"command_burst\"} 12\n",
                   "", "'command_burst':12");
}

static void what_is_no_number_is_left_away(void **state)
{
    (void)state;
    assert_figures(
        "natternet_a nan\nnatternet_b\nother_c 1\nnatternet_d 1.\nnatternet_e{x=\"y\"} 1\n"
        "natternet_f 2",
        "'f':2", "");
    assert_figures("", "", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(those_of_workers_are_summed_and_others_stand_as_they_are),
        cmocka_unit_test(limits_that_somebody_ran_into_are_told_and_no_others),
        cmocka_unit_test(what_is_no_number_is_left_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
