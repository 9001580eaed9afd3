/* What one person wrote is deleted by few acts at a time, and what could not be done is told. */
#include "chat/test_world.h"

enum { MESSAGES = 30, AT_A_TIME = 8 };

/* A group in which 2 wrote so many messages, and the question of 1 that deletes them. */
static struct query *what_two_wrote(struct world *world, size_t limit)
{
    room_id room = a_group(world, "n");
    for (size_t i = 0; i < MESSAGES; i++)
        (void)seq_of(carry_out_now(
            world, a_message(world, room, 2, arena_printf(&world->arena, "m%zu", i).ptr)));
    struct query *query = new_query(world, 1);
    query->room = room;
    query->from = USER(2);
    query->limit = limit;
    return query;
}

static uint64_t waiting(struct world *world, room_id room)
{
    return atomic_load(&chat_home_of(world->chat, room)->figures.waiting);
}

static void few_are_under_way_at_a_time(void **state)
{
    struct world *world = *state;
    struct query *query = what_two_wrote(world, 100);
    world->store.holds = true;
    query_delete_all(world->chat, query);
    settle(world);
    assert_int_equal(waiting(world, query->room), AT_A_TIME);
    world->store.holds = false;
    double_let_go(&world->store);
    settle(world);
    assert_true(CONTAINER_OF(query, struct asked, query)->done);
    assert_int_equal(query->problem.err, ERR_OK);
    assert_int_equal(query->deleted, MESSAGES);
    assert_false(query->has_more);
    query_deinit(query);
}

static void what_was_deleted_is_told_though_the_rest_has_to_wait(void **state)
{
    struct world *world = *state;
    struct query *query = what_two_wrote(world, 100);
    world->limits.home_queue = 3;
    ask(world, query, query_delete_all);
    assert_int_equal(query->problem.err, ERR_OK);
    assert_int_equal(query->deleted, 3);
    assert_true(query->has_more);
    query_deinit(query);
}

static void where_nothing_could_be_deleted_it_is_told_why(void **state)
{
    struct world *world = *state;
    struct query *query = what_two_wrote(world, 100);
    world->limits.home_queue = 0;
    ask(world, query, query_delete_all);
    assert_int_equal(query->problem.err, ERR_SERVER_BUSY);
    assert_int_equal(query->deleted, 0);
    query_deinit(query);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(few_are_under_way_at_a_time),
        IN_A_WORLD(what_was_deleted_is_told_though_the_rest_has_to_wait),
        IN_A_WORLD(where_nothing_could_be_deleted_it_is_told_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
