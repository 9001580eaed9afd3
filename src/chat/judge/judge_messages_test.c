/* What the judge lets people do with messages, and in what order. */
#include "chat/judge/judge_trial.h"

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

static void only_members_are_mentioned(void **state)
{
    struct act act = an_act(ACT_SEND, MEMBER);
    act.mentions = (struct mentions){(user_id[]){USER(ELDER), USER(STRANGER)}, 2, false, false};
    assert_refused(*state, act, ERR_FIELD_INVALID);
    act.mentions.count = 1;
    assert_int_equal(try(*state, &act), VERDICT_APPEND);
    assert_int_equal(nth(*state, 0)->mentions.count, 1);
    assert_int_equal(nth(*state, 0)->mentions.users[0].v, ELDER);
}

static void everyone_is_mentioned_by_the_owner_and_between_two(void **state)
{
    struct act member = an_act(ACT_SEND, MEMBER), owner = an_act(ACT_SEND, OWNER);
    owner.mentions.everyone = member.mentions.here = true;
    assert_refused(*state, member, ERR_MENTION_FORBIDDEN);
    assert_int_equal(try(*state, &owner), VERDICT_APPEND);
    load(*state, ROOM_DIRECT);
    assert_int_equal(try(*state, &member), VERDICT_APPEND);
}

static void to_a_stranger_there_is_no_room(void **state)
{
    static const enum act_kind kinds[] = {
        ACT_SEND,   ACT_REACT,      ACT_UNREACT,       ACT_PIN,         ACT_UNPIN,  ACT_EDIT,
        ACT_DELETE, ACT_ADD_MEMBER, ACT_REMOVE_MEMBER, ACT_CHANGE_ROOM, ACT_TYPING, ACT_READ};
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

/* ---- threads ----------------------------------------------------------------------------------------- */

/* An answer under message 5, which is as given. */
static struct act an_answer(uint64_t self, const struct event *root)
{
    struct act act = an_act(ACT_SEND, self);
    struct event columns = {
        .type = EVENT_MESSAGE_CREATED, .room = {7}, .seq = 5, .nonce = STR("m")};
    act.thread = 5;
    act.subject_seq = 12;
    columns.sender = USER(ELDER);
    columns.thread = root->thread;
    columns.answers = root->answers;
    memcpy(columns.answered_by, root->answered_by, sizeof(columns.answered_by));
    act.root = event_new(&columns);
    return act;
}

static void an_answer_is_counted_in_its_thread_and_not_in_the_room(void **state)
{
    struct trial *trial = *state;
    const struct event root = {.answers = 3, .answered_by = {USER(ELDER), USER(MEMBER), USER(8)}};
    struct act first = an_answer(MEMBER, &root), second = an_answer(OWNER, &root);
    assert_true(judge_looks(&first));
    assert_int_equal(try(trial, &first), VERDICT_APPEND);
    assert_int_equal(try(trial, &second), VERDICT_APPEND);
    assert_int_equal(nth(trial, 0)->thread, 5);
    assert_int_equal(nth(trial, 0)->answers, 4);
    assert_int_equal(nth(trial, 0)->count, 6);
    assert_int_equal(nth(trial, 1)->answers, 5); /* behind what is in the batch */
    assert_int_equal(nth(trial, 1)->answered_by[0].v, OWNER);
    assert_int_equal(nth(trial, 1)->answered_by[1].v, MEMBER);
    assert_int_equal(nth(trial, 1)->answered_by[2].v, ELDER);
    act_deinit(&first);
    act_deinit(&second);
}

static void a_thread_is_under_a_message_of_the_room(void **state)
{
    struct trial *trial = *state;
    struct act act = an_answer(MEMBER, &(struct event){.thread = 3});
    assert_refused(trial, act, ERR_FIELD_INVALID);
    act_deinit(&act);
    act = an_answer(MEMBER, &(struct event){0});
    event_unref(TAKE(act.root));
    assert_refused(trial, act, ERR_MESSAGE_NOT_FOUND);
    act.subject_seq = 11;
    assert_int_equal(try(trial, &act), VERDICT_LOOK);
}

static void what_is_quoted_is_in_the_same_place(void **state)
{
    struct trial *trial = *state;
    const struct event root = {0};
    struct act act = an_answer(MEMBER, &root);
    act.seq = 5; /* the root itself */
    act.subject = event_ref(act.root);
    act.subject->payload = STR("{}");
    assert_int_equal(try(trial, &act), VERDICT_APPEND);
    act.thread = 0; /* as any message of the room */
    assert_int_equal(try(trial, &act), VERDICT_APPEND);
    act.subject->thread = 3;
    load(trial, ROOM_GROUP);
    assert_refused(trial, act, ERR_FIELD_INVALID);
    act_deinit(&act);
}

/* ---- editing and deleting ---------------------------------------------------------------------------- */

/* About message 5 of `sender`, as read for the verdict. */
static struct act about(enum act_kind kind, uint64_t self, uint64_t sender)
{
    struct act act = an_act(kind, self);
    act.seq = 5;
    act.subject_seq = 12;
    act.subject = event_new(&(struct event){.type = EVENT_MESSAGE_CREATED,
                                            .room = {7},
                                            .seq = 5,
                                            .count = 2,
                                            .sender = USER(sender),
                                            .created_at = 400,
                                            .nonce = STR("m"),
                                            .payload = STR("{\"a\":1}")});
    return act;
}

static enum err refusal_of(struct trial *trial, struct act act)
{
    enum verdict verdict = try(trial, &act);
    enum err err = verdict == VERDICT_REFUSE ? act.problem.err : ERR_OK;
    act_deinit(&act);
    return err;
}

static void a_message_is_read_before_it_is_judged(void **state)
{
    struct act act = about(ACT_EDIT, MEMBER, MEMBER);
    assert_true(judge_looks(&act));
    act.subject_seq = 11; /* before the last event */
    assert_int_equal(try(*state, &act), VERDICT_LOOK);
    act.subject_seq = 12;
    assert_int_equal(try(*state, &act), VERDICT_APPEND);
    act_deinit(&act);
}

static void its_sender_edits_a_message(void **state)
{
    struct trial *trial = *state;
    trial->live->room.edit_history_s = 3;
    struct act act = about(ACT_EDIT, MEMBER, MEMBER);
    assert_int_equal(try(trial, &act), VERDICT_APPEND);
    const struct event *event = nth(trial, 0);
    assert_int_equal(event->type, EVENT_MESSAGE_UPDATED);
    assert_int_equal(event->target, 5);
    assert_int_equal(event->count, 6); /* is not counted */
    assert_int_equal(event->keep_until, event->created_at + 3000);
    assert_int_equal(event->message->edit_seq, 13);
    assert_int_equal(event->message->edit_at, event->created_at);
    assert_int_equal(event->message->seq, 5);
    assert_int_equal(event->message->created_at, 400);
    assert_true(str_eq(event->message->payload, STR("{}")));
    act_deinit(&act);
    load(trial, ROOM_GROUP);
    assert_int_equal(refusal_of(trial, about(ACT_EDIT, OWNER, MEMBER)), ERR_MESSAGE_FORBIDDEN);
}

static void its_sender_or_the_owner_deletes_a_message(void **state)
{
    struct trial *trial = *state;
    struct act act = about(ACT_DELETE, MEMBER, MEMBER);
    assert_int_equal(try(trial, &act), VERDICT_APPEND);
    assert_int_equal(nth(trial, 0)->type, EVENT_MESSAGE_DELETED);
    assert_true(event_is_deleted(nth(trial, 0)->message));
    assert_int_equal(nth(trial, 0)->message->edit_by.v, MEMBER);
    act_deinit(&act);
    load(trial, ROOM_GROUP);
    assert_int_equal(refusal_of(trial, about(ACT_DELETE, ELDER, MEMBER)), ERR_MESSAGE_FORBIDDEN);
    assert_int_equal(refusal_of(trial, about(ACT_DELETE, OWNER, MEMBER)), ERR_OK);
    load(trial, ROOM_DIRECT); /* nobody owns it */
    assert_int_equal(refusal_of(trial, about(ACT_DELETE, OWNER, MEMBER)), ERR_MESSAGE_FORBIDDEN);
}

static void what_is_no_message_is_not_changed(void **state)
{
    struct act act = about(ACT_EDIT, MEMBER, MEMBER);
    event_unref(TAKE(act.subject));
    assert_int_equal(refusal_of(*state, act), ERR_MESSAGE_NOT_FOUND);
    act = about(ACT_DELETE, MEMBER, MEMBER);
    act.subject->type = EVENT_USER_JOINED;
    assert_int_equal(refusal_of(*state, act), ERR_MESSAGE_NOT_FOUND);
    act = about(ACT_EDIT, MEMBER, MEMBER);
    act.subject->payload = STR_NONE;
    assert_int_equal(refusal_of(*state, act), ERR_MESSAGE_DELETED);
}

static void changes_of_one_message_do_not_share_a_batch_those_of_two_do(void **state)
{
    struct act first = about(ACT_EDIT, MEMBER, MEMBER), second = about(ACT_DELETE, OWNER, MEMBER);
    struct act other = about(ACT_DELETE, OWNER, OWNER);
    other.seq = 6;
    assert_int_equal(try(*state, &first), VERDICT_APPEND);
    assert_int_equal(try(*state, &second), VERDICT_WAIT);
    assert_int_equal(try(*state, &other), VERDICT_APPEND);
    act_deinit(&first);
    act_deinit(&second);
    act_deinit(&other);
}

static void there_is_a_time_for_changes_but_not_for_owners(void **state)
{
    struct trial *trial = *state;
    trial->batch->last_at = 400 + 60001;
    trial->limits.message_edit_s = trial->limits.message_delete_s = 60;
    assert_int_equal(refusal_of(trial, about(ACT_EDIT, MEMBER, MEMBER)), ERR_MESSAGE_TOO_LATE);
    assert_int_equal(refusal_of(trial, about(ACT_EDIT, OWNER, OWNER)), ERR_MESSAGE_TOO_LATE);
    assert_int_equal(refusal_of(trial, about(ACT_DELETE, MEMBER, MEMBER)), ERR_MESSAGE_TOO_LATE);
    assert_int_equal(refusal_of(trial, about(ACT_DELETE, OWNER, OWNER)), ERR_OK);
    load(trial, ROOM_GROUP);
    trial->batch->last_at = 400 + 60000;
    assert_int_equal(refusal_of(trial, about(ACT_EDIT, MEMBER, MEMBER)), ERR_OK);
    load(trial, ROOM_GROUP);
    trial->batch->last_at = INT64_MAX / 2;
    trial->limits.message_edit_s = 0; /* for ever */
    assert_int_equal(refusal_of(trial, about(ACT_EDIT, MEMBER, MEMBER)), ERR_OK);
}

/* ---- answers, reactions, pins ------------------------------------------------------------------------ */

static struct act with_emoji(enum act_kind kind, uint64_t self, const char *emoji)
{
    struct act act = about(kind, self, OWNER);
    act.emoji = str_from_c(emoji);
    return act;
}

static struct event *standing(enum event_type type)
{
    return event_new(&(struct event){.type = type, .room = {7}, .seq = 8, .nonce = STR("s")});
}

static void an_answer_needs_the_message_that_it_answers(void **state)
{
    struct trial *trial = *state;
    struct act act = about(ACT_SEND, MEMBER, OWNER);
    assert_true(judge_looks(&act));
    assert_int_equal(try(trial, &act), VERDICT_APPEND);
    assert_int_equal(nth(trial, 0)->reply_to, 5);
    act_deinit(&act);
    act = about(ACT_SEND, MEMBER, OWNER);
    event_unref(TAKE(act.subject));
    assert_int_equal(refusal_of(trial, act), ERR_MESSAGE_NOT_FOUND);
    act = an_act(ACT_SEND, MEMBER);
    assert_false(judge_looks(&act));
}

static void reactions_in_one_batch_are_counted_on(void **state)
{
    struct trial *trial = *state;
    struct act one = with_emoji(ACT_REACT, OWNER, "a"), two = with_emoji(ACT_REACT, MEMBER, "a");
    struct act gone = with_emoji(ACT_UNREACT, ELDER, "a");
    one.marks.count = two.marks.count = gone.marks.count = 4;
    gone.standing = standing(EVENT_REACTION_ADDED);
    assert_int_equal(try(trial, &one), VERDICT_APPEND);
    assert_int_equal(try(trial, &two), VERDICT_APPEND);
    assert_int_equal(try(trial, &gone), VERDICT_APPEND);
    assert_int_equal(nth(trial, 0)->reactions, 5);
    assert_int_equal(nth(trial, 1)->reactions, 6);
    assert_int_equal(nth(trial, 2)->reactions, 5);
    assert_int_equal(nth(trial, 2)->type, EVENT_REACTION_REMOVED);
    struct act again = with_emoji(ACT_UNREACT, MEMBER, "a"),
               other = with_emoji(ACT_REACT, MEMBER, "b");
    assert_int_equal(try(trial, &again), VERDICT_WAIT); /* theirs is in the batch */
    assert_int_equal(try(trial, &other), VERDICT_APPEND);
    assert_int_equal(nth(trial, 3)->reactions, 1);
    act_deinit(&one), act_deinit(&two), act_deinit(&gone), act_deinit(&again), act_deinit(&other);
}

static void what_is_there_already_is_the_answer(void **state)
{
    struct trial *trial = *state;
    for (int pin = 0; pin < 2; pin++) {
        struct act act = with_emoji(pin ? ACT_PIN : ACT_REACT, OWNER, pin ? "" : "a");
        act.standing = standing(pin ? EVENT_MESSAGE_PINNED : EVENT_REACTION_ADDED);
        assert_int_equal(try(trial, &act), VERDICT_ANSWER);
        assert_int_equal(act.event->seq, 8);
        assert_true(act.duplicate);
        act_deinit(&act);
    }
    assert_int_equal(refusal_of(trial, with_emoji(ACT_UNREACT, OWNER, "a")),
                     ERR_REACTION_NOT_FOUND);
    assert_int_equal(refusal_of(trial, with_emoji(ACT_UNPIN, OWNER, "")), ERR_PIN_NOT_FOUND);
}

static void there_is_an_end_to_kinds_of_emoji_and_to_pins(void **state)
{
    struct trial *trial = *state;
    trial->limits.message_reactions = trial->limits.room_pins = 3;
    struct act act = with_emoji(ACT_REACT, OWNER, "d");
    act.marks.kinds = 3;
    assert_int_equal(refusal_of(trial, act), ERR_REACTION_TOO_MANY);
    act = with_emoji(ACT_REACT, OWNER, "c");
    act.marks = (struct message_marks){.kinds = 3, .count = 1};
    assert_int_equal(refusal_of(trial, act), ERR_OK); /* one that is there */
    load(trial, ROOM_GROUP);
    act = with_emoji(ACT_PIN, OWNER, "");
    act.marks.pins = 3;
    assert_int_equal(refusal_of(trial, act), ERR_PIN_TOO_MANY);
    struct act first = with_emoji(ACT_PIN, OWNER, ""), second = with_emoji(ACT_PIN, OWNER, "");
    first.marks.pins = second.marks.pins = 2;
    second.seq = 6;
    assert_int_equal(try(trial, &first), VERDICT_APPEND);
    assert_int_equal(try(trial, &second), VERDICT_WAIT);
    act_deinit(&first), act_deinit(&second);
}

static void in_a_group_its_owner_pins_in_a_direct_room_both_do(void **state)
{
    struct trial *trial = *state;
    assert_int_equal(refusal_of(trial, with_emoji(ACT_PIN, MEMBER, "")), ERR_ROOM_FORBIDDEN);
    assert_int_equal(refusal_of(trial, with_emoji(ACT_UNPIN, MEMBER, "")), ERR_ROOM_FORBIDDEN);
    load(trial, ROOM_DIRECT);
    assert_int_equal(refusal_of(trial, with_emoji(ACT_PIN, MEMBER, "")), ERR_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_ROOM(a_member_sends),
        IN_A_ROOM(messages_share_a_batch),
        IN_A_ROOM(only_members_are_mentioned),
        IN_A_ROOM(everyone_is_mentioned_by_the_owner_and_between_two),
        IN_A_ROOM(to_a_stranger_there_is_no_room),
        IN_A_ROOM(to_a_room_that_is_not_there_nothing_can_be_done),
        IN_A_ROOM(an_answer_is_counted_in_its_thread_and_not_in_the_room),
        IN_A_ROOM(a_thread_is_under_a_message_of_the_room),
        IN_A_ROOM(what_is_quoted_is_in_the_same_place),
        IN_A_ROOM(a_message_is_read_before_it_is_judged),
        IN_A_ROOM(its_sender_edits_a_message),
        IN_A_ROOM(its_sender_or_the_owner_deletes_a_message),
        IN_A_ROOM(what_is_no_message_is_not_changed),
        IN_A_ROOM(changes_of_one_message_do_not_share_a_batch_those_of_two_do),
        IN_A_ROOM(there_is_a_time_for_changes_but_not_for_owners),
        IN_A_ROOM(an_answer_needs_the_message_that_it_answers),
        IN_A_ROOM(reactions_in_one_batch_are_counted_on),
        IN_A_ROOM(what_is_there_already_is_the_answer),
        IN_A_ROOM(there_is_an_end_to_kinds_of_emoji_and_to_pins),
        IN_A_ROOM(in_a_group_its_owner_pins_in_a_direct_room_both_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
