#include "acme/answer.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "acme/failure.h"
#include "acme/session.h"

static struct arena arena;

static int finish(void **state)
{
    (void)state;
    arena_deinit(&arena);
    return 0;
}

static void a_directory_needs_its_three_urls(void **state)
{
    (void)state;
    struct acme_directory directory;
    assert_true(acme_read_directory(
        &arena,
        STR("{\"newNonce\":\"https://c/n\",\"newAccount\":\"https://c/a\",\"newOrder\":"
            "\"https://c/o\",\"meta\":{}}"),
        &directory));
    assert_true(str_eq(directory.new_order, STR("https://c/o")));
    static const char *const bad[] = {
        "",
        "[]",
        "{}",
        "{\"newNonce\":\"https://c/n\",\"newAccount\":\"https://c/a\"}",
        "{\"newNonce\":\"http://c/n\",\"newAccount\":\"https://c/a\",\"newOrder\":\"https://c/o\"}",
        "{\"newNonce\":7,\"newAccount\":\"https://c/a\",\"newOrder\":\"https://c/o\"}",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(acme_read_directory(&arena, str_from_c(bad[i]), &directory));
}

static void an_order_is_known_by_its_stage(void **state)
{
    (void)state;
    struct acme_order order;
    assert_true(acme_read_order(&arena,
                                STR("{\"status\":\"pending\",\"finalize\":\"https://c/f\","
                                    "\"authorizations\":[\"https://c/1\",\"https://c/2\"]}"),
                                &order));
    assert_int_equal(order.status, ACME_PENDING);
    assert_int_equal(order.authorization_count, 2);
    assert_true(acme_read_order(&arena,
                                STR("{\"status\":\"valid\",\"finalize\":\"https://c/f\","
                                    "\"certificate\":\"https://c/c\"}"),
                                &order));
    assert_true(str_eq(order.certificate, STR("https://c/c")));
    assert_true(
        acme_read_order(&arena,
                        STR("{\"status\":\"invalid\",\"finalize\":\"https://c/f\",\"error\":"
                            "{\"type\":\"urn:ietf:params:acme:error:caa\"}}"),
                        &order));
    assert_int_equal(order.status, ACME_OVER);
    assert_true(str_eq(order.problem.type, STR("caa")));
    static const char *const bad[] = {
        "{\"status\":\"valid\",\"finalize\":\"https://c/f\"}",
        "{\"status\":\"maybe\",\"finalize\":\"https://c/f\"}",
        "{\"status\":\"pending\",\"finalize\":\"https://c/f\",\"authorizations\":[\"ftp://c\"]}",
        "{\"status\":\"pending\",\"finalize\":\"https://c/f\",\"authorizations\":[1]}",
        "{\"status\":\"pending\"}",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(acme_read_order(&arena, str_from_c(bad[i]), &order));
}

static void an_authorization_offers_the_proofs_that_we_know(void **state)
{
    (void)state;
    struct acme_authorization authorization;
    assert_true(acme_read_authorization(
        &arena,
        STR("{\"status\":\"pending\",\"identifier\":{\"type\":\"dns\",\"value\":\"a.example\"},"
            "\"challenges\":[{\"type\":\"dns-01\",\"token\":\"!\"},"
            "{\"type\":\"http-01\",\"url\":\"https://c/h\",\"token\":\"aZ09-_\",\"status\":"
            "\"invalid\",\"error\":{\"type\":\"urn:ietf:params:acme:error:dns\",\"detail\":\"x\"}}]"
            "}"),
        &authorization));
    assert_true(str_eq(authorization.name, STR("a.example")));
    assert_int_equal(authorization.by[ACME_TLS_ALPN_01].url.len, 0);
    assert_true(str_eq(authorization.by[ACME_HTTP_01].token, STR("aZ09-_")));
    assert_true(str_eq(authorization.by[ACME_HTTP_01].problem.type, STR("dns")));
    static const char *const tokens[] = {"", "a.b", "a/b", "a b", "\\u0000"};
    for (size_t i = 0; i < ARRAY_LEN(tokens); i++) {
        struct str body = arena_printf(
            &arena,
            "{\"status\":\"pending\",\"identifier\":{\"value\":\"a\"},\"challenges\":[{\"type\":"
            "\"http-01\",\"url\":\"https://c/h\",\"token\":\"%s\",\"status\":\"pending\"}]}",
            tokens[i]);
        assert_false(acme_read_authorization(&arena, body, &authorization));
    }
}

static void a_window_is_between_two_times(void **state)
{
    (void)state;
    int64_t from_ms, to_ms;
    assert_true(acme_read_window(&arena,
                                 STR("{\"suggestedWindow\":{\"start\":\"1994-11-06T08:49:37Z\","
                                     "\"end\":\"1994-11-06T10:49:37.25+01:30\"}}"),
                                 &from_ms, &to_ms));
    assert_int_equal(from_ms, 784111777000);
    assert_int_equal(to_ms, 784111777000 + 1800000);
    static const char *const ends[] = {"",
                                       "1994-11-06T08:49:37Z",
                                       "1994-11-06",
                                       "1994-11-06T08:59:37",
                                       "1994-11-06T08:59:37Zx",
                                       "1994-11-06T08:59:37+1",
                                       "1994-13-06T08:59:37Z"};
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        struct str body = arena_printf(&arena,
                                       "{\"suggestedWindow\":{\"start\":"
                                       "\"1994-11-06T08:49:37Z\",\"end\":\"%s\"}}",
                                       ends[i]);
        if (acme_read_window(&arena, body, &from_ms, &to_ms))
            fail_msg("\"%s\" was taken", ends[i]);
    }
    assert_false(acme_read_window(&arena, STR("{}"), &from_ms, &to_ms));
}

static void a_problem_with_parts_names_the_first_name(void **state)
{
    (void)state;
    struct acme_problem problem;
    assert_true(acme_read_problem(
        &arena,
        STR("{\"type\":\"urn:ietf:params:acme:error:compound\",\"detail\":\"two\",\"subproblems\":["
            "{\"type\":\"urn:ietf:params:acme:error:caa\",\"detail\":\"no\",\"identifier\":"
            "{\"value\":\"a.example\"}},{\"type\":\"x\",\"detail\":\"never\",\"identifier\":"
            "{\"value\":\"b.example\"}}]}"),
        &problem));
    assert_true(str_eq(problem.type, STR("caa")));
    assert_true(str_eq(problem.name, STR("a.example")));
    assert_true(str_eq(problem.detail, STR("two; a.example: no; b.example: never")));
    assert_false(acme_read_problem(&arena, STR("<html>"), &problem));
    assert_false(acme_read_problem(&arena, STR("{}"), &problem));
}

static void every_type_of_problem_has_advice(void **state)
{
    (void)state;
    assert_non_null(strstr(acme_advice(STR("dns")), "A or AAAA"));
    assert_non_null(strstr(acme_advice(STR("")), "--acme-directory"));
    assert_non_null(strstr(acme_advice(STR("never heard of")), "detail"));
}

static void retry_after_is_seconds_or_a_date(void **state)
{
    (void)state;
    const int64_t now_ms = 784111777000; /* Sun, 06 Nov 1994 08:49:37 GMT */
    assert_int_equal(acme_read_retry_after(STR("120"), now_ms), 120);
    assert_int_equal(acme_read_retry_after(STR("Sun, 06 Nov 1994 08:50:37 GMT"), now_ms), 60);
    assert_int_equal(acme_read_retry_after(STR("Sun, 06 Nov 1994 08:49:00 GMT"), now_ms), 0);
    assert_int_equal(acme_read_retry_after(STR("99999999999"), now_ms), 7 * 86400);
    assert_int_equal(acme_read_retry_after(STR("Fri, 31 Dec 1999 23:59:59 GMT"), now_ms),
                     7 * 86400);
    assert_int_equal(acme_read_retry_after(STR("soon"), now_ms), 0);
    assert_int_equal(acme_read_retry_after(STR("-5"), now_ms), 0);
    assert_int_equal(acme_read_retry_after(STR_NONE, now_ms), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_directory_needs_its_three_urls, finish),
        cmocka_unit_test_teardown(an_order_is_known_by_its_stage, finish),
        cmocka_unit_test_teardown(an_authorization_offers_the_proofs_that_we_know, finish),
        cmocka_unit_test_teardown(a_window_is_between_two_times, finish),
        cmocka_unit_test_teardown(a_problem_with_parts_names_the_first_name, finish),
        cmocka_unit_test_teardown(every_type_of_problem_has_advice, finish),
        cmocka_unit_test_teardown(retry_after_is_seconds_or_a_date, finish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
