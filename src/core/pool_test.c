#include "core/pool.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

struct square {
    struct task task;
    unsigned number, result;
    pthread_t ran_on;
    int niceness;
    void *state;
    bool done;
};

static unsigned done_count;

static void run(struct task *task, void *state)
{
    struct square *square = CONTAINER_OF(task, struct square, task);
    square->result = square->number * square->number;
    square->ran_on = pthread_self();
    square->niceness = getpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid));
    square->state = state;
}

static void done(struct task *task)
{
    struct square *square = CONTAINER_OF(task, struct square, task);
    square->done = true;
    done_count++;
}

static void submit_all(struct pool *pool, struct inbox *home, struct square *squares,
                       unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        squares[i].number = i;
        squares[i].task = (struct task){.home = home, .run = run, .done = done};
        pool_submit(pool, &squares[i].task);
    }
}

static void every_task_runs_elsewhere_and_is_done_at_home(void **state)
{
    (void)state;
    enum { TASKS = 5000 };
    struct inbox home;
    assert_int_equal(inbox_init(&home), 0);
    struct square *squares = xcalloc(TASKS, sizeof(*squares));
    struct pool *pool = pool_new(&(struct pool_options){.name = "test", .threads = 3});
    done_count = 0;
    submit_all(pool, &home, squares, TASKS);
    while (done_count < TASKS) {
        inbox_wait(&home, -1);
        inbox_run(&home, 100);
    }
    for (unsigned i = 0; i < TASKS; i++) {
        assert_true(squares[i].done);
        assert_int_equal(squares[i].result, i * i);
        assert_false(pthread_equal(squares[i].ran_on, pthread_self()));
    }
    pool_free(pool);
    xfree(squares);
    inbox_deinit(&home);
}

static void freeing_finishes_what_was_submitted(void **state)
{
    (void)state;
    enum { TASKS = 1000 };
    struct inbox home;
    assert_int_equal(inbox_init(&home), 0);
    struct square *squares = xcalloc(TASKS, sizeof(*squares));
    struct pool *pool = pool_new(&(struct pool_options){.name = "test", .threads = 1});
    done_count = 0;
    submit_all(pool, &home, squares, TASKS);
    pool_free(pool);
    assert_int_equal(inbox_run(&home, SIZE_MAX), TASKS);
    assert_int_equal(done_count, TASKS);
    xfree(squares);
    inbox_deinit(&home);
    pool_free(NULL);
}

static int started, stopped;

static void *thread_start(void *ctx)
{
    started++;
    return ctx;
}

static void thread_stop(void *thread_state)
{
    assert_non_null(thread_state);
    stopped++;
}

static void each_thread_has_its_state_and_niceness(void **state)
{
    (void)state;
    struct inbox home;
    assert_int_equal(inbox_init(&home), 0);
    started = stopped = 0;
    int own = 0;
    struct pool *pool = pool_new(&(struct pool_options){
        .name = "test",
        .threads = 1,
        .nice_level = 5,
        .thread_start = thread_start,
        .thread_stop = thread_stop,
        .ctx = &own,
    });
    struct square square = {.done = false};
    submit_all(pool, &home, &square, 1);
    pool_free(pool);
    assert_int_equal(inbox_run(&home, 1), 1);
    assert_ptr_equal(square.state, &own);
    assert_int_equal(square.niceness, 5);
    assert_int_equal(started, 1);
    assert_int_equal(stopped, 1);
    inbox_deinit(&home);
}

static void take_home(struct inbox *home, unsigned count)
{
    while (done_count < count) {
        inbox_wait(home, -1);
        inbox_run(home, 100);
    }
}

/* Whoever holds wakes the threads in the end, and for every POOL_HELD_MOST before: else this would wait for ever. */
static void what_is_held_is_done_all_the_same(void **state)
{
    (void)state;
    enum { ROUNDS = 300 };
    struct inbox home;
    assert_int_equal(inbox_init(&home), 0);
    struct square squares[POOL_HELD_MOST];
    struct pool *pools[2];
    for (int i = 0; i < 2; i++)
        pools[i] = pool_new(&(struct pool_options){.name = "test", .threads = 3});
    for (unsigned round = 0; round < ROUNDS; round++) {
        done_count = 0;
        pool_hold();
        submit_all(pools[0], &home, squares, round % POOL_HELD_MOST);
        pool_wake();
        take_home(&home, round % POOL_HELD_MOST);
        done_count = 0;
        pool_hold();
        submit_all(pools[1], &home, squares, POOL_HELD_MOST);
        take_home(&home, POOL_HELD_MOST);
        done_count = 0;
        submit_all(pools[0], &home, squares, 1); /* another pool than the last one's */
        submit_all(pools[1], &home, squares + 1, 1);
        pool_wake();
        take_home(&home, 2);
    }
    pool_free(pools[0]);
    pool_free(pools[1]);
    inbox_deinit(&home);
}

static atomic_uint rests;

static void thread_rest(void *thread_state)
{
    assert_non_null(thread_state);
    atomic_fetch_add(&rests, 1);
}

static void a_thread_is_told_when_there_is_nothing_more(void **state)
{
    (void)state;
    struct inbox home;
    int own = 0;
    assert_int_equal(inbox_init(&home), 0);
    struct pool *pool = pool_new(&(struct pool_options){.name = "test",
                                                        .threads = 1,
                                                        .thread_start = thread_start,
                                                        .thread_rest = thread_rest,
                                                        .thread_stop = thread_stop,
                                                        .ctx = &own});
    struct square squares[5];
    rests = done_count = 0;
    pool_hold();
    submit_all(pool, &home, squares, 5);
    pool_wake();
    take_home(&home, 5);
    pool_free(pool);
    assert_in_range(rests, 1,
                    7); /* at its start, behind the last, and wherever it was faster than we */
    inbox_deinit(&home);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_task_runs_elsewhere_and_is_done_at_home),
        cmocka_unit_test(freeing_finishes_what_was_submitted),
        cmocka_unit_test(each_thread_has_its_state_and_niceness),
        cmocka_unit_test(what_is_held_is_done_all_the_same),
        cmocka_unit_test(a_thread_is_told_when_there_is_nothing_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
