/* Two servers with one log: what the home here tells its people of what the other one appended, whatever
 * becomes of the hints. */
#include "chat/test_peer.h"

/* Does it on the other server. */
static struct act *there(struct act *act)
{
    act_post(peer.chat, act);
    settle(peer.world);
    assert_true(is_done(act));
    return act;
}

static void hint(struct world *world, room_id room, uint64_t first, uint64_t last, bool moves)
{
    struct bus_news news = {room, first, last, moves};
    home_hear(chat_home_of(world->chat, room), &news);
    settle(world);
}

/* Somebody here is in the room from now on. */
static void follow_from(struct world *world, room_id room, uint64_t last)
{
    take_interest(world, room);
    struct room_place place = {.room = room, .last_seq = last};
    home_follow_places(chat_home_of(world->chat, room), &place, 1);
    settle(world);
}

static void sweep(struct world *world)
{
    chat_sweep(world->chat, 0);
    settle(world);
}

/* A group that was made there, seq 1 to 4, which is followed here from its end on. */
static room_id a_followed_group(struct world *world)
{
    struct act *act = there(a_new_room(world, ROOM_GROUP, "n", 1, 2, 3, 0));
    room_id room = act->room;
    assert_int_equal(seq_of(act), 1);
    follow_from(world, room, 4);
    return room;
}

static void say_there(struct world *world, room_id room, const char *nonce, uint64_t seq)
{
    assert_int_equal(seq_of(there(a_message(world, room, 1, nonce))), seq);
}

/* These seqs, in this order, and nothing else. */
static void assert_told_from_to(const struct world *world, uint64_t first, uint64_t last)
{
    uint64_t next = first;
    for (size_t i = 0; i < world->told_count; i++)
        if (world->told[i].kind == PUBLISH_EVENTS)
            assert_int_equal(world->told[i].seq, next++);
    assert_int_equal(next, last + 1);
}

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
    } marks[] = {{2, 0}, {2, 5}, {3, 5}};
    for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
        struct act *mark = a_reading(world, room, marks[i].self, marks[i].seq);
        assert_int_equal(carry_out_now(world, mark)->unread, 2);
        assert_int_equal(mark->read_seq, 5);
        act_deinit(mark);
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

static struct query *a_sync(struct world *world, room_id room, uint64_t seen)
{
    struct query *query = new_query(world, 1);
    query->sync.limit = 100;
    query->sync.seen = ARENA_NEW(&world->arena, struct sync_seen);
    query->sync.seen[0] = (struct sync_seen){.room = room, .seq = seen};
    query->sync.seen_count = 1;
    return ask(world, query, query_sync);
}

static void who_asks_for_what_others_here_were_told_gets_it_or_is_told_to_come_again(void **state)
{
    struct world *world = *state;
    room_id room = a_followed_group(world);
    say_there(world, room, "a", 5);
    say_there(world, room, "b", 6);
    hint(world, room, 5, 6, false);
    assert_told_from_to(world, 5, 6);

    double_show(&world->store, 5, 2);
    struct query *hole = a_hole(world, room, 4);
    assert_int_equal(hole->problem.err, ERR_OK);
    assert_int_equal(hole->events.count, 2);
    query_deinit(hole);
    double_show(&world->store, 5, FOR_EVER);
    hole = a_hole(world, room, 4);
    assert_int_equal(hole->problem.err, ERR_STORE_UNAVAILABLE);
    query_deinit(hole);

    double_show(&world->store, 5, 2);
    struct query *sync = a_sync(world, room, 5);
    assert_int_equal(sync->problem.err, ERR_OK);
    assert_int_equal(sync->answer.room_count, 1);
    assert_int_equal(sync->answer.rooms[0].events.count, 1);
    query_deinit(sync);
    double_show(&world->store, 5, FOR_EVER);
    sync = a_sync(world, room, 5);
    assert_int_equal(sync->problem.err, ERR_STORE_UNAVAILABLE);
    query_deinit(sync);
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

#define BETWEEN_TWO(test) cmocka_unit_test_setup_teardown(test, start_with_peer, finish_with_peer)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BETWEEN_TWO(what_the_other_appends_is_told_here_after_its_hint),
        BETWEEN_TWO(a_hint_that_is_lost_doubled_or_late_changes_nothing),
        BETWEEN_TWO(without_any_hint_the_sweep_finds_the_tail),
        BETWEEN_TWO(both_append_and_both_orders_are_the_log_s),
        BETWEEN_TWO(who_was_let_in_there_may_write_here_at_once),
        BETWEEN_TWO(who_was_removed_there_writes_here_no_more),
        BETWEEN_TWO(a_room_of_nobody_here_is_told_from_where_somebody_joins),
        BETWEEN_TWO(a_marker_beyond_what_is_known_here_waits_for_the_log),
        BETWEEN_TWO(what_is_not_heard_of_yet_is_unread),
        BETWEEN_TWO(what_meets_an_event_that_is_not_read_yet_is_judged_again),
        BETWEEN_TWO(what_meets_its_own_nonce_before_that_can_be_read_is_a_duplicate),
        BETWEEN_TWO(a_refusal_is_not_final_where_the_log_was_read_behind_its_verdict),
        BETWEEN_TWO(refusals_that_are_not_final_are_judged_again_in_their_order),
        BETWEEN_TWO(what_stands_by_another_act_s_nonce_is_told_too),
        BETWEEN_TWO(what_was_pruned_before_it_was_told_is_no_gap),
        BETWEEN_TWO(where_all_was_pruned_what_comes_next_is_told),
        BETWEEN_TWO(one_s_own_behind_what_was_pruned_is_told),
        BETWEEN_TWO(who_was_removed_there_writes_here_no_more_though_that_was_pruned),
        BETWEEN_TWO(what_a_read_does_not_show_yet_is_found_by_the_next_one),
        BETWEEN_TWO(a_home_believes_no_read_that_shows_less_than_it_knows),
        BETWEEN_TWO(who_asks_for_what_others_here_were_told_gets_it_or_is_told_to_come_again),
        BETWEEN_TWO(what_no_hint_told_of_counts_as_a_hole),
        BETWEEN_TWO(rooms_that_nobody_here_is_in_any_more_are_not_followed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
