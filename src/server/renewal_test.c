#include "server/renewal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/clock.h"

enum { DAY_MS = 86400000 };
static struct renewal renewal;

static struct acme_life life(int from_days, int to_days)
{
    int64_t now = clock_now_ms();
    return (struct acme_life){.from_ms = now + (int64_t)from_days * DAY_MS,
                              .to_ms = now + (int64_t)to_days * DAY_MS,
                              .id = "a.b"};
}

static bool hear(int64_t from_ms, int64_t to_ms)
{
    char from[32], to[32];
    snprintf(from, sizeof(from), "%lld", (long long)(from_ms / 1000));
    snprintf(to, sizeof(to), "%lld", (long long)(to_ms / 1000));
    return renewal_hear(&renewal, 0, str_from_c(from), str_from_c(to));
}

static void look(void)
{
    renewal.look_at_ms = 0;
    assert_true(renewal_look(&renewal));
    assert_false(renewal_look(&renewal));
}

static void without_a_certificate_it_is_due_and_nobody_is_asked(void **state)
{
    (void)state;
    renewal = (struct renewal){0};
    assert_true(renewal_is_due(&renewal));
    assert_false(renewal_look(&renewal));
}

static void it_is_due_after_two_thirds_of_the_life(void **state)
{
    (void)state;
    struct acme_life fresh = life(-59, 31), old = life(-60, 30), over = life(-90, -1);
    for (int i = 0; i < 100; i++) {
        renewal_plan(&renewal, &fresh);
        assert_true(renewal.at_ms <= fresh.from_ms + 60LL * DAY_MS);
        assert_true(renewal.at_ms >= fresh.from_ms + 58LL * DAY_MS);
    }
    renewal_plan(&renewal, &old);
    assert_true(renewal_is_due(&renewal));
    renewal_plan(&renewal, &over);
    assert_true(renewal_is_due(&renewal));
}

static void the_authority_may_move_it(void **state)
{
    (void)state;
    struct acme_life fresh = life(-1, 89);
    int64_t now = clock_now_ms();
    renewal_plan(&renewal, &fresh);
    look();
    assert_true(hear(now + 10LL * DAY_MS, now + 12LL * DAY_MS));
    assert_true(renewal.at_ms >= now + 10LL * DAY_MS - 1000 && renewal.at_ms < now + 12LL * DAY_MS);
    int64_t drawn = renewal.at_ms;
    look();
    assert_false(hear(now + 10LL * DAY_MS, now + 12LL * DAY_MS));
    assert_int_equal(renewal.at_ms, drawn);
    look();
    assert_true(hear(now - 2LL * DAY_MS, now - DAY_MS));
    assert_true(renewal_is_due(&renewal));
    assert_false(hear(now, now + DAY_MS)); /* nobody asked */
    renewal_plan(&renewal, &fresh);
    renewal_forget(&renewal);
    assert_true(renewal.look_at_ms < clock_monotonic_ms() + 60000); /* that was no answer lost */
}

static void a_wish_that_comes_too_late_or_is_none_is_not_followed(void **state)
{
    (void)state;
    struct acme_life fresh = life(-1, 89);
    renewal_plan(&renewal, &fresh);
    int64_t planned = renewal.at_ms;
    static const char *const bad[][2] = {
        {"", ""}, {"5", "5"}, {"6", "5"}, {"x", "7"}, {"1", "99999999999999"}, {"-5", "5"}};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        look();
        assert_false(renewal_hear(&renewal, 0, str_from_c(bad[i][0]), str_from_c(bad[i][1])));
        assert_int_equal(renewal.at_ms, planned);
    }
    look();
    assert_true(hear(fresh.to_ms, fresh.to_ms + DAY_MS));
    assert_int_equal(renewal.at_ms, fresh.to_ms - 9LL * DAY_MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_certificate_it_is_due_and_nobody_is_asked),
        cmocka_unit_test(it_is_due_after_two_thirds_of_the_life),
        cmocka_unit_test(the_authority_may_move_it),
        cmocka_unit_test(a_wish_that_comes_too_late_or_is_none_is_not_followed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
