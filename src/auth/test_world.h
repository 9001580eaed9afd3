/* test_world.h - for the tests of auth: a data directory, an engine, a bus and an auth of their
 * own, and the acts of people in it, one word each. */
#pragma once

#include "auth/accounts.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "bus/bus.h"
#include "core/clock.h"
#include "store/sqlite/sqlite_store.h"

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

/* ---- the world ------------------------------------------------------------------------------- */

static UNUSED void on_publication(struct bus_subscriber *subscriber,
                                  const struct publication *publication)
{
    struct world *world = CONTAINER_OF(subscriber, struct world, subscriber);
    assert_int_equal(publication->kind, PUBLISH_SESSION_ENDED);
    assert_true(world->told_count < ENDED_MOST);
    world->told[world->told_count++] = publication->session;
}

static UNUSED void open_auth(struct world *world)
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

static UNUSED void close_auth(struct world *world)
{
    store_close(TAKE(world->store));
    auth_free(TAKE(world->auth));
}

static UNUSED int set_up(void **state)
{
    struct world *world = NEW(struct world);
    snprintf(world->dir, sizeof(world->dir), "/tmp/natternet-auth-XXXXXX");
    if (!mkdtemp(world->dir) || inbox_init(&world->home) != 0)
        return -1;
    limits_init(&world->limits);
    world->limits.password_memory_kib = 8192;
    world->limits.password_passes = 1;
    world->signup = SIGNUP_OPEN;
    world->bus = bus_local_new(1, 0);
    world->subscriber.on_publication = on_publication;
    bus_attach(world->bus, 0, &world->home, &world->subscriber);
    open_auth(world);
    *state = world;
    return 0;
}

static UNUSED void remove_files(const char *folder)
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

static UNUSED int tear_down(void **state)
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

/* ---- acts ------------------------------------------------------------------------------------ */

struct pending { /* one act under way */
    struct auth_call call;
    struct arena arena;
    bool is_done;
};

static UNUSED void on_done(struct auth_call *call)
{
    CONTAINER_OF(call, struct pending, call)->is_done = true;
}

static UNUSED struct ip_address address(const char *text)
{
    struct ip_address out;
    assert_true(address_parse(str_from_c(text), &out));
    return out;
}

static UNUSED struct pending *prepare(struct world *world)
{
    struct pending *pending = ARENA_NEW(&world->arena, struct pending);
    pending->call.home = &world->home;
    pending->call.done = on_done;
    pending->call.arena = &pending->arena;
    pending->call.peer = address("192.0.2.1");
    pending->call.user_agent = STR("a test");
    return pending;
}

static UNUSED void start(struct world *world, act_fn *act, struct pending *pending)
{
    act(world->auth, &pending->call);
    assert_false(pending->is_done); /* never before the act returned */
}

/* The result outlives the call's arena by moving into the world's: not pretty, but short. */
static UNUSED struct auth_call *finish(struct world *world, struct pending *pending)
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

static UNUSED struct auth_call *act(struct world *world, act_fn *fn, struct pending *pending)
{
    start(world, fn, pending);
    return finish(world, pending);
}

static UNUSED struct str writable(struct pending *pending, const char *text)
{
    return arena_copy(&pending->arena, str_from_c(text));
}

static UNUSED struct pending *a_signup(struct world *world, const char *username)
{
    struct pending *pending = prepare(world);
    pending->call.username = writable(pending, username);
    pending->call.password = writable(pending, PASSWORD);
    return pending;
}

static UNUSED struct auth_call *sign_up(struct world *world, const char *username)
{
    struct auth_call *call = act(world, auth_signup, a_signup(world, username));
    assert_int_equal(call->problem.err, ERR_OK);
    return call;
}

static UNUSED struct pending *a_signin(struct world *world, const char *login, const char *password)
{
    struct pending *pending = prepare(world);
    pending->call.login = writable(pending, login);
    pending->call.password = writable(pending, password);
    return pending;
}

static UNUSED struct auth_call *sign_in(struct world *world, const char *login,
                                        const char *password)
{
    return act(world, auth_signin, a_signin(world, login, password));
}

static UNUSED struct pending *a_refresh(struct world *world, struct str token)
{
    struct pending *pending = prepare(world);
    pending->call.refresh_token = arena_copy(&pending->arena, token);
    return pending;
}

static UNUSED struct auth_call *refresh(struct world *world, struct str token)
{
    return act(world, auth_refresh, a_refresh(world, token));
}

static UNUSED struct identity identity_of(struct world *world, const struct auth_call *signed_in)
{
    struct identity self = {0};
    assert_int_equal(auth_check_token(world->auth, signed_in->access_token, &self), ERR_OK);
    return self;
}

static UNUSED enum err check(struct world *world, const struct auth_call *signed_in)
{
    struct identity self;
    return auth_check_token(world->auth, signed_in->access_token, &self);
}

static UNUSED struct pending *an_act_of(struct world *world, const struct auth_call *signed_in)
{
    struct pending *pending = prepare(world);
    pending->call.self = identity_of(world, signed_in);
    return pending;
}

static UNUSED bool was_told(const struct world *world, session_id session)
{
    for (size_t i = 0; i < world->told_count; i++)
        if (world->told[i].v == session.v)
            return true;
    return false;
}
