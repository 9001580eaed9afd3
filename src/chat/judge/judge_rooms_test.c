/* How rooms begin and change, as the judge has it. */
#include "chat/judge/judge_trial.h"

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
    act.change.name = STR("friends");
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

/* ---- changing one ------------------------------------------------------------------------------------- */

static void the_owner_renames_a_group_and_nobody_else(void **state)
{
    struct trial *trial = *state;
    assert_refused(trial, an_act(ACT_CHANGE_ROOM, MEMBER), ERR_ROOM_FORBIDDEN);
    struct act act = an_act(ACT_CHANGE_ROOM, OWNER);
    act.change.name = STR("new");
    assert_int_equal(try(trial, &act), VERDICT_APPEND);
    assert_int_equal(nth(trial, 0)->type, EVENT_ROOM_UPDATED);
    assert_int_equal(nth_projection(trial, 0)->kind, PROJECT_CHANGE);
    load(trial, ROOM_DIRECT);
    assert_refused(trial, an_act(ACT_CHANGE_ROOM, OWNER), ERR_ROOM_DIRECT_FIXED);
}

static void what_changes_the_room_waits_until_the_batch_is_durable(void **state)
{
    static const enum act_kind kinds[] = {ACT_CREATE_ROOM, ACT_ADD_MEMBER, ACT_REMOVE_MEMBER,
                                          ACT_CHANGE_ROOM};
    struct act sent = an_act(ACT_SEND, MEMBER);
    assert_int_equal(try(*state, &sent), VERDICT_APPEND);
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        struct act act = an_act(kinds[i], STRANGER);
        assert_int_equal(try(*state, &act), VERDICT_WAIT);
        assert_int_equal(act.problem.err, ERR_OK);
    }
    assert_int_equal(((struct trial *)*state)->batch->append.count, 1);
}

/* ---- what administrators of the server do --------------------------------------------------------- */

static void who_oversees_need_not_be_in_it_and_what_they_do_is_held(void **state)
{
    struct trial *trial = *state;
    trial->live->room.is_public = true;
    struct act act = an_act(ACT_OVERSEE, STRANGER);
    act.hold = HELD_LOCKED | HELD_UNLISTED;
    act.release = HELD_ARCHIVED;
    assert_int_equal(try(trial, &act), VERDICT_APPEND);
    assert_int_equal(nth(trial, 0)->type, EVENT_ROOM_UPDATED);
    assert_int_equal(nth(trial, 0)->sender.v, STRANGER);
    assert_int_equal(nth(trial, 0)->target, 0);
    const struct room_change *change = &nth_projection(trial, 0)->change;
    assert_int_equal(change->locked, 1);
    assert_int_equal(change->archived, 0);
    assert_int_equal(change->is_public, 0);
    assert_int_equal(change->held, HELD_LOCKED | HELD_UNLISTED);
    assert_int_equal(trial->batch->append.projection_count, 1);
    live_room_apply(trial->live, nth_projection(trial, 0));
    assert_int_equal(trial->live->room.held, HELD_LOCKED | HELD_UNLISTED);
}

static void nobody_of_the_group_undoes_what_is_held(void **state)
{
    struct trial *trial = *state;
    trial->live->room.held = HELD_LOCKED | HELD_ARCHIVED | HELD_UNLISTED;
    trial->live->room.locked = trial->live->room.archived = true;
    struct act act = an_act(ACT_CHANGE_ROOM, OWNER);
    act.change = ROOM_CHANGE_NONE;
    act.change.locked = 0;
    assert_refused(trial, act, ERR_ROOM_FORBIDDEN);
    act.change = ROOM_CHANGE_NONE;
    act.change.archived = 0;
    assert_refused(trial, act, ERR_ROOM_FORBIDDEN);
    act.change = ROOM_CHANGE_NONE;
    act.change.is_public = 1;
    assert_refused(trial, act, ERR_ROOM_FORBIDDEN);
    act.change = ROOM_CHANGE_NONE;
    act.change.topic = STR("still theirs");
    act.change.held = 0;
    assert_int_equal(try(trial, &act), VERDICT_APPEND);
    assert_int_equal(nth_projection(trial, 0)->change.held, -1);
}

static void what_is_let_go_stays_private_and_the_rest_stays_held(void **state)
{
    struct trial *trial = *state;
    trial->live->room.held = HELD_LOCKED | HELD_UNLISTED;
    struct act act = an_act(ACT_OVERSEE, STRANGER);
    act.release = HELD_UNLISTED;
    assert_int_equal(try(trial, &act), VERDICT_APPEND);
    const struct room_change *change = &nth_projection(trial, 0)->change;
    assert_int_equal(change->is_public, -1);
    assert_int_equal(change->locked, -1);
    assert_int_equal(change->held, HELD_LOCKED);
}

static void a_new_owner_is_a_member_and_the_old_one_an_admin(void **state)
{
    struct trial *trial = *state;
    struct act act = an_act(ACT_OVERSEE, STRANGER);
    act.target = USER(STRANGER);
    assert_refused(trial, act, ERR_FIELD_INVALID);
    act.target = USER(OWNER);
    assert_refused(trial, act, ERR_FIELD_INVALID);
    act.target = USER(MEMBER);
    assert_int_equal(try(trial, &act), VERDICT_APPEND);
    assert_int_equal(trial->batch->append.count, 1);
    assert_int_equal(nth(trial, 0)->target, MEMBER);
    assert_int_equal(nth_projection(trial, 1)->user.v, OWNER);
    assert_int_equal(nth_projection(trial, 1)->role, ROLE_ADMIN);
    assert_int_equal(nth_projection(trial, 2)->user.v, MEMBER);
    assert_int_equal(nth_projection(trial, 2)->role, ROLE_OWNER);
}

static void what_two_have_with_each_other_is_not_overseen(void **state)
{
    struct trial *trial = *state;
    load(trial, ROOM_DIRECT);
    struct act act = an_act(ACT_OVERSEE, STRANGER);
    act.hold = HELD_LOCKED;
    assert_refused(trial, act, ERR_ROOM_NOT_FOUND);
}

static struct act a_deletion(struct trial *trial, struct event *subject)
{
    struct act act = an_act(ACT_DELETE_REPORTED, STRANGER);
    act.seq = 5;
    act.payload = STR("{\"by_server\":true}");
    act.subject = subject;
    act.subject_seq = trial->live->room.last_seq;
    return act;
}

static void what_was_reported_is_deleted_by_who_need_not_be_in_the_room(void **state)
{
    struct trial *trial = *state;
    OWN(event_unref)
    struct event *rude = event_new(&(struct event){
        .type = EVENT_MESSAGE_CREATED, .seq = 5, .sender = USER(MEMBER), .payload = STR("{}")});
    static const enum room_kind kinds[] = {ROOM_GROUP, ROOM_DIRECT};
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        load(trial, kinds[i]);
        struct act act = a_deletion(trial, rude);
        act.subject_seq = 0;
        assert_int_equal(try(trial, &act), VERDICT_LOOK);
        act = a_deletion(trial, rude);
        assert_int_equal(try(trial, &act), VERDICT_APPEND);
        assert_int_equal(nth(trial, 0)->type, EVENT_MESSAGE_DELETED);
        assert_int_equal(nth(trial, 0)->sender.v, STRANGER);
        assert_int_equal(nth(trial, 0)->target, 5);
        assert_true(str_eq(nth(trial, 0)->payload, STR("{\"by_server\":true}")));
        assert_true(event_is_deleted(nth(trial, 0)->message));
        act = a_deletion(trial, rude);
        assert_int_equal(try(trial, &act), VERDICT_WAIT);
    }
}

static void of_a_report_that_is_decided_or_a_message_that_is_gone_nothing_is_deleted(void **state)
{
    struct trial *trial = *state;
    OWN(event_unref)
    struct event *gone =
        event_new(&(struct event){.type = EVENT_MESSAGE_CREATED, .seq = 5, .sender = USER(MEMBER)});
    struct act act = a_deletion(trial, gone);
    assert_refused(trial, act, ERR_MESSAGE_DELETED);
    act.subject = NULL;
    assert_refused(trial, act, ERR_MESSAGE_NOT_FOUND);
    act.problem = problem_of(ERR_REPORT_RESOLVED);
    assert_refused(trial, act, ERR_REPORT_RESOLVED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_ROOM(a_group_begins_with_itself_and_its_members_the_maker_first),
        IN_A_ROOM(nobody_owns_a_direct_room),
        IN_A_ROOM(a_room_that_is_there_is_the_answer),
        IN_A_ROOM(no_room_is_made_with_nobody),
        IN_A_ROOM(the_owner_renames_a_group_and_nobody_else),
        IN_A_ROOM(what_changes_the_room_waits_until_the_batch_is_durable),
        IN_A_ROOM(who_oversees_need_not_be_in_it_and_what_they_do_is_held),
        IN_A_ROOM(nobody_of_the_group_undoes_what_is_held),
        IN_A_ROOM(what_is_let_go_stays_private_and_the_rest_stays_held),
        IN_A_ROOM(a_new_owner_is_a_member_and_the_old_one_an_admin),
        IN_A_ROOM(what_two_have_with_each_other_is_not_overseen),
        IN_A_ROOM(what_was_reported_is_deleted_by_who_need_not_be_in_the_room),
        IN_A_ROOM(of_a_report_that_is_decided_or_a_message_that_is_gone_nothing_is_deleted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
