#include "auth/throttle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static struct ip_address address(const char *text)
{
    struct ip_address out;
    assert_true(address_parse(str_from_c(text), &out));
    return out;
}

static struct throttle *small_throttle(void)
{
    struct limits limits;
    limits_init(&limits);
    limits.signup_burst = 2;
    limits.signup_per_hour = 60;
    limits.signin_burst = 5;
    limits.signin_per_minute = 60;
    limits.signin_failure_burst = 3;
    limits.signin_failures_per_hour = 30; /* 120 s each in the long run */
    limits.rate_entries = 10;
    return throttle_new(&limits);
}

static void signups_have_a_burst_and_then_a_rate(void **state)
{
    (void)state;
    OWN(throttle_free) struct throttle *throttle = small_throttle();
    struct ip_address peer = address("192.0.2.1");
    uint64_t now = 1000000;
    assert_int_equal(throttle_signup(throttle, &peer, now), 0);
    assert_int_equal(throttle_signup(throttle, &peer, now), 0);
    assert_int_equal(throttle_signup(throttle, &peer, now), 60);
    assert_int_equal(throttle_signup(throttle, &peer, now + 30500), 30);
    assert_int_equal(throttle_signup(throttle, &peer, now + 60000), 0);
    assert_int_equal(throttle_signup(throttle, &peer, now + 60000), 60);
}

static void what_was_refused_does_not_count(void **state)
{
    (void)state;
    OWN(throttle_free) struct throttle *throttle = small_throttle();
    struct ip_address peer = address("192.0.2.1");
    for (int i = 0; i < 5; i++)
        assert_int_equal(throttle_signin(throttle, &peer, 1000), 0);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(throttle_signin(throttle, &peer, 1000), 1);
    assert_int_equal(throttle_signin(throttle, &peer, 2000), 0);
}

static void waits_double_up_to_the_steady_rate(void **state)
{
    (void)state;
    OWN(throttle_free) struct throttle *throttle = small_throttle();
    struct ip_address peer = address("192.0.2.1");
    uint64_t now = 1000000;
    for (int i = 0; i < 3; i++)
        assert_int_equal(throttle_guess(throttle, &peer, STR("ann"), now), 0);
    static const uint64_t waits[] = {1, 2, 4, 8, 16, 32, 64, 120, 120, 120};
    for (size_t i = 0; i < ARRAY_LEN(waits); i++) {
        uint64_t wait = throttle_guess(throttle, &peer, STR("ann"), now);
        assert_in_range(wait, i == 7 ? 64 : waits[i], waits[i]); /* one has healed by then */
        now += wait * 1000;
        assert_int_equal(throttle_guess(throttle, &peer, STR("ann"), now), 0);
    }
}

/* However it is spread, in the long run nobody has more guesses than the table says. */
static void a_patient_guesser_gets_the_steady_rate(void **state)
{
    (void)state;
    OWN(throttle_free) struct throttle *throttle = small_throttle();
    struct ip_address peer = address("192.0.2.1");
    uint64_t tried = 0;
    enum { HOURS = 100 };
    for (uint64_t second = 1; second <= HOURS * 3600; second++)
        tried += throttle_guess(throttle, &peer, STR("ann"), second * 1000) == 0;
    assert_in_range(tried, 29 * HOURS, 31 * HOURS + 20);
}

static void a_guesser_locks_out_nobody_else(void **state)
{
    (void)state;
    OWN(throttle_free) struct throttle *throttle = small_throttle();
    struct ip_address guesser = address("192.0.2.1"), owner = address("192.0.2.2");
    uint64_t refused = 0;
    for (int i = 0; i < 100; i++)
        refused += throttle_guess(throttle, &guesser, STR("ann"), 1000) > 0;
    assert_int_equal(refused, 97);
    assert_int_not_equal(throttle_guess(throttle, &guesser, STR("ann"), 1000), 0);
    assert_int_equal(throttle_guess(throttle, &owner, STR("ann"), 1000), 0);
    assert_int_equal(throttle_guess(throttle, &guesser, STR("bob"), 1000), 0);
}

static void one_customer_is_one_guesser(void **state)
{
    (void)state;
    OWN(throttle_free) struct throttle *throttle = small_throttle();
    struct ip_address first = address("2001:db8:1:2::1"), same = address("2001:db8:1:2:ffff::9");
    struct ip_address other = address("2001:db8:1:3::1");
    for (int i = 0; i < 3; i++)
        assert_int_equal(throttle_guess(throttle, &first, STR("ann"), 1000), 0);
    assert_int_not_equal(throttle_guess(throttle, &same, STR("ann"), 1000), 0);
    assert_int_equal(throttle_guess(throttle, &other, STR("ann"), 1000), 0);
}

static void a_right_password_clears_the_guesses(void **state)
{
    (void)state;
    OWN(throttle_free) struct throttle *throttle = small_throttle();
    struct ip_address peer = address("192.0.2.1");
    for (int i = 0; i < 3; i++)
        assert_int_equal(throttle_guess(throttle, &peer, STR("ann"), 1000), 0);
    throttle_right(throttle, &peer, STR("ann"));
    for (int i = 0; i < 3; i++)
        assert_int_equal(throttle_guess(throttle, &peer, STR("ann"), 1000), 0);
}

static void a_guess_that_was_not_tried_is_given_back(void **state)
{
    (void)state;
    OWN(throttle_free) struct throttle *throttle = small_throttle();
    struct ip_address peer = address("192.0.2.1");
    for (int i = 0; i < 100; i++) {
        assert_int_equal(throttle_guess(throttle, &peer, STR("ann"), 1000), 0);
        throttle_untried(throttle, &peer, STR("ann"));
    }
}

static void time_heals_guesses(void **state)
{
    (void)state;
    OWN(throttle_free) struct throttle *throttle = small_throttle();
    struct ip_address peer = address("192.0.2.1");
    for (int i = 0; i < 2; i++)
        assert_int_equal(throttle_guess(throttle, &peer, STR("ann"), 1000), 0);
    uint64_t later = 1000 + 2 * 120000;
    for (int i = 0; i < 3; i++)
        assert_int_equal(throttle_guess(throttle, &peer, STR("ann"), later), 0);
    assert_int_equal(throttle_guess(throttle, &peer, STR("ann"), later), 1);
}

static void a_clock_that_is_a_moment_behind_forgives_nothing(void **state)
{
    (void)state;
    OWN(throttle_free) struct throttle *throttle = small_throttle();
    struct ip_address peer = address("192.0.2.1");
    for (int i = 0; i < 3; i++)
        assert_int_equal(throttle_guess(throttle, &peer, STR("ann"), 1000000), 0);
    assert_int_not_equal(throttle_guess(throttle, &peer, STR("ann"), 999999), 0);
    assert_int_equal(throttle_guess(throttle, &peer, STR("ann"), 1001000), 0);
    assert_int_equal(throttle_guess(throttle, &peer, STR("ann"), 1001000), 2); /* all four count */
}

static void memory_is_bounded_and_the_oldest_goes_first(void **state)
{
    (void)state;
    OWN(throttle_free) struct throttle *throttle = small_throttle();
    struct ip_address first = address("192.0.2.1"), second = address("192.0.2.2");
    for (int i = 0; i < 3; i++) {
        assert_int_equal(throttle_guess(throttle, &first, STR("ann"), 1000), 0);
        assert_int_equal(throttle_guess(throttle, &second, STR("ann"), 1000), 0);
    }
    for (int i = 0; i < 9; i++) {
        char text[32];
        snprintf(text, sizeof(text), "198.51.100.%d", i);
        struct ip_address other = address(text);
        assert_int_not_equal(throttle_guess(throttle, &first, STR("ann"), 1000), 0);
        assert_int_equal(throttle_guess(throttle, &other, STR("ann"), 1000), 0);
    }
    assert_int_equal(throttle_entries(throttle), 10);
    assert_int_not_equal(throttle_guess(throttle, &first, STR("ann"), 1000), 0);
    assert_int_equal(throttle_guess(throttle, &second, STR("ann"), 1000), 0);
}

/* ---- several servers --------------------------------------------------------------------------- */

struct server { /* tells all others at once */
    struct throttle_peers peers;
    struct throttle *throttle;
    struct server *other;
    uint64_t *now;
};

static void tell_other(struct throttle_peers *peers, enum throttle_act act, uint64_t key)
{
    struct server *server = CONTAINER_OF(peers, struct server, peers);
    throttle_hear(server->other->throttle, act, key, *server->now);
}

static void begin_two(struct server two[2], uint64_t *now)
{
    for (int i = 0; i < 2; i++) {
        two[i] = (struct server){.throttle = small_throttle(), .other = &two[1 - i], .now = now};
        two[i].peers = (struct throttle_peers){tell_other, "the same secret"};
        throttle_share(two[i].throttle, &two[i].peers);
    }
}

static void end_two(struct server two[2])
{
    for (int i = 0; i < 2; i++)
        throttle_free(two[i].throttle);
}

static void two_servers_have_one_budget(void **state)
{
    (void)state;
    struct server two[2];
    uint64_t now = 1000000;
    begin_two(two, &now);
    struct ip_address peer = address("192.0.2.1"), stranger = address("192.0.2.2");
    for (int i = 0; i < 2; i++)
        assert_int_equal(throttle_signup(two[i].throttle, &peer, now), 0);
    for (int i = 0; i < 5; i++)
        assert_int_equal(throttle_signin(two[i % 2].throttle, &peer, now), 0);
    for (int i = 0; i < 3; i++)
        assert_int_equal(throttle_guess(two[i % 2].throttle, &peer, STR("ann"), now), 0);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(throttle_signup(two[i].throttle, &peer, now), 60);
        assert_int_equal(throttle_signin(two[i].throttle, &peer, now), 1);
        assert_int_equal(throttle_guess(two[i].throttle, &peer, STR("ann"), now), 1);
        assert_int_equal(throttle_guess(two[i].throttle, &stranger, STR("ann"), now), 0);
    }
    end_two(two);
}

static void what_was_right_or_not_tried_is_so_on_both(void **state)
{
    (void)state;
    struct server two[2];
    uint64_t now = 1000000;
    begin_two(two, &now);
    struct ip_address peer = address("192.0.2.1");
    for (int i = 0; i < 3; i++)
        assert_int_equal(throttle_guess(two[0].throttle, &peer, STR("ann"), now), 0);
    throttle_untried(two[0].throttle, &peer, STR("ann"));
    assert_int_equal(throttle_guess(two[1].throttle, &peer, STR("ann"), now), 0);
    assert_int_equal(throttle_guess(two[1].throttle, &peer, STR("ann"), now), 1);
    throttle_right(two[0].throttle, &peer, STR("ann"));
    for (int i = 0; i < 3; i++)
        assert_int_equal(throttle_guess(two[1].throttle, &peer, STR("ann"), now), 0);
    throttle_hear(two[1].throttle, 200, 1, now); /* of a newer version */
    end_two(two);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signups_have_a_burst_and_then_a_rate),
        cmocka_unit_test(what_was_refused_does_not_count),
        cmocka_unit_test(waits_double_up_to_the_steady_rate),
        cmocka_unit_test(a_patient_guesser_gets_the_steady_rate),
        cmocka_unit_test(a_guesser_locks_out_nobody_else),
        cmocka_unit_test(one_customer_is_one_guesser),
        cmocka_unit_test(a_right_password_clears_the_guesses),
        cmocka_unit_test(a_guess_that_was_not_tried_is_given_back),
        cmocka_unit_test(time_heals_guesses),
        cmocka_unit_test(a_clock_that_is_a_moment_behind_forgives_nothing),
        cmocka_unit_test(memory_is_bounded_and_the_oldest_goes_first),
        cmocka_unit_test(two_servers_have_one_budget),
        cmocka_unit_test(what_was_right_or_not_tried_is_so_on_both),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
