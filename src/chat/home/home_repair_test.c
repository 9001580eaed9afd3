/* Of an act of two events a killed store may have kept the first: the home that reads the room next appends
 * the other, once, before anything else. */
#include "chat/home/home.h"

#include "chat/test_world.h"

static struct act *to(struct world *world, enum act_kind kind, room_id room, uint64_t self,
                      uint64_t target, const char *nonce)
{
    struct act *act = new_act(world, kind, self, room, nonce);
    act->target = USER(target);
    act->role = ROLE_OWNER;
    act->payload = STR("");
    return act;
}

/* The act's first event stands, and nobody knows; the next who asks is answered in a whole room. */
static void cut_in_half(struct world *world, struct act *act)
{
    world->store.halves = true;
    assert_int_equal(outcome(carry_out_now(world, act)), ERR_STORE_UNAVAILABLE);
    assert_false(world->store.halves);
    reopen_chat(world);
}

static const struct told *last_told(const struct world *world)
{
    return &world->told[world->told_count - 1];
}

static const struct told *told_at(const struct world *world, room_id room, uint64_t seq)
{
    for (size_t i = 0; i < world->told_count; i++)
        if (world->told[i].kind == PUBLISH_EVENTS && world->told[i].room.v == room.v &&
            world->told[i].seq == seq)
            return &world->told[i];
    return NULL;
}

static void who_was_banned_by_half_goes_with_the_next_act_of_anybody(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n");
    cut_in_half(world, to(world, ACT_BAN, room, 1, 3, "b"));
    assert_int_equal(outcome(carry_out_now(world, a_message(world, room, 3, "x"))),
                     ERR_ROOM_NOT_FOUND);
    const struct told *told = told_at(world, room, 6);
    assert_int_equal(told->type, EVENT_USER_LEFT);
    assert_int_equal(told->target, 3);
    assert_int_equal(seq_of(carry_out_now(world, to(world, ACT_BAN, room, 1, 3, "b"))), 5);
    assert_int_equal(seq_of(carry_out_now(world, a_message(world, room, 1, "y"))), 7);
}

static void a_retry_of_what_was_done_by_half_finds_it_whole(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n");
    cut_in_half(world, to(world, ACT_BAN, room, 1, 3, "b"));
    assert_int_equal(seq_of(carry_out_now(world, to(world, ACT_BAN, room, 1, 3, "b"))), 5);
    assert_int_equal(told_at(world, room, 6)->type, EVENT_USER_LEFT);
    reopen_chat(world);
    assert_int_equal(seq_of(carry_out_now(world, a_message(world, room, 1, "y"))), 7);
}

static void who_handed_a_room_over_by_half_is_its_owner_no_more(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n");
    cut_in_half(world, to(world, ACT_SET_ROLE, room, 1, 2, "h"));
    assert_int_equal(outcome(carry_out_now(world, to(world, ACT_SET_ROLE, room, 1, 3, "again"))),
                     ERR_ROOM_FORBIDDEN);
    assert_int_equal(told_at(world, room, 6)->type, EVENT_USER_UPDATED);
    assert_int_equal(seq_of(carry_out_now(world, a_removal(world, room, 2, 1, "out"))), 7);
}

static void a_room_whose_owner_left_by_half_is_the_heir_s(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n");
    cut_in_half(world, a_removal(world, room, 1, 1, "l"));
    assert_int_equal(seq_of(carry_out_now(world, a_removal(world, room, 2, 3, "out"))), 7);
    assert_int_equal(told_at(world, room, 6)->type, EVENT_ROOM_UPDATED);
    assert_int_equal(told_at(world, room, 6)->target, 2);
}

static void what_is_whole_stays_as_it_is(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n");
    assert_int_equal(seq_of(carry_out_now(world, to(world, ACT_BAN, room, 1, 3, "b"))), 5);
    reopen_chat(world);
    assert_int_equal(seq_of(carry_out_now(world, a_message(world, room, 1, "y"))), 7);
    assert_int_equal(seq_of(carry_out_now(world, to(world, ACT_SET_ROLE, room, 1, 2, "h"))), 8);
    reopen_chat(world);
    assert_int_equal(seq_of(carry_out_now(world, a_message(world, room, 2, "z"))), 10);
    assert_int_equal(last_told(world)->seq, 10);
}

#define T(name) cmocka_unit_test_setup_teardown(name, start_world, finish_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(who_was_banned_by_half_goes_with_the_next_act_of_anybody),
        T(a_retry_of_what_was_done_by_half_finds_it_whole),
        T(who_handed_a_room_over_by_half_is_its_owner_no_more),
        T(a_room_whose_owner_left_by_half_is_the_heir_s),
        T(what_is_whole_stays_as_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
