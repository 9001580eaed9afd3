/* The steps of an act with a store that does what it is told, failures above all. */
#include "auth/work.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "bus/bus.h"

/* ---- the store: these stand for the real functions ------------------------------------------- */

static int commit_rc;      /* what a write comes back with */
static int runs_per_write; /* how often a write runs */
static int sessions_asked; /* how often for those that ended */
static struct session ended_in_store;

static void back_home(struct inbox_item *item)
{
    struct store_job *job = CONTAINER_OF(item, struct store_job, item);
    job->done(job);
}

static void come_back(struct store_job *job, int rc)
{
    job->rc = rc;
    job->item.run = back_home;
    inbox_post(job->home, &job->item);
}

void store_read(struct store *store, struct store_job *job)
{
    (void)store;
    come_back(job, job->run(job, NULL));
}

void store_write(struct store *store, struct store_job *job)
{
    (void)store;
    int rc = 0;
    for (int i = 0; i < runs_per_write; i++)
        rc = job->run(job, NULL);
    come_back(job, rc != 0 ? rc : commit_rc);
}

int store_sessions_ended_since(struct store_conn *conn, int64_t since, struct arena *arena,
                               struct session_list *out)
{
    (void)conn, (void)since, (void)arena;
    sessions_asked++;
    *out = (struct session_list){&ended_in_store, 1};
    return 0;
}

/* ---- the world ------------------------------------------------------------------------------- */

struct world {
    struct limits limits;
    struct auth auth;
    struct inbox home;
    struct arena arena;
    struct auth_call call;
    struct bus_subscriber subscriber;
    size_t told, done, then;
};

static struct world *the_world;

static void on_publication(struct bus_subscriber *subscriber, const struct publication *publication)
{
    (void)publication;
    CONTAINER_OF(subscriber, struct world, subscriber)->told++;
}

static void on_done(struct auth_call *call)
{
    CONTAINER_OF(call, struct world, call)->done++;
}

static int set_up(void **state)
{
    struct world *world = the_world = NEW(struct world);
    limits_init(&world->limits);
    world->auth.options.limits = &world->limits;
    world->auth.options.bus = bus_local_new(1, 0);
    world->auth.revoked = revoked_new();
    world->subscriber.on_publication = on_publication;
    world->call.home = &world->home;
    world->call.done = on_done;
    world->call.arena = &world->arena;
    commit_rc = 0;
    runs_per_write = 1;
    sessions_asked = 0;
    ended_in_store = (struct session){.id = {4711}, .user = {1}};
    *state = world;
    if (inbox_init(&world->home) != 0)
        return -1;
    bus_attach(world->auth.options.bus, 0, &world->home, &world->subscriber);
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;
    bus_free(world->auth.options.bus);
    revoked_free(world->auth.revoked);
    inbox_deinit(&world->home);
    arena_deinit(&world->arena);
    xfree(world);
    return 0;
}

static int end_one(struct auth_work *work, struct store_conn *conn)
{
    (void)conn;
    struct session session = {.id = {815}, .user = {1}};
    struct session_list list = {&session, 1};
    work_ends(work, &list);
    return 0;
}

static int refuse(struct auth_work *work, struct store_conn *conn)
{
    (void)conn;
    return work_cancel(work, ERR_SESSION_NOT_FOUND);
}

static void count_then(struct auth_work *work)
{
    the_world->then++;
    work_tell_ended(work);
    work_finish(work, problem_of(ERR_OK));
}

static bool is_revoked(const struct world *world, uint64_t id)
{
    return revoked_has(world->auth.revoked, (session_id){id});
}

/* ---- what is expected ------------------------------------------------------------------------ */

static void a_refusal_comes_after_the_act_returned(void **state)
{
    struct world *world = *state;
    work_refuse(work_new(&world->auth, &world->call), problem_of(ERR_SIGNUP_CLOSED));
    assert_int_equal(world->done, 0);
    inbox_run(&world->home, 10);
    assert_int_equal(world->done, 1);
    assert_int_equal(world->call.problem.err, ERR_SIGNUP_CLOSED);
}

static void sessions_that_ended_are_told_once_however_often_it_ran(void **state)
{
    struct world *world = *state;
    runs_per_write = 3;
    work_write(work_new(&world->auth, &world->call), end_one, count_then);
    inbox_run(&world->home, 10);
    assert_int_equal(world->call.problem.err, ERR_OK);
    assert_true(is_revoked(world, 815));
    assert_int_equal(world->told, 1);
    assert_int_equal(world->done, 1);
}

static void nothing_is_told_of_what_was_not_written(void **state)
{
    struct world *world = *state;
    static const int codes[] = {-EBUSY, -ENOSPC, -EROFS, -EIO};
    for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
        commit_rc = codes[i];
        work_write(work_new(&world->auth, &world->call), end_one, count_then);
        inbox_run(&world->home, 10);
        assert_int_equal(world->call.problem.err, ERR_STORE_UNAVAILABLE);
        assert_true(world->call.problem.retry_after_s > 0);
    }
    assert_false(is_revoked(world, 815));
    assert_int_equal(world->told + world->then + (size_t)sessions_asked, 0);
}

static void an_unknown_outcome_is_looked_up_for_sessions_that_ended(void **state)
{
    struct world *world = *state;
    commit_rc = -EAGAIN;
    work_write(work_new(&world->auth, &world->call), end_one, count_then);
    inbox_run(&world->home, 10);
    assert_int_equal(world->call.problem.err, ERR_STORE_UNAVAILABLE);
    assert_int_equal(sessions_asked, 1);
    assert_true(is_revoked(world, 4711));
    assert_false(is_revoked(world, 815));
    assert_int_equal(world->told, 1);
    assert_int_equal(world->then, 0);
    assert_int_equal(world->done, 1);
}

static void a_run_may_refuse_and_nothing_else_happens(void **state)
{
    struct world *world = *state;
    work_write(work_new(&world->auth, &world->call), refuse, count_then);
    inbox_run(&world->home, 10);
    assert_int_equal(world->call.problem.err, ERR_SESSION_NOT_FOUND);
    assert_int_equal(world->then, 0);
    assert_int_equal(world->done, 1);
}

static void other_failures_are_ours(void **state)
{
    struct world *world = *state;
    commit_rc = -EINVAL;
    work_write(work_new(&world->auth, &world->call), end_one, count_then);
    inbox_run(&world->home, 10);
    assert_int_equal(world->call.problem.err, ERR_SERVER_INTERNAL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_refusal_comes_after_the_act_returned),
        TEST(sessions_that_ended_are_told_once_however_often_it_ran),
        TEST(nothing_is_told_of_what_was_not_written),
        TEST(an_unknown_outcome_is_looked_up_for_sessions_that_ended),
        TEST(a_run_may_refuse_and_nothing_else_happens),
        TEST(other_failures_are_ours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
