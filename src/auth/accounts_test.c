/* Accounts against a real database: signing up and in, and what people do to their own. */
#include "auth/test_world.h"

#include "store/store_wait.h"

/* ---- signing up ------------------------------------------------------------------------------ */

static void who_signs_up_is_signed_in(void **state)
{
    struct world *world = *state;
    struct pending *pending = a_signup(world, "Ann");
    pending->call.email = STR("ann@example.org");
    pending->call.locale = STR("pt-BR");
    struct auth_call *ann = act(world, auth_signup, pending);
    assert_int_equal(ann->problem.err, ERR_OK);
    assert_true(str_eq(ann->user.username, STR("Ann")));
    assert_true(str_eq(ann->user.display_name, STR("Ann")));
    assert_true(str_eq(ann->user.locale, STR("pt-BR")));
    assert_false(ann->user.admin);
    assert_int_equal(ann->expires_in, world->limits.access_token_s);
    struct identity self = identity_of(world, ann);
    assert_int_equal(self.user.v, ann->user.id.v);
    assert_in_range(self.expires_at - clock_now_ms(), 890000, 900000);
}

static void the_password_is_gone_when_it_is_done(void **state)
{
    struct world *world = *state;
    struct pending *pending = a_signup(world, "ann");
    char password[] = PASSWORD;
    pending->call.password = str_of(password, strlen(PASSWORD));
    assert_int_equal(act(world, auth_signup, pending)->problem.err, ERR_OK);
    for (size_t i = 0; i < sizeof(password); i++)
        assert_int_equal(password[i], 0);
}

static void a_name_is_given_once_without_regard_to_case(void **state)
{
    struct world *world = *state;
    sign_up(world, "Émile");
    static const char *const same[] = {"Émile", "émile", "ÉMILE"};
    for (size_t i = 0; i < ARRAY_LEN(same); i++)
        assert_int_equal(act(world, auth_signup, a_signup(world, same[i]))->problem.err,
                         ERR_USER_USERNAME_TAKEN);
}

static void a_name_is_given_once_to_many_at_once(void **state)
{
    struct world *world = *state;
    struct pending *many[10];
    size_t made = 0, taken = 0;
    for (size_t i = 0; i < ARRAY_LEN(many); i++)
        start(world, auth_signup, many[i] = a_signup(world, "race"));
    for (size_t i = 0; i < ARRAY_LEN(many); i++) {
        enum err err = finish(world, many[i])->problem.err;
        made += err == ERR_OK;
        taken += err == ERR_USER_USERNAME_TAKEN;
    }
    assert_int_equal(made, 1);
    assert_int_equal(taken, ARRAY_LEN(many) - 1);
}

static void what_is_wrong_is_named(void **state)
{
    struct world *world = *state;
    struct pending *pending = a_signup(world, "x");
    struct auth_call *call = act(world, auth_signup, pending);
    assert_int_equal(call->problem.err, ERR_FIELD_INVALID);
    assert_true(str_eq(call->problem.field, STR("username")));

    pending = a_signup(world, "ann");
    pending->call.password = writable(pending, "short");
    call = act(world, auth_signup, pending);
    assert_int_equal(call->problem.err, ERR_FIELD_INVALID);
    assert_true(str_eq(call->problem.field, STR("password")));

    pending = a_signup(world, "ann");
    pending->call.password = STR_NONE;
    call = act(world, auth_signup, pending);
    assert_int_equal(call->problem.err, ERR_FIELD_MISSING);
    assert_true(str_eq(call->problem.field, STR("password")));
}

static void one_address_makes_so_many_accounts_and_no_more(void **state)
{
    struct world *world = *state;
    close_auth(world);
    world->limits.signup_burst = 2;
    open_auth(world);
    sign_up(world, "one");
    sign_up(world, "two");
    struct auth_call *third = act(world, auth_signup, a_signup(world, "three"));
    assert_int_equal(third->problem.err, ERR_RATE_LIMITED);
    assert_true(third->problem.retry_after_s > 0);

    struct pending *trusted = a_signup(world, "four");
    trusted->call.trusted = true;
    assert_int_equal(act(world, auth_signup, trusted)->problem.err, ERR_OK);
    struct pending *other = a_signup(world, "five");
    other->call.peer = address("192.0.2.2");
    assert_int_equal(act(world, auth_signup, other)->problem.err, ERR_OK);
}

static void a_stop_forgets_who_waits_for_a_hash(void **state)
{
    struct world *world = *state;
    struct pending *many[20];
    char name[] = "name_a";
    uint64_t quick = world->limits.password_passes;
    close_auth(world);
    world->limits.password_passes = 50; /* far longer than it takes all others to queue behind it */
    open_auth(world);
    for (size_t i = 0; i < ARRAY_LEN(many); i++, name[5]++)
        start(world, auth_signup, many[i] = a_signup(world, name));
    for (size_t read = 0; read < ARRAY_LEN(many); read += inbox_run(&world->home, 1))
        inbox_wait(&world->home, -1); /* whether sign-up is open */
    close_auth(world);
    world->limits.password_passes = quick;
    for (size_t i = 0; i < ARRAY_LEN(many); i++)
        arena_deinit(&many[i]->arena);
    /* The one that was being hashed came back after the loops ended: nobody looks at it. */
    inbox_deinit(&world->home);
    assert_int_equal(inbox_init(&world->home), 0);
    open_auth(world);
    sign_up(world, "name_a");
}

/* ---- invitations ----------------------------------------------------------------------------- */

struct promotion {
    struct store_job job;
    user_id user;
};

static int promote(struct store_job *job, struct store_conn *conn)
{
    return store_user_set_admin(conn, CONTAINER_OF(job, struct promotion, job)->user, true);
}

static struct auth_call *an_admin(struct world *world)
{
    struct auth_call *admin = sign_up(world, "root");
    struct promotion promotion = {.job.run = promote, .user = admin->user.id};
    assert_int_equal(store_write_wait(world->store, &promotion.job), 0);
    return admin;
}

static struct auth_call *invite(struct world *world, const struct auth_call *maker, uint64_t uses)
{
    struct pending *pending = an_act_of(world, maker);
    pending->call.invite_uses = uses;
    pending->call.invite_lifetime_s = 3600;
    return act(world, auth_make_invite, pending);
}

static enum err sign_up_with(struct world *world, const char *username, struct str code)
{
    struct pending *pending = a_signup(world, username);
    pending->call.invite_code = arena_copy(&pending->arena, code);
    return act(world, auth_signup, pending)->problem.err;
}

static void invite_only(struct world *world)
{
    close_auth(world);
    world->signup = SIGNUP_INVITE;
    open_auth(world);
}

static void an_invitation_is_good_for_as_many_as_it_says(void **state)
{
    struct world *world = *state;
    struct auth_call *admin = an_admin(world);
    invite_only(world);
    struct auth_call *made = invite(world, admin, 2);
    assert_int_equal(made->problem.err, ERR_OK);
    assert_int_equal(sign_up_with(world, "none", STR_NONE), ERR_SIGNUP_INVITE_REQUIRED);
    assert_int_equal(sign_up_with(world, "wrong", STR("no-such-code")), ERR_SIGNUP_INVITE_INVALID);
    assert_int_equal(sign_up_with(world, "first", made->invite.code), ERR_OK);
    /* Who does not get the name has not used it up. */
    assert_int_equal(sign_up_with(world, "first", made->invite.code), ERR_USER_USERNAME_TAKEN);
    assert_int_equal(sign_up_with(world, "second", made->invite.code), ERR_OK);
    assert_int_equal(sign_up_with(world, "third", made->invite.code), ERR_SIGNUP_INVITE_INVALID);
}

static void an_invitation_is_used_once_by_two_at_once(void **state)
{
    struct world *world = *state;
    struct auth_call *admin = an_admin(world);
    invite_only(world);
    struct str code = invite(world, admin, 1)->invite.code;
    struct pending *ann = a_signup(world, "ann"), *bob = a_signup(world, "bob");
    ann->call.invite_code = bob->call.invite_code = code;
    start(world, auth_signup, ann);
    start(world, auth_signup, bob);
    enum err first = finish(world, ann)->problem.err, second = finish(world, bob)->problem.err;
    assert_int_equal((first == ERR_OK) + (second == ERR_OK), 1);
    assert_int_equal(first == ERR_OK ? second : first, ERR_SIGNUP_INVITE_INVALID);
}

static void only_admins_invite_and_within_bounds(void **state)
{
    struct world *world = *state;
    struct auth_call *admin = an_admin(world), *ann = sign_up(world, "ann");
    assert_int_equal(invite(world, ann, 1)->problem.err, ERR_AUTH_FORBIDDEN);
    struct auth_call *none = invite(world, admin, 0);
    assert_int_equal(none->problem.err, ERR_FIELD_INVALID);
    assert_true(str_eq(none->problem.field, STR("uses")));
    assert_int_equal(invite(world, admin, 1001)->problem.err, ERR_FIELD_INVALID);
}

static void an_administrator_who_was_suspended_meanwhile_does_no_more(void **state)
{
    struct world *world = *state;
    struct auth_call *root = an_admin(world), *ann = sign_up(world, "ann");
    struct promotion promotion = {.job.run = promote, .user = ann->user.id};
    assert_int_equal(store_write_wait(world->store, &promotion.job), 0);
    struct pending *first = an_act_of(world, root), *second = an_act_of(world, ann),
                   *third = an_act_of(world, ann);
    first->call.subject = ann->user.id;
    second->call.subject = root->user.id;
    third->call.subject = ann->user.id;
    assert_int_equal(act(world, auth_suspend, first)->problem.err, ERR_OK);
    /* They had been let in before it. */
    assert_int_equal(act(world, auth_suspend, second)->problem.err, ERR_AUTH_FORBIDDEN);
    assert_int_equal(act(world, auth_unsuspend, third)->problem.err, ERR_AUTH_FORBIDDEN);
    assert_int_equal(check(world, root), ERR_OK);
}

static void the_last_administrator_keeps_the_account(void **state)
{
    struct world *world = *state;
    struct auth_call *root = an_admin(world), *ann = sign_up(world, "ann");
    struct pending *pending = an_act_of(world, root);
    pending->call.password = writable(pending, PASSWORD);
    assert_int_equal(act(world, auth_delete_account, pending)->problem.err, ERR_ADMIN_LAST);
    assert_int_equal(check(world, root), ERR_OK);
    struct promotion promotion = {.job.run = promote, .user = ann->user.id};
    assert_int_equal(store_write_wait(world->store, &promotion.job), 0);
    pending = an_act_of(world, root);
    pending->call.password = writable(pending, PASSWORD);
    assert_int_equal(act(world, auth_delete_account, pending)->problem.err, ERR_OK);
}

static void a_closed_server_takes_nobody(void **state)
{
    struct world *world = *state;
    close_auth(world);
    world->signup = SIGNUP_CLOSED;
    open_auth(world);
    assert_int_equal(sign_up_with(world, "ann", STR_NONE), ERR_SIGNUP_CLOSED);
}

/* ---- signing in ------------------------------------------------------------------------------ */

static void a_name_signs_in_however_it_is_written(void **state)
{
    struct world *world = *state;
    struct auth_call *ann = sign_up(world, "Åsa");
    struct auth_call *again = sign_in(world, "åSA", PASSWORD);
    assert_int_equal(again->problem.err, ERR_OK);
    assert_int_equal(again->user.id.v, ann->user.id.v);
    assert_int_not_equal(identity_of(world, again).session.v, identity_of(world, ann).session.v);
}

static void wrong_name_and_wrong_password_are_one_answer(void **state)
{
    struct world *world = *state;
    sign_up(world, "ann");
    struct auth_call *name = sign_in(world, "nobody", PASSWORD);
    struct auth_call *password = sign_in(world, "ann", "wrong password");
    assert_int_equal(name->problem.err, ERR_AUTH_INVALID_CREDENTIALS);
    assert_int_equal(password->problem.err, ERR_AUTH_INVALID_CREDENTIALS);
    assert_int_equal(name->problem.field.len, 0);
    assert_int_equal(password->problem.field.len, 0);
}

static void an_email_that_nobody_verified_is_no_login(void **state)
{
    struct world *world = *state;
    struct pending *pending = a_signup(world, "ann");
    pending->call.email = STR("ann@example.org");
    assert_int_equal(act(world, auth_signup, pending)->problem.err, ERR_OK);
    assert_int_equal(sign_in(world, "ann@example.org", PASSWORD)->problem.err,
                     ERR_AUTH_INVALID_CREDENTIALS);
}

static void a_guesser_is_slowed_and_the_owner_is_not(void **state)
{
    struct world *world = *state;
    close_auth(world);
    world->limits.signin_failure_burst = 3;
    open_auth(world);
    struct auth_call *ann = sign_up(world, "ann");
    for (int i = 0; i < 3; i++)
        assert_int_equal(sign_in(world, "ann", "a bad guess")->problem.err,
                         ERR_AUTH_INVALID_CREDENTIALS);
    struct auth_call *slowed = sign_in(world, "ANN", PASSWORD);
    assert_int_equal(slowed->problem.err, ERR_RATE_LIMITED);
    assert_int_equal(slowed->problem.retry_after_s, 1);

    struct pending *owner = a_signin(world, "ann", PASSWORD);
    owner->call.peer = address("192.0.2.2");
    assert_int_equal(act(world, auth_signin, owner)->problem.err, ERR_OK);
    assert_int_equal(check(world, ann), ERR_OK);

    struct pending *trusted = a_signin(world, "ann", PASSWORD);
    trusted->call.trusted = true;
    assert_int_equal(act(world, auth_signin, trusted)->problem.err, ERR_OK);
}

static void a_hash_of_an_earlier_cost_is_made_anew(void **state)
{
    struct world *world = *state;
    sign_up(world, "ann");
    close_auth(world);
    world->limits.password_passes = 2;
    open_auth(world);
    assert_int_equal(sign_in(world, "ann", PASSWORD)->problem.err, ERR_OK);
    assert_int_equal(sign_in(world, "ann", PASSWORD)->problem.err, ERR_OK);
    close_auth(world);
    world->limits.password_passes = 1;
    open_auth(world);
    assert_int_equal(sign_in(world, "ann", PASSWORD)->problem.err, ERR_OK);
}

static void a_full_pool_sends_people_away(void **state)
{
    struct world *world = *state;
    sign_up(world, "ann");
    close_auth(world);
    world->limits.password_queue = 1;
    open_auth(world);
    struct pending *many[12];
    size_t busy = 0, fine = 0;
    for (size_t i = 0; i < ARRAY_LEN(many); i++)
        start(world, auth_signin, many[i] = a_signin(world, "ann", PASSWORD));
    for (size_t i = 0; i < ARRAY_LEN(many); i++) {
        struct auth_call *call = finish(world, many[i]);
        busy += call->problem.err == ERR_SERVER_BUSY && call->problem.retry_after_s > 0;
        fine += call->problem.err == ERR_OK;
    }
    assert_true(busy > 0 && fine > 0);
}

/* ---- one's own account ----------------------------------------------------------------------- */

static struct auth_call *change_password(struct world *world, const struct auth_call *who,
                                         const char *old, const char *new)
{
    struct pending *pending = an_act_of(world, who);
    pending->call.password = writable(pending, old);
    pending->call.new_password = writable(pending, new);
    return act(world, auth_change_password, pending);
}

static void a_new_password_ends_the_other_sessions(void **state)
{
    struct world *world = *state;
    struct auth_call *ann = sign_up(world, "ann"), *other = sign_in(world, "ann", PASSWORD);
    session_id others = identity_of(world, other).session;
    assert_int_equal(change_password(world, ann, "wrong password", "another one")->problem.err,
                     ERR_AUTH_INVALID_CREDENTIALS);
    struct auth_call *short_one = change_password(world, ann, PASSWORD, "short");
    assert_int_equal(short_one->problem.err, ERR_FIELD_INVALID);
    assert_true(str_eq(short_one->problem.field, STR("new_password")));
    assert_int_equal(check(world, other), ERR_OK);

    assert_int_equal(change_password(world, ann, PASSWORD, "another one")->problem.err, ERR_OK);
    assert_int_equal(check(world, ann), ERR_OK);
    assert_int_equal(check(world, other), ERR_AUTH_SESSION_ENDED);
    assert_true(was_told(world, others));
    assert_int_equal(world->told_count, 1);
    assert_int_equal(sign_in(world, "ann", PASSWORD)->problem.err, ERR_AUTH_INVALID_CREDENTIALS);
    assert_int_equal(sign_in(world, "ann", "another one")->problem.err, ERR_OK);
}

/* Both compare the old password before either writes: no session may begin that survives. */
static void a_sign_in_with_the_old_password_does_not_slip_through(void **state)
{
    struct world *world = *state;
    struct auth_call *ann = sign_up(world, "ann");
    for (int i = 0; i < 4; i++) {
        const char *old = i % 2 ? "another one" : PASSWORD, *new = i % 2 ? PASSWORD : "another one";
        struct pending *change = an_act_of(world, ann);
        change->call.password = writable(change, old);
        change->call.new_password = writable(change, new);
        change->call.trusted = true;
        struct pending *in[3];
        start(world, auth_change_password, change);
        for (size_t j = 0; j < ARRAY_LEN(in); j++) {
            in[j] = a_signin(world, "ann", old);
            in[j]->call.trusted = true;
            start(world, auth_signin, in[j]);
        }
        assert_int_equal(finish(world, change)->problem.err, ERR_OK);
        for (size_t j = 0; j < ARRAY_LEN(in); j++) {
            struct auth_call *call = finish(world, in[j]);
            if (call->problem.err == ERR_OK)
                assert_int_equal(check(world, call), ERR_AUTH_SESSION_ENDED);
            else
                assert_int_equal(call->problem.err, ERR_AUTH_INVALID_CREDENTIALS);
        }
    }
}

static void a_profile_is_changed_where_it_says_so(void **state)
{
    struct world *world = *state;
    struct auth_call *ann = sign_up(world, "ann");
    struct pending *pending = an_act_of(world, ann);
    pending->call.display_name = STR("Ann the First");
    struct auth_call *changed = act(world, auth_update_profile, pending);
    assert_int_equal(changed->problem.err, ERR_OK);
    assert_true(str_eq(changed->user.display_name, STR("Ann the First")));

    pending = an_act_of(world, ann);
    pending->call.locale = STR("de");
    changed = act(world, auth_update_profile, pending);
    assert_true(str_eq(changed->user.display_name, STR("Ann the First")));
    assert_true(str_eq(changed->user.locale, STR("de")));

    pending = an_act_of(world, ann);
    pending->call.display_name = STR("  ");
    assert_int_equal(act(world, auth_update_profile, pending)->problem.err, ERR_FIELD_INVALID);
}

static void a_deleted_account_is_gone_and_its_name_is_free(void **state)
{
    struct world *world = *state;
    struct auth_call *ann = sign_up(world, "ann"), *other = sign_in(world, "ann", PASSWORD);
    struct pending *pending = an_act_of(world, ann);
    pending->call.password = writable(pending, "wrong password");
    assert_int_equal(act(world, auth_delete_account, pending)->problem.err,
                     ERR_AUTH_INVALID_CREDENTIALS);
    pending = an_act_of(world, ann);
    pending->call.password = writable(pending, PASSWORD);
    assert_int_equal(act(world, auth_delete_account, pending)->problem.err, ERR_OK);
    assert_int_equal(check(world, ann), ERR_AUTH_SESSION_ENDED);
    assert_int_equal(check(world, other), ERR_AUTH_SESSION_ENDED);
    assert_int_equal(world->told_count, 2);
    assert_int_equal(sign_in(world, "ann", PASSWORD)->problem.err, ERR_AUTH_INVALID_CREDENTIALS);
    assert_int_equal(refresh(world, other->new_refresh_token)->problem.err, ERR_AUTH_SESSION_ENDED);
    sign_up(world, "ann");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(who_signs_up_is_signed_in),
        TEST(the_password_is_gone_when_it_is_done),
        TEST(a_name_is_given_once_without_regard_to_case),
        TEST(a_name_is_given_once_to_many_at_once),
        TEST(what_is_wrong_is_named),
        TEST(one_address_makes_so_many_accounts_and_no_more),
        TEST(a_stop_forgets_who_waits_for_a_hash),
        TEST(an_invitation_is_good_for_as_many_as_it_says),
        TEST(an_invitation_is_used_once_by_two_at_once),
        TEST(only_admins_invite_and_within_bounds),
        TEST(an_administrator_who_was_suspended_meanwhile_does_no_more),
        TEST(the_last_administrator_keeps_the_account),
        TEST(a_closed_server_takes_nobody),
        TEST(a_name_signs_in_however_it_is_written),
        TEST(wrong_name_and_wrong_password_are_one_answer),
        TEST(an_email_that_nobody_verified_is_no_login),
        TEST(a_guesser_is_slowed_and_the_owner_is_not),
        TEST(a_hash_of_an_earlier_cost_is_made_anew),
        TEST(a_full_pool_sends_people_away),
        TEST(a_new_password_ends_the_other_sessions),
        TEST(a_sign_in_with_the_old_password_does_not_slip_through),
        TEST(a_profile_is_changed_where_it_says_so),
        TEST(a_deleted_account_is_gone_and_its_name_is_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
