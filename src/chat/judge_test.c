/* Every rule of the table, on a group of an owner (1), two members (2, 3) and strangers. */
#include "chat/judge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define USER(n) ((user_id){(n)})
enum { OWNER = 1, MEMBER = 2, ELDER = 3, STRANGER = 9 };

struct trial {
    struct limits limits;
    struct live_room *live;
    struct batch *batch;
};

static void load(struct trial *trial, enum room_kind kind)
{
    struct member members[] = {
        {.user = USER(OWNER), .role = ROLE_OWNER, .joined_seq = 2, .read_seq = 2},
        {.user = USER(MEMBER), .role = ROLE_MEMBER, .joined_seq = 9, .read_seq = 9},
        {.user = USER(ELDER), .role = ROLE_MEMBER, .joined_seq = 3, .read_seq = 3},
    };
    if (kind == ROOM_DIRECT)
        members[0].role = ROLE_MEMBER;
    live_room_load(trial->live,
                   &(struct room){.id = {7}, .kind = kind, .last_seq = 12, .last_count = 6},
                   &(struct member_list){members, kind == ROOM_DIRECT ? 2 : 3});
    batch_free(trial->batch);
    trial->batch = batch_new(trial->live, 1000);
}

static int start(void **state)
{
    struct trial *trial = NEW(struct trial);
    limits_init(&trial->limits);
    trial->live = live_room_new(NULL, (room_id){7});
    load(trial, ROOM_GROUP);
    *state = trial;
    return 0;
}

static int finish(void **state)
{
    struct trial *trial = *state;
    batch_free(trial->batch);
    live_room_free(trial->live);
    xfree(trial);
    return 0;
}

static struct act an_act(enum act_kind kind, uint64_t self)
{
    return (struct act){
        .kind = kind, .room = {7}, .self = USER(self), .nonce = STR("n"), .payload = STR("{}")};
}

static enum verdict try(struct trial *trial, struct act *act)
{
    return judge(trial->live, act, trial->batch, &trial->limits);
}

static void assert_refused(struct trial *trial, struct act act, enum err err)
{
    assert_int_equal(try(trial, &act), VERDICT_REFUSE);
    assert_int_equal(act.problem.err, err);
    assert_int_equal(trial->batch->append.count, 0);
    assert_int_equal(trial->batch->entry_count, 0);
}

static struct event *nth(const struct trial *trial, size_t n)
{
    assert_true(n < trial->batch->append.count);
    return trial->batch->append.events[n];
}

static const struct projection *nth_projection(const struct trial *trial, size_t n)
{
    assert_true(n < trial->batch->append.projection_count);
    return &trial->batch->append.projections[n];
}

/* ---- sending ---------------------------------------------------------------------------------------- */

static void a_member_sends(void **state)
{
    struct act act = an_act(ACT_SEND, MEMBER);
    assert_int_equal(try(*state, &act), VERDICT_APPEND);
    const struct event *event = nth(*state, 0);
    assert_int_equal(event->type, EVENT_MESSAGE_CREATED);
    assert_int_equal(event->sender.v, MEMBER);
    assert_int_equal(event->seq, 13);
    assert_true(str_eq(event->nonce, STR("n")));
    assert_int_equal(((struct trial *)*state)->batch->append.projection_count, 0);
}

static void messages_share_a_batch(void **state)
{
    struct act first = an_act(ACT_SEND, MEMBER), second = an_act(ACT_SEND, OWNER);
    assert_int_equal(try(*state, &first), VERDICT_APPEND);
    assert_int_equal(try(*state, &second), VERDICT_APPEND);
    assert_int_equal(nth(*state, 1)->seq, 14);
}

static void to_a_stranger_there_is_no_room(void **state)
{
    static const enum act_kind kinds[] = {ACT_SEND,   ACT_ADD_MEMBER, ACT_REMOVE_MEMBER,
                                          ACT_RENAME, ACT_TYPING,     ACT_READ};
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        assert_refused(*state, an_act(kinds[i], STRANGER), ERR_ROOM_NOT_FOUND);
}

static void to_a_room_that_is_not_there_nothing_can_be_done(void **state)
{
    struct trial *trial = *state;
    live_room_load(trial->live, &(struct room){.id = {7}}, &(struct member_list){0});
    for (int kind = ACT_SEND; kind < ACT_KINDS; kind++)
        assert_refused(trial, an_act((enum act_kind)kind, OWNER), ERR_ROOM_NOT_FOUND);
}

/* ---- making a room ------------------------------------------------------------------------------------ */

static void a_group_begins_with_itself_and_its_members_the_maker_first(void **state)
{
    struct trial *trial = *state;
    live_room_load(trial->live, &(struct room){.id = {7}}, &(struct member_list){0});
    batch_free(trial->batch);
    trial->batch = batch_new(trial->live, 1000);
    user_id others[] = {USER(5), USER(6)};
    struct act act = an_act(ACT_CREATE_ROOM, OWNER);
    act.room_kind = ROOM_GROUP;
    act.name = STR("friends");
    act.members = others;
    act.member_count = 2;
    assert_int_equal(try(trial, &act), VERDICT_APPEND);
    assert_int_equal(trial->batch->append.count, 4);
    assert_int_equal(nth(trial, 0)->type, EVENT_ROOM_CREATED);
    assert_int_equal(nth(trial, 0)->seq, 1);
    static const uint64_t targets[] = {OWNER, 5, 6};
    for (size_t i = 0; i < 3; i++) {
        const struct event *joined = nth(trial, i + 1);
        assert_int_equal(joined->type, EVENT_USER_JOINED);
        assert_int_equal(joined->target, targets[i]);
        assert_int_equal(joined->role, i == 0 ? ROLE_OWNER : ROLE_MEMBER);
        assert_int_equal(joined->nonce.ptr[0], '~');
        assert_int_equal(nth_projection(trial, i + 1)->kind, PROJECT_MEMBER);
        assert_int_equal(nth_projection(trial, i + 1)->user.v, targets[i]);
    }
    assert_int_equal(nth_projection(trial, 0)->kind, PROJECT_ROOM);
    assert_int_equal(trial->batch->entries[0].count, 4);
}

static void nobody_owns_a_direct_room(void **state)
{
    struct trial *trial = *state;
    live_room_load(trial->live, &(struct room){.id = {7}}, &(struct member_list){0});
    user_id other = USER(5);
    struct act act = an_act(ACT_CREATE_ROOM, OWNER);
    act.room_kind = ROOM_DIRECT;
    act.members = &other;
    act.member_count = 1;
    assert_int_equal(try(trial, &act), VERDICT_APPEND);
    assert_int_equal(nth(trial, 1)->role, ROLE_MEMBER);
    assert_int_equal(nth(trial, 2)->role, ROLE_MEMBER);
}

static void a_room_that_is_there_is_the_answer(void **state)
{
    struct trial *trial = *state;
    struct act act = an_act(ACT_CREATE_ROOM, OWNER);
    act.problem = problem_of(ERR_FIELD_INVALID); /* somebody it names has gone since */
    assert_int_equal(try(trial, &act), VERDICT_ANSWER);
    assert_true(act.duplicate);
    assert_int_equal(act.problem.err, ERR_OK);
    assert_int_equal(trial->batch->append.count, 0);
}

static void no_room_is_made_with_nobody(void **state)
{
    struct trial *trial = *state;
    live_room_load(trial->live, &(struct room){.id = {7}}, &(struct member_list){0});
    struct act act = an_act(ACT_CREATE_ROOM, OWNER);
    act.problem = problem_of(ERR_FIELD_INVALID);
    assert_refused(trial, act, ERR_FIELD_INVALID);
}

/* ---- members -------------------------------------------------------------------------------------------- */

static void the_owner_adds(void **state)
{
    struct act act = an_act(ACT_ADD_MEMBER, OWNER);
    act.target = USER(STRANGER);
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
    assert_refused(trial, act, ERR_FIELD_INVALID);

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

static void the_owner_renames_a_group_and_nobody_else(void **state)
{
    struct trial *trial = *state;
    assert_refused(trial, an_act(ACT_RENAME, MEMBER), ERR_ROOM_FORBIDDEN);
    struct act act = an_act(ACT_RENAME, OWNER);
    act.name = STR("new");
    assert_int_equal(try(trial, &act), VERDICT_APPEND);
    assert_int_equal(nth(trial, 0)->type, EVENT_ROOM_UPDATED);
    assert_int_equal(nth_projection(trial, 0)->kind, PROJECT_NAME);
    load(trial, ROOM_DIRECT);
    assert_refused(trial, an_act(ACT_RENAME, OWNER), ERR_ROOM_DIRECT_FIXED);
}

static void what_changes_the_room_waits_until_the_batch_is_durable(void **state)
{
    static const enum act_kind kinds[] = {ACT_CREATE_ROOM, ACT_ADD_MEMBER, ACT_REMOVE_MEMBER,
                                          ACT_RENAME};
    struct act sent = an_act(ACT_SEND, MEMBER);
    assert_int_equal(try(*state, &sent), VERDICT_APPEND);
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        struct act act = an_act(kinds[i], STRANGER);
        assert_int_equal(try(*state, &act), VERDICT_WAIT);
        assert_int_equal(act.problem.err, ERR_OK);
    }
    assert_int_equal(((struct trial *)*state)->batch->append.count, 1);
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
    assert_int_equal(try(*state, &act), VERDICT_MARK);
    assert_int_equal(act.seq, 11);
}

static void a_marker_past_the_end_counts_as_the_end(void **state)
{
    struct act act = an_act(ACT_READ, MEMBER);
    act.seq = INT64_MAX;
    assert_int_equal(try(*state, &act), VERDICT_MARK);
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

#define IN_A_ROOM(test) cmocka_unit_test_setup_teardown(test, start, finish)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_ROOM(a_member_sends),
        IN_A_ROOM(messages_share_a_batch),
        IN_A_ROOM(to_a_stranger_there_is_no_room),
        IN_A_ROOM(to_a_room_that_is_not_there_nothing_can_be_done),
        IN_A_ROOM(a_group_begins_with_itself_and_its_members_the_maker_first),
        IN_A_ROOM(nobody_owns_a_direct_room),
        IN_A_ROOM(a_room_that_is_there_is_the_answer),
        IN_A_ROOM(no_room_is_made_with_nobody),
        IN_A_ROOM(the_owner_adds),
        IN_A_ROOM(who_may_not_add_is_told_why),
        IN_A_ROOM(the_owner_removes),
        IN_A_ROOM(everybody_may_leave),
        IN_A_ROOM(a_room_whose_owner_leaves_passes_to_the_longest_standing),
        IN_A_ROOM(the_last_one_leaves_an_empty_room),
        IN_A_ROOM(who_may_not_remove_is_told_why),
        IN_A_ROOM(the_owner_renames_a_group_and_nobody_else),
        IN_A_ROOM(what_changes_the_room_waits_until_the_batch_is_durable),
        IN_A_ROOM(typing_is_told_in_rooms_that_are_not_too_large),
        IN_A_ROOM(a_marker_moves_forward),
        IN_A_ROOM(a_marker_past_the_end_counts_as_the_end),
        IN_A_ROOM(a_marker_that_stands_further_is_the_answer),
        IN_A_ROOM(an_act_is_answered_only_by_an_event_of_its_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
