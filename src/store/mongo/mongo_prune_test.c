/* Pruning beside what else happens in a room: no append is held up by it, nor holds it up, and what a server left
 * in the middle is ended by another. Where no MongoDB runs this is skipped: tests/support/mongo/with_mongo.mjs. */
#include <pthread.h>

#include "store/mongo/mongo_rows.h"

#include "store/mongo/mongo_fixture.h"
#include "store/readable.h"
#include "store/store_hall.h"

#define FILLING(conn)                                                                              \
    for (struct store_conn *conn = visit_begin(store_fill); conn; conn = visit_end())

enum { OLD = 100, AT_ONCE = 4, LATER = 1000000 };

/* ---- somebody who writes without a pause ---------------------------------------------------------- */

struct talker {
    pthread_t thread;
    struct inbox inbox;
    struct append_wait wait;
    uint64_t seq;
    atomic_uint said;
    atomic_bool over;
    int rc;
};

static void say_next(struct talker *talker)
{
    char nonce[32];
    snprintf(nonce, sizeof(nonce), "talks-%d", (int)talker->seq);
    struct event *event =
        event_new(&(struct event){.type = EVENT_MESSAGE_CREATED,
                                  .room = HALL,
                                  .seq = talker->seq,
                                  .count = talker->seq - 3,
                                  .sender = BEN,
                                  .created_at = LATER + (int64_t)talker->seq,
                                  .nonce = str_from_c(nonce),
                                  .payload = STR("{\"type\":\"text\",\"text\":\"on\"}")});
    talker->wait =
        (struct append_wait){.append = {.job = {.home = &talker->inbox, .done = append_done},
                                        .room = HALL,
                                        .events = &event,
                                        .count = 1}};
    store_append(store, &talker->wait.append);
    while (!talker->wait.done)
        if (inbox_run(&talker->inbox, 1) == 0)
            inbox_wait(&talker->inbox, -1);
    talker->rc = talker->wait.append.job.rc;
    event_unref(event);
}

static void *talk(void *arg)
{
    struct talker *talker = arg;
    for (; talker->rc == 0 && !atomic_load(&talker->over); talker->seq++) {
        say_next(talker);
        atomic_fetch_add(&talker->said, 1);
    }
    return NULL;
}

static void hear(struct talker *talker, unsigned more)
{
    unsigned before = atomic_load(&talker->said);
    while (atomic_load(&talker->said) < before + more)
        usleep(1000);
}

static struct pruned prune(int64_t through)
{
    struct pruned pruned = {0};
    FILLING(conn)
    assert_int_equal(store_prune(conn, HALL, through, AT_ONCE, &pruned), 0);
    return pruned;
}

static void a_room_in_which_somebody_writes_all_the_time_is_pruned(void **state)
{
    (void)state;
    NEEDS_DATABASE();
    make_hall();
    say(HALL, 4, 1, OLD - 3, ANNA);
    struct talker talker = {.seq = OLD + 1};
    assert_int_equal(inbox_init(&talker.inbox), 0);
    assert_int_equal(pthread_create(&talker.thread, NULL, talk, &talker), 0);
    size_t gone = 0;
    for (struct pruned pruned = {.more = true}; pruned.more; gone += pruned.count) {
        hear(&talker, 2);
        pruned = prune(LATER);
    }
    bool more = true;
    while (more)
        FILLING(conn)
    assert_int_equal(store_prune_stubs(conn, HALL, LATER, 50, &more), 0);
    atomic_store(&talker.over, true);
    pthread_join(talker.thread, NULL);
    inbox_deinit(&talker.inbox);
    assert_int_equal(talker.rc, 0);
    assert_int_equal(gone, OLD);
    struct room room = get_view(HALL, ANNA).room;
    assert_int_equal(room.first_seq, OLD + 1);
    assert_int_equal(room.first_count, OLD - 3);
    assert_int_equal(room.last_seq, talker.seq - 1);
}

/* ---- what another server began ---------------------------------------------------------------------- */

/* As of a server that died when it had moved the beginning. */
static void move_beginning_alone(uint64_t from, uint64_t to)
{
    READING (conn)
        assert_int_equal(db_update(conn, ROOMS, BCON_NEW("_id", U64(HALL.v)),
                                   BCON_NEW("$set", "{", "first_seq", U64(to), "cleared", U64(from),
                                            "ages", BOOL(true), "}"),
                                   false),
                         1);
}

static bool is_half_pruned(void)
{
    struct aging_room *rooms = NULL;
    size_t count = 0;
    READING (conn)
        assert_int_equal(store_aging_rooms(conn, ROOM(0), false, &(struct ageing){.now = 1}, 10,
                                           &arena, &rooms, &count),
                         0);
    return count == 1 && rooms && rooms[0].half_pruned;
}

static void what_was_pruned_by_half_is_cleared_though_nothing_else_is_old(void **state)
{
    (void)state;
    NEEDS_DATABASE();
    struct event *event = NULL;
    make_hall();
    say(HALL, 4, 1, 10, ANNA);
    move_beginning_alone(1, 7);
    assert_true(is_half_pruned());
    assert_int_equal(prune(0).count, 0);
    assert_false(is_half_pruned());
    READING (conn)
        assert_int_equal(store_event_by_nonce(conn, HALL, ANNA, STR("said-6"), &event), 0);
    assert_true(event->pruned);
    assert_int_equal(event->payload.len, 0);
    event_unref(TAKE(event));
    READING (conn)
        assert_int_equal(store_event_by_nonce(conn, HALL, ANNA, STR("said-7"), &event), 0);
    assert_false(event->pruned);
    assert_true(event->payload.len > 0);
    event_unref(event);
}

static void what_was_pruned_by_half_is_cleared_before_it_moves_to_another_store(void **state)
{
    (void)state;
    NEEDS_DATABASE();
    room_id last;
    make_hall();
    say(HALL, 4, 1, 10, ANNA);
    move_beginning_alone(1, 7);
    READING (conn)
        assert_int_equal(store_settle(conn, ROOM(0), 10, &last), 0);
    assert_false(is_half_pruned());
}

/* ---- who comes too late --------------------------------------------------------------------------------- */

static void an_edit_that_comes_behind_the_pruning_brings_no_words_back(void **state)
{
    (void)state;
    NEEDS_DATABASE();
    struct event *event = NULL;
    make_hall();
    say(HALL, 4, 1, 10, ANNA);
    prune(1005);
    struct event *edit = make_event(EVENT_MESSAGE_UPDATED, HALL, 14, 10, ANNA, "late");
    edit->target = 4;
    edit->payload = STR("{\"type\":\"text\",\"text\":\"back\"}");
    assert_int_equal(append_one(edit, NULL, 0), 0);
    READING (conn)
        assert_int_equal(store_event_by_nonce(conn, HALL, ANNA, STR("said-4"), &event), 0);
    assert_int_equal(event->payload.len, 0);
    event_unref(event);
}

int main(void)
{
#define MT(name) cmocka_unit_test_setup_teardown(name, open_database, close_database)
    const struct CMUnitTest tests[] = {
        MT(a_room_in_which_somebody_writes_all_the_time_is_pruned),
        MT(what_was_pruned_by_half_is_cleared_though_nothing_else_is_old),
        MT(what_was_pruned_by_half_is_cleared_before_it_moves_to_another_store),
        MT(an_edit_that_comes_behind_the_pruning_brings_no_words_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
