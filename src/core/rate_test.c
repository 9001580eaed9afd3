#include "core/rate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

struct trial {
    struct rate messages, rooms;
};

static int start(void **state)
{
    struct trial *trial = NEW(struct trial);
    rate_init(&trial->messages, 100000, 5, 10, 1);
    rate_init(&trial->rooms, 100000, 1, 60, 3600);
    *state = trial;
    return 0;
}

static int finish(void **state)
{
    struct trial *trial = *state;
    rate_deinit(&trial->messages);
    rate_deinit(&trial->rooms);
    xfree(trial);
    return 0;
}

static struct rate *messages(void **state)
{
    return &((struct trial *)*state)->messages;
}

static void a_burst_is_granted_and_not_one_more(void **state)
{
    for (int i = 0; i < 5; i++)
        assert_int_equal(rate_take(messages(state), 7, 1000), 0);
    assert_int_equal(rate_take(messages(state), 7, 1000), 1);
}

static void it_comes_back_at_the_rate(void **state)
{
    for (int i = 0; i < 6; i++)
        (void)rate_take(messages(state), 7, 1000);
    assert_int_equal(rate_take(messages(state), 7, 1099), 1);
    assert_int_equal(rate_take(messages(state), 7, 1100), 0);
    assert_int_equal(rate_take(messages(state), 7, 1150), 1);
    assert_int_equal(rate_take(messages(state), 7, 1200), 0);
}

static void in_the_long_run_it_is_the_rate_and_one_burst(void **state)
{
    size_t granted = 0;
    for (uint64_t ms = 1; ms <= 10000; ms++)
        granted += rate_take(messages(state), 7, ms) == 0;
    assert_in_range(granted, 104, 105); /* 5, and 10 a second */
}

static void who_asks_in_vain_does_not_wait_longer_for_it(void **state)
{
    for (int i = 0; i < 1000; i++)
        (void)rate_take(messages(state), 7, 1000);
    assert_int_equal(rate_take(messages(state), 7, 1100), 0);
}

static void the_wait_that_is_told_is_long_enough(void **state)
{
    struct trial *trial = *state;
    struct rate *rooms = &trial->rooms;
    assert_int_equal(rate_take(rooms, 7, 1000), 0);
    uint64_t wait = rate_take(rooms, 7, 1000);
    assert_in_range(wait, 60, 61);
    assert_int_equal(rate_take(rooms, 7, 1000 + wait * 1000), 0);
}

static void people_do_not_pay_for_each_other(void **state)
{
    for (uint64_t who = 1; who <= 1000; who++)
        for (int i = 0; i < 5; i++)
            assert_int_equal(rate_take(messages(state), who, 1000), 0);
    for (uint64_t who = 1; who <= 1000; who++)
        assert_int_equal(rate_take(messages(state), who, 1000), 1);
}

static void however_many_come_who_is_in_debt_is_remembered(void **state)
{
    for (int i = 0; i < 6; i++)
        (void)rate_take(messages(state), 7, 1000);
    for (uint64_t who = 100; who < 400000; who++)
        (void)rate_take(messages(state), who, 1000);
    assert_int_equal(rate_take(messages(state), 7, 1000), 1);
}

static void what_is_larger_than_the_burst_goes_once_and_is_waited_for(void **state)
{
    assert_int_equal(rate_take_many(messages(state), 7, 25, 1000), 0);
    assert_int_equal(rate_take(messages(state), 7, 1000), 3);
    assert_int_equal(rate_take_many(messages(state), 7, 0, 1000), 3);
    assert_int_equal(rate_take(messages(state), 7, 3100), 0);
}

static void what_was_done_already_is_asked_for_with_the_next(void **state)
{
    rate_charge(messages(state), 7, 5, 1000);
    assert_int_equal(rate_take_many(messages(state), 7, 0, 1000), 1);
    assert_int_equal(rate_take_many(messages(state), 7, 0, 1100), 0);
    assert_int_equal(rate_take(messages(state), 7, 1100), 0); /* asking took nothing */
}

static uint64_t key(const char *text)
{
    struct ip_address address;
    assert_true(address_parse(str_from_c(text), &address));
    return rate_key_of(&address);
}

static void a_customer_is_one_address_of_v4_and_one_network_of_v6(void **state)
{
    (void)state;
    assert_true(key("192.0.2.1") == key("192.0.2.1"));
    assert_true(key("192.0.2.1") != key("192.0.2.2"));
    assert_true(key("2001:db8::1") == key("2001:db8::ffff"));
    assert_true(key("2001:db8:1::1") != key("2001:db8:2::1"));
    assert_true(key("::") != 0);
}

#define IN_A_TRIAL(test) cmocka_unit_test_setup_teardown(test, start, finish)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_TRIAL(a_burst_is_granted_and_not_one_more),
        IN_A_TRIAL(it_comes_back_at_the_rate),
        IN_A_TRIAL(in_the_long_run_it_is_the_rate_and_one_burst),
        IN_A_TRIAL(who_asks_in_vain_does_not_wait_longer_for_it),
        IN_A_TRIAL(the_wait_that_is_told_is_long_enough),
        IN_A_TRIAL(people_do_not_pay_for_each_other),
        IN_A_TRIAL(however_many_come_who_is_in_debt_is_remembered),
        IN_A_TRIAL(what_is_larger_than_the_burst_goes_once_and_is_waited_for),
        IN_A_TRIAL(what_was_done_already_is_asked_for_with_the_next),
        IN_A_TRIAL(a_customer_is_one_address_of_v4_and_one_network_of_v6),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
