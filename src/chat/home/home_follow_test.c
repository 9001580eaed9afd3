/* Two servers with one log: what the home here tells its people of what the other one appended, whatever
 * becomes of the hints. */
#include "chat/test_peer.h"

static void what_the_other_appends_is_told_here_after_its_hint(void **state)
{
    struct world *world = *state;
    room_id room = a_followed_group(world);
    say_there(world, room, "a", 5);
    hint(world, room, 5, 5, false);
    assert_told_from_to(world, 5, 5);
}

static void a_hint_that_is_lost_doubled_or_late_changes_nothing(void **state)
{
    struct world *world = *state;
    room_id room = a_followed_group(world);
    say_there(world, room, "a", 5);
    say_there(world, room, "b", 6);
    say_there(world, room, "c", 7);
    hint(world, room, 7, 7, false); /* the first two are lost */
    hint(world, room, 7, 7, false);
    hint(world, room, 5, 5, false);
    assert_told_from_to(world, 5, 7);
}

static void without_any_hint_the_sweep_finds_the_tail(void **state)
{
    struct world *world = *state;
    room_id room = a_followed_group(world);
    say_there(world, room, "a", 5);
    assert_told_from_to(world, 5, 4);
    sweep(world);
    assert_told_from_to(world, 5, 5);
}

static void both_append_and_both_orders_are_the_log_s(void **state)
{
    struct world *world = *state;
    room_id room = a_followed_group(world);
    uint64_t seq = 4;
    for (int i = 0; i < 10; i++) {
        struct str nonce = arena_printf(&world->arena, "%d", i);
        say_there(world, room, nonce.ptr, ++seq);
        /* It meets a place that is taken, and is judged again behind it. */
        struct act *act = carry_out_now(world, a_message(world, room, 2, nonce.ptr));
        assert_int_equal(seq_of(act), ++seq);
    }
    assert_told_from_to(world, 5, seq);
}

static void who_was_let_in_there_may_write_here_at_once(void **state)
{
    struct world *world = *state;
    room_id room = a_followed_group(world);
    assert_int_equal(seq_of(carry_out_now(world, a_message(world, room, 2, "known"))), 5);
    assert_int_equal(seq_of(there(an_addition(world, room, 1, 4, "in"))), 6);
    assert_int_equal(seq_of(carry_out_now(world, a_message(world, room, 4, "hello"))), 7);
    struct act *typing = new_act(world, ACT_TYPING, 4, room, "");
    assert_int_equal(outcome(carry_out_now(world, typing)), ERR_OK);
    assert_told_from_to(world, 5, 7);
}

static void who_was_removed_there_writes_here_no_more(void **state)
{
    struct world *world = *state;
    room_id room = a_followed_group(world);
    assert_int_equal(seq_of(carry_out_now(world, a_message(world, room, 2, "known"))), 5);
    assert_int_equal(seq_of(there(a_removal(world, room, 1, 2, "out"))), 6);
    assert_int_equal(outcome(carry_out_now(world, a_message(world, room, 2, "still"))),
                     ERR_ROOM_NOT_FOUND);
}

static void a_room_of_nobody_here_is_told_from_where_somebody_joins(void **state)
{
    struct world *world = *state;
    struct act *made = there(a_new_room(world, ROOM_GROUP, "n", 1, 2, 3, 0));
    room_id room = made->room;
    assert_int_equal(seq_of(made), 1);
    hint(world, room, 5, 9, false);
    assert_int_equal(world->told_count, 0);
    hint(world, room, 1, 4, true);
    assert_told_from_to(world, 1, 4);
}

static void what_a_hint_says_and_the_log_does_not_have_counts_for_nothing(void **state)
{
    struct world *world = *state;
    struct act *made = there(a_new_room(world, ROOM_GROUP, "n", 1, 2, 3, 0));
    room_id room = made->room;
    assert_int_equal(seq_of(made), 1);
    hint(world, room, (uint64_t)1 << 40, (uint64_t)1 << 40, true);
    assert_int_equal(home_told(chat_home_of(world->chat, room), room), 4);
    follow_from(world, room, 4);
    say_there(world, room, "a", 5);
    hint(world, room, 5, 5, false);
    assert_told_from_to(world, 5, 5);
}

static void where_somebody_joins_is_kept_until_the_log_was_read(void **state)
{
    struct world *world = *state;
    struct act *made = there(a_new_room(world, ROOM_GROUP, "n", 1, 2, 3, 0));
    room_id room = made->room;
    assert_int_equal(seq_of(made), 1);
    assert_int_equal(seq_of(there(an_addition(world, room, 1, 4, "in"))), 5);
    take_interest(world, room);
    world->store.fail_reads = -EBUSY;
    hint(world, room, 5, 5, true);
    assert_int_equal(world->told_count, 0);
    sweep(world);
    assert_int_equal(world->told_count, 0);
    world->store.fail_reads = 0;
    sweep(world);
    assert_told_from_to(world, 5, 5);
}

static void what_is_heard_of_while_the_log_is_read_is_read_at_once(void **state)
{
    struct world *world = *state;
    room_id room = a_followed_group(world);
    say_there(world, room, "a", 5);
    say_there(world, room, "b", 6);
    world->store.holds_reads = true;
    hint(world, room, 5, 5, false);
    hint(world, room, 6, 6, false);
    world->store.holds_reads = false;
    double_show(&world->store, 5, 1); /* it began before 6 was there */
    double_read_on(&world->store);
    settle(world);
    assert_told_from_to(world, 5, 6);
}

static void who_joins_hears_what_is_said_while_the_log_is_read(void **state)
{
    struct world *world = *state;
    struct act *made = there(a_new_room(world, ROOM_GROUP, "n", 1, 2, 3, 0));
    room_id room = made->room;
    assert_int_equal(seq_of(made), 1);
    assert_int_equal(seq_of(there(an_addition(world, room, 1, 4, "in"))), 5);
    say_there(world, room, "a", 6);
    world->store.holds_reads = true;
    hint(world, room, 5, 5, true);
    hint(world, room, 6, 6, false);
    world->store.holds_reads = false;
    double_show(&world->store, 5, 1);
    double_read_on(&world->store);
    settle(world);
    assert_told_from_to(world, 5, 6);
}

static void a_marker_beyond_what_is_known_here_waits_for_the_log(void **state)
{
    struct world *world = *state;
    room_id room = a_followed_group(world);
    assert_int_equal(seq_of(carry_out_now(world, a_message(world, room, 2, "known"))), 5);
    say_there(world, room, "a", 6);
    struct act *reading = carry_out_now(world, a_reading(world, room, 2, 6));
    assert_int_equal(reading->read_seq, 6);
    assert_int_equal(reading->unread, 0);
    act_deinit(reading);
    assert_int_equal(there(a_reading(world, room, 2, 1))->read_seq, 6);
}

/* Its people may have read it already, as the store has it. */
static void what_is_not_heard_of_yet_is_unread(void **state)
{
    struct world *world = *state;
    room_id room = a_followed_group(world);
    assert_int_equal(seq_of(carry_out_now(world, a_message(world, room, 2, "known"))), 5);
    say_there(world, room, "a", 6);
    say_there(world, room, "b", 7);
    const struct {
        uint64_t self, seq; /* asks alone, stays where they are, moves on */
    } markers[] = {{2, 0}, {2, 5}, {3, 5}};
    for (size_t i = 0; i < ARRAY_LEN(markers); i++) {
        struct act *marker = a_reading(world, room, markers[i].self, markers[i].seq);
        assert_int_equal(carry_out_now(world, marker)->unread, 2);
        assert_int_equal(marker->read_seq, 5);
        act_deinit(marker);
    }
    assert_told_from_to(world, 5, 5);
}

/* Its place is taken by what cannot be read yet. */
static void what_meets_an_event_that_is_not_read_yet_is_judged_again(void **state)
{
    struct world *world = *state;
    room_id room = a_followed_group(world);
    world->store.fail = -EALREADY;
    struct act *fresh = carry_out_now(world, a_message(world, room, 2, "a"));
    assert_false(fresh->duplicate);
    assert_int_equal(seq_of(fresh), 5);
    world->store.holds = true;
    struct act *act = post(world, a_message(world, room, 2, "b"));
    settle(world);
    world->store.holds = false;
    assert_int_equal(seq_of(there(a_removal(world, room, 1, 2, "out"))), 6);
    world->store.fail =
        -EALREADY; /* by its own nonce, perhaps: that it is refused now is not final */
    double_let_go(&world->store);
    settle(world);
    assert_int_equal(outcome(act), ERR_STORE_UNAVAILABLE);
}

/* Nothing of the append that met it stands: what stands by its nonce was sent before, by another server. */
static void what_meets_its_own_nonce_before_that_can_be_read_is_a_duplicate(void **state)
{
    struct world *world = *state;
    room_id room = a_followed_group(world);
    world->store.holds = true;
    struct act *again = post(world, a_message(world, room, 2, "a"));
    settle(world);
    world->store.holds = false;
    assert_int_equal(seq_of(there(a_message(world, room, 2, "a"))), 5);
    world->store.fail = -EALREADY;
    double_let_go(&world->store);
    settle(world);
    assert_true(again->duplicate);
    assert_int_equal(seq_of(again), 5);
}

static void rooms_that_nobody_here_is_in_any_more_are_not_followed(void **state)
{
    struct world *world = *state;
    room_id room = a_followed_group(world);
    bus_interest_remove(world->bus, 0, room);
    sweep(world);
    say_there(world, room, "a", 5);
    hint(world, room, 5, 5, false);
    assert_int_equal(world->told_count, 0);
    bus_interest_add(world->bus, 0, room);
}

static void a_refusal_is_not_final_where_the_log_was_read_behind_its_verdict(void **state)
{
    struct world *world = *state;
    room_id room = a_followed_group(world);
    assert_int_equal(seq_of(carry_out_now(world, a_message(world, room, 2, "known"))), 5);
    struct act *reaction = a_reaction(world, room, 6, "x"); /* 6 is not there yet */
    world->store.holds_reads = true;
    post(world, reaction);
    settle(world);
    double_read_on(&world->store);
    settle(world);
    assert_int_equal(world->store.held_read_count, 1); /* refused, and its nonce is looked for */
    world->store.holds_reads = false;
    say_there(world, room, "a", 6);
    hint(world, room, 6, 6, false);
    assert_told_from_to(world, 5, 6);
    double_read_on(&world->store);
    settle(world);
    assert_int_equal(seq_of(reaction), 7);
}

static void refusals_that_are_not_final_are_judged_again_in_their_order(void **state)
{
    enum { ACTS = 8 };
    static const char *const emoji[ACTS] = {"a", "b", "c", "d", "e", "f", "g", "h"};
    struct world *world = *state;
    room_id room = a_followed_group(world);
    struct act *acts[ACTS];
    assert_int_equal(seq_of(carry_out_now(world, a_message(world, room, 2, "known"))), 5);
    world->store.holds_reads = true;
    for (size_t i = 0; i < ACTS; i++)
        acts[i] = post(world, a_reaction(world, room, 6, emoji[i]));
    settle(world);
    double_read_on(&world->store);
    settle(world);
    assert_int_equal(world->store.held_read_count, ACTS); /* their nonces are looked for */
    world->store.holds_reads = false;
    say_there(world, room, "m", 6);
    hint(world, room, 6, 6, false);
    world->store.holds_reads = true;
    double_read_on(&world->store);
    settle(world);
    world->store.holds_reads = false;
    double_read_on(&world->store);
    settle(world);
    for (size_t i = 0; i < ACTS; i++)
        assert_int_equal(seq_of(acts[i]), 7 + i);
}

static void what_stands_by_another_act_s_nonce_is_told_too(void **state)
{
    struct world *world = *state;
    room_id room = a_followed_group(world);
    assert_int_equal(seq_of(carry_out_now(world, a_message(world, room, 1, "known"))), 5);
    assert_int_equal(seq_of(there(an_addition(world, room, 1, 4, "x"))), 6);
    struct act *act = carry_out_now(world, a_message(world, room, 1, "x"));
    assert_int_equal(outcome(act), ERR_FIELD_INVALID);
    assert_told_from_to(world, 5, 6);
}

/* ---- reads that show less than is known ------------------------------------------------------------- */

enum { FOR_EVER = 1000 };

static uint64_t holes(const struct world *world)
{
    return atomic_load(&chat_figures(world->chat, 0)->holes);
}

static void what_a_read_does_not_show_yet_is_found_by_the_next_one(void **state)
{
    struct world *world = *state;
    room_id room = a_followed_group(world);
    say_there(world, room, "a", 5);
    double_show(&world->store, 4, 1);
    hint(world, room, 5, 5, false);
    assert_int_equal(world->told_count, 0);
    double_show(&world->store, 4, 1);
    sweep(world);
    assert_int_equal(world->told_count, 0);
    sweep(world);
    assert_told_from_to(world, 5, 5);
}

static void a_home_believes_no_read_that_shows_less_than_it_knows(void **state)
{
    struct world *world = *state;
    room_id room = a_followed_group(world);
    assert_int_equal(seq_of(carry_out_now(world, a_message(world, room, 2, "a"))), 5);
    world->store.fail = -EAGAIN; /* so the room is read again */
    assert_int_equal(outcome(carry_out_now(world, a_message(world, room, 2, "b"))),
                     ERR_STORE_UNAVAILABLE);
    double_show(&world->store, 4, FOR_EVER);
    assert_int_equal(outcome(carry_out_now(world, a_message(world, room, 2, "b"))),
                     ERR_STORE_UNAVAILABLE);
    double_show(&world->store, 0, 0);
    assert_int_equal(seq_of(carry_out_now(world, a_message(world, room, 2, "b"))), 6);
    assert_told_from_to(world, 5, 6);
}

static struct query *a_hole(struct world *world, room_id room, uint64_t after)
{
    struct query *query = new_query(world, 1);
    query->room = room;
    query->seq = after;
    query->limit = 100;
    return ask(world, query, query_events);
}

static void who_fills_a_hole_gets_what_others_here_were_told_or_is_told_to_come_again(void **state)
{
    struct world *world = *state;
    room_id room = a_followed_group(world);
    say_there(world, room, "a", 5);
    say_there(world, room, "b", 6);
    hint(world, room, 5, 6, false);
    assert_told_from_to(world, 5, 6);

    double_show(&world->store, 5, 2); /* the events, and the room that they are looked at with */
    struct query *hole = a_hole(world, room, 4);
    assert_int_equal(hole->problem.err, ERR_OK);
    assert_int_equal(hole->events.count, 2);
    query_deinit(hole);
    double_show(&world->store, 5, FOR_EVER);
    hole = a_hole(world, room, 4);
    assert_int_equal(hole->problem.err, ERR_STORE_UNAVAILABLE);
    query_deinit(hole);
}

static void what_no_hint_told_of_counts_as_a_hole(void **state)
{
    struct world *world = *state;
    room_id room = a_followed_group(world);
    say_there(world, room, "a", 5);
    hint(world, room, 5, 5, false);
    assert_int_equal(holes(world), 0);
    say_there(world, room, "b", 6);
    sweep(world);
    assert_int_equal(holes(world), 1);
    say_there(world, room, "c", 7);
    say_there(world, room, "d", 8);
    hint(world, room, 8, 8, false);
    assert_int_equal(holes(world), 2);
    sweep(world);
    assert_told_from_to(world, 5, 8);
    assert_int_equal(holes(world), 2);
}

/* ---- what was pruned ------------------------------------------------------------------------------- */

struct prune {
    struct store_job job;
    room_id room;
    size_t count;
};

static int run_prune(struct store_job *job, struct store_conn *conn)
{
    const struct prune *prune = CONTAINER_OF(job, struct prune, job);
    struct pruned pruned;
    return store_prune(conn, prune->room, INT64_MAX, prune->count, &pruned);
}

/* So many events leave the beginning of its log, and nobody is told. */
static void prune_first(struct world *world, room_id room, size_t count)
{
    struct prune prune = {.job.run = run_prune, .room = room, .count = count};
    assert_int_equal(store_write_wait(&world->store.store, &prune.job), 0);
}

static void what_was_pruned_before_it_was_told_is_no_gap(void **state)
{
    struct world *world = *state;
    room_id room = a_followed_group(world);
    static const char *const nonces[] = {"a", "b", "c", "d"};
    for (size_t i = 0; i < ARRAY_LEN(nonces); i++)
        say_there(world, room, nonces[i], 5 + i);
    prune_first(world, room, 6);
    hint(world, room, 8, 8, false);
    assert_told_from_to(world, 7, 8);
    say_there(world, room, "e", 9);
    hint(world, room, 9, 9, false);
    assert_told_from_to(world, 7, 9);
}

static void where_all_was_pruned_what_comes_next_is_told(void **state)
{
    struct world *world = *state;
    room_id room = a_followed_group(world);
    say_there(world, room, "a", 5);
    say_there(world, room, "b", 6);
    prune_first(world, room, 100);
    sweep(world);
    assert_told_from_to(world, 5, 4);
    say_there(world, room, "c", 7);
    sweep(world);
    assert_told_from_to(world, 7, 7);
}

static void one_s_own_behind_what_was_pruned_is_told(void **state)
{
    struct world *world = *state;
    room_id room = a_followed_group(world);
    assert_int_equal(seq_of(carry_out_now(world, a_message(world, room, 2, "known"))), 5);
    say_there(world, room, "a", 6);
    prune_first(world, room, 100);
    assert_int_equal(seq_of(carry_out_now(world, a_message(world, room, 2, "next"))), 7);
    size_t last = world->told_count - 1;
    assert_int_equal(world->told[last].seq, 7);
}

static void who_was_removed_there_writes_here_no_more_though_that_was_pruned(void **state)
{
    struct world *world = *state;
    room_id room = a_followed_group(world);
    assert_int_equal(seq_of(carry_out_now(world, a_message(world, room, 2, "known"))), 5);
    assert_int_equal(seq_of(there(a_removal(world, room, 1, 2, "out"))), 6);
    prune_first(world, room, 100);
    hint(world, room, 6, 6, false);
    struct act *typing = new_act(world, ACT_TYPING, 2, room, "");
    assert_int_equal(outcome(carry_out_now(world, typing)), ERR_ROOM_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_PEER(what_the_other_appends_is_told_here_after_its_hint),
        WITH_PEER(a_hint_that_is_lost_doubled_or_late_changes_nothing),
        WITH_PEER(without_any_hint_the_sweep_finds_the_tail),
        WITH_PEER(both_append_and_both_orders_are_the_log_s),
        WITH_PEER(who_was_let_in_there_may_write_here_at_once),
        WITH_PEER(who_was_removed_there_writes_here_no_more),
        WITH_PEER(a_room_of_nobody_here_is_told_from_where_somebody_joins),
        WITH_PEER(what_a_hint_says_and_the_log_does_not_have_counts_for_nothing),
        WITH_PEER(where_somebody_joins_is_kept_until_the_log_was_read),
        WITH_PEER(what_is_heard_of_while_the_log_is_read_is_read_at_once),
        WITH_PEER(who_joins_hears_what_is_said_while_the_log_is_read),
        WITH_PEER(a_marker_beyond_what_is_known_here_waits_for_the_log),
        WITH_PEER(what_is_not_heard_of_yet_is_unread),
        WITH_PEER(what_meets_an_event_that_is_not_read_yet_is_judged_again),
        WITH_PEER(what_meets_its_own_nonce_before_that_can_be_read_is_a_duplicate),
        WITH_PEER(a_refusal_is_not_final_where_the_log_was_read_behind_its_verdict),
        WITH_PEER(refusals_that_are_not_final_are_judged_again_in_their_order),
        WITH_PEER(what_stands_by_another_act_s_nonce_is_told_too),
        WITH_PEER(what_was_pruned_before_it_was_told_is_no_gap),
        WITH_PEER(where_all_was_pruned_what_comes_next_is_told),
        WITH_PEER(one_s_own_behind_what_was_pruned_is_told),
        WITH_PEER(who_was_removed_there_writes_here_no_more_though_that_was_pruned),
        WITH_PEER(what_a_read_does_not_show_yet_is_found_by_the_next_one),
        WITH_PEER(a_home_believes_no_read_that_shows_less_than_it_knows),
        WITH_PEER(who_fills_a_hole_gets_what_others_here_were_told_or_is_told_to_come_again),
        WITH_PEER(what_no_hint_told_of_counts_as_a_hole),
        WITH_PEER(rooms_that_nobody_here_is_in_any_more_are_not_followed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
