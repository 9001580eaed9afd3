/* test_world.h - a chat on one worker whose inbox the test itself runs, over a real store that can
 * be told to fail, with everything written down that the bus gave out. For tests of chat only. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <dirent.h>
#include <unistd.h>

#include "chat/chat_internal.h"
#include "store/sqlite/sqlite_store.h"
#include "store/store_wait.h"
#include "store/test_double.h"

enum { TOLD_MAX = 16384, PEOPLE = 10 };

#define USER(n) ((user_id){(n)}) /* 1 .. PEOPLE have accounts */
enum { NOBODY = 999 };

struct told { /* what the bus gave out */
    enum publication_kind kind;
    uint8_t type;
    room_id room;
    uint64_t seq, target;
    user_id only;
};

struct world {
    char dir[40];
    struct store_double store;
    struct limits limits;
    struct bus *bus;
    struct inbox inbox;
    struct bus_subscriber subscriber;
    struct chat *chat;
    bool has_peers; /* from the next open_chat() on */
    struct arena arena;
    struct list scratches;
    struct map rooms; /* that we take an interest in */
    struct told told[TOLD_MAX];
    size_t told_count;
};

struct scratch { /* an arena for what is under way: store threads take from it */
    struct arena arena;
    struct list link;
};

struct errand { /* an act, and whether it is answered */
    struct act act;
    struct scratch scratch;
    bool done;
};

struct asked { /* a query, and whether it is answered */
    struct query query;
    struct scratch scratch;
    bool done;
};

static void take_interest(struct world *world, room_id room)
{
    if (map_get(&world->rooms, room.v))
        return;
    map_put(&world->rooms, room.v, world);
    bus_interest_add(world->bus, 0, room);
}

static void note_told(struct world *world, struct told told)
{
    REQUIRE(world->told_count < TOLD_MAX);
    world->told[world->told_count++] = told;
}

static void on_told(struct bus_subscriber *subscriber, const struct publication *publication)
{
    struct world *world = CONTAINER_OF(subscriber, struct world, subscriber);
    struct told told = {
        .kind = publication->kind, .room = publication->room, .only = publication->only};
    if (publication->kind == PUBLISH_SUBSCRIBE)
        take_interest(world, publication->room);
    for (uint32_t i = 0; i < publication->event_count; i++) {
        const struct event *event = publication->events[i];
        if (event->type == EVENT_USER_JOINED)
            take_interest(world, publication->room);
        told.type = event->type;
        told.seq = event->seq;
        told.target = event->target;
        note_told(world, told);
    }
    if (publication->event_count == 0)
        note_told(world, told);
}

/* ---- beginning and end ------------------------------------------------------------------------------ */

static void open_chat(struct world *world)
{
    struct chat_options options = {.store = &world->store.store,
                                   .bus = world->bus,
                                   .limits = &world->limits,
                                   .workers = 1,
                                   .has_peers = world->has_peers};
    assert_int_equal(chat_new(&world->chat, &options), 0);
    chat_attach(world->chat, 0, &world->inbox);
}

/* As after a restart: nothing is in memory. */
static UNUSED void reopen_chat(struct world *world)
{
    chat_free(world->chat);
    open_chat(world);
}

struct people {
    struct store_job job;
    user_id gone;
};

static int run_make_people(struct store_job *job, struct store_conn *conn)
{
    (void)job;
    for (uint64_t i = 1; i <= PEOPLE; i++) {
        char name[16];
        struct str key = str_of(name, (size_t)snprintf(name, sizeof(name), "person%d", (int)i));
        int rc = store_user_create(conn, &(struct user){.id = {i}, .username = key}, key, STR("h"));
        if (rc != 0)
            return rc;
    }
    return 0;
}

static int run_delete_person(struct store_job *job, struct store_conn *conn)
{
    return store_user_delete(conn, CONTAINER_OF(job, struct people, job)->gone, 1);
}

static UNUSED void delete_person(struct world *world, user_id user)
{
    struct people people = {.job.run = run_delete_person, .gone = user};
    assert_int_equal(store_write_wait(&world->store.store, &people.job), 0);
}

static UNUSED int start_world(void **state)
{
    struct world *world = NEW(struct world);
    struct store *real = NULL;
    char why[SQLITE_WHY_SIZE];
    snprintf(world->dir, sizeof(world->dir), "/tmp/natternet-chat-XXXXXX");
    assert_non_null(mkdtemp(world->dir));
    assert_int_equal(
        sqlite_store_open(&real, &(struct sqlite_options){.data_dir = world->dir, .readers = 2},
                          why),
        0);
    assert_int_equal(double_init(&world->store, real), 0);
    struct people people = {.job.run = run_make_people};
    assert_int_equal(store_write_wait(real, &people.job), 0);

    limits_init(&world->limits);
    world->arena = ARENA_INIT;
    list_init(&world->scratches);
    assert_int_equal(inbox_init(&world->inbox), 0);
    world->bus = bus_local_new(1, 0);
    world->subscriber.on_publication = on_told;
    bus_attach(world->bus, 0, &world->inbox, &world->subscriber);
    open_chat(world);
    *state = world;
    return 0;
}

static void remove_world(const char *dir)
{
    DIR *stream = opendir(dir);
    struct dirent *entry;
    while (stream && (entry = readdir(stream)))
        (void)unlinkat(dirfd(stream), entry->d_name, 0);
    if (stream)
        closedir(stream);
    (void)rmdir(dir);
}

static UNUSED int finish_world(void **state)
{
    struct world *world = *state;
    chat_free(world->chat);
    store_close(&world->store.store);
    bus_free(world->bus);
    inbox_deinit(&world->inbox);
    map_deinit(&world->rooms);
    LIST_EACH (link, &world->scratches)
        arena_deinit(&CONTAINER_OF(link, struct scratch, link)->arena);
    arena_deinit(&world->arena);
    remove_world(world->dir);
    xfree(world);
    return 0;
}

/* ---- acts ---------------------------------------------------------------------------------------------- */

/* Runs until nothing is under way but what the double holds back. */
static void settle(struct world *world)
{
    for (;;) {
        size_t held = world->store.held_count + world->store.held_read_count;
        bool busy = store_jobs(&world->store.store) > held;
        if (inbox_run(&world->inbox, SIZE_MAX) > 0)
            continue;
        if (!busy)
            return;
        inbox_wait(&world->inbox, 10);
    }
}

static void errand_done(struct act *act)
{
    struct errand *errand = CONTAINER_OF(act, struct errand, act);
    assert_false(errand->done);
    errand->done = true;
}

static struct act *new_act(struct world *world, enum act_kind kind, uint64_t self, room_id room,
                           const char *nonce)
{
    struct errand *errand = ARENA_NEW(&world->arena, struct errand);
    errand->act = (struct act){.origin = &world->inbox,
                               .done = errand_done,
                               .kind = kind,
                               .room = room,
                               .self = USER(self),
                               .nonce = str_from_c(nonce),
                               .payload = STR("{\"type\":\"text\",\"text\":\"hello\"}"),
                               .arena = &errand->scratch.arena};
    list_append(&world->scratches, &errand->scratch.link);
    return &errand->act;
}

static UNUSED bool is_done(const struct act *act)
{
    return CONTAINER_OF(act, const struct errand, act)->done;
}

static struct act *post(struct world *world, struct act *act)
{
    act_post(world->chat, act);
    return act;
}

static UNUSED struct act *carry_out_now(struct world *world, struct act *act)
{
    post(world, act);
    settle(world);
    assert_true(is_done(act));
    return act;
}

/* The answer is not needed any more. */
static UNUSED enum err outcome(struct act *act)
{
    assert_true(is_done(act));
    enum err err = act->problem.err;
    act_deinit(act);
    return err;
}

static UNUSED uint64_t seq_of(struct act *act)
{
    assert_true(is_done(act));
    assert_int_equal(act->problem.err, ERR_OK);
    assert_non_null(act->event);
    uint64_t seq = act->event->seq;
    act_deinit(act);
    return seq;
}

static UNUSED struct act *a_message(struct world *world, room_id room, uint64_t self,
                                    const char *nonce)
{
    return new_act(world, ACT_SEND, self, room, nonce);
}

static UNUSED struct act *a_reaction(struct world *world, room_id room, uint64_t seq,
                                     const char *emoji)
{
    struct act *act = new_act(world, ACT_REACT, 2, room, emoji);
    act->seq = seq;
    act->emoji = str_from_c(emoji);
    act->payload = arena_printf(&world->arena, "\"%s\"", emoji);
    return act;
}

static UNUSED struct act *a_removal(struct world *world, room_id room, uint64_t self,
                                    uint64_t target, const char *nonce)
{
    struct act *act = new_act(world, ACT_REMOVE_MEMBER, self, room, nonce);
    act->target = USER(target);
    return act;
}

static UNUSED struct act *an_addition(struct world *world, room_id room, uint64_t self,
                                      uint64_t target, const char *nonce)
{
    struct act *act = new_act(world, ACT_ADD_MEMBER, self, room, nonce);
    act->target = USER(target);
    return act;
}

static UNUSED struct act *a_reading(struct world *world, room_id room, uint64_t self, uint64_t seq)
{
    struct act *act = new_act(world, ACT_READ, self, room, "");
    act->seq = seq;
    return act;
}

static UNUSED struct act *a_delivery(struct world *world, room_id room, uint64_t self, uint64_t seq)
{
    struct act *act = new_act(world, ACT_DELIVERED, self, room, "");
    act->seq = seq;
    return act;
}

/* A room of `maker` and those behind, up to a 0. */
static UNUSED struct act *a_new_room(struct world *world, enum room_kind kind, const char *nonce,
                                     uint64_t maker, ...)
{
    struct act *act = new_act(world, ACT_CREATE_ROOM, maker, (room_id){0}, nonce);
    act->room_kind = kind;
    act->change = ROOM_CHANGE_NONE;
    if (kind == ROOM_GROUP)
        act->change.name = STR("friends");
    act->payload = kind == ROOM_GROUP ? STR("{\"name\":\"friends\"}") : STR("");
    act->members = arena_take_array(&world->arena, PEOPLE, sizeof(user_id));
    va_list others;
    va_start(others, maker);
    for (int other; (other = va_arg(others, int)) != 0;)
        act->members[act->member_count++] = USER((uint64_t)other);
    va_end(others);
    return act;
}

/* A group of 1 (who owns it), 2 and 3: seq 1 to 4. */
static UNUSED room_id a_group(struct world *world, const char *nonce)
{
    struct act *act = carry_out_now(world, a_new_room(world, ROOM_GROUP, nonce, 1, 2, 3, 0));
    room_id room = act->room;
    assert_int_equal(seq_of(act), 1);
    return room;
}

/* ---- queries ------------------------------------------------------------------------------------------- */

static void query_answered(struct query *query)
{
    CONTAINER_OF(query, struct asked, query)->done = true;
}

static UNUSED struct query *new_query(struct world *world, uint64_t self)
{
    struct asked *asked = ARENA_NEW(&world->arena, struct asked);
    asked->query = (struct query){.origin = &world->inbox,
                                  .done = query_answered,
                                  .arena = &asked->scratch.arena,
                                  .self = USER(self)};
    list_append(&world->scratches, &asked->scratch.link);
    return &asked->query;
}

static UNUSED struct query *ask(struct world *world, struct query *query,
                                void (*door)(struct chat *chat, struct query *query))
{
    door(world->chat, query);
    settle(world);
    assert_true(CONTAINER_OF(query, struct asked, query)->done);
    return query;
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, start_world, finish_world)

/* The whole log of a room, which is as promised: seq 1, 2, 3 ..., time never backwards. */
static UNUSED struct event_list log_of(struct world *world, room_id room, uint64_t member)
{
    struct query *query = new_query(world, member);
    query->room = room;
    query->limit = 10000;
    ask(world, query, query_events);
    assert_int_equal(query->problem.err, ERR_OK);
    for (size_t i = 0; i < query->events.count; i++) {
        assert_int_equal(query->events.items[i]->seq, i + 1);
        if (i)
            assert_true(query->events.items[i]->created_at >=
                        query->events.items[i - 1]->created_at);
    }
    return query->events;
}

/* Was the log told from its beginning to its end, each event once and in order? */
static UNUSED void assert_all_told(struct world *world, room_id room, uint64_t member)
{
    struct event_list log = log_of(world, room, member);
    uint64_t last = 0;
    for (size_t i = 0; i < world->told_count; i++) {
        const struct told *told = &world->told[i];
        if (told->kind != PUBLISH_EVENTS || !room_id_eq(told->room, room))
            continue;
        assert_int_equal(told->seq, last + 1);
        last = told->seq;
        assert_int_equal(told->type, log.items[last - 1]->type);
    }
    assert_int_equal(last, log.count);
    event_list_deinit(&log);
}
