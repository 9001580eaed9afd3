/* store_fixture.h - what the tests of the store share: a fresh store for each test, and ways to
 * speak to it in a straight line. For tests only.
 *
 * READING(conn) { … } and WRITING(conn) { … } run their block on the test's own thread, with a
 * connection that a store thread lends it while it waits. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <semaphore.h>
#include <unistd.h>

#include "core/buf.h"
#include "store/mongo/mongo_store.h"
#include "store/sqlite/sqlite_store.h"
#include "store/store.h"

/* ---- engines: the contract is run against each ----------------------------------------------- */

struct contract_engine {
    const char *name;
    int (*open)(struct store **out, const char *dir, char *why);
};

static int fixture_open_sqlite(struct store **out, const char *dir, char *why)
{
    return sqlite_store_open(out, &(struct sqlite_options){.data_dir = dir, .readers = 2}, why);
}

#if NATTERNET_MONGO
static char mongo_database[64]; /* "": none yet */

/* A database for each test, named after its directory. */
static int fixture_open_mongo(struct store **out, const char *dir, char *why)
{
    static char uri[512];
    const char *server = getenv("NATTERNET_TEST_MONGO");
    if (!*mongo_database)
        snprintf(mongo_database, sizeof(mongo_database), "%s", strrchr(dir, '/') + 1);
    snprintf(uri, sizeof(uri), "%s/%s?replicaSet=%s", server, mongo_database,
             getenv("NATTERNET_TEST_MONGO_SET"));
    return mongo_store_open(out, &(struct mongo_options){.uri = uri, .readers = 2}, why);
}
#endif

static const struct contract_engine contract_engines[] = {
    {"sqlite", fixture_open_sqlite},
#if NATTERNET_MONGO
    {"mongo", fixture_open_mongo}, /* where one runs: tests/support/mongo/with_mongo.mjs */
#endif
};
static const struct contract_engine *engine = contract_engines; /* that is tested now */

/* NATTERNET_TEST_ENGINE: only that one; otherwise all that are there. */
static UNUSED bool is_wanted(const struct contract_engine *candidate)
{
    const char *only = getenv("NATTERNET_TEST_ENGINE");
    if (only)
        return strcmp(only, candidate->name) == 0;
    return strcmp("mongo", candidate->name) != 0 || getenv("NATTERNET_TEST_MONGO");
}

/* The end of main: all of these tests on each engine that is wanted; their failures are its status. */
#define RUN_ON_ENGINES(tests)                                                                      \
    int failed = 0;                                                                                \
    for (engine = contract_engines; engine < contract_engines + ARRAY_LEN(contract_engines);       \
         engine++)                                                                                 \
        if (is_wanted(engine))                                                                     \
            failed += cmocka_run_group_tests_name(engine->name, tests, NULL, NULL);                \
    return failed

/* ---- a fresh store --------------------------------------------------------------------------- */

struct visit {
    struct store_job job;
    sem_t entered, leave;
    struct store_conn *conn;
    int outcome; /* what run returns */
    bool open, done;
};

static char dir[64];
static struct store *store;
static char why[SQLITE_WHY_SIZE];
static struct arena arena;
static struct visit visit;
static struct inbox home; /* lives as long as the store, whose threads post into it */

static UNUSED void open_store(void)
{
    int rc = engine->open(&store, dir, why);
    if (rc != 0)
        fail_msg("%s: %s", engine->name, why);
}

static UNUSED void reopen_store(void)
{
    store_close(TAKE(store));
    open_store();
}

static UNUSED const char *file_in_dir(const char *name)
{
    static char path[sizeof(dir) + 256];
    snprintf(path, sizeof(path), "%s/%s", dir, name);
    return path;
}

static void remove_dir(void)
{
    DIR *stream = opendir(dir);
    struct dirent *entry;
    while (stream && (entry = readdir(stream)))
        (void)unlink(file_in_dir(entry->d_name));
    if (stream)
        closedir(stream);
    (void)rmdir(dir);
}

static int start_dir(void **state)
{
    (void)state;
    snprintf(dir, sizeof(dir), "/tmp/natternet-store-XXXXXX");
    arena = ARENA_INIT;
    store = NULL;
    if (inbox_init(&home) != 0)
        return -1;
    return mkdtemp(dir) ? 0 : -1;
}

static UNUSED int start_store(void **state)
{
    int rc = start_dir(state);
    if (rc == 0)
        open_store();
    return rc;
}

static UNUSED int finish_store(void **state)
{
    (void)state;
    if (visit.open) { /* an assertion left in the middle */
        visit.open = false;
        visit.outcome = -ECANCELED;
        sem_post(&visit.leave);
    }
    store_close(TAKE(store));
#if NATTERNET_MONGO
    *mongo_database = '\0';
#endif
    inbox_deinit(&home);
    arena_deinit(&arena);
    remove_dir();
    return 0;
}

/* Runs what comes home until *done. */
static UNUSED void wait_until(const bool *done)
{
    while (!*done)
        if (inbox_run(&home, 1) == 0)
            inbox_wait(&home, -1);
}

/* ---- visits ---------------------------------------------------------------------------------- */

static int visit_run(struct store_job *job, struct store_conn *conn)
{
    struct visit *v = CONTAINER_OF(job, struct visit, job);
    v->conn = conn;
    sem_post(&v->entered);
    sem_wait(&v->leave);
    return v->outcome;
}

static void visit_done(struct store_job *job)
{
    CONTAINER_OF(job, struct visit, job)->done = true;
}

static UNUSED struct store_conn *visit_begin(void (*door)(struct store *, struct store_job *))
{
    assert_false(visit.open);
    visit = (struct visit){.job = {.home = &home, .run = visit_run, .done = visit_done}};
    sem_init(&visit.entered, 0, 0);
    sem_init(&visit.leave, 0, 0);
    visit.open = true;
    door(store, &visit.job);
    sem_wait(&visit.entered);
    return visit.conn;
}

/* Lets the store thread go on with `outcome`; what became of the job. */
static UNUSED int visit_leave(int outcome)
{
    visit.outcome = outcome;
    visit.open = false;
    sem_post(&visit.leave);
    wait_until(&visit.done);
    return visit.job.rc;
}

static UNUSED struct store_conn *visit_end(void)
{
    assert_int_equal(visit_leave(0), 0);
    return NULL;
}

#define READING(conn)                                                                              \
    for (struct store_conn *conn = visit_begin(store_read); conn; conn = visit_end())
#define WRITING(conn)                                                                              \
    for (struct store_conn *conn = visit_begin(store_write); conn; conn = visit_end())

/* ---- rooms and what is said in them ---------------------------------------------------------- */

#define USER(n) ((user_id){(n)})
#define ROOM(n) ((room_id){(n)})

static UNUSED struct event *make_event(enum event_type type, room_id room, uint64_t seq,
                                       uint64_t count, user_id sender, const char *nonce)
{
    struct str payload =
        type == EVENT_MESSAGE_CREATED ? STR("{\"type\":\"text\",\"text\":\"hello\"}") : STR("");
    return event_new(&(struct event){.type = type,
                                     .room = room,
                                     .seq = seq,
                                     .count = count,
                                     .sender = sender,
                                     .created_at = 1000 + (int64_t)seq,
                                     .nonce = str_from_c(nonce),
                                     .payload = payload});
}

static UNUSED struct event *make_message(room_id room, uint64_t seq, uint64_t count, user_id sender,
                                         const char *nonce)
{
    return make_event(EVENT_MESSAGE_CREATED, room, seq, count, sender, nonce);
}

struct append_wait {
    struct append append;
    bool done;
};

static void append_done(struct store_job *job)
{
    struct append *append = CONTAINER_OF(job, struct append, job);
    CONTAINER_OF(append, struct append_wait, append)->done = true;
}

static UNUSED int append_all(struct event **events, size_t count,
                             const struct projection *projections, size_t projection_count,
                             size_t *stored)
{
    struct append_wait wait = {.append = {.job = {.home = &home, .done = append_done},
                                          .room = events[0]->room,
                                          .events = events,
                                          .count = count,
                                          .projections = projections,
                                          .projection_count = projection_count}};
    store_append(store, &wait.append);
    wait_until(&wait.done);
    if (stored)
        *stored = wait.append.stored;
    return wait.append.job.rc;
}

/* One event, which is used up. */
static UNUSED int append_one(struct event *event, const struct projection *projections,
                             size_t projection_count)
{
    int rc = append_all(&event, 1, projections, projection_count, NULL);
    event_unref(event);
    return rc;
}

/* Made by the first of `members` (seq 1); they join as seq 2 … */
static UNUSED void make_room(room_id room, enum room_kind kind, const char *name,
                             const user_id *members, size_t count)
{
    struct event **events = xcalloc(count + 1, sizeof(struct event *));
    struct projection *projections = xcalloc(count + 1, sizeof(*projections));
    events[0] = make_event(EVENT_ROOM_CREATED, room, 1, 0, members[0], "created");
    projections[0] =
        (struct projection){.kind = PROJECT_ROOM,
                            .change = {.name = str_from_c(name), .edit_history_s = 3600},
                            .room_kind = kind,
                            .user = members[0],
                            .seq = 1,
                            .at = 1001};
    for (size_t i = 1; i <= count; i++) {
        char nonce[32];
        snprintf(nonce, sizeof(nonce), "joined-%zu", i);
        events[i] = make_event(EVENT_USER_JOINED, room, i + 1, 0, members[0], nonce);
        events[i]->target = members[i - 1].v;
        events[i]->role = i == 1 ? ROLE_OWNER : ROLE_MEMBER;
        projections[i] = (struct projection){.kind = PROJECT_MEMBER,
                                             .user = members[i - 1],
                                             .role = i == 1 ? ROLE_OWNER : ROLE_MEMBER,
                                             .seq = i + 1,
                                             .at = 1001 + (int64_t)i};
    }
    assert_int_equal(append_all(events, count + 1, projections, count + 1, NULL), 0);
    for (size_t i = 0; i <= count; i++)
        event_unref(events[i]);
    xfree(events);
    xfree(projections);
}

/* `count` messages of `sender` behind seq, the first of them the from-th of the room. */
static UNUSED void say(room_id room, uint64_t seq, uint64_t from, size_t count, user_id sender)
{
    struct event **events = xcalloc(count, sizeof(struct event *));
    for (size_t i = 0; i < count; i++) {
        char nonce[32];
        snprintf(nonce, sizeof(nonce), "said-%llu", (unsigned long long)seq + i);
        events[i] = make_message(room, seq + i, from + i, sender, nonce);
    }
    assert_int_equal(append_all(events, count, NULL, 0, NULL), 0);
    for (size_t i = 0; i < count; i++)
        event_unref(events[i]);
    xfree(events);
}

static UNUSED void make_user(struct store_conn *conn, user_id id, const char *username,
                             const char *key, const char *display_name)
{
    struct user user = {.id = id,
                        .username = str_from_c(username),
                        .display_name = str_from_c(display_name),
                        .created_at = 5};
    assert_int_equal(store_user_create(conn, &user, str_from_c(key), STR("hash")), 0);
}

#define assert_str(got, text)                                                                      \
    do {                                                                                           \
        struct str got_ = (got), want_ = str_from_c(text);                                         \
        if (!str_eq(got_, want_))                                                                  \
            fail_msg("got \"%.*s\", not \"%.*s\"", STR_ARG(got_), STR_ARG(want_));                 \
    } while (0)
