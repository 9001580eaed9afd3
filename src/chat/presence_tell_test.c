/* When everybody was last seen is kept at a clean stop, however many they are. */
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            of_everybody_who_is_there_it_is_kept_when_they_were_last_seen, start_world,
            finish_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
