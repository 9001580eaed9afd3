#include "auth/password_pool.h"

#include <pthread.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/clock.h"

/* A loop that wakes goes first at once, instead of after what is left of a hash's slice; with 10 four
 * sign-ins at a time more than doubled what the slowest hundredth of messages waited on that core. Not
 * SCHED_IDLE, which does no more for the loop: with that, any program that takes all processors would
 * let nobody sign in. */
enum { NICE = 19 };

struct password_pool {
    struct limits limits;
    struct password_cost cost;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t arrived;
    struct fair_queue queue;
    uint64_t mean_us; /* of a hash, the newest counting most */
    bool stopping;
    size_t threads;
    pthread_t thread[];
};

static void back_home(struct inbox_item *item)
{
    struct password_job *job = CONTAINER_OF(item, struct password_job, arrived);
    job->done(job);
}

static struct password_job *next_job(struct password_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    while (pool->queue.len == 0 && !pool->stopping)
        pthread_cond_wait(&pool->arrived, &pool->lock);
    struct fair_item *item = pool->stopping ? NULL : fair_queue_take(&pool->queue);
    pthread_mutex_unlock(&pool->lock);
    return item ? CONTAINER_OF(item, struct password_job, queued) : NULL;
}

static void work(struct password_pool *pool, struct password_job *job)
{
    uint64_t begin = clock_monotonic_us();
    if (job->act == PASSWORD_HASH)
        job->rc = password_hash(pool->cost, job->password, job->hash);
    else
        job->rc = password_verify(pool->cost, job->password, str_from_c(job->hash));
    uint64_t took = clock_monotonic_us() - begin;
    pthread_mutex_lock(&pool->lock);
    pool->mean_us = pool->mean_us ? (7 * pool->mean_us + took) / 8 : took;
    pthread_mutex_unlock(&pool->lock);
}

static void *thread_main(void *arg)
{
    struct password_pool *pool = arg;
    pthread_setname_np(pthread_self(), "password");
    (void)setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), NICE);
    struct password_job *job;
    while ((job = next_job(pool))) {
        work(pool, job);
        job->arrived.run = back_home;
        inbox_post(job->home, &job->arrived);
    }
    return NULL;
}

struct password_pool *password_pool_new(const struct limits *limits)
{
    size_t threads = limits->password_threads;
    struct password_pool *pool = xcalloc(1, sizeof(*pool) + threads * sizeof(pthread_t));
    pool->limits = *limits;
    pool->cost = (struct password_cost){limits->password_memory_kib, limits->password_passes};
    pool->threads = threads;
    fair_queue_init(&pool->queue, limits->password_queue, limits->password_queue_per_address);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->arrived, NULL);
    for (size_t i = 0; i < threads; i++)
        REQUIRE(pthread_create(&pool->thread[i], NULL, thread_main, pool) == 0);
    return pool;
}

void password_pool_free(struct password_pool *pool)
{
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->stopping = true;
    pthread_cond_broadcast(&pool->arrived);
    pthread_mutex_unlock(&pool->lock);
    for (size_t i = 0; i < pool->threads; i++)
        pthread_join(pool->thread[i], NULL);
    while (fair_queue_take(&pool->queue))
        ; /* nobody is there to be told */
    fair_queue_deinit(&pool->queue);
    pthread_cond_destroy(&pool->arrived);
    pthread_mutex_destroy(&pool->lock);
    xfree(pool);
}

static void count_refusal(const struct password_pool *pool, bool full)
{
    limits_hit(&pool->limits, full ? LIMIT_ID_password_queue : LIMIT_ID_password_queue_per_address);
}

bool password_pool_has_room(struct password_pool *pool, const struct ip_address *peer)
{
    pthread_mutex_lock(&pool->lock);
    bool room = fair_queue_has_room(&pool->queue, peer);
    bool full = pool->queue.len >= pool->queue.most;
    pthread_mutex_unlock(&pool->lock);
    if (!room)
        count_refusal(pool, full);
    return room;
}

bool password_pool_submit(struct password_pool *pool, struct password_job *job)
{
    pthread_mutex_lock(&pool->lock);
    bool taken = fair_queue_put(&pool->queue, &job->peer, &job->queued);
    bool full = pool->queue.len >= pool->queue.most;
    if (taken)
        pthread_cond_signal(&pool->arrived);
    pthread_mutex_unlock(&pool->lock);
    if (!taken)
        count_refusal(pool, full);
    return taken;
}

uint64_t password_pool_wait_s(struct password_pool *pool)
{
    enum { SECOND_US = 1000000 };
    pthread_mutex_lock(&pool->lock);
    uint64_t wait_us = pool->queue.len * pool->mean_us / pool->threads;
    pthread_mutex_unlock(&pool->lock);
    return wait_us / SECOND_US + 1;
}

struct password_cost password_pool_cost(const struct password_pool *pool)
{
    return pool->cost;
}
