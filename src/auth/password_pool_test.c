#include "auth/password_pool.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct limits cheap_limits(void)
{
    struct limits limits;
    limits_init(&limits);
    limits.password_memory_kib = 8192;
    limits.password_passes = 1;
    return limits;
}

struct request {
    struct password_job job;
    size_t *finished;
    size_t order; /* which one it was to come back, from 1 */
};

static void on_done(struct password_job *job)
{
    struct request *request = CONTAINER_OF(job, struct request, job);
    request->order = ++*request->finished;
}

static struct ip_address address(const char *text)
{
    struct ip_address out;
    assert_true(address_parse(str_from_c(text), &out));
    return out;
}

static void fill(struct request *request, struct inbox *home, size_t *finished, const char *peer)
{
    *request = (struct request){
        .job = {.home = home,
                .done = on_done,
                .act = PASSWORD_HASH,
                .peer = address(peer),
                .password = STR("correct horse")},
        .finished = finished,
    };
}

static void wait_for(struct inbox *home, const size_t *finished, size_t count)
{
    while (*finished < count)
        if (inbox_run(home, 100) == 0)
            inbox_wait(home, -1);
}

static void a_hash_comes_back_and_fits_the_password(void **state)
{
    (void)state;
    struct limits limits = cheap_limits();
    struct password_pool *pool = password_pool_new(&limits);
    struct inbox home;
    size_t finished = 0;
    assert_int_equal(inbox_init(&home), 0);

    struct request made, compared, wrong;
    fill(&made, &home, &finished, "192.0.2.1");
    assert_true(password_pool_submit(pool, &made.job));
    wait_for(&home, &finished, 1);
    assert_int_equal(made.job.rc, 0);

    fill(&compared, &home, &finished, "192.0.2.1");
    fill(&wrong, &home, &finished, "192.0.2.1");
    compared.job.act = wrong.job.act = PASSWORD_VERIFY;
    wrong.job.password = STR("another horse");
    memcpy(compared.job.hash, made.job.hash, PASSWORD_HASH_SIZE);
    memcpy(wrong.job.hash, made.job.hash, PASSWORD_HASH_SIZE);
    assert_true(password_pool_submit(pool, &compared.job));
    assert_true(password_pool_submit(pool, &wrong.job));
    wait_for(&home, &finished, 3);
    assert_int_equal(compared.job.rc, 0);
    assert_int_equal(wrong.job.rc, -EACCES);
    password_pool_free(pool);
    inbox_deinit(&home);
}

static void a_full_pool_says_so_at_once(void **state)
{
    (void)state;
    struct limits limits = cheap_limits();
    limits.password_queue = 4;
    limits.password_queue_per_address = 3;
    struct password_pool *pool = password_pool_new(&limits);
    struct inbox home;
    size_t finished = 0, taken = 0;
    assert_int_equal(inbox_init(&home), 0);
    struct request many[20];
    for (size_t i = 0; i < ARRAY_LEN(many); i++) {
        fill(&many[i], &home, &finished, "192.0.2.1");
        taken += password_pool_submit(pool, &many[i].job);
    }
    assert_in_range(taken, 3, 19); /* three wait, and some were quick */
    wait_for(&home, &finished, taken);
    const struct ip_address peer = address("192.0.2.1"), another = address("192.0.2.2");
    assert_true(password_pool_has_room(pool, &peer));
    struct request again[5];
    size_t before = taken;
    for (size_t i = 0; i < 4; i++) {
        fill(&again[i], &home, &finished, "192.0.2.1");
        if (password_pool_has_room(pool, &peer))
            taken += password_pool_submit(pool, &again[i].job);
    }
    assert_in_range(taken - before, 3, 4);
    fill(&again[4], &home, &finished, "192.0.2.2");
    assert_true(password_pool_has_room(pool, &another)); /* the flood is not theirs */
    taken += password_pool_submit(pool, &again[4].job);
    wait_for(&home, &finished, taken);
    password_pool_free(pool);
    inbox_deinit(&home);
}

static void a_flood_from_one_address_delays_another_by_one_round(void **state)
{
    (void)state;
    struct limits limits = cheap_limits();
    struct password_pool *pool = password_pool_new(&limits);
    struct inbox home;
    size_t finished = 0;
    assert_int_equal(inbox_init(&home), 0);
    struct request flood[40], owner;
    for (size_t i = 0; i < ARRAY_LEN(flood); i++) {
        fill(&flood[i], &home, &finished, "192.0.2.1");
        assert_true(password_pool_submit(pool, &flood[i].job));
    }
    fill(&owner, &home, &finished, "192.0.2.2");
    assert_true(password_pool_submit(pool, &owner.job));
    wait_for(&home, &finished, ARRAY_LEN(flood) + 1);
    assert_true(owner.order < ARRAY_LEN(flood)); /* not behind them all */
    for (size_t i = 0; i + 3 < ARRAY_LEN(flood); i++)
        if (flood[i].order > owner.order) {
            assert_true(flood[ARRAY_LEN(flood) - 1].order > owner.order);
            break;
        }
    password_pool_free(pool);
    inbox_deinit(&home);
}

enum { THREADS = 3, EACH = 8 };

static void *use_pool(void *arg)
{
    struct password_pool *pool = arg;
    struct inbox home;
    size_t finished = 0;
    REQUIRE(inbox_init(&home) == 0);
    struct request requests[EACH];
    for (size_t i = 0; i < EACH; i++) {
        fill(&requests[i], &home, &finished, i % 2 ? "192.0.2.1" : "2001:db8::1");
        REQUIRE(password_pool_submit(pool, &requests[i].job));
    }
    wait_for(&home, &finished, EACH);
    for (size_t i = 0; i < EACH; i++)
        REQUIRE(requests[i].job.rc == 0);
    inbox_deinit(&home);
    return NULL;
}

static void many_threads_share_it(void **state)
{
    (void)state;
    struct limits limits = cheap_limits();
    limits.password_threads = 2;
    struct password_pool *pool = password_pool_new(&limits);
    pthread_t threads[THREADS];
    for (size_t i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, use_pool, pool);
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    password_pool_free(pool);
}

static void what_waits_at_the_end_is_forgotten(void **state)
{
    (void)state;
    struct limits limits = cheap_limits();
    struct password_pool *pool = password_pool_new(&limits);
    struct inbox home;
    size_t finished = 0;
    assert_int_equal(inbox_init(&home), 0);
    struct request many[50];
    for (size_t i = 0; i < ARRAY_LEN(many); i++) {
        fill(&many[i], &home, &finished, "192.0.2.1");
        assert_true(password_pool_submit(pool, &many[i].job));
    }
    password_pool_free(pool);
    inbox_run(&home, 100);
    assert_true(finished < ARRAY_LEN(many));
    inbox_deinit(&home);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hash_comes_back_and_fits_the_password),
        cmocka_unit_test(a_full_pool_says_so_at_once),
        cmocka_unit_test(a_flood_from_one_address_delays_another_by_one_round),
        cmocka_unit_test(many_threads_share_it),
        cmocka_unit_test(what_waits_at_the_end_is_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
