/* The table of permissions as the judge applies it: every role and every act, in a group of one person
 * of each role, and a stranger. */
#include "chat/judge/judge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "model/permission.h"

#define USER(n) ((user_id){(n)})
enum { OWNER = 1, ADMIN, MODERATOR, MEMBER, GUEST, PEOPLE, STRANGER = 9 };
static const enum role roles[PEOPLE] = {
    [OWNER] = ROLE_OWNER,   [ADMIN] = ROLE_ADMIN, [MODERATOR] = ROLE_MODERATOR,
    [MEMBER] = ROLE_MEMBER, [GUEST] = ROLE_GUEST,
};

struct trial {
    struct limits limits;
    struct live_room *live;
    struct batch *batch;
    struct event *message; /* of the stranger, who has left */
};

static void begin_batch(struct trial *trial)
{
    batch_free(trial->batch);
    trial->batch = batch_new(trial->live, 1000000);
}

static void load(struct trial *trial, const struct room *settings)
{
    struct member members[PEOPLE - 1];
    struct room room = *settings;
    room.id = (room_id){7};
    room.kind = ROOM_GROUP;
    room.last_seq = 12;
    for (uint64_t user = OWNER; user < PEOPLE; user++)
        members[user - 1] =
            (struct member){.user = USER(user), .role = roles[user], .joined_seq = 20 - user};
    live_room_load(trial->live, &room, &(struct member_list){members, PEOPLE - 1});
    begin_batch(trial);
}

static int start(void **state)
{
    struct trial *trial = NEW(struct trial);
    limits_init(&trial->limits);
    trial->live = live_room_new(NULL, (room_id){7});
    trial->message = event_new(&(struct event){.type = EVENT_MESSAGE_CREATED,
                                               .room = {7},
                                               .seq = 5,
                                               .sender = USER(STRANGER),
                                               .created_at = 400,
                                               .nonce = STR("m"),
                                               .payload = STR("{\"a\":1}")});
    load(trial, &(struct room){0});
    *state = trial;
    return 0;
}

static int finish(void **state)
{
    struct trial *trial = *state;
    batch_free(trial->batch);
    live_room_free(trial->live);
    event_unref(trial->message);
    xfree(trial);
    return 0;
}

/* ERR_OK, or why not. */
static enum err try(struct trial *trial, struct act act, uint64_t self)
{
    act.room = (room_id){7};
    act.self = USER(self);
    act.nonce = STR("n");
    if (act.payload.len == 0)
        act.payload = STR("{}");
    act.subject_seq = trial->live->room.last_seq;
    if (act.seq)
        act.subject = event_ref(trial->message);
    if (act.kind == ACT_UNREACT || act.kind == ACT_UNPIN)
        act.standing = event_ref(trial->message);
    begin_batch(trial);
    enum verdict verdict = judge(trial->live, &act, trial->batch, &trial->limits);
    act_deinit(&act);
    if (verdict == VERDICT_REFUSE)
        return act.problem.err;
    assert_true(verdict == VERDICT_APPEND || verdict == VERDICT_SIGNAL);
    return ERR_OK;
}

/* Of the owner, an admin, a moderator, a member and a guest: '+' who may, '-' who may not. */
static void assert_row(struct trial *trial, const char *what, struct act act, const char *marks)
{
    for (uint64_t user = OWNER; user < PEOPLE; user++) {
        enum err expected = marks[user - 1] == '+' ? ERR_OK : ERR_ROOM_FORBIDDEN;
        enum err err = try(trial, act, user);
        if (err != expected)
            fail_msg("%s by a %.*s: %.*s", what, STR_ARG(role_name(roles[user])),
                     STR_ARG(err_code(err)));
    }
    assert_int_equal(try(trial, act, STRANGER), ERR_ROOM_NOT_FOUND);
}

static struct act setting(struct room_change change)
{
    return (struct act){.kind = ACT_CHANGE_ROOM, .change = change};
}

static struct room_change nothing(void)
{
    return ROOM_CHANGE_NONE;
}

#define SETTING(field, value)                                                                      \
    ({                                                                                             \
        struct room_change change_ = nothing();                                                    \
        change_.field = (value);                                                                   \
        setting(change_);                                                                          \
    })

/* ---- what one does ----------------------------------------------------------------------------- */

static void each_role_does_what_the_table_says(void **state)
{
    uint64_t some = permission_put(0, PERMISSION_WRITE, ROLE_OWNER);
    const struct {
        const char *what, *marks;
        struct act act;
    } rows[] = {
        {"message.send", "++++-", {.kind = ACT_SEND}},
        {"message.forward", "++++-", {.kind = ACT_FORWARD}},
        {"room.typing", "++++-", {.kind = ACT_TYPING}},
        {"message.react", "+++++", {.kind = ACT_REACT, .seq = 5, .emoji = STR("x")}},
        {"message.unreact", "+++++", {.kind = ACT_UNREACT, .seq = 5, .emoji = STR("x")}},
        {"message.pin", "+++--", {.kind = ACT_PIN, .seq = 5}},
        {"message.unpin", "+++--", {.kind = ACT_UNPIN, .seq = 5}},
        {"member.add", "+++--", {.kind = ACT_ADD_MEMBER, .target = USER(8)}},
        {"name", "++---", SETTING(name, STR("new"))},
        {"topic", "++---", SETTING(topic, STR("new"))},
        {"edit_history_s", "++---", SETTING(edit_history_s, 5)},
        {"slow_mode_s", "+++--", SETTING(slow_mode_s, 5)},
        {"locked", "+++--", SETTING(locked, 1)},
        {"archived", "++---", SETTING(archived, 1)},
        {"permissions", "+----", SETTING(permissions, some)},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_row(*state, rows[i].what, rows[i].act, rows[i].marks);
}

static void messages_of_others_are_deleted_from_moderators_on(void **state)
{
    for (uint64_t user = OWNER; user < PEOPLE; user++)
        assert_int_equal(try(*state, (struct act){.kind = ACT_DELETE, .seq = 5}, user),
                         user <= MODERATOR ? ERR_OK : ERR_MESSAGE_FORBIDDEN);
}

static void what_a_room_sets_holds_instead(void **state)
{
    struct trial *trial = *state;
    const struct act send = {.kind = ACT_SEND};
    static const char *const marks[] = {"+----", "++---", "+++--", "++++-", "+++++"};
    for (uint64_t least = OWNER; least < PEOPLE; least++) {
        uint64_t set = permission_put(0, PERMISSION_WRITE, roles[least]);
        load(trial, &(struct room){.permissions = set});
        assert_row(trial, "message.send", send, marks[least - 1]);
    }
}

static void several_settings_take_the_permission_of_each(void **state)
{
    struct room_change change = ROOM_CHANGE_NONE;
    change.name = STR("new");
    change.locked = 1;
    assert_row(*state, "name and locked", setting(change), "++---");
    change.permissions = permission_put(0, PERMISSION_PIN, ROLE_MEMBER);
    assert_row(*state, "and permissions", setting(change), "+----");
}

static void what_is_set_is_added_to_what_was_set_before(void **state)
{
    struct trial *trial = *state;
    load(trial, &(struct room){.permissions = permission_put(0, PERMISSION_WRITE, ROLE_ADMIN)});
    struct act act = SETTING(permissions, permission_put(0, PERMISSION_PIN, ROLE_MEMBER));
    assert_int_equal(try(trial, act, OWNER), ERR_OK);
    uint64_t set = trial->batch->append.projections[0].change.permissions;
    assert_int_equal(permission_set(set, PERMISSION_WRITE), ROLE_ADMIN);
    assert_int_equal(permission_set(set, PERMISSION_PIN), ROLE_MEMBER);
}

/* ---- what is done to people ---------------------------------------------------------------------- */

static void who_removes_is_above_who_is_removed(void **state)
{
    static const char *const marks[PEOPLE] = {
        /* by target; oneself: leaves */
        [OWNER] = "+----",  [ADMIN] = "++---", [MODERATOR] = "+++--",
        [MEMBER] = "++++-", [GUEST] = "+++-+",
    };
    for (uint64_t target = OWNER; target < PEOPLE; target++)
        assert_row(*state, "member.remove",
                   (struct act){.kind = ACT_REMOVE_MEMBER, .target = USER(target)}, marks[target]);
}

/* Rows: who is given it; columns: what is given; in each, who may give it. */
static void who_gives_a_role_is_above_it_and_above_who_gets_it(void **state)
{
    static const char *const marks[PEOPLE][PEOPLE] = {
        [OWNER] = {NULL, "-----", "-----", "-----", "-----", "-----"},
        [ADMIN] = {NULL, "+----", "++---", "++---", "++---", "++---"},
        [MODERATOR] = {NULL, "+----", "+----", "+++--", "+++--", "+++--"},
        [MEMBER] = {NULL, "+----", "+----", "++---", "++-+-", "++-+-"},
        [GUEST] = {NULL, "+----", "+----", "++---", "++---", "++--+"},
    };
    for (uint64_t target = OWNER; target < PEOPLE; target++)
        for (uint64_t given = OWNER; given < PEOPLE; given++)
            assert_row(
                *state, "member.update",
                (struct act){.kind = ACT_SET_ROLE, .target = USER(target), .role = roles[given]},
                marks[target][given]);
}

static void who_mutes_is_above_who_is_muted(void **state)
{
    static const char *const marks[PEOPLE] = {
        [OWNER] = "-----",  [ADMIN] = "+----", [MODERATOR] = "++---",
        [MEMBER] = "+++--", [GUEST] = "+++--",
    };
    for (uint64_t target = OWNER; target < PEOPLE; target++) {
        struct act act = {.kind = ACT_MUTE, .target = USER(target), .seconds = 9};
        assert_row(*state, "member.mute", act, marks[target]);
        act.kind = ACT_UNMUTE;
        assert_row(*state, "member.unmute", act, marks[target]);
    }
}

static void who_bans_is_above_who_is_banned_or_bans_somebody_from_outside(void **state)
{
    static const char *const marks[PEOPLE] = {
        [OWNER] = "-----",  [ADMIN] = "+----", [MODERATOR] = "++---",
        [MEMBER] = "+++--", [GUEST] = "+++--",
    };
    for (uint64_t target = OWNER; target < PEOPLE; target++)
        assert_row(*state, "member.ban", (struct act){.kind = ACT_BAN, .target = USER(target)},
                   marks[target]);
    assert_row(*state, "member.ban", (struct act){.kind = ACT_BAN, .target = USER(STRANGER)},
               "+++--");
}

static void who_is_banned_is_told_and_goes_with_the_next_event(void **state)
{
    struct trial *trial = *state;
    struct act ban = {.kind = ACT_BAN, .target = USER(MEMBER), .seconds = 9};
    assert_int_equal(try(trial, ban, MODERATOR), ERR_OK);
    const struct append *append = &trial->batch->append;
    assert_int_equal(append->count, 2);
    assert_int_equal(append->events[0]->type, EVENT_USER_BANNED);
    assert_int_equal(append->projections[0].kind, PROJECT_BAN);
    assert_int_equal(append->projections[0].at, 1009000);
    assert_int_equal(append->events[1]->type, EVENT_USER_LEFT);
    assert_int_equal(append->events[1]->target, MEMBER);
    assert_int_equal(append->projections[1].kind, PROJECT_REQUEST_CLOSED);
    assert_int_equal(append->projections[2].kind, PROJECT_MEMBER_GONE);
    ban.seconds = 0;
    ban.target = USER(STRANGER);
    assert_int_equal(try(trial, ban, MODERATOR), ERR_OK);
    assert_int_equal(trial->batch->append.count, 1);
    assert_true(trial->batch->append.projections[0].at == BANNED_FOR_GOOD);
}

static void nobody_lets_in_who_is_banned_until_their_time_has_come(void **state)
{
    struct trial *trial = *state;
    struct act add = {
        .kind = ACT_ADD_MEMBER, .target = USER(STRANGER), .past.banned_until = 1009000};
    struct act unban = {
        .kind = ACT_UNBAN, .target = USER(STRANGER), .past.banned_until = BANNED_FOR_GOOD};
    assert_int_equal(try(trial, add, OWNER), ERR_ROOM_BANNED);
    add.past.banned_until = 1000000;
    assert_int_equal(try(trial, add, OWNER), ERR_OK);
    add.past.muted_until = 1009000;
    assert_int_equal(try(trial, add, OWNER), ERR_OK);
    live_room_apply(trial->live, &trial->batch->append.projections[0]);
    assert_int_equal(live_room_member(trial->live, USER(STRANGER))->muted_until, 1009000);
    assert_int_equal(try(trial, unban, MODERATOR), ERR_OK);
    unban.past.banned_until = 0;
    assert_int_equal(try(trial, unban, MODERATOR), ERR_BAN_NOT_FOUND);
}

static void who_is_muted_says_nothing_until_their_time_has_come(void **state)
{
    struct trial *trial = *state;
    struct act mute = {.kind = ACT_MUTE, .target = USER(MEMBER), .seconds = 9};
    assert_int_equal(try(trial, mute, MODERATOR), ERR_OK);
    const struct projection *projection = &trial->batch->append.projections[0];
    assert_int_equal(projection->kind, PROJECT_MUTE);
    assert_int_equal(projection->at, 1009000);
    live_room_apply(trial->live, projection);
    struct act send = {.kind = ACT_SEND};
    assert_int_equal(try(trial, send, MEMBER), ERR_ROOM_MUTED);
    assert_int_equal(
        try(trial, (struct act){.kind = ACT_REACT, .seq = 5, .emoji = STR("x")}, MEMBER),
        ERR_ROOM_MUTED);
    assert_int_equal(try(trial, send, GUEST), ERR_ROOM_FORBIDDEN);
    assert_int_equal(try(trial, send, ADMIN), ERR_OK);
    live_room_member(trial->live, USER(MEMBER))->muted_until = 1000000;
    assert_int_equal(try(trial, send, MEMBER), ERR_OK);
    live_room_member(trial->live, USER(OWNER))->muted_until = 1009000; /* of before they owned it */
    assert_int_equal(try(trial, send, OWNER), ERR_OK);
}

static void a_room_that_is_handed_over_has_one_owner(void **state)
{
    struct trial *trial = *state;
    struct act act = {.kind = ACT_SET_ROLE, .target = USER(GUEST), .role = ROLE_OWNER};
    assert_int_equal(try(trial, act, OWNER), ERR_OK);
    const struct append *append = &trial->batch->append;
    assert_int_equal(append->count, 2);
    assert_int_equal(append->events[0]->target, GUEST);
    assert_int_equal(append->events[0]->role, ROLE_OWNER);
    assert_true(str_eq(append->events[0]->nonce, STR("n")));
    assert_int_equal(append->events[1]->target, OWNER);
    assert_int_equal(append->events[1]->role, ROLE_ADMIN);
    assert_int_equal(append->projections[0].role, ROLE_OWNER);
    assert_int_equal(append->projections[1].role, ROLE_ADMIN);
}

static void an_owner_who_leaves_is_followed_by_the_highest_role(void **state)
{
    struct trial *trial = *state;
    struct act act = {.kind = ACT_REMOVE_MEMBER, .target = USER(OWNER)};
    assert_int_equal(try(trial, act, OWNER), ERR_OK);
    assert_int_equal(trial->batch->append.events[1]->target, ADMIN);
}

static void a_stranger_has_no_role_to_be_changed(void **state)
{
    struct act act = {.kind = ACT_SET_ROLE, .target = USER(8), .role = ROLE_MEMBER};
    assert_int_equal(try(*state, act, OWNER), ERR_USER_NOT_FOUND);
    assert_int_equal(try(*state, act, MEMBER), ERR_ROOM_FORBIDDEN);
}

/* ---- rooms that take nothing ---------------------------------------------------------------------- */

static const struct act writings[] = {
    {.kind = ACT_SEND},
    {.kind = ACT_TYPING},
    {.kind = ACT_REACT, .seq = 5, .emoji = STR_INIT("x")},
    {.kind = ACT_UNREACT, .seq = 5, .emoji = STR_INIT("x")},
    {.kind = ACT_PIN, .seq = 5},
    {.kind = ACT_UNPIN, .seq = 5},
};

static void in_an_archived_room_nobody_writes(void **state)
{
    struct trial *trial = *state;
    load(trial, &(struct room){.archived = true});
    for (size_t i = 0; i < ARRAY_LEN(writings); i++)
        assert_int_equal(try(trial, writings[i], OWNER), ERR_ROOM_ARCHIVED);
    assert_int_equal(try(trial, SETTING(archived, 0), ADMIN), ERR_OK);
    assert_int_equal(try(trial, (struct act){.kind = ACT_DELETE, .seq = 5}, MODERATOR), ERR_OK);
}

static void in_a_locked_room_moderators_write(void **state)
{
    struct trial *trial = *state;
    load(trial, &(struct room){.locked = true});
    for (size_t i = 0; i < ARRAY_LEN(writings); i++)
        assert_int_equal(try(trial, writings[i], MODERATOR), ERR_OK);
    assert_int_equal(try(trial, (struct act){.kind = ACT_SEND}, MEMBER), ERR_ROOM_LOCKED);
    assert_int_equal(try(trial, writings[2], GUEST), ERR_ROOM_LOCKED);
}

/* ---- slow mode -------------------------------------------------------------------------------------- */

static void in_slow_mode_messages_of_one_person_lie_apart(void **state)
{
    struct trial *trial = *state;
    load(trial, &(struct room){.slow_mode_s = 10});
    struct act act = {
        .kind = ACT_SEND, .self = USER(MEMBER), .nonce = STR("n"), .payload = STR("{}")};
    struct member *self = live_room_member(trial->live, USER(MEMBER));
    const struct {
        int64_t ago;
        uint64_t wait;
    } rows[] = {{0, 10}, {1, 10}, {1000, 9}, {9001, 1}, {9999, 1}, {10000, 0}, {50000, 0}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        self->sent_at = 1000000 - rows[i].ago;
        act.problem = problem_of(ERR_OK);
        begin_batch(trial);
        enum verdict verdict = judge(trial->live, &act, trial->batch, &trial->limits);
        assert_int_equal(verdict, rows[i].wait ? VERDICT_REFUSE : VERDICT_APPEND);
        assert_int_equal(rows[i].wait ? act.problem.retry_after_s : 0, rows[i].wait);
        assert_int_equal(rows[i].wait ? act.problem.err : ERR_ROOM_SLOW_MODE, ERR_ROOM_SLOW_MODE);
    }
    assert_int_equal(judge(trial->live, &act, trial->batch, &trial->limits), VERDICT_WAIT);
    live_room_member(trial->live, USER(MODERATOR))->sent_at = 1000000;
    assert_int_equal(try(trial, (struct act){.kind = ACT_SEND}, MODERATOR), ERR_OK);
}

#define IN_A_ROOM(test) cmocka_unit_test_setup_teardown(test, start, finish)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_ROOM(each_role_does_what_the_table_says),
        IN_A_ROOM(messages_of_others_are_deleted_from_moderators_on),
        IN_A_ROOM(what_a_room_sets_holds_instead),
        IN_A_ROOM(several_settings_take_the_permission_of_each),
        IN_A_ROOM(what_is_set_is_added_to_what_was_set_before),
        IN_A_ROOM(who_removes_is_above_who_is_removed),
        IN_A_ROOM(who_gives_a_role_is_above_it_and_above_who_gets_it),
        IN_A_ROOM(who_mutes_is_above_who_is_muted),
        IN_A_ROOM(who_bans_is_above_who_is_banned_or_bans_somebody_from_outside),
        IN_A_ROOM(who_is_banned_is_told_and_goes_with_the_next_event),
        IN_A_ROOM(nobody_lets_in_who_is_banned_until_their_time_has_come),
        IN_A_ROOM(who_is_muted_says_nothing_until_their_time_has_come),
        IN_A_ROOM(a_room_that_is_handed_over_has_one_owner),
        IN_A_ROOM(an_owner_who_leaves_is_followed_by_the_highest_role),
        IN_A_ROOM(a_stranger_has_no_role_to_be_changed),
        IN_A_ROOM(in_an_archived_room_nobody_writes),
        IN_A_ROOM(in_a_locked_room_moderators_write),
        IN_A_ROOM(in_slow_mode_messages_of_one_person_lie_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
