/* What the judge lets people do with polls. */
#include "chat/judge/judge_trial.h"
#include "chat/judge/rules.h"

enum { POLL = 5, HIDDEN = 4242 };

/* A poll of the elder's as it is durable. */
static struct act about_it(struct trial *trial, enum act_kind kind, uint64_t self)
{
    struct act act = an_act(kind, self);
    act.seq = POLL;
    act.voter = USER(HIDDEN + self);
    act.subject_seq = trial->live->room.last_seq;
    act.subject = event_new(&(struct event){.type = EVENT_MESSAGE_CREATED,
                                            .kind = MESSAGE_POLL,
                                            .seq = POLL,
                                            .sender = USER(ELDER),
                                            .payload = STR("{}")});
    act.state = (struct poll_state){.poll = {.options = 3}, .tally = {2, {1, 1, 0}}, .seq = 11};
    return act;
}

static struct act a_vote(struct trial *trial, uint64_t self, uint64_t choices)
{
    struct act act = about_it(trial, ACT_VOTE, self);
    act.ballot.choices = choices;
    return act;
}

static void assert_verdict(struct trial *trial, struct act *act, enum verdict verdict, enum err err)
{
    assert_int_equal(try(trial, act), verdict);
    assert_int_equal(act->problem.err, err);
    act_deinit(act);
}

static void votes_in_one_batch_are_counted_on(void **state)
{
    struct trial *trial = *state;
    struct act first = a_vote(trial, MEMBER, 0x1), second = a_vote(trial, OWNER, 0x4);
    assert_verdict(trial, &first, VERDICT_APPEND, ERR_OK);
    second.state.own = 0x2;
    assert_verdict(trial, &second, VERDICT_APPEND, ERR_OK);
    const struct vote *one = nth(trial, 0)->vote, *two = nth(trial, 1)->vote;
    assert_int_equal(one->tally.voters, 3);
    assert_int_equal(one->tally.counts[0], 2);
    assert_int_equal(two->tally.voters, 3);
    assert_int_equal(two->tally.counts[0], 2);
    assert_int_equal(two->tally.counts[1], 0);
    assert_int_equal(two->tally.counts[2], 1);
    assert_int_equal(nth(trial, 0)->sender.v, MEMBER);
}

static void a_second_vote_of_the_same_person_waits_for_the_first(void **state)
{
    struct act first = a_vote(*state, MEMBER, 0x1), again = a_vote(*state, MEMBER, 0x2);
    assert_verdict(*state, &first, VERDICT_APPEND, ERR_OK);
    assert_verdict(*state, &again, VERDICT_WAIT, ERR_OK);
}

static void in_an_anonymous_poll_the_event_does_not_have_the_name(void **state)
{
    struct act act = a_vote(*state, MEMBER, 0x1);
    act.state.poll.anonymous = true;
    assert_verdict(*state, &act, VERDICT_APPEND, ERR_OK);
    assert_int_equal(nth(*state, 0)->sender.v, HIDDEN + MEMBER);
    assert_true(event_is_secret(nth(*state, 0)));
    struct act again = a_vote(*state, MEMBER, 0x1);
    again.state.poll.anonymous = true;
    assert_verdict(*state, &again, VERDICT_WAIT, ERR_OK);
}

static void one_chooses_what_there_is_and_several_only_where_one_may(void **state)
{
    struct act none = a_vote(*state, MEMBER, 0x8), two = a_vote(*state, MEMBER, 0x3);
    assert_verdict(*state, &none, VERDICT_REFUSE, ERR_FIELD_INVALID);
    assert_verdict(*state, &two, VERDICT_REFUSE, ERR_FIELD_INVALID);
    struct act several = a_vote(*state, MEMBER, 0x3);
    several.state.poll.multiple = true;
    assert_verdict(*state, &several, VERDICT_APPEND, ERR_OK);
}

static void what_was_not_given_is_not_taken_back(void **state)
{
    struct act act = a_vote(*state, MEMBER, 0);
    assert_verdict(*state, &act, VERDICT_REFUSE, ERR_VOTE_NOT_FOUND);
    struct act own = a_vote(*state, MEMBER, 0);
    own.state.own = 0x1;
    own.state.own_seq = 10;
    assert_verdict(*state, &own, VERDICT_APPEND, ERR_OK);
    assert_int_equal(nth(*state, 0)->vote->tally.voters, 1);
}

static void the_same_vote_again_is_answered_with_the_first(void **state)
{
    struct act act = a_vote(*state, MEMBER, 0x1);
    act.state.own = 0x1;
    act.standing = event_new(&(struct event){.type = EVENT_POLL_VOTED, .seq = 10});
    assert_int_equal(try(*state, &act), VERDICT_ANSWER);
    assert_int_equal(act.event->seq, 10);
    assert_true(act.duplicate);
    act_deinit(&act);
}

/* Both of two devices that knew of nothing count; where nothing is left to do it is so already. */
static void a_vote_with_a_base_changes_no_more_than_it_says(void **state)
{
    struct act act = a_vote(*state, MEMBER, 0x1);
    act.ballot.has_base = true;
    act.state.poll.multiple = true;
    act.state.own = 0x2;
    act.state.own_seq = 10;
    assert_verdict(*state, &act, VERDICT_APPEND, ERR_OK);
    assert_int_equal(nth(*state, 0)->vote->choices, 0x3);
    assert_int_equal(nth(*state, 0)->vote->tally.voters, 2);
    assert_int_equal(nth(*state, 0)->vote->tally.counts[0], 2);
    struct act late = a_vote(*state, OWNER, 0);
    late.ballot = (struct ballot){.base = 0x1, .has_base = true};
    assert_verdict(*state, &late, VERDICT_REFUSE, ERR_VOTE_NOT_FOUND);
    struct act odd = a_vote(*state, ELDER, 0x1);
    odd.ballot = (struct ballot){0x1, 0x8, true};
    assert_int_equal(try(*state, &odd), VERDICT_REFUSE);
    assert_true(str_eq(odd.problem.field, STR("base")));
    act_deinit(&odd);
}

static void a_closed_poll_takes_no_votes(void **state)
{
    struct act late = a_vote(*state, MEMBER, 0x1), closed = a_vote(*state, MEMBER, 0x1);
    late.state.poll.closes_at = 1000; /* it is 1000 now */
    assert_verdict(*state, &late, VERDICT_REFUSE, ERR_POLL_CLOSED);
    closed.state.closed_seq = 11;
    assert_verdict(*state, &closed, VERDICT_REFUSE, ERR_POLL_CLOSED);
}

static void its_maker_and_moderators_close_it_and_votes_behind_that_wait(void **state)
{
    struct act member = about_it(*state, ACT_CLOSE_POLL, MEMBER);
    assert_verdict(*state, &member, VERDICT_REFUSE, ERR_ROOM_FORBIDDEN);
    struct act maker = about_it(*state, ACT_CLOSE_POLL, ELDER);
    assert_verdict(*state, &maker, VERDICT_APPEND, ERR_OK);
    struct act vote = a_vote(*state, MEMBER, 0x1);
    assert_verdict(*state, &vote, VERDICT_WAIT, ERR_OK);
    load(*state, ROOM_GROUP);
    struct act owner = about_it(*state, ACT_CLOSE_POLL, OWNER);
    assert_verdict(*state, &owner, VERDICT_APPEND, ERR_OK);
}

static void only_polls_are_voted_in(void **state)
{
    struct act act = a_vote(*state, MEMBER, 0x1);
    act.subject->kind = MESSAGE_TEXT;
    assert_verdict(*state, &act, VERDICT_REFUSE, ERR_FIELD_INVALID);
}

static void a_poll_is_not_edited_and_nothing_becomes_one(void **state)
{
    struct act act = about_it(*state, ACT_EDIT, ELDER), other = about_it(*state, ACT_EDIT, ELDER);
    assert_verdict(*state, &act, VERDICT_REFUSE, ERR_FIELD_INVALID);
    other.subject->kind = MESSAGE_TEXT;
    other.poll.options = 2;
    assert_verdict(*state, &other, VERDICT_REFUSE, ERR_FIELD_INVALID);
}

static void it_ends_in_a_time_to_come(void **state)
{
    struct trial *trial = *state;
    struct act act = an_act(ACT_SEND, MEMBER);
    act.poll = (struct poll){.options = 2, .closes_at = 1000};
    assert_refused(trial, act, ERR_FIELD_INVALID);
    act.poll.closes_at = 1001 + (int64_t)trial->limits.poll_open_s * 1000;
    assert_refused(trial, act, ERR_FIELD_INVALID);
    act.poll.closes_at--;
    assert_int_equal(try(trial, &act), VERDICT_APPEND);
    assert_true(event_is_poll(nth(trial, 0)));
    assert_int_equal(nth(trial, 0)->poll.options, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_ROOM(votes_in_one_batch_are_counted_on),
        IN_A_ROOM(a_second_vote_of_the_same_person_waits_for_the_first),
        IN_A_ROOM(in_an_anonymous_poll_the_event_does_not_have_the_name),
        IN_A_ROOM(one_chooses_what_there_is_and_several_only_where_one_may),
        IN_A_ROOM(what_was_not_given_is_not_taken_back),
        IN_A_ROOM(the_same_vote_again_is_answered_with_the_first),
        IN_A_ROOM(a_vote_with_a_base_changes_no_more_than_it_says),
        IN_A_ROOM(a_closed_poll_takes_no_votes),
        IN_A_ROOM(its_maker_and_moderators_close_it_and_votes_behind_that_wait),
        IN_A_ROOM(only_polls_are_voted_in),
        IN_A_ROOM(a_poll_is_not_edited_and_nothing_becomes_one),
        IN_A_ROOM(it_ends_in_a_time_to_come),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
