/* A room's home answers one nonce once, however often and from wherever it comes. */
#include "chat/home/home.h"

#include "chat/test_world.h"

/* ---- the same nonce again ---------------------------------------------------------------------------------- */

static void a_duplicate_in_the_middle_of_a_batch_disturbs_nobody(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n");
    world->store.holds = true;
    struct act *first = post(world, a_message(world, room, 2, "x"));
    settle(world);
    struct act *a = post(world, a_message(world, room, 2, "a"));
    struct act *b = post(world, a_message(world, room, 3, "x")); /* not the same sender */
    struct act *again = post(world, a_message(world, room, 2, "x"));
    struct act *c = post(world, a_message(world, room, 2, "c"));
    struct act *d = post(world, a_message(world, room, 1, "d"));
    world->store.holds = false;
    double_let_go(&world->store);
    settle(world);
    assert_int_equal(seq_of(first), 5);
    assert_int_equal(seq_of(a), 6);
    assert_int_equal(seq_of(b), 7);
    assert_true(again->duplicate);
    assert_int_equal(seq_of(again), 5);
    assert_int_equal(seq_of(c), 8);
    assert_int_equal(seq_of(d), 9);
    assert_int_equal(world->store.appends, 4); /* room, x, a to d, and again from c on */
    assert_all_told(world, room, 1);
}

static void what_comes_meanwhile_stays_behind_what_goes_back_to_the_queue(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n");
    assert_int_equal(seq_of(carry_out_now(world, a_message(world, room, 2, "x"))), 5);
    world->store.holds = true;
    struct act *again = post(world, a_message(world, room, 2, "x"));
    struct act *behind = post(world, a_message(world, room, 2, "y"));
    settle(world);
    struct act *later = post(world, a_message(world, room, 2, "z"));
    settle(world);
    world->store.holds = false;
    double_let_go(&world->store);
    settle(world);
    assert_int_equal(seq_of(again), 5);
    assert_int_equal(seq_of(behind), 6);
    assert_int_equal(seq_of(later), 7);
}

static void one_nonce_many_times_at_once_makes_one_message(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n");
    struct act *acts[20];
    size_t fresh = 0;
    for (size_t i = 0; i < ARRAY_LEN(acts); i++)
        acts[i] = post(world, a_message(world, room, 2, "x"));
    settle(world);
    for (size_t i = 0; i < ARRAY_LEN(acts); i++) {
        fresh += !acts[i]->duplicate;
        assert_int_equal(seq_of(acts[i]), 5);
    }
    assert_int_equal(fresh, 1);
    assert_all_told(world, room, 1);
}

static uint64_t duplicates(const struct world *world)
{
    return atomic_load(&chat_figures(world->chat, 0)->duplicates);
}

static void what_stands_by_another_act_does_not_count_as_said_twice(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n");
    assert_int_equal(seq_of(carry_out_now(world, a_message(world, room, 2, "x"))), 5);
    assert_int_equal(seq_of(carry_out_now(world, a_reaction(world, room, 5, "a"))), 6);
    struct act *pressed = a_reaction(world, room, 5, "a");
    pressed->nonce = STR("another");
    assert_int_equal(seq_of(carry_out_now(world, pressed)), 6);
    assert_true(pressed->duplicate);
    assert_int_equal(duplicates(world), 0);
    assert_int_equal(seq_of(carry_out_now(world, a_message(world, room, 2, "x"))), 5);
    assert_int_equal(duplicates(world), 1);
}

static void a_stored_nonce_is_answered_even_to_who_may_not_write_any_more(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n");
    assert_int_equal(seq_of(carry_out_now(world, a_message(world, room, 2, "x"))), 5);
    assert_int_equal(seq_of(carry_out_now(world, a_removal(world, room, 1, 2, "bye"))), 6);
    assert_int_equal(seq_of(carry_out_now(world, a_message(world, room, 2, "x"))), 5);
    assert_int_equal(outcome(carry_out_now(world, a_message(world, room, 2, "y"))),
                     ERR_ROOM_NOT_FOUND);
    reopen_chat(world);
    assert_int_equal(seq_of(carry_out_now(world, a_message(world, room, 2, "x"))), 5);
}

static struct query *the_room_after(struct world *world, room_id room, uint64_t self, uint64_t seq)
{
    struct query *query = new_query(world, self);
    query->room = room;
    query->seq = seq;
    return ask(world, query, query_room_after);
}

static enum err refusal_of(struct query *query)
{
    query_deinit(query);
    return query->problem.err;
}

static void of_a_room_that_one_has_left_only_ones_own_act_is_told(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n");
    struct act *rename = new_act(world, ACT_CHANGE_ROOM, 1, room, "r");
    rename->change.name = STR("ours");
    rename->payload = STR("\"ours\"");
    assert_int_equal(seq_of(carry_out_now(world, rename)), 5);
    assert_int_equal(seq_of(carry_out_now(world, a_message(world, room, 2, "m"))), 6);
    assert_int_equal(seq_of(carry_out_now(world, a_removal(world, room, 1, 1, "bye"))), 7);

    struct query *own = the_room_after(world, room, 1, 5);
    assert_int_equal(own->problem.err, ERR_OK);
    assert_int_equal(own->view.room.last_seq, 5);
    assert_int_equal(own->events.count, 1);
    assert_true(str_eq(own->events.items[0]->payload, STR("\"ours\"")));
    query_deinit(own);
    assert_int_equal(refusal_of(the_room_after(world, room, 1, 6)), ERR_ROOM_NOT_FOUND);
    assert_int_equal(refusal_of(the_room_after(world, room, 1, 99)), ERR_ROOM_NOT_FOUND);
    assert_int_equal(refusal_of(the_room_after(world, room, 9, 5)), ERR_ROOM_NOT_FOUND);

    struct query *member = the_room_after(world, room, 2, 5);
    assert_int_equal(member->view.room.last_seq, 8);
    assert_int_equal(member->events.count, 0);
    query_deinit(member);
}

static void a_refusal_needs_a_look_at_the_log(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n");
    world->store.fail_reads = -EIO;
    assert_int_equal(outcome(carry_out_now(world, a_message(world, room, 9, "x"))),
                     ERR_STORE_UNAVAILABLE);
    world->store.fail_reads = 0;
    assert_int_equal(outcome(carry_out_now(world, a_message(world, room, 9, "x"))),
                     ERR_ROOM_NOT_FOUND);
}

static void a_nonce_of_something_else_is_refused(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n");
    assert_int_equal(seq_of(carry_out_now(world, an_addition(world, room, 1, 4, "x"))), 5);
    struct act *act = carry_out_now(world, a_message(world, room, 1, "x"));
    assert_null(act->event);
    assert_true(str_eq(act->problem.field, STR("nonce")));
    assert_int_equal(outcome(act), ERR_FIELD_INVALID);
    assert_int_equal(seq_of(carry_out_now(world, a_message(world, room, 1, "y"))), 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(a_duplicate_in_the_middle_of_a_batch_disturbs_nobody),
        IN_A_WORLD(what_comes_meanwhile_stays_behind_what_goes_back_to_the_queue),
        IN_A_WORLD(one_nonce_many_times_at_once_makes_one_message),
        IN_A_WORLD(what_stands_by_another_act_does_not_count_as_said_twice),
        IN_A_WORLD(a_stored_nonce_is_answered_even_to_who_may_not_write_any_more),
        IN_A_WORLD(of_a_room_that_one_has_left_only_ones_own_act_is_told),
        IN_A_WORLD(a_refusal_needs_a_look_at_the_log),
        IN_A_WORLD(a_nonce_of_something_else_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
