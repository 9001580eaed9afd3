/* Whom the judge lets into a group and out of it, and what is only told or moves a marker. */
#include "chat/judge/judge_trial.h"

/* ---- members -------------------------------------------------------------------------------------------- */

static void the_owner_adds(void **state)
{
    struct trial *trial = *state;
    struct act act = an_act(ACT_ADD_MEMBER, OWNER);
    act.target = USER(STRANGER);
    assert_int_equal(try(trial, &act), VERDICT_LOOK); /* what the room knows of them */
    act.subject_seq = trial->live->room.last_seq;
    assert_int_equal(try(*state, &act), VERDICT_APPEND);
    assert_int_equal(nth(*state, 0)->type, EVENT_USER_JOINED);
    assert_int_equal(nth(*state, 0)->target, STRANGER);
    const struct projection *projection = nth_projection(*state, 0);
    assert_int_equal(projection->kind, PROJECT_MEMBER);
    assert_int_equal(projection->seq, 13);
    assert_int_equal(projection->count, 6);
    assert_int_equal(projection->role, ROLE_MEMBER);
}

static void who_may_not_add_is_told_why(void **state)
{
    struct trial *trial = *state;
    struct act act = an_act(ACT_ADD_MEMBER, MEMBER);
    act.target = USER(STRANGER);
    assert_refused(trial, act, ERR_ROOM_FORBIDDEN);

    act = an_act(ACT_ADD_MEMBER, OWNER);
    act.target = USER(MEMBER);
    assert_refused(trial, act, ERR_ROOM_ALREADY_MEMBER);

    act.target = USER(STRANGER);
    act.problem = problem_of(ERR_FIELD_INVALID); /* there is nobody with that id */
    assert_refused(trial, act, ERR_FIELD_INVALID);

    act.problem = problem_of(ERR_OK);
    trial->limits.room_members = 3;
    assert_refused(trial, act, ERR_ROOM_FULL);

    load(trial, ROOM_DIRECT);
    assert_refused(trial, act, ERR_ROOM_DIRECT_FIXED);
}

static void the_owner_removes(void **state)
{
    struct act act = an_act(ACT_REMOVE_MEMBER, OWNER);
    act.target = USER(MEMBER);
    assert_int_equal(try(*state, &act), VERDICT_APPEND);
    assert_int_equal(((struct trial *)*state)->batch->append.count, 1);
    assert_int_equal(nth(*state, 0)->type, EVENT_USER_LEFT);
    assert_int_equal(nth(*state, 0)->sender.v, OWNER);
    assert_int_equal(nth(*state, 0)->target, MEMBER);
    assert_int_equal(nth_projection(*state, 0)->kind, PROJECT_MEMBER_GONE);
}

static void everybody_may_leave(void **state)
{
    struct act act = an_act(ACT_REMOVE_MEMBER, MEMBER);
    act.target = USER(MEMBER);
    assert_int_equal(try(*state, &act), VERDICT_APPEND);
    assert_int_equal(((struct trial *)*state)->batch->append.count, 1);
}

static void a_room_whose_owner_leaves_passes_to_the_longest_standing(void **state)
{
    struct act act = an_act(ACT_REMOVE_MEMBER, OWNER);
    act.target = USER(OWNER);
    assert_int_equal(try(*state, &act), VERDICT_APPEND);
    assert_int_equal(nth(*state, 0)->type, EVENT_USER_LEFT);
    assert_int_equal(nth(*state, 1)->type, EVENT_ROOM_UPDATED);
    assert_int_equal(nth(*state, 1)->target, ELDER);
    assert_int_equal(nth(*state, 1)->nonce.ptr[0], '~');
    assert_int_equal(nth_projection(*state, 1)->user.v, ELDER);
    assert_int_equal(nth_projection(*state, 1)->role, ROLE_OWNER);
}

static void the_last_one_leaves_an_empty_room(void **state)
{
    struct trial *trial = *state;
    struct member only = {.user = USER(OWNER), .role = ROLE_OWNER};
    live_room_load(trial->live, &(struct room){.id = {7}, .kind = ROOM_GROUP, .last_seq = 12},
                   &(struct member_list){&only, 1});
    struct act act = an_act(ACT_REMOVE_MEMBER, OWNER);
    act.target = USER(OWNER);
    assert_int_equal(try(trial, &act), VERDICT_APPEND);
    assert_int_equal(trial->batch->append.count, 1);
}

static void who_may_not_remove_is_told_why(void **state)
{
    struct trial *trial = *state;
    struct act act = an_act(ACT_REMOVE_MEMBER, MEMBER);
    act.target = USER(ELDER);
    assert_refused(trial, act, ERR_ROOM_FORBIDDEN);

    act = an_act(ACT_REMOVE_MEMBER, OWNER);
    act.target = USER(STRANGER);
    assert_refused(trial, act, ERR_USER_NOT_FOUND);

    load(trial, ROOM_DIRECT);
    act.target = USER(OWNER);
    assert_refused(trial, act, ERR_ROOM_DIRECT_FIXED);
}

/* ---- what is not stored, and markers ---------------------------------------------------------------------- */

static void typing_is_told_in_rooms_that_are_not_too_large(void **state)
{
    struct trial *trial = *state;
    struct act act = an_act(ACT_TYPING, MEMBER);
    assert_int_equal(try(trial, &act), VERDICT_SIGNAL);
    trial->limits.typing_members = 2;
    assert_int_equal(try(trial, &act), VERDICT_ANSWER);
    assert_int_equal(trial->batch->append.count, 0);
}

static void a_marker_moves_forward(void **state)
{
    struct act act = an_act(ACT_READ, MEMBER);
    act.seq = 11;
    assert_int_equal(try(*state, &act), VERDICT_MARKER);
    assert_int_equal(act.seq, 11);
}

static void a_marker_past_the_end_counts_as_the_end(void **state)
{
    struct act act = an_act(ACT_READ, MEMBER);
    act.seq = INT64_MAX;
    assert_int_equal(try(*state, &act), VERDICT_MARKER);
    assert_int_equal(act.seq, 12);
}

static void a_marker_that_stands_further_is_the_answer(void **state)
{
    struct trial *trial = *state;
    live_room_member(trial->live, USER(MEMBER))->read_count = 4;
    for (uint64_t seq = 0; seq <= 9; seq += 9) {
        struct act act = an_act(ACT_READ, MEMBER);
        act.seq = seq;
        assert_int_equal(try(trial, &act), VERDICT_ANSWER);
        assert_int_equal(act.read_seq, 9);
        assert_int_equal(act.unread, 2);
    }
}

static void an_act_is_answered_only_by_an_event_of_its_kind(void **state)
{
    (void)state;
    struct act send = an_act(ACT_SEND, MEMBER), typing = an_act(ACT_TYPING, MEMBER);
    struct event message = {.type = EVENT_MESSAGE_CREATED}, joined = {.type = EVENT_USER_JOINED};
    assert_true(judge_made(&send, &message));
    assert_false(judge_made(&send, &joined));
    assert_false(judge_made(&typing, &message));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_ROOM(the_owner_adds),
        IN_A_ROOM(who_may_not_add_is_told_why),
        IN_A_ROOM(the_owner_removes),
        IN_A_ROOM(everybody_may_leave),
        IN_A_ROOM(a_room_whose_owner_leaves_passes_to_the_longest_standing),
        IN_A_ROOM(the_last_one_leaves_an_empty_room),
        IN_A_ROOM(who_may_not_remove_is_told_why),
        IN_A_ROOM(typing_is_told_in_rooms_that_are_not_too_large),
        IN_A_ROOM(a_marker_moves_forward),
        IN_A_ROOM(a_marker_past_the_end_counts_as_the_end),
        IN_A_ROOM(a_marker_that_stands_further_is_the_answer),
        IN_A_ROOM(an_act_is_answered_only_by_an_event_of_its_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
