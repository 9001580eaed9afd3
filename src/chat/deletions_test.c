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
    assert_int_equal(query->next_seq, 0);
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
    assert_int_equal(query->next_seq, 4 + MESSAGES - 3 + 1);
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

static void of_a_long_room_a_stretch_is_looked_at(void **state)
{
    enum { OTHERS = 20010, AT_ONCE = 500 };
    struct world *world = *state;
    struct query *query = what_two_wrote(world, 100);
    struct act *acts[AT_ONCE];
    for (size_t i = 0; i < OTHERS;) {
        size_t count = 0;
        while (count < AT_ONCE && i < OTHERS)
            acts[count++] = post(world, a_message(world, query->room, 3,
                                                  arena_printf(&world->arena, "o%zu", i++).ptr));
        settle(world);
        while (count > 0)
            assert_int_equal(outcome(acts[--count]), ERR_OK);
        world->told_count = 0;
    }
    ask(world, query, query_delete_all);
    assert_int_equal(query->deleted, 0);
    assert_int_equal(query->next_seq, 4 + MESSAGES + OTHERS - 20000 + 1);
    struct query *rest = new_query(world, 1);
    rest->room = query->room;
    rest->from = query->from;
    rest->limit = 100;
    rest->seq = query->next_seq;
    ask(world, rest, query_delete_all);
    assert_int_equal(rest->deleted, MESSAGES);
    assert_int_equal(rest->next_seq, 0);
    struct query *late = new_query(world, 1);
    late->room = query->room;
    late->from = query->from;
    late->limit = 100;
    late->after_time = INT64_MAX;
    ask(world, late, query_delete_all);
    assert_int_equal(late->next_seq, 0);
    query_deinit(query);
    query_deinit(rest);
    query_deinit(late);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(few_are_under_way_at_a_time),
        IN_A_WORLD(what_was_deleted_is_told_though_the_rest_has_to_wait),
        IN_A_WORLD(where_nothing_could_be_deleted_it_is_told_why),
        IN_A_WORLD(of_a_long_room_a_stretch_is_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
