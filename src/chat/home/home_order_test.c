/* What acts do in a room that came together, or one upon the other: the first holds, and the next sees it. */
#include "chat/home/home.h"

#include "chat/test_world.h"

/* ---- who may do what, in log order ------------------------------------------------------------------------ */

static void who_is_removed_in_the_middle_of_a_storm_says_nothing_after_it(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n");
    struct act *acts[60];
    for (size_t i = 0; i < ARRAY_LEN(acts); i++) {
        struct str nonce = arena_printf(&world->arena, "m%zu", i);
        acts[i] = post(world, i == 30 ? a_removal(world, room, 1, 2, "bye")
                                      : a_message(world, room, 2, nonce.ptr));
    }
    settle(world);
    for (size_t i = 0; i < ARRAY_LEN(acts); i++)
        assert_int_equal(outcome(acts[i]), i <= 30 ? ERR_OK : ERR_ROOM_NOT_FOUND);
    struct event_list log = log_of(world, room, 1);
    assert_int_equal(log.count, 4 + 31);
    assert_int_equal(log.items[log.count - 1]->type, EVENT_USER_LEFT);
    event_list_deinit(&log);
    assert_all_told(world, room, 1);
}

static void when_the_owner_leaves_the_room_is_the_longest_standings(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n");
    assert_int_equal(seq_of(carry_out_now(world, a_removal(world, room, 1, 1, "bye"))), 5);
    struct act *rename = new_act(world, ACT_CHANGE_ROOM, 2, room, "r");
    rename->change.name = STR("ours");
    rename->payload = STR("\"ours\"");
    assert_int_equal(seq_of(carry_out_now(world, rename)), 7);
    assert_int_equal(outcome(carry_out_now(world, new_act(world, ACT_CHANGE_ROOM, 3, room, "r"))),
                     ERR_ROOM_FORBIDDEN);
    assert_all_told(world, room, 2);
    reopen_chat(world);
    assert_int_equal(seq_of(carry_out_now(world, a_removal(world, room, 2, 3, "go"))), 8);
}

static void who_comes_back_has_read_what_was_there(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n");
    assert_int_equal(outcome(carry_out_now(world, a_removal(world, room, 1, 2, "bye"))), ERR_OK);
    assert_int_equal(seq_of(carry_out_now(world, a_message(world, room, 1, "m"))), 6);
    assert_int_equal(seq_of(carry_out_now(world, an_addition(world, room, 1, 2, "hi"))), 7);
    struct act *reading = carry_out_now(world, a_reading(world, room, 2, 1));
    assert_int_equal(reading->read_seq, 7);
    assert_int_equal(reading->unread, 0);
}

static void a_deleted_person_leaves_their_groups_and_no_direct_room(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n"), other = a_group(world, "o");
    struct act *made = carry_out_now(world, a_new_room(world, ROOM_DIRECT, "d", 1, 2, 0));
    room_id direct = made->room;
    act_deinit(made);
    for (int twice = 0; twice < 2; twice++) {
        act_leave_everywhere(world->chat, &world->inbox, USER(2));
        settle(world);
        assert_int_equal(outcome(carry_out_now(world, a_reading(world, room, 2, 1))),
                         ERR_ROOM_NOT_FOUND);
        assert_int_equal(outcome(carry_out_now(world, a_reading(world, other, 2, 1))),
                         ERR_ROOM_NOT_FOUND);
        assert_int_equal(outcome(carry_out_now(world, a_reading(world, direct, 2, 1))), ERR_OK);
    }
    assert_all_told(world, room, 1);
}

/* ---- messages that are edited and deleted -------------------------------------------------------- */

static struct act *a_change(struct world *world, enum act_kind kind, room_id room, uint64_t self,
                            uint64_t seq, const char *nonce)
{
    struct act *act = new_act(world, kind, self, room, nonce);
    act->seq = seq;
    act->payload = STR("{\"type\":\"text\",\"text\":\"changed\"}");
    return act;
}

static void changes_that_arrive_together_share_an_append_and_keep_their_order(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n");
    for (int i = 0; i < 3; i++)
        seq_of(carry_out_now(world, a_message(world, room, 2, (const char *[]){"a", "b", "c"}[i])));
    world->store.holds = true;
    struct act *first = post(world, a_message(world, room, 2, "d"));
    settle(world);
    struct act *acts[] = {
        post(world, a_change(world, ACT_EDIT, room, 2, 5, "e5")),
        post(world, a_message(world, room, 3, "e")),
        post(world, a_change(world, ACT_DELETE, room, 2, 6, "d6")),
        post(world, a_change(world, ACT_EDIT, room, 2, 7, "e7")),
    };
    struct act *late =
        post(world, a_change(world, ACT_EDIT, room, 2, 6, "e6")); /* deleted by then */
    world->store.holds = false;
    double_let_go(&world->store);
    size_t before = world->store.appends;
    settle(world);
    assert_int_equal(world->store.appends, before + 1);
    assert_int_equal(seq_of(first), 8);
    for (uint64_t i = 0; i < ARRAY_LEN(acts); i++)
        assert_int_equal(seq_of(acts[i]), 9 + i);
    assert_int_equal(outcome(late), ERR_MESSAGE_DELETED);
    assert_all_told(world, room, 1);
}

static void a_change_done_again_is_answered_with_the_first(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n");
    seq_of(carry_out_now(world, a_message(world, room, 2, "a")));
    assert_int_equal(seq_of(carry_out_now(world, a_change(world, ACT_EDIT, room, 2, 5, "e"))), 6);
    assert_int_equal(seq_of(carry_out_now(world, a_change(world, ACT_DELETE, room, 2, 5, "d"))), 7);
    /* It could not be done any more, but it had been. */
    struct act *again = carry_out_now(world, a_change(world, ACT_EDIT, room, 2, 5, "e"));
    assert_true(again->duplicate);
    assert_int_equal(again->event->message->edit_seq, 7); /* as it stands now */
    assert_int_equal(seq_of(again), 6);
    again = carry_out_now(world, a_change(world, ACT_DELETE, room, 2, 5, "d"));
    assert_true(again->duplicate);
    assert_int_equal(seq_of(again), 7);
    assert_int_equal(outcome(carry_out_now(world, a_change(world, ACT_DELETE, room, 2, 5, "f"))),
                     ERR_MESSAGE_DELETED);
}

static void of_two_at_once_the_first_stands_and_the_second_sees_it(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n");
    seq_of(carry_out_now(world, a_message(world, room, 2, "a")));
    struct act *one = post(world, a_change(world, ACT_DELETE, room, 2, 5, "x"));
    struct act *two = post(world, a_change(world, ACT_DELETE, room, 1, 5, "y"));
    settle(world);
    assert_int_equal(seq_of(one), 6);
    assert_int_equal(outcome(two), ERR_MESSAGE_DELETED);
    assert_all_told(world, room, 1);
}

static void when_a_message_cannot_be_read_its_change_is_told_to_come_again(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n");
    seq_of(carry_out_now(world, a_message(world, room, 2, "a")));
    world->store.fail_reads = -EIO;
    struct act *act = carry_out_now(world, a_change(world, ACT_EDIT, room, 2, 5, "e"));
    assert_int_equal(outcome(act), ERR_STORE_UNAVAILABLE);
    world->store.fail_reads = 0;
    assert_int_equal(seq_of(carry_out_now(world, a_change(world, ACT_EDIT, room, 2, 5, "e"))), 6);
    assert_all_told(world, room, 1);
}

/* ---- what one connection sends, while some of it is read for before it goes ------------------------------ */

static struct act *in_line(struct act_line *line, struct act *act)
{
    act->line = line;
    return act;
}

static struct str as_it_was(const struct event *message, struct arena *arena)
{
    return arena_copy(arena, message->payload);
}

/* Of the first message that there is. */
static struct act *a_forward(struct world *world, room_id from, room_id to, const char *nonce)
{
    struct act *act = new_act(world, ACT_FORWARD, 1, to, nonce);
    act->forward = (struct forward){.room = from, .seq = 5, .content_of = as_it_was};
    return act;
}

static void what_is_read_for_first_is_not_overtaken_by_what_the_connection_sends_after_it(
    void **state)
{
    struct world *world = *state;
    struct act_line line;
    act_line_init(&line);
    room_id from = a_group(world, "from"), to = a_group(world, "to");
    seq_of(carry_out_now(world, a_message(world, from, 1, "said")));
    world->store.holds_reads = true;
    struct act *acts[] = {
        post(world, in_line(&line, a_forward(world, from, to, "f"))),
        post(world, in_line(&line, a_message(world, to, 1, "a"))),
        post(world, in_line(&line, an_addition(world, to, 1, 4, "b"))),
        post(world, in_line(&line, a_message(world, to, 1, "c"))),
        post(world, in_line(&line, a_forward(world, from, to, "d"))),
    };
    struct act *elsewhere = post(world, in_line(&line, a_message(world, from, 1, "e")));
    struct act *another = post(world, a_message(world, to, 2, "g"));
    settle(world);
    assert_int_equal(seq_of(elsewhere), 6); /* is not kept waiting by what goes to another room, */
    assert_int_equal(seq_of(another), 5);   /* and nobody else is at all */
    world->store.holds_reads = false;
    double_read_on(&world->store);
    settle(world);
    for (uint64_t i = 0; i < ARRAY_LEN(acts); i++)
        assert_int_equal(seq_of(acts[i]), 6 + i);
    assert_true(list_empty(&line.acts));
    assert_int_equal(seq_of(carry_out_now(world, in_line(&line, a_message(world, to, 1, "z")))),
                     11);
}

static void what_cannot_be_read_for_keeps_nothing_behind_it(void **state)
{
    struct world *world = *state;
    struct act_line line;
    act_line_init(&line);
    room_id from = a_group(world, "from"), to = a_group(world, "to");
    seq_of(carry_out_now(world, a_message(world, from, 1, "said")));
    world->store.fail_reads = -EIO;
    struct act *forward = post(world, in_line(&line, a_forward(world, from, to, "f")));
    struct act *message = post(world, in_line(&line, a_message(world, to, 1, "a")));
    settle(world);
    world->store.fail_reads = 0;
    assert_int_equal(outcome(forward), ERR_STORE_UNAVAILABLE);
    assert_int_equal(seq_of(message), 5);
    struct act *none = a_forward(world, from, to, "n");
    none->forward.seq = 99;
    post(world, in_line(&line, none));
    message = post(world, in_line(&line, a_message(world, to, 1, "b")));
    settle(world);
    assert_int_equal(outcome(none), ERR_MESSAGE_NOT_FOUND);
    assert_int_equal(seq_of(message), 6);
    assert_true(list_empty(&line.acts));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(who_is_removed_in_the_middle_of_a_storm_says_nothing_after_it),
        IN_A_WORLD(when_the_owner_leaves_the_room_is_the_longest_standings),
        IN_A_WORLD(who_comes_back_has_read_what_was_there),
        IN_A_WORLD(a_deleted_person_leaves_their_groups_and_no_direct_room),
        IN_A_WORLD(changes_that_arrive_together_share_an_append_and_keep_their_order),
        IN_A_WORLD(a_change_done_again_is_answered_with_the_first),
        IN_A_WORLD(of_two_at_once_the_first_stands_and_the_second_sees_it),
        IN_A_WORLD(when_a_message_cannot_be_read_its_change_is_told_to_come_again),
        IN_A_WORLD(what_is_read_for_first_is_not_overtaken_by_what_the_connection_sends_after_it),
        IN_A_WORLD(what_cannot_be_read_for_keeps_nothing_behind_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
