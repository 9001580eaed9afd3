#include "net/budget.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void the_horizon_lies_where_the_youngest_fill_the_limit(void **state)
{
    (void)state;
    enum { LIMIT = 100, FRAMES = 30 };
    static struct budget budget;
    struct bytes *frames[FRAMES];
    budget_init(&budget, 0);
    for (size_t i = 0; i < FRAMES; i++) {
        frames[i] = bytes_new(10);
        budget_hold(&budget, frames[i]);
        uint64_t horizon = budget_horizon(&budget, LIMIT);
        assert_int_equal(horizon != 0, i >= LIMIT / 10);
        if (!horizon)
            continue;
        /* What is not too old fits; whatever is over the limit, something is too old. */
        size_t kept = 0;
        for (size_t f = 0; f <= i; f++)
            kept += frames[f]->held_since >= horizon ? 10 : 0;
        assert_true(kept <= LIMIT);
        assert_true(frames[0]->held_since < horizon);
    }
    for (size_t i = 0; i < FRAMES; i++) {
        budget_release(&budget, frames[i]);
        bytes_unref(frames[i]);
    }
    assert_int_equal(budget.held, 0);
    assert_int_equal(budget_horizon(&budget, LIMIT), 0);
    budget_deinit(&budget);
}

static struct budget shared_budget;
static struct bytes *shared_bytes;

static void *hold_and_release(void *arg)
{
    struct bytes *own = bytes_new(7);
    for (int i = 0; i < 20000; i++) {
        budget_hold(&shared_budget, shared_bytes);
        budget_hold(&shared_budget, own);
        (void)budget_horizon(&shared_budget, 5);
        budget_release(&shared_budget, own);
        budget_release(&shared_budget, shared_bytes);
    }
    bytes_unref(own);
    return arg;
}

static void what_several_threads_hold_and_release_comes_out_at_nothing(void **state)
{
    (void)state;
    pthread_t threads[3];
    budget_init(&shared_budget, 0);
    shared_bytes = bytes_new(10);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, hold_and_release, NULL), 0);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(shared_budget.held, 0);
    bytes_unref(shared_bytes);
    budget_deinit(&shared_budget);
}

static struct ip_address address(const char *text)
{
    struct ip_address parsed;
    assert_true(address_parse(str_from_c(text), &parsed));
    return parsed;
}

static void connections_are_counted_in_all_and_for_each_address(void **state)
{
    (void)state;
    static struct budget budget;
    struct limits limits;
    struct ip_address a = address("192.0.2.1"), b = address("192.0.2.2");
    limits_init(&limits);
    limits.connections = 3;
    limits.connections_per_address = 2;
    budget_init(&budget, 0);
    budget.seed = 1; /* under which these two do not meet */
    assert_int_equal(budget_enter(&budget, &limits, &a), BUDGET_ENTERED);
    assert_int_equal(budget_enter(&budget, &limits, &a), BUDGET_ENTERED);
    assert_int_equal(budget_enter(&budget, &limits, &a), BUDGET_TOO_MANY_OF);
    assert_int_equal(budget.connections, 2);
    assert_int_equal(budget_enter(&budget, &limits, &b), BUDGET_ENTERED);
    assert_int_equal(budget_enter(&budget, &limits, &b), BUDGET_FULL);
    budget_leave(&budget, &a);
    assert_int_equal(budget_enter(&budget, &limits, &b), BUDGET_ENTERED);
    budget_leave(&budget, &b);
    budget_leave(&budget, &b);
    budget_leave(&budget, &a);
    assert_int_equal(budget.connections, 0);
    for (size_t i = 0; i < budget.address_slots; i++)
        assert_int_equal(budget.of_address[i], 0);
    budget_deinit(&budget);
}

/* By chance the fullest counter of 16,384 has two dozen of so many; of half a million, five or so. */
static void of_a_hundred_thousand_addresses_few_share_a_limit(void **state)
{
    (void)state;
    enum { CONNECTIONS = 1000000, ADDRESSES = 100000 };
    static struct budget budget;
    struct limits limits;
    limits_init(&limits);
    limits.connections = CONNECTIONS;
    limits.connections_per_address = 10;
    budget_init(&budget, limits.connections);
    budget.seed = 1; /* the same each time */
    for (unsigned i = 0; i < ADDRESSES; i++) {
        struct ip_address one = address("10.0.0.0");
        one.bytes[13] = (uint8_t)(i >> 16);
        one.bytes[14] = (uint8_t)(i >> 8);
        one.bytes[15] = (uint8_t)i;
        assert_int_equal(budget_enter(&budget, &limits, &one), BUDGET_ENTERED);
    }
    budget_deinit(&budget);
}

static void a_64_of_ipv6_is_one_address(void **state)
{
    (void)state;
    static struct budget budget;
    struct limits limits;
    struct ip_address a = address("2001:db8::1"), b = address("2001:db8::2");
    limits_init(&limits);
    limits.connections_per_address = 1;
    budget_init(&budget, 0);
    assert_int_equal(budget_enter(&budget, &limits, &a), BUDGET_ENTERED);
    assert_int_equal(budget_enter(&budget, &limits, &b), BUDGET_TOO_MANY_OF);
    budget_deinit(&budget);
}

static void a_proxy_takes_a_place_but_none_of_an_address(void **state)
{
    (void)state;
    static struct budget budget;
    struct limits limits;
    limits_init(&limits);
    limits.connections = 3;
    limits.connections_per_address = 1;
    budget_init(&budget, 0);
    for (int i = 0; i < 3; i++)
        assert_int_equal(budget_enter(&budget, &limits, NULL), BUDGET_ENTERED);
    assert_int_equal(budget_enter(&budget, &limits, NULL), BUDGET_FULL);
    for (int i = 0; i < 3; i++)
        budget_leave(&budget, NULL);
    assert_int_equal(budget.connections, 0);
    budget_deinit(&budget);
}

static void an_address_that_comes_too_often_has_to_wait_and_a_trusted_one_has_not(void **state)
{
    (void)state;
    static struct budget budget;
    struct limits limits;
    struct limit_hits hits = {0};
    struct ip_address a = address("192.0.2.1"), b = address("192.0.2.2"), c = address("10.1.2.3");
    struct ipnet trust;
    assert_true(ipnet_parse(STR("10.0.0.0/8"), &trust));
    limits_init(&limits);
    limits.hits = &hits;
    limits.rate_entries = 1000;
    limits.connection_burst = 2;
    limits.connection_per_second = 1;
    budget_init(&budget, 0);
    budget_limit_arrivals(&budget, &limits, &trust, 1);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(budget_enter(&budget, &limits, &a), BUDGET_ENTERED);
        budget_leave(&budget, &a);
    }
    assert_int_equal(budget_enter(&budget, &limits, &a), BUDGET_TOO_MANY_OF);
    assert_int_equal(hits.of[LIMIT_ID_connection_burst], 1);
    assert_int_equal(budget.connections, 0);
    assert_int_equal(budget_enter(&budget, &limits, &b), BUDGET_ENTERED);
    for (int i = 0; i < 100; i++)
        assert_int_equal(budget_enter(&budget, &limits, &c), BUDGET_ENTERED);
    budget_deinit(&budget);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_horizon_lies_where_the_youngest_fill_the_limit),
        cmocka_unit_test(what_several_threads_hold_and_release_comes_out_at_nothing),
        cmocka_unit_test(connections_are_counted_in_all_and_for_each_address),
        cmocka_unit_test(of_a_hundred_thousand_addresses_few_share_a_limit),
        cmocka_unit_test(a_64_of_ipv6_is_one_address),
        cmocka_unit_test(a_proxy_takes_a_place_but_none_of_an_address),
        cmocka_unit_test(an_address_that_comes_too_often_has_to_wait_and_a_trusted_one_has_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
