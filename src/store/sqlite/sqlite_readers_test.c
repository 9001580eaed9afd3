/* What a reader sees where many wait: one transaction for several, and never what is older than the asking. */
#include "store/store_fixture.h"

#include <sqlite3.h>

#include "store/sqlite/sqlite_conn.h"

enum { MANY = 40, ROUNDS = 200 };

static const user_id ANNA = {11};
static const room_id HALL = {77};

static int open_with_one_reader(struct store **out, const char *in, char *because)
{
    return sqlite_store_open(out, &(struct sqlite_options){.data_dir = in, .readers = 1}, because);
}

static int start(void **state)
{
    static const struct contract_engine one_reader = {"sqlite", open_with_one_reader};
    engine = &one_reader;
    return start_store(state);
}

struct look {
    struct store_job job;
    uint64_t at_least, seen;
    int transactions; /* of this reader, so far */
    int outcome;
    bool done;
};

static int run_look(struct store_job *job, struct store_conn *conn)
{
    struct look *look = CONTAINER_OF(job, struct look, job);
    struct arena words = ARENA_INIT;
    struct room room = {0};
    int rc = store_room_get(conn, HALL, &words, &room);
    look->seen = room.last_seq;
    look->transactions =
        sqlite3_stmt_status(conn->statements[SQL_BEGIN_READ], SQLITE_STMTSTATUS_RUN, false);
    arena_deinit(&words);
    return rc != 0 ? rc : look->outcome;
}

static void look_done(struct store_job *job)
{
    CONTAINER_OF(job, struct look, job)->done = true;
}

static void ask(struct look *look, uint64_t at_least, int outcome)
{
    *look = (struct look){.job = {.home = &home, .run = run_look, .done = look_done},
                          .at_least = at_least,
                          .outcome = outcome};
    store_read(store, &look->job);
}

static void what_waits_is_read_in_one_transaction(void **state)
{
    (void)state;
    struct look looks[MANY];
    make_room(HALL, ROOM_GROUP, "Hall", (user_id[]){ANNA}, 1); /* seq 2 */
    (void)visit_begin(store_read); /* the only reader is busy, with a transaction of its own */
    for (size_t i = 0; i < MANY; i++)
        ask(&looks[i], 2, 0);
    (void)visit_end();
    for (size_t i = 0; i < MANY; i++) {
        wait_until(&looks[i].done);
        assert_int_equal(looks[i].job.rc, 0);
    }
    /* One, or some where the machine takes longer than it may last. */
    assert_true(looks[MANY - 1].transactions - looks[0].transactions < MANY - 1);
}

static void a_failure_ends_the_transaction_it_was_in(void **state)
{
    (void)state;
    struct look looks[3];
    make_room(HALL, ROOM_GROUP, "Hall", (user_id[]){ANNA}, 1);
    (void)visit_begin(store_read);
    for (size_t i = 0; i < ARRAY_LEN(looks); i++)
        ask(&looks[i], 2, i == 1 ? -EIO : 0);
    (void)visit_end();
    for (size_t i = 0; i < ARRAY_LEN(looks); i++)
        wait_until(&looks[i].done);
    assert_int_equal(looks[1].job.rc, -EIO);
    assert_int_equal(looks[2].job.rc, 0);
    assert_true(looks[2].transactions > looks[1].transactions);
}

/* With reads under way all the time, what was answered is there for whoever asks then. */
static void who_asks_sees_what_was_durable_when_they_asked(void **state)
{
    (void)state;
    struct look looks[ROUNDS * 3];
    size_t asked = 0;
    make_room(HALL, ROOM_GROUP, "Hall", (user_id[]){ANNA}, 1);
    for (uint64_t seq = 3; seq < 3 + ROUNDS; seq++) {
        ask(&looks[asked++], seq - 1, 0);
        ask(&looks[asked++], seq - 1, 0);
        char nonce[32];
        snprintf(nonce, sizeof(nonce), "said-%u", (unsigned)seq);
        assert_int_equal(append_one(make_message(HALL, seq, seq - 2, ANNA, nonce), NULL, 0), 0);
        ask(&looks[asked++], seq, 0);
    }
    for (size_t i = 0; i < asked; i++) {
        wait_until(&looks[i].done);
        assert_int_equal(looks[i].job.rc, 0);
        assert_true(looks[i].seen >= looks[i].at_least);
    }
}

#define T(name) cmocka_unit_test_setup_teardown(name, start, finish_store)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(what_waits_is_read_in_one_transaction),
        T(a_failure_ends_the_transaction_it_was_in),
        T(who_asks_sees_what_was_durable_when_they_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
