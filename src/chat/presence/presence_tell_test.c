/* Rounds of telling who is there, in a rush and beside it; and that when everybody was last seen is kept at a clean
 * stop, however many they are. */
#include "chat/presence.h"
#include "chat/test_world.h"

enum { MANY = 20500 };

struct crowd {
    struct store_job job;
    struct arena arena;
    size_t seen;
};

static int run_make_crowd(struct store_job *job UNUSED, struct store_conn *conn)
{
    int rc = 0;
    for (uint64_t id = PEOPLE + 1; rc == 0 && id <= MANY; id++) {
        char name[16];
        struct str key = str_of(name, (size_t)snprintf(name, sizeof(name), "crowd%d", (int)id));
        rc = store_user_create(conn, &(struct user){.id = {id}, .username = key}, key, STR("h"));
    }
    return rc;
}

static int run_count_seen(struct store_job *job, struct store_conn *conn)
{
    struct crowd *crowd = CONTAINER_OF(job, struct crowd, job);
    int rc = 0;
    for (uint64_t id = 1; rc == 0 && id <= MANY; id++) {
        struct presence_list found = {0};
        rc = store_presences_get(conn, &USER(id), 1, &crowd->arena, &found);
        crowd->seen += rc == 0 && found.items[0].last_seen_at > 0;
    }
    return rc;
}

static void of_everybody_who_is_there_it_is_kept_when_they_were_last_seen(void **state)
{
    struct world *world = *state;
    struct store *store = &world->store.store;
    struct crowd crowd = {.job.run = run_make_crowd, .arena = ARENA_INIT};
    assert_int_equal(store_write_wait(store, &crowd.job), 0);
    for (uint64_t id = 1; id <= MANY; id++)
        presence_connect(world->chat, USER(id));
    presence_save(world->chat, 3600000);
    crowd.job = (struct store_job){.run = run_count_seen};
    assert_int_equal(store_read_wait(store, &crowd.job), 0);
    assert_int_equal(crowd.seen, MANY);
    arena_deinit(&crowd.arena);
}

static size_t told_of(const struct world *world, enum publication_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < world->told_count; i++)
        count += world->told[i].kind == kind;
    return count;
}

enum { RUSH = 450, BATCH = 100 };

/* All of them are due, in a time that is long for this test. */
static void they_come(struct world *world)
{
    world->limits.presence_coalesce_ms = 0;
    for (uint64_t id = 1; id <= RUSH; id++)
        presence_connect(world->chat, USER(id));
    world->limits.presence_coalesce_ms = 3600000;
    world->limits.presence_batch = BATCH;
}

static void in_a_rush_one_round_follows_the_other_where_nothing_waits(void **state)
{
    struct world *world = *state;
    they_come(world);
    world->chat->presence_calm_us = UINT64_MAX;
    presence_tick(world->chat, 0);
    settle(world);
    assert_int_equal(told_of(world, PUBLISH_REACH), RUSH);
}

static void in_a_rush_who_is_busy_tells_of_some_at_each_tick(void **state)
{
    struct world *world = *state;
    they_come(world);
    world->chat->presence_calm_us = 0;
    presence_tick(world->chat, 0);
    settle(world);
    assert_int_equal(told_of(world, PUBLISH_REACH), BATCH);
    world->chat->presence_calm_us = UINT64_MAX;
    world->limits.presence_coalesce_ms = 0; /* the time is over */
    presence_tick(world->chat, 0);
    settle(world);
    assert_int_equal(told_of(world, PUBLISH_REACH), 2 * BATCH);
}

static void a_rush_ends_where_the_store_fails_and_goes_on_with_the_next_tick(void **state)
{
    struct world *world = *state;
    they_come(world);
    world->chat->presence_calm_us = UINT64_MAX;
    world->limits.presence_coalesce_ms = 0;
    world->store.fail_reads = -EIO;
    presence_tick(world->chat, 0);
    settle(world);
    assert_int_equal(told_of(world, PUBLISH_REACH), 0);
    world->store.fail_reads = 0;
    world->limits.presence_coalesce_ms = 3600000;
    presence_tick(world->chat, 0);
    settle(world);
    assert_int_equal(told_of(world, PUBLISH_REACH), RUSH);
}

#define T(name) cmocka_unit_test_setup_teardown(name, start_world, finish_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(of_everybody_who_is_there_it_is_kept_when_they_were_last_seen),
        T(in_a_rush_one_round_follows_the_other_where_nothing_waits),
        T(in_a_rush_who_is_busy_tells_of_some_at_each_tick),
        T(a_rush_ends_where_the_store_fails_and_goes_on_with_the_next_tick),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
