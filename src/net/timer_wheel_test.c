#include "net/timer_wheel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/map.h"

struct alarm {
    struct loop_timer timer;
    uint64_t due_ms, rang_ms;
    unsigned rings;
};

static struct timer_wheel wheel;
static uint64_t now_ms;

static void on_due(struct loop_timer *timer)
{
    struct alarm *alarm = CONTAINER_OF(timer, struct alarm, timer);
    alarm->rang_ms = now_ms;
    alarm->rings++;
}

static void start(struct alarm *alarm, uint64_t after_ms)
{
    timer_wheel_remove(&alarm->timer);
    alarm->timer.on_due = on_due;
    alarm->timer.due_ms = alarm->due_ms = now_ms + after_ms;
    timer_wheel_add(&wheel, &alarm->timer);
}

/* Jumps from one moment at which something may be due to the next, as an idle loop does. */
static void run_until(uint64_t end_ms)
{
    for (;;) {
        uint64_t next_ms = timer_wheel_next_ms(&wheel);
        if (next_ms > end_ms)
            break;
        assert_true(next_ms >= now_ms / TIMER_TICK_MS * TIMER_TICK_MS);
        now_ms = next_ms > now_ms ? next_ms : now_ms;
        timer_wheel_run(&wheel, now_ms);
    }
    now_ms = end_ms;
    timer_wheel_run(&wheel, now_ms);
}

static int setup(void **state)
{
    (void)state;
    now_ms = 1234567;
    timer_wheel_init(&wheel, now_ms);
    return 0;
}

static void every_span_rings_once_in_time(void **state)
{
    (void)state;
    uint64_t seed = 1;
    for (int round = 0; round < 4000; round++) {
        struct alarm alarm = {.rings = 0};
        seed = map_hash(seed + 1);
        uint64_t after = (seed >> 8) % ((uint64_t)1 << (seed % 40 + 1));
        start(&alarm, after);
        run_until(now_ms + after + after / 8 + 2 * TIMER_TICK_MS);
        assert_int_equal(alarm.rings, 1);
        assert_true(alarm.rang_ms >= alarm.due_ms);
        assert_true(alarm.rang_ms <= alarm.due_ms + after / 8 + 2 * TIMER_TICK_MS);
        assert_int_equal(alarm.timer.due_ms, 0);
    }
}

static void many_together_ring_each_in_its_time(void **state)
{
    (void)state;
    enum { ALARMS = 3000 };
    static struct alarm alarms[ALARMS];
    uint64_t seed = 7, start_ms = now_ms;
    for (size_t i = 0; i < ALARMS; i++) {
        seed = map_hash(seed + 1);
        start(&alarms[i], seed % 100000);
        run_until(now_ms + (seed >> 32) % 16);
        if (i % 3 == 0)
            start(&alarms[(seed >> 40) % (i + 1)], seed % 5000); /* moves one, rung or not */
    }
    run_until(start_ms + 400000);
    for (size_t i = 0; i < ALARMS; i++) {
        assert_true(alarms[i].rings >= 1);
        assert_true(alarms[i].rang_ms >= alarms[i].due_ms);
        assert_true(alarms[i].rang_ms <= alarms[i].due_ms + 12500 + 2 * TIMER_TICK_MS);
    }
    assert_int_equal(timer_wheel_next_ms(&wheel), UINT64_MAX);
}

static void a_long_sleep_rings_all_at_once_and_in_order(void **state)
{
    (void)state;
    static struct alarm alarms[100];
    for (size_t i = 0; i < 100; i++)
        start(&alarms[i], i * 700);
    now_ms += 1000000; /* without asking in between */
    timer_wheel_run(&wheel, now_ms);
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(alarms[i].rings, 1);
}

static void a_removed_timer_leaves_nothing_behind(void **state)
{
    (void)state;
    struct alarm alarm = {.rings = 0};
    timer_wheel_remove(&alarm.timer);
    start(&alarm, 1000);
    assert_true(timer_wheel_next_ms(&wheel) != UINT64_MAX);
    timer_wheel_remove(&alarm.timer);
    timer_wheel_remove(&alarm.timer);
    assert_int_equal(timer_wheel_next_ms(&wheel), UINT64_MAX);
    run_until(now_ms + 5000);
    assert_int_equal(alarm.rings, 0);
}

static struct alarm victim, phoenix;

static void kill_victim(struct loop_timer *timer)
{
    (void)timer;
    timer_wheel_remove(&victim.timer);
}

static void rise_again(struct loop_timer *timer)
{
    on_due(timer);
    if (phoenix.rings < 5)
        start(&phoenix, 0), phoenix.timer.on_due = rise_again;
}

static void ringing_may_stop_others_and_start_itself(void **state)
{
    (void)state;
    struct alarm killer = {.rings = 0};
    start(&killer, 100);
    killer.timer.on_due = kill_victim;
    start(&victim, 100);
    start(&phoenix, 10);
    phoenix.timer.on_due = rise_again;
    run_until(now_ms + 1000);
    assert_int_equal(victim.rings, 0);
    assert_int_equal(phoenix.rings, 5);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_span_rings_once_in_time),
        TEST(many_together_ring_each_in_its_time),
        TEST(a_long_sleep_rings_all_at_once_and_in_order),
        TEST(a_removed_timer_leaves_nothing_behind),
        TEST(ringing_may_stop_others_and_start_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
