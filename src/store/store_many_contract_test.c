/* What every engine promises of questions about many at once: the same as of each by itself. */
#include "store/store_hall.h"

static const room_id YARD = {78};
enum { ANY = 1000 };

static void many_events_are_read_at_once_and_what_is_not_there_is_none(void **state)
{
    (void)state;
    make_hall();                                  /* 1 .. 3 */
    make_room(YARD, ROOM_GROUP, "Yard", &BEN, 1); /* 1, 2 */
    say(HALL, 4, 1, 2, ANNA);
    const struct event_place places[] = {{HALL, 5}, {YARD, 2}, {HALL, 6}, {ROOM(99), 1}, {HALL, 5}};
    struct event *events[ARRAY_LEN(places)];
    READING (conn)
        assert_int_equal(store_events_get(conn, places, ARRAY_LEN(places), events), 0);
    assert_null(events[2]);
    assert_null(events[3]);
    assert_int_equal(events[0]->room.v, HALL.v);
    assert_int_equal(events[0]->seq, 5);
    assert_int_equal(events[1]->room.v, YARD.v);
    assert_int_equal(events[1]->type, EVENT_USER_JOINED);
    assert_int_equal(events[4]->seq, 5); /* who is asked for twice is told twice */
    for (size_t i = 0; i < ARRAY_LEN(places); i++)
        event_unref(events[i]);
    READING (conn)
        assert_int_equal(store_events_get(conn, places, 0, events), 0);
}

static void who_of_many_is_in_a_room_is_told_in_their_order(void **state)
{
    (void)state;
    make_hall();
    make_room(YARD, ROOM_GROUP, "Yard", &CARL, 1);
    const struct member_place places[] = {{YARD, CARL}, {HALL, CARL}, {HALL, BEN}, {HALL, ANNA}};
    struct member members[ARRAY_LEN(places)];
    READING (conn)
        assert_int_equal(store_members_get(conn, places, ARRAY_LEN(places), members), 0);
    assert_int_equal(members[0].user.v, CARL.v);
    assert_int_equal(members[0].role, ROLE_OWNER);
    assert_int_equal(members[1].user.v, 0);
    assert_int_equal(members[2].user.v, BEN.v);
    assert_int_equal(members[2].role, ROLE_MEMBER);
    assert_int_equal(members[3].user.v, ANNA.v);
}

static void put_one(user_id user, const char *key, const char *value)
{
    uint64_t rev;
    WRITING (conn)
        assert_int_equal(store_feed_put(conn, user, str_from_c(key), str_from_c(value),
                                        FEED_ANY_REV, STR(""), 0, 0, &rev),
                         0);
}

static void entries_of_many_people_under_one_key_are_put_at_once(void **state)
{
    (void)state;
    put_one(ANNA, "thread:a", "1");
    put_one(ANNA, "draft:x", "2");
    struct feed_put puts[] = {{.user = ANNA, .value = STR("7")},
                              {.user = BEN, .value = STR("8"), .is_new = true}};
    WRITING (conn)
        assert_int_equal(
            store_feeds_put(conn, STR("thread:a"), STR("thread:"), ANY, puts, ARRAY_LEN(puts)), 0);
    assert_int_equal(puts[0].rev, 3); /* the next of their own */
    assert_int_equal(puts[1].rev, 1);
    const user_id users[] = {BEN, CARL, ANNA};
    struct feed_entry entries[ARRAY_LEN(users)];
    READING (conn)
        assert_int_equal(
            store_feeds_get(conn, users, ARRAY_LEN(users), STR("thread:a"), &arena, entries), 0);
    assert_str(entries[0].value, "8");
    assert_int_equal(entries[1].key.len, 0);
    assert_str(entries[2].key, "thread:a");
    assert_str(entries[2].value, "7");
    assert_int_equal(entries[2].rev, 3);
    put_one(ANNA, "thread:b", "9");
    struct feed_entry_list list;
    uint64_t last;
    READING (conn)
        assert_int_equal(store_feed(conn, ANNA, 2, 0, &arena, &list, &last), 0);
    assert_int_equal(last, 4); /* no rev is given twice */
    assert_int_equal(list.count, 2);
}

static void who_has_as_many_entries_as_may_be_gets_no_new_one(void **state)
{
    (void)state;
    put_one(ANNA, "thread:a", "1");
    put_one(ANNA, "thread:b", "2");
    put_one(BEN, "thread:a", "3");
    put_one(BEN, "draft:x", "4"); /* of another family */
    put_one(CARL, "thread:a", "5");
    put_one(CARL, "thread:b", "6");
    put_one(CARL, "thread:b", "null"); /* is gone */
    struct feed_put puts[] = {{.user = ANNA, .value = STR("7"), .is_new = true},
                              {.user = BEN, .value = STR("8"), .is_new = true},
                              {.user = CARL, .value = STR("9"), .is_new = true}};
    WRITING (conn)
        assert_int_equal(
            store_feeds_put(conn, STR("thread:c"), STR("thread:"), 2, puts, ARRAY_LEN(puts)), 0);
    assert_int_equal(puts[0].rev, 0);
    assert_int_equal(puts[1].rev, 3);
    assert_int_equal(puts[2].rev, 4);
    struct feed_put old = {.user = ANNA, .value = STR("10")};
    WRITING (conn)
        assert_int_equal(store_feeds_put(conn, STR("thread:a"), STR("thread:"), 2, &old, 1), 0);
    assert_int_equal(old.rev, 3); /* what stands may change */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(many_events_are_read_at_once_and_what_is_not_there_is_none),
        T(who_of_many_is_in_a_room_is_told_in_their_order),
        T(entries_of_many_people_under_one_key_are_put_at_once),
        T(who_has_as_many_entries_as_may_be_gets_no_new_one),
    };
    RUN_ON_ENGINES(tests);
}
