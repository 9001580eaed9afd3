#include "core/pool.h"

#include <pthread.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

struct pool {
    struct pool_options options;
    pthread_mutex_t lock;
    pthread_cond_t arrived;
    struct task *first, **last;
    unsigned asleep;
    bool stopping;
    pthread_t threads[];
};

/* What this thread submitted without waking anybody. */
static _Thread_local struct {
    bool holds;
    struct pool *pool;
    unsigned tasks;
} held;

static void back_home(struct inbox_item *item)
{
    struct task *task = CONTAINER_OF(item, struct task, item);
    task->done(task);
}

static void rest(struct pool *pool, void *state)
{
    if (!pool->options.thread_rest)
        return;
    pthread_mutex_unlock(&pool->lock);
    pool->options.thread_rest(state);
    pthread_mutex_lock(&pool->lock);
}

static struct task *next_task(struct pool *pool, void *state)
{
    pthread_mutex_lock(&pool->lock);
    if (!pool->first)
        rest(pool, state);
    pool->asleep++;
    while (!pool->first && !pool->stopping)
        pthread_cond_wait(&pool->arrived, &pool->lock);
    pool->asleep--;
    struct task *task = pool->first;
    if (task) {
        pool->first = task->next;
        if (!pool->first)
            pool->last = &pool->first;
    }
    pthread_mutex_unlock(&pool->lock);
    return task;
}

static void *thread_main(void *arg)
{
    struct pool *pool = arg;
    const struct pool_options *options = &pool->options;
    pthread_setname_np(pthread_self(), options->name);
    if (options->nice_level)
        (void)setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), options->nice_level);
    void *state = options->thread_start ? options->thread_start(options->ctx) : NULL;

    struct task *task;
    while ((task = next_task(pool, state))) {
        task->run(task, state);
        task->item.run = back_home;
        inbox_post(task->home, &task->item);
    }
    if (options->thread_stop)
        options->thread_stop(state);
    return NULL;
}

struct pool *pool_new(const struct pool_options *options)
{
    struct pool *pool = xcalloc(1, sizeof(*pool) + options->threads * sizeof(pthread_t));
    pool->options = *options;
    pool->last = &pool->first;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->arrived, NULL);
    for (unsigned i = 0; i < options->threads; i++)
        REQUIRE(pthread_create(&pool->threads[i], NULL, thread_main, pool) == 0);
    return pool;
}

/* Lets go of the lock, and wakes as many of those that sleep as there may be something for: not before, since who
 * is woken may run at once, and wants it. */
static void unlock_and_wake(struct pool *pool, unsigned tasks)
{
    unsigned count = pool->asleep < tasks ? pool->asleep : tasks;
    pthread_mutex_unlock(&pool->lock);
    for (unsigned i = 0; i < count; i++)
        pthread_cond_signal(&pool->arrived);
}

static void wake_held(void)
{
    if (!held.pool)
        return;
    pthread_mutex_lock(&held.pool->lock);
    unlock_and_wake(held.pool, held.tasks);
    held.pool = NULL;
    held.tasks = 0;
}

void pool_hold(void)
{
    held.holds = true;
}

void pool_wake(void)
{
    held.holds = false;
    wake_held();
}

void pool_submit(struct pool *pool, struct task *task)
{
    task->next = NULL;
    pthread_mutex_lock(&pool->lock);
    *pool->last = task;
    pool->last = &task->next;
    unlock_and_wake(pool, held.holds ? 0 : 1);
    if (!held.holds)
        return;
    if (held.pool != pool)
        wake_held();
    held.pool = pool;
    if (++held.tasks == POOL_HELD_MOST)
        wake_held();
}

void pool_free(struct pool *pool)
{
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->stopping = true;
    pthread_cond_broadcast(&pool->arrived);
    pthread_mutex_unlock(&pool->lock);
    for (unsigned i = 0; i < pool->options.threads; i++)
        pthread_join(pool->threads[i], NULL);
    pthread_cond_destroy(&pool->arrived);
    pthread_mutex_destroy(&pool->lock);
    xfree(pool);
}
