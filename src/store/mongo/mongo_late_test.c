/* What stands in a room's log though nobody carried it out: it came late, another server died over it,
 * or it could not be carried out at once. Who reads next is to find it. Where no MongoDB runs this is
 * skipped: tests/support/mongo/with_mongo.mjs. */
#include "store/mongo/mongo_rows.h"

#include "store/mongo/mongo_fixture.h"

static const user_id ANNA = {11}, BERT = {12};
static const room_id HALL = {7};

/* As people see it who read on; a home that reads the room anew looks behind the end anyway. */
static void assert_last_seq(uint64_t seq)
{
    READING (conn) {
        struct event_list events = {0};
        bool has_more;
        assert_int_equal(store_events(conn, HALL, 0, 100, SIZE_MAX, &events, &has_more), 0);
        assert_int_equal(events.count, seq);
        event_list_deinit(&events);
    }
}

/* The row alone, as of a server that died with it. */
static void insert_row(uint64_t seq, uint64_t count, const char *nonce)
{
    struct event *event = make_message(HALL, seq, count, ANNA, nonce);
    READING (conn) {
        bson_t *row = mongo_event_row(&(struct logged){.event = event});
        assert_int_equal(db_insert(conn, EVENTS, row), 0);
    }
    event_unref(event);
}

static void what_came_late_is_read_once_its_nonce_or_its_place_was_met(void **state)
{
    (void)state;
    NEEDS_DATABASE();
    make_room(HALL, ROOM_GROUP, "hall", &ANNA, 1);
    say(HALL, 3, 1, 1, ANNA);
    insert_row(4, 2, "late");
    assert_int_equal(append_one(make_message(HALL, 4, 2, ANNA, "late"), NULL, 0), -EEXIST);
    assert_last_seq(4);
    insert_row(5, 3, "later");
    assert_int_equal(append_one(make_message(HALL, 5, 3, ANNA, "mine"), NULL, 0), -ESTALE);
    assert_last_seq(5);
    assert_int_equal(append_one(make_message(HALL, 6, 4, ANNA, "mine"), NULL, 0), 0);
    assert_last_seq(6);
}

/* Who was told of more than a list shows looks at the room once more: in the same job. */
static void a_room_that_is_looked_at_again_shows_what_came_meanwhile(void **state)
{
    (void)state;
    NEEDS_DATABASE();
    make_room(HALL, ROOM_GROUP, "hall", &ANNA, 1);
    READING (conn) {
        struct room_view_list list;
        struct room_view view;
        assert_int_equal(store_rooms_of(conn, ANNA, (room_id){0}, 10, &arena, &list), 0);
        assert_int_equal(list.count, 1);
        const uint64_t before = list.items[0].room.last_seq;
        say(HALL, before + 1, 1, 1, ANNA);
        assert_int_equal(store_room_view(conn, HALL, ANNA, &arena, &view), 0);
        assert_int_equal(view.room.last_seq, before + 1);
    }
}

/* A value in the way of one that the change needs. */
static void put_in_the_way(bool is_there)
{
    READING (conn) {
        bson_t *change =
            is_there ? BCON_NEW("$set", "{", "kind", BCON_INT64(ROOM_DIRECT), "pair", BCON_INT64(1),
                                "first_seq", BCON_INT64(1), "applied", BCON_INT64(0), "}")
                     : BCON_NEW("$unset", "{", "pair", BCON_INT64(1), "}");
        bson_t *room = BCON_NEW("_id", BCON_INT64((int64_t)HALL.v));
        assert_true(db_update(conn, ROOMS, room, change, true) >= 0);
    }
}

static void what_could_not_be_carried_out_is_by_who_reads_next(void **state)
{
    (void)state;
    NEEDS_DATABASE();
    put_in_the_way(true);
    struct event *made = make_event(EVENT_ROOM_CREATED, HALL, 1, 0, ANNA, "made");
    struct projection projections[] = {
        {.kind = PROJECT_ROOM, .room_kind = ROOM_DIRECT, .user = ANNA, .seq = 1, .at = 5},
        {.kind = PROJECT_MEMBER, .user = BERT, .role = ROLE_MEMBER, .seq = 1, .at = 5}};
    assert_int_equal(append_one(made, projections, 2), -EAGAIN);
    put_in_the_way(false);
    assert_last_seq(1);
    READING (conn) {
        struct member member;
        assert_int_equal(store_member_get(conn, HALL, BERT, &member), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_came_late_is_read_once_its_nonce_or_its_place_was_met,
                                        open_database, close_database),
        cmocka_unit_test_setup_teardown(a_room_that_is_looked_at_again_shows_what_came_meanwhile,
                                        open_database, close_database),
        cmocka_unit_test_setup_teardown(what_could_not_be_carried_out_is_by_who_reads_next,
                                        open_database, close_database),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
