/* Sessions against a real database: how they are refreshed, and all the ways in which they end. */
#include "auth/test_world.h"

#include "auth/refresh_token.h"
#include "auth/work.h"
#include "store/store_wait.h"

/* ---- refreshing ------------------------------------------------------------------------------ */

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

struct ageing {
    struct store_job job;
    session_id session;
    int64_t at;
    struct arena *arena;
};

/* ---- sessions that end ----------------------------------------------------------------------- */

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

static int end_on_another_server(struct store_job *job, struct store_conn *conn)
{
    struct ageing *ageing = CONTAINER_OF(job, struct ageing, job);
    return store_session_end(conn, ageing->session, ageing->at);
}

static void look_for_ended(struct world *world)
{
    auth_sweep(world->auth, &world->home);
    while (atomic_load(&world->auth->looks_for_ended))
        if (inbox_run(&world->home, 1) == 0)
            inbox_wait(&world->home, -1);
    inbox_run(&world->home, 1000);
}

static void what_ended_elsewhere_while_nothing_could_be_read_is_found_however_long_that_was(
    void **state)
{
    enum { MINUTES_MS = 60000 };
    struct world *world = *state;
    world->auth->options.has_peers = true;
    struct auth_call *ann = sign_up(world, "ann");
    int64_t now = clock_now_ms();
    struct ageing ended = {.job.run = end_on_another_server,
                           .session = identity_of(world, ann).session,
                           .at = now - 10 * MINUTES_MS};
    assert_int_equal(store_write_wait(world->store, &ended.job), 0);
    look_for_ended(world);
    assert_int_equal(check(world, ann), ERR_OK); /* it could read all the time, and would know */
    atomic_store(&world->auth->saw_ended_at, now - 12 * MINUTES_MS);
    look_for_ended(world);
    assert_int_equal(check(world, ann), ERR_AUTH_SESSION_ENDED);
    assert_true(was_told(world, ended.session));
    assert_true(atomic_load(&world->auth->saw_ended_at) >= now);
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

/* What ended by itself takes no place, and nobody has to go for it. */
static void an_idle_session_does_not_count_towards_the_limit(void **state)
{
    struct world *world = *state;
    close_auth(world);
    world->limits.sessions_per_user = 2;
    open_auth(world);
    struct auth_call *idle = sign_up(world, "ann");
    struct auth_call *used = sign_in(world, "ann", PASSWORD);
    struct ageing ageing = {
        .job.run = age,
        .session = identity_of(world, idle).session,
        .at = clock_now_ms() - (int64_t)world->limits.session_idle_s * 1000 - 1000,
        .arena = &world->arena,
    };
    assert_int_equal(store_write_wait(world->store, &ageing.job), 0);
    struct auth_call *third = sign_in(world, "ann", PASSWORD);
    assert_int_equal(check(world, used), ERR_OK);
    assert_int_equal(check(world, third), ERR_OK);
    assert_int_equal(world->told_count, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(the_session_unused_for_longest_makes_room),
        TEST(an_idle_session_does_not_count_towards_the_limit),
        TEST(a_refresh_gives_a_successor),
        TEST(a_lost_answer_is_given_again),
        TEST(two_refreshes_at_once_get_one_successor),
        TEST(reuse_after_the_successor_was_used_ends_the_session),
        TEST(the_grace_ends),
        TEST(what_is_no_token_ends_nothing),
        TEST(signing_out_voids_the_tokens_at_once),
        TEST(what_ended_stays_ended_over_a_restart),
        TEST(a_session_is_ended_by_its_owner_alone),
        TEST(what_ended_elsewhere_while_nothing_could_be_read_is_found_however_long_that_was),
        TEST(sessions_are_listed_page_by_page),
        TEST(a_session_idle_for_too_long_has_ended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
