/* The acts of accounts.h against a real database: what people do, and what goes wrong. */
#include "auth/accounts.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "auth/refresh_token.h"
#include "auth/work.h"
#include "bus/bus.h"
#include "core/clock.h"
#include "store/sqlite/sqlite_store.h"
#include "store/store_wait.h"

#define PASSWORD "correct horse"

enum { ENDED_MOST = 64 };

struct world {
    char dir[64];
    struct limits limits;
    struct store *store;
    struct bus *bus;
    struct auth *auth;
    enum signup_policy signup;
    struct inbox home;
    struct arena arena;
    struct bus_subscriber subscriber;
    session_id told[ENDED_MOST]; /* sessions published as ended */
    size_t told_count;
};

typedef void act_fn(struct auth *auth, struct auth_call *call);

/* ---- the world ---------------------------------------------------------------------------------- */

static void on_publication(struct bus_subscriber *subscriber, const struct publication *publication)
{
    struct world *world = CONTAINER_OF(subscriber, struct world, subscriber);
    assert_int_equal(publication->kind, PUBLISH_SESSION_ENDED);
    assert_true(world->told_count < ENDED_MOST);
    world->told[world->told_count++] = publication->session;
}

static void open_auth(struct world *world)
{
    char why[SQLITE_WHY_SIZE];
    struct sqlite_options store_options = {.data_dir = world->dir, .readers = 2};
    if (sqlite_store_open(&world->store, &store_options, why) != 0)
        fail_msg("%s", why);
    struct auth_options options = {.store = world->store,
                                   .bus = world->bus,
                                   .limits = &world->limits,
                                   .data_dir = world->dir,
                                   .signup = world->signup};
    if (auth_new(&world->auth, &options, why) != 0)
        fail_msg("%s", why);
}

static void close_auth(struct world *world)
{
    auth_free(TAKE(world->auth));
    store_close(TAKE(world->store));
}

static int set_up(void **state)
{
    struct world *world = NEW(struct world);
    snprintf(world->dir, sizeof(world->dir), "/tmp/natternet-auth-XXXXXX");
    if (!mkdtemp(world->dir) || inbox_init(&world->home) != 0)
        return -1;
    limits_init(&world->limits);
    world->limits.password_memory_kib = 8192;
    world->limits.password_passes = 1;
    world->signup = SIGNUP_OPEN;
    world->bus = bus_local_new(1);
    world->subscriber.on_publication = on_publication;
    bus_attach(world->bus, 0, &world->home, &world->subscriber);
    open_auth(world);
    *state = world;
    return 0;
}

static void remove_files(const char *folder)
{
    DIR *dir = opendir(folder);
    if (!dir)
        return;
    for (struct dirent *entry; (entry = readdir(dir));) {
        char path[400];
        snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        if (entry->d_name[0] != '.' || entry->d_name[1] != '\0')
            (void)(entry->d_type == DT_DIR ? 0 : unlink(path));
    }
    closedir(dir);
    rmdir(folder);
}

static int tear_down(void **state)
{
    struct world *world = *state;
    close_auth(world);
    inbox_run(&world->home, 1000);
    bus_free(world->bus);
    inbox_deinit(&world->home);
    arena_deinit(&world->arena);
    char keys[80];
    snprintf(keys, sizeof(keys), "%s/keys", world->dir);
    remove_files(keys);
    remove_files(world->dir);
    xfree(world);
    return 0;
}

/* ---- acts ---------------------------------------------------------------------------------------- */

struct pending { /* one act under way */
    struct auth_call call;
    struct arena arena;
    bool is_done;
};

static void on_done(struct auth_call *call)
{
    CONTAINER_OF(call, struct pending, call)->is_done = true;
}

static struct ip_address address(const char *text)
{
    struct ip_address out;
    assert_true(address_parse(str_from_c(text), &out));
    return out;
}

static struct pending *prepare(struct world *world)
{
    struct pending *pending = ARENA_NEW(&world->arena, struct pending);
    pending->call.home = &world->home;
    pending->call.done = on_done;
    pending->call.arena = &pending->arena;
    pending->call.peer = address("192.0.2.1");
    pending->call.user_agent = STR("a test");
    return pending;
}

static void start(struct world *world, act_fn *act, struct pending *pending)
{
    act(world->auth, &pending->call);
    assert_false(pending->is_done); /* never before the act returned */
}

/* The result outlives the call's arena by moving into the world's: not pretty, but short. */
static struct auth_call *finish(struct world *world, struct pending *pending)
{
    while (!pending->is_done)
        if (inbox_run(&world->home, 1) == 0)
            inbox_wait(&world->home, -1);
    inbox_run(&world->home, 1000); /* publications */
    struct auth_call *call = &pending->call;
    call->user.username = arena_copy(&world->arena, call->user.username);
    call->user.display_name = arena_copy(&world->arena, call->user.display_name);
    call->user.locale = arena_copy(&world->arena, call->user.locale);
    call->user.email = arena_copy(&world->arena, call->user.email);
    call->access_token = arena_copy(&world->arena, call->access_token);
    call->new_refresh_token = arena_copy(&world->arena, call->new_refresh_token);
    call->invite.code = arena_copy(&world->arena, call->invite.code);
    call->problem.field = arena_copy(&world->arena, call->problem.field);
    for (size_t i = 0; i < call->sessions.count; i++)
        call->sessions.items[i].user_agent =
            arena_copy(&world->arena, call->sessions.items[i].user_agent);
    struct session *sessions =
        arena_take_array(&world->arena, call->sessions.count, sizeof(*sessions));
    if (call->sessions.count > 0)
        memcpy(sessions, call->sessions.items, call->sessions.count * sizeof(*sessions));
    call->sessions.items = sessions;
    arena_deinit(&pending->arena);
    return call;
}

static struct auth_call *act(struct world *world, act_fn *fn, struct pending *pending)
{
    start(world, fn, pending);
    return finish(world, pending);
}

static struct str writable(struct pending *pending, const char *text)
{
    return arena_copy(&pending->arena, str_from_c(text));
}

static struct pending *a_signup(struct world *world, const char *username)
{
    struct pending *pending = prepare(world);
    pending->call.username = writable(pending, username);
    pending->call.password = writable(pending, PASSWORD);
    return pending;
}

static struct auth_call *sign_up(struct world *world, const char *username)
{
    struct auth_call *call = act(world, auth_signup, a_signup(world, username));
    assert_int_equal(call->problem.err, ERR_OK);
    return call;
}

static struct pending *a_signin(struct world *world, const char *login, const char *password)
{
    struct pending *pending = prepare(world);
    pending->call.login = writable(pending, login);
    pending->call.password = writable(pending, password);
    return pending;
}

static struct auth_call *sign_in(struct world *world, const char *login, const char *password)
{
    return act(world, auth_signin, a_signin(world, login, password));
}

static struct pending *a_refresh(struct world *world, struct str token)
{
    struct pending *pending = prepare(world);
    pending->call.refresh_token = arena_copy(&pending->arena, token);
    return pending;
}

static struct auth_call *refresh(struct world *world, struct str token)
{
    return act(world, auth_refresh, a_refresh(world, token));
}

static struct identity identity_of(struct world *world, const struct auth_call *signed_in)
{
    struct identity self = {0};
    assert_int_equal(auth_check_token(world->auth, signed_in->access_token, &self), ERR_OK);
    return self;
}

static enum err check(struct world *world, const struct auth_call *signed_in)
{
    struct identity self;
    return auth_check_token(world->auth, signed_in->access_token, &self);
}

static struct pending *an_act_of(struct world *world, const struct auth_call *signed_in)
{
    struct pending *pending = prepare(world);
    pending->call.self = identity_of(world, signed_in);
    return pending;
}

static bool was_told(const struct world *world, session_id session)
{
    for (size_t i = 0; i < world->told_count; i++)
        if (world->told[i].v == session.v)
            return true;
    return false;
}

/* ---- signing up ----------------------------------------------------------------------------------- */

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

/* ---- invitations ------------------------------------------------------------------------------------ */

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

static void a_closed_server_takes_nobody(void **state)
{
    struct world *world = *state;
    close_auth(world);
    world->signup = SIGNUP_CLOSED;
    open_auth(world);
    assert_int_equal(sign_up_with(world, "ann", STR_NONE), ERR_SIGNUP_CLOSED);
}

/* ---- signing in ------------------------------------------------------------------------------------- */

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

static void the_session_unused_for_longest_makes_room(void **state)
{
    struct world *world = *state;
    close_auth(world);
    world->limits.sessions_per_user = 2;
    open_auth(world);
    struct auth_call *first = sign_up(world, "ann");
    session_id oldest = identity_of(world, first).session;
    usleep(2000);
    struct auth_call *second = sign_in(world, "ann", PASSWORD);
    usleep(2000);
    struct auth_call *third = sign_in(world, "ann", PASSWORD);
    assert_int_equal(check(world, first), ERR_AUTH_SESSION_ENDED);
    assert_int_equal(check(world, second), ERR_OK);
    assert_int_equal(check(world, third), ERR_OK);
    assert_true(was_told(world, oldest));
    assert_int_equal(world->told_count, 1);
}

/* ---- refreshing -------------------------------------------------------------------------------------- */

static void a_refresh_gives_a_successor(void **state)
{
    struct world *world = *state;
    struct auth_call *ann = sign_up(world, "ann");
    struct auth_call *next = refresh(world, ann->new_refresh_token);
    assert_int_equal(next->problem.err, ERR_OK);
    assert_false(str_eq(next->new_refresh_token, ann->new_refresh_token));
    assert_int_equal(next->user.id.v, ann->user.id.v);
    assert_int_equal(identity_of(world, next).session.v, identity_of(world, ann).session.v);
    assert_int_equal(refresh(world, next->new_refresh_token)->problem.err, ERR_OK);
}

static void a_lost_answer_is_given_again(void **state)
{
    struct world *world = *state;
    struct auth_call *ann = sign_up(world, "ann");
    struct auth_call *lost = refresh(world, ann->new_refresh_token);
    struct auth_call *again = refresh(world, ann->new_refresh_token);
    assert_int_equal(again->problem.err, ERR_OK);
    assert_true(str_eq(again->new_refresh_token, lost->new_refresh_token));
    assert_int_equal(refresh(world, again->new_refresh_token)->problem.err, ERR_OK);
}

static void two_refreshes_at_once_get_one_successor(void **state)
{
    struct world *world = *state;
    struct auth_call *ann = sign_up(world, "ann");
    struct pending *many[8];
    for (size_t i = 0; i < ARRAY_LEN(many); i++)
        start(world, auth_refresh, many[i] = a_refresh(world, ann->new_refresh_token));
    struct str token = STR_NONE;
    for (size_t i = 0; i < ARRAY_LEN(many); i++) {
        struct auth_call *call = finish(world, many[i]);
        assert_int_equal(call->problem.err, ERR_OK);
        if (token.len > 0)
            assert_true(str_eq(call->new_refresh_token, token));
        token = call->new_refresh_token;
    }
}

static void reuse_after_the_successor_was_used_ends_the_session(void **state)
{
    struct world *world = *state;
    struct auth_call *ann = sign_up(world, "ann");
    session_id session = identity_of(world, ann).session;
    struct auth_call *second = refresh(world, ann->new_refresh_token);
    struct auth_call *third = refresh(world, second->new_refresh_token);
    assert_int_equal(refresh(world, ann->new_refresh_token)->problem.err, ERR_AUTH_SESSION_ENDED);
    assert_int_equal(refresh(world, third->new_refresh_token)->problem.err, ERR_AUTH_SESSION_ENDED);
    assert_int_equal(check(world, ann), ERR_AUTH_SESSION_ENDED);
    assert_int_equal(check(world, third), ERR_AUTH_SESSION_ENDED);
    assert_true(was_told(world, session));
}

static void the_grace_ends(void **state)
{
    struct world *world = *state;
    close_auth(world);
    world->limits.refresh_grace_s = 0;
    open_auth(world);
    struct auth_call *ann = sign_up(world, "ann");
    assert_int_equal(refresh(world, ann->new_refresh_token)->problem.err, ERR_OK);
    assert_int_equal(refresh(world, ann->new_refresh_token)->problem.err, ERR_AUTH_SESSION_ENDED);
}

static void what_is_no_token_ends_nothing(void **state)
{
    struct world *world = *state;
    struct auth_call *ann = sign_up(world, "ann");
    char unknown[REFRESH_TOKEN_SIZE];
    struct session nowhere = {.id = {4711}};
    struct str tokens[] = {
        STR_NONE,
        STR("x"),
        ann->access_token,
        refresh_token_print(world->auth->keys, &nowhere, 1, unknown),
    };
    for (size_t i = 0; i < ARRAY_LEN(tokens); i++)
        assert_int_equal(refresh(world, tokens[i])->problem.err, ERR_AUTH_INVALID_TOKEN);
    char *flipped = (char *)(uintptr_t)arena_copy(&world->arena, ann->new_refresh_token).ptr;
    flipped[30] = flipped[30] == 'A' ? 'B' : 'A';
    assert_int_equal(refresh(world, str_from_c(flipped))->problem.err, ERR_AUTH_INVALID_TOKEN);
    assert_int_equal(refresh(world, ann->new_refresh_token)->problem.err, ERR_OK);
    assert_int_equal(world->told_count, 0);
}

/* ---- sessions that end --------------------------------------------------------------------------------- */

static void signing_out_voids_the_tokens_at_once(void **state)
{
    struct world *world = *state;
    struct auth_call *ann = sign_up(world, "ann"), *other = sign_in(world, "ann", PASSWORD);
    struct pending *out = an_act_of(world, ann);
    assert_int_equal(act(world, auth_signout, out)->problem.err, ERR_OK);
    assert_int_equal(check(world, ann), ERR_AUTH_SESSION_ENDED);
    assert_int_equal(refresh(world, ann->new_refresh_token)->problem.err, ERR_AUTH_SESSION_ENDED);
    assert_int_equal(check(world, other), ERR_OK);
    assert_true(was_told(world, out->call.self.session));
    assert_int_equal(world->told_count, 1);
}

static void what_ended_stays_ended_over_a_restart(void **state)
{
    struct world *world = *state;
    struct auth_call *ann = sign_up(world, "ann"), *other = sign_in(world, "ann", PASSWORD);
    assert_int_equal(act(world, auth_signout, an_act_of(world, ann))->problem.err, ERR_OK);
    close_auth(world);
    open_auth(world);
    assert_int_equal(check(world, ann), ERR_AUTH_SESSION_ENDED);
    assert_int_equal(check(world, other), ERR_OK);
    assert_int_equal(refresh(world, other->new_refresh_token)->problem.err, ERR_OK);
}

static void a_session_is_ended_by_its_owner_alone(void **state)
{
    struct world *world = *state;
    struct auth_call *ann = sign_up(world, "ann"), *phone = sign_in(world, "ann", PASSWORD);
    struct auth_call *bob = sign_up(world, "bob");
    session_id target = identity_of(world, phone).session;
    struct pending *stranger = an_act_of(world, bob);
    stranger->call.session = target;
    assert_int_equal(act(world, auth_end_session, stranger)->problem.err, ERR_SESSION_NOT_FOUND);
    assert_int_equal(check(world, phone), ERR_OK);

    struct pending *owner = an_act_of(world, ann);
    owner->call.session = target;
    assert_int_equal(act(world, auth_end_session, owner)->problem.err, ERR_OK);
    assert_int_equal(check(world, phone), ERR_AUTH_SESSION_ENDED);
    assert_true(was_told(world, target));

    owner = an_act_of(world, ann);
    owner->call.session = target;
    assert_int_equal(act(world, auth_end_session, owner)->problem.err, ERR_SESSION_NOT_FOUND);
}

static void sessions_are_listed_page_by_page(void **state)
{
    struct world *world = *state;
    struct auth_call *ann = sign_up(world, "ann");
    struct pending *phone = a_signin(world, "ann", PASSWORD);
    phone->call.user_agent = STR("a phone\n\x01 of hers");
    act(world, auth_signin, phone);
    sign_in(world, "ann", PASSWORD);
    sign_up(world, "bob");

    size_t seen = 0, phones = 0;
    session_id after = {0};
    for (;;) {
        struct pending *list = an_act_of(world, ann);
        list->call.after = after;
        list->call.limit = 2;
        struct session_list page = act(world, auth_list_sessions, list)->sessions;
        for (size_t i = 0; i < page.count; i++) {
            assert_true(page.items[i].id.v > after.v);
            after = page.items[i].id;
            phones += str_eq(page.items[i].user_agent, STR("a phone?? of hers"));
            seen++;
        }
        if (page.count < 2)
            break;
    }
    assert_int_equal(seen, 3);
    assert_int_equal(phones, 1);
}

struct ageing {
    struct store_job job;
    session_id session;
    int64_t at;
    struct arena *arena;
};

static int age(struct store_job *job, struct store_conn *conn)
{
    struct ageing *ageing = CONTAINER_OF(job, struct ageing, job);
    struct session session;
    int rc = store_session_get(conn, ageing->session, ageing->arena, &session);
    return rc == 0 ? store_session_rotate(conn, session.id, session.generation, ageing->at) : rc;
}

static void a_session_idle_for_too_long_has_ended(void **state)
{
    struct world *world = *state;
    struct auth_call *ann = sign_up(world, "ann"), *other = sign_in(world, "ann", PASSWORD);
    struct ageing ageing = {
        .job.run = age,
        .session = identity_of(world, ann).session,
        .at = clock_now_ms() - (int64_t)world->limits.session_idle_s * 1000 - 1000,
        .arena = &world->arena,
    };
    struct auth_call *fresh = refresh(world, ann->new_refresh_token);
    assert_int_equal(fresh->problem.err, ERR_OK);
    assert_int_equal(store_write_wait(world->store, &ageing.job), 0);

    struct pending *list = an_act_of(world, other);
    list->call.limit = 10;
    assert_int_equal(act(world, auth_list_sessions, list)->sessions.count, 1);
    assert_int_equal(refresh(world, fresh->new_refresh_token)->problem.err, ERR_AUTH_SESSION_ENDED);
    assert_int_equal(check(world, fresh), ERR_AUTH_SESSION_ENDED);
}

/* ---- one's own account --------------------------------------------------------------------------------- */

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
        TEST(an_invitation_is_good_for_as_many_as_it_says),
        TEST(an_invitation_is_used_once_by_two_at_once),
        TEST(only_admins_invite_and_within_bounds),
        TEST(a_closed_server_takes_nobody),
        TEST(a_name_signs_in_however_it_is_written),
        TEST(wrong_name_and_wrong_password_are_one_answer),
        TEST(an_email_that_nobody_verified_is_no_login),
        TEST(a_guesser_is_slowed_and_the_owner_is_not),
        TEST(a_hash_of_an_earlier_cost_is_made_anew),
        TEST(a_full_pool_sends_people_away),
        TEST(the_session_unused_for_longest_makes_room),
        TEST(a_refresh_gives_a_successor),
        TEST(a_lost_answer_is_given_again),
        TEST(two_refreshes_at_once_get_one_successor),
        TEST(reuse_after_the_successor_was_used_ends_the_session),
        TEST(the_grace_ends),
        TEST(what_is_no_token_ends_nothing),
        TEST(signing_out_voids_the_tokens_at_once),
        TEST(what_ended_stays_ended_over_a_restart),
        TEST(a_session_is_ended_by_its_owner_alone),
        TEST(sessions_are_listed_page_by_page),
        TEST(a_session_idle_for_too_long_has_ended),
        TEST(a_new_password_ends_the_other_sessions),
        TEST(a_sign_in_with_the_old_password_does_not_slip_through),
        TEST(a_profile_is_changed_where_it_says_so),
        TEST(a_deleted_account_is_gone_and_its_name_is_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
