/* Who still finds a place in the queues of a store, and who has to come again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base.h"
#include "core/clock.h"
#include "store/engine.h"

/* An engine that keeps what it is asked until the test gives it back. */
struct rig {
    struct store store;
    struct inbox home;
    struct limits limits;
    struct store_job reads[100], writes[100];
};

static void keep(struct store *store, struct store_job *job)
{
    (void)store;
    (void)job;
}

static const struct engine keeper = {.read = keep, .write = keep};

static int never(struct store_job *job, struct store_conn *conn)
{
    (void)job;
    (void)conn;
    return 0;
}

static void nothing(struct store_job *job)
{
    (void)job;
}

static int setup(void **state)
{
    struct rig *rig = NEW(struct rig);
    limits_init(&rig->limits);
    rig->limits.store_queue = 100;
    rig->limits.newcomer_delay_ms = 20;
    assert_int_equal(store_init(&rig->store, &keeper), 0);
    assert_int_equal(inbox_init(&rig->home), 0);
    for (size_t i = 0; i < ARRAY_LEN(rig->reads); i++)
        rig->reads[i] = rig->writes[i] =
            (struct store_job){.home = &rig->home, .run = never, .done = nothing};
    *state = rig;
    return 0;
}

static int teardown(void **state)
{
    struct rig *rig = *state;
    inbox_deinit(&rig->home);
    store_deinit(&rig->store);
    xfree(rig);
    return 0;
}

static void ask(struct rig *rig, struct store_job *jobs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (jobs == rig->reads)
            store_read(&rig->store, &jobs[i]);
        else
            store_write(&rig->store, &jobs[i]);
}

/* One job as if it had taken so long. */
static void give_back(struct store_job *job, uint64_t ms)
{
    job->taken_us = clock_monotonic_us() - ms * 1000;
    store_job_done(job);
}

static void expect(struct rig *rig, enum err newcomer, enum err who_is_in)
{
    assert_int_equal(store_admits(&rig->store, &rig->limits, true), newcomer);
    assert_int_equal(store_admits(&rig->store, &rig->limits, false), who_is_in);
}

static void newcomers_find_half_as_long_a_queue(void **state)
{
    struct rig *rig = *state;
    ask(rig, rig->reads, 25);
    ask(rig, rig->writes, 24);
    expect(rig, ERR_OK, ERR_OK);
    store_write(&rig->store, &rig->writes[24]);
    expect(rig, ERR_SERVER_BUSY, ERR_OK);
    ask(rig, rig->writes + 25, 49);
    expect(rig, ERR_SERVER_BUSY, ERR_OK);
    store_write(&rig->store, &rig->writes[74]);
    expect(rig, ERR_SERVER_BUSY, ERR_SERVER_BUSY);
    assert_int_equal(store_jobs(&rig->store), 100);
    assert_false(store_is_idle(&rig->store));
}

static void who_is_in_waits_for_a_slow_store_and_newcomers_do_not(void **state)
{
    struct rig *rig = *state;
    ask(rig, rig->writes, 40);
    expect(rig, ERR_OK, ERR_OK);
    give_back(&rig->writes[0], 50);
    expect(rig, ERR_SERVER_BUSY, ERR_OK);
    give_back(&rig->writes[1], 5);
    expect(rig, ERR_OK, ERR_OK);
}

static void a_read_that_was_quick_makes_no_slow_writer_quick(void **state)
{
    struct rig *rig = *state;
    ask(rig, rig->writes, 40);
    give_back(&rig->writes[0], 50);
    ask(rig, rig->reads, 1);
    give_back(&rig->reads[0], 0);
    expect(rig, ERR_SERVER_BUSY, ERR_OK);
}

static void a_queue_that_is_none_is_quick_however_long_the_last_job_took(void **state)
{
    struct rig *rig = *state;
    ask(rig, rig->writes, 1);
    give_back(&rig->writes[0], 5000);
    assert_true(store_is_idle(&rig->store));
    ask(rig, rig->reads, 40);
    ask(rig, rig->writes, 9);
    expect(rig, ERR_OK, ERR_OK);
    give_back(&rig->reads[0], 50);
    expect(rig, ERR_SERVER_BUSY, ERR_OK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(newcomers_find_half_as_long_a_queue),
        TEST(who_is_in_waits_for_a_slow_store_and_newcomers_do_not),
        TEST(a_read_that_was_quick_makes_no_slow_writer_quick),
        TEST(a_queue_that_is_none_is_quick_however_long_the_last_job_took),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
