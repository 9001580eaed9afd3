/* Acts of a contended room go to its leader: what travels, what does not, and how it is answered. */
#include "chat/two_chats.h"

static void what_is_not_contended_is_judged_here(void **state)
{
    struct world *world = *state;
    room_id room = a_led_group(world);
    assert_int_equal(seq_of(carry_out_now(world, a_message(world, room, 2, "a"))), 5);
    assert_int_equal(handed_over(world->chat), 0);
}

static void what_is_contended_goes_to_the_leader_and_is_told_here_once(void **state)
{
    struct world *world = *state;
    room_id room = a_contended_group(world);
    struct act *acts[] = {post(world, a_message(world, room, 1, "a")),
                          post(world, a_message(world, room, 2, "b")),
                          post(world, a_message(world, room, 2, "c"))};
    deliver(world);
    for (size_t i = 0; i < ARRAY_LEN(acts); i++) {
        assert_false(acts[i]->duplicate);
        assert_int_equal(seq_of(acts[i]), 7 + i);
    }
    assert_int_equal(handed_over(world->chat), 3);
    assert_int_equal(atomic_load(&chat_figures(peer.chat, 0)->led), handed_before + 3);
    assert_int_equal(fallen_back(world->chat), 0);
    assert_all_told(world, room, 1);
}

static void the_leader_hands_nothing_over(void **state)
{
    struct world *world = *state;
    room_id room = a_contended_group(world);
    struct act *act = post_there(a_message(world, room, 1, "a"));
    deliver(world);
    assert_int_equal(seq_of(act), 7);
    assert_int_equal(figure_of_handed(peer.chat), 0);
}

static void while_others_may_have_older_rules_of_the_server_nothing_goes_to_them(void **state)
{
    struct world *world = *state;
    room_id room = a_contended_group(world);
    for (unsigned w = 0; w < world->chat->workers; w++)
        world->chat->homes[w].rules_known_ms = UINT64_MAX;
    assert_int_equal(seq_of(carry_out_now(world, a_message(world, room, 2, "a"))), 7);
    assert_int_equal(handed_over(world->chat), 0);
}

static void all_that_travels_arrives_whole(void **state)
{
    struct world *world = *state;
    room_id room = a_contended_group(world);
    const user_id users[] = {USER(1)};
    struct act *said = a_message(world, room, 2, "whole");
    said->mentions = (struct mentions){users, 1, false, false};
    said->thread = said->seq = 5;
    struct act *asked = a_message(world, room, 2, "poll");
    asked->poll = (struct poll){.options = 3, .anonymous = true};
    struct act *pinned = new_act(world, ACT_PIN, 1, room, "pin");
    pinned->seq = 5;
    struct act *acts[] = {post(world, said), post(world, asked),
                          post(world, a_reaction(world, room, 5, "x")), post(world, pinned)};
    deliver(world);
    assert_int_equal(said->event->thread, 5);
    assert_int_equal(said->event->reply_to, 5);
    assert_int_equal(asked->event->kind, MESSAGE_POLL);
    assert_true(str_eq(acts[2]->event->payload, STR("\"x\"")));
    assert_int_equal(acts[2]->event->reactions, 1);
    for (size_t i = 0; i < ARRAY_LEN(acts); i++)
        assert_int_equal(seq_of(acts[i]), 7 + i);
    assert_int_equal(handed_over(world->chat), ARRAY_LEN(acts));
}

/* What is said to a message or done with it, and what is chosen in a poll, too; of that nobody hears who chose it. */
static void changes_and_votes_travel_as_well(void **state)
{
    struct world *world = *state;
    room_id room = a_contended_group(world);
    struct act *asked = a_message(world, room, 2, "poll");
    asked->poll = (struct poll){.options = 2, .anonymous = true, .multiple = true};
    post(world, asked);
    deliver(world);
    assert_int_equal(seq_of(asked), 7);
    struct act *odd = new_act(world, ACT_VOTE, 3, room, "odd");
    odd->seq = 7;
    odd->ballot.choices = 4; /* which the poll does not have */
    post(world, odd);
    deliver(world);
    assert_true(str_eq(odd->problem.field, STR("choices")));
    assert_int_equal(outcome(odd), ERR_FIELD_INVALID);
    const struct {
        enum act_kind kind;
        uint64_t self, seq;
    } done[] = {{ACT_EDIT, 1, 5}, {ACT_DELETE, 2, 6}, {ACT_VOTE, 3, 7}, {ACT_CLOSE_POLL, 2, 7}};
    struct act *acts[ARRAY_LEN(done)];
    for (size_t i = 0; i < ARRAY_LEN(done); i++) {
        struct str nonce = arena_printf(&world->arena, "change %d", (int)i);
        acts[i] = new_act(world, done[i].kind, done[i].self, room, nonce.ptr);
        acts[i]->seq = done[i].seq;
        acts[i]->ballot.choices = 2;
        post(world, acts[i]);
        deliver(world);
    }
    assert_true(event_is_deleted(acts[1]->event->message));
    assert_int_equal(acts[2]->event->sender.v, chat_voter(world->chat, room, 7, USER(3)).v);
    struct act *again = new_act(world, ACT_VOTE, 3, room, "change 2");
    again->seq = 7;
    again->ballot.choices = 2;
    post(world, again);
    deliver(world);
    assert_true(again->duplicate);
    assert_int_equal(seq_of(again), 10);
    for (size_t i = 0; i < ARRAY_LEN(acts); i++)
        assert_int_equal(seq_of(acts[i]), 8 + i);
    assert_int_equal(handed_over(world->chat), 7);
    assert_int_equal(fallen_back(world->chat), 0);
    assert_all_told(world, room, 1);
}

static struct act *a_vote(struct world *world, room_id room, const char *nonce,
                          struct ballot ballot)
{
    struct act *act = new_act(world, ACT_VOTE, 3, room, nonce);
    act->seq = 7;
    act->ballot = ballot;
    return post(world, act);
}

/* Two devices that chose from nothing; what both chose is what stands. */
static void the_leader_judges_a_vote_by_its_base(void **state)
{
    struct world *world = *state;
    room_id room = a_contended_group(world);
    struct act *asked = a_message(world, room, 2, "poll");
    asked->poll = (struct poll){.options = 2, .multiple = true};
    post(world, asked);
    deliver(world);
    assert_int_equal(seq_of(asked), 7);
    struct act *one = a_vote(world, room, "one", (struct ballot){0x1, 0, true}),
               *two = a_vote(world, room, "two", (struct ballot){0x2, 0, true});
    deliver(world);
    assert_int_equal(seq_of(one), 8);
    assert_int_equal(seq_of(two), 9);
    struct act *both = a_vote(world, room, "both", (struct ballot){.choices = 0x3}),
               *again = a_vote(world, room, "one", (struct ballot){0x1, 0, true});
    deliver(world);
    assert_true(both->duplicate && again->duplicate);
    assert_int_equal(seq_of(both), 9);
    assert_int_equal(seq_of(again), 8); /* its own event, though the other one says so too */
    assert_int_equal(handed_over(world->chat), 5);
}

static void a_refusal_is_answered_in_the_leader_s_words(void **state)
{
    struct world *world = *state;
    room_id room = a_contended_group(world);
    const user_id strangers[] = {USER(7)};
    struct act *mention = a_message(world, room, 2, "mention");
    mention->mentions = (struct mentions){strangers, 1, false, false};
    post(world, mention);
    struct act *stranger = post(world, a_message(world, room, 8, "stranger"));
    struct act *last = post(world, a_message(world, room, 2, "last"));
    deliver(world);
    assert_int_equal(mention->problem.err, ERR_FIELD_INVALID);
    assert_true(str_eq(mention->problem.field, STR("content.mentions")));
    assert_true(str_starts(mention->problem.detail, STR("Only members")));
    assert_int_equal(outcome(stranger), ERR_ROOM_NOT_FOUND);
    assert_int_equal(seq_of(last), 7);
    assert_int_equal(handed_over(world->chat), 3);
}

static void what_stood_before_is_a_duplicate_there_too(void **state)
{
    struct world *world = *state;
    room_id room = a_contended_group(world);
    struct act *again = post(world, a_message(world, room, 2, "contends"));
    struct act *next = post(world, a_message(world, room, 2, "next"));
    deliver(world);
    assert_true(again->duplicate);
    assert_int_equal(seq_of(again), 6);
    assert_int_equal(seq_of(next), 7);
    assert_int_equal(handed_over(world->chat), 2);
}

static void markers_wait_and_go_on(void **state)
{
    struct world *world = *state;
    room_id room = a_contended_group(world);
    struct act *first = post(world, a_message(world, room, 2, "a"));
    struct act *marker = post(world, a_reading(world, room, 2, 6));
    struct act *second = post(world, a_message(world, room, 2, "b"));
    deliver(world);
    assert_int_equal(seq_of(first), 7);
    assert_int_equal(seq_of(second), 8);
    assert_int_equal(outcome(marker), ERR_OK);
    assert_int_equal(handed_over(world->chat), 2);
}

static void what_does_not_travel_is_judged_here_in_its_turn(void **state)
{
    struct world *world = *state;
    room_id room = a_contended_group(world);
    struct act *acts[] = {post(world, a_message(world, room, 1, "a")),
                          post(world, an_addition(world, room, 1, 4, "b")), NULL};
    settle(world); /* that there is such a person is read before it comes to the home */
    acts[2] = post(world, a_message(world, room, 4, "c"));
    deliver(world);
    for (size_t i = 0; i < ARRAY_LEN(acts); i++)
        assert_int_equal(seq_of(acts[i]), 7 + i);
    assert_int_equal(handed_over(world->chat), 2);
    assert_all_told(world, room, 1);
}

/* As it was done before, by this device with another nonce, or by somebody else. */
static void what_stands_already_by_another_act_is_answered_with_it(void **state)
{
    struct world *world = *state;
    room_id room = a_contended_group(world);
    struct act *one = post(world, a_reaction(world, room, 5, "x"));
    deliver(world);
    assert_int_equal(seq_of(one), 7);
    struct act *two = a_reaction(world, room, 5, "x");
    two->nonce = STR("of another device");
    struct act *pins[2];
    post(world, two);
    for (size_t i = 0; i < ARRAY_LEN(pins); i++) {
        pins[i] = new_act(world, ACT_PIN, 1, room, i ? "pinned too" : "pinned");
        pins[i]->seq = 5;
        post(world, pins[i]);
    }
    deliver(world);
    assert_int_equal(seq_of(two), 7);
    assert_true(two->duplicate);
    assert_int_equal(seq_of(pins[0]), 8);
    assert_int_equal(seq_of(pins[1]), 8);
    assert_true(pins[1]->duplicate);
    assert_int_equal(length_of(world, room), 8);
}

static void what_is_too_large_to_travel_is_judged_here(void **state)
{
    struct world *world = *state;
    room_id room = a_contended_group(world);
    static char large[300000];
    memset(large, 'a', sizeof(large));
    struct act *act = a_message(world, room, 2, "large");
    act->payload = str_of(large, sizeof(large));
    post(world, act);
    struct act *next = post(world, a_message(world, room, 2, "next"));
    deliver(world);
    assert_int_equal(seq_of(act), 7);
    assert_int_equal(seq_of(next), 8);
    assert_int_equal(handed_over(world->chat), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BETWEEN_TWO(what_is_not_contended_is_judged_here),
        BETWEEN_TWO(what_is_contended_goes_to_the_leader_and_is_told_here_once),
        BETWEEN_TWO(the_leader_hands_nothing_over),
        BETWEEN_TWO(while_others_may_have_older_rules_of_the_server_nothing_goes_to_them),
        BETWEEN_TWO(all_that_travels_arrives_whole),
        BETWEEN_TWO(changes_and_votes_travel_as_well),
        BETWEEN_TWO(the_leader_judges_a_vote_by_its_base),
        BETWEEN_TWO(a_refusal_is_answered_in_the_leader_s_words),
        BETWEEN_TWO(what_stood_before_is_a_duplicate_there_too),
        BETWEEN_TWO(markers_wait_and_go_on),
        BETWEEN_TWO(what_does_not_travel_is_judged_here_in_its_turn),
        BETWEEN_TWO(what_stands_already_by_another_act_is_answered_with_it),
        BETWEEN_TWO(what_is_too_large_to_travel_is_judged_here),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
