/* What every engine promises of the audit log. */
#include "store/store_hall.h"

static const struct audit_place NEWEST = {.at = INT64_MAX, .room = {INT64_MAX}, .seq = INT64_MAX};

static void put(struct event *event, const struct projection *projection)
{
    assert_int_equal(append_one(event, projection, projection ? 1 : 0), 0);
}

static void ban(room_id room, uint64_t seq, user_id by, user_id user)
{
    char nonce[32];
    snprintf(nonce, sizeof(nonce), "ban-%llu", (unsigned long long)seq);
    struct event *event = make_event(EVENT_USER_BANNED, room, seq, 0, by, nonce);
    event->target = user.v;
    const struct projection projection = {
        .kind = PROJECT_BAN, .user = user, .seq = seq, .at = BANNED_FOR_GOOD};
    put(event, &projection);
}

static void leave(uint64_t seq, user_id by, user_id user, const char *nonce)
{
    struct event *event = make_event(EVENT_USER_LEFT, HALL, seq, 0, by, nonce);
    event->target = user.v;
    const struct projection projection = {.kind = PROJECT_MEMBER_GONE, .user = user, .seq = seq};
    put(event, &projection);
}

static struct audit_list audits(room_id room, struct audit_filter filter, struct audit_place before,
                                size_t limit)
{
    struct audit_list list = {0};
    READING (conn)
        assert_int_equal(store_audits(conn, room, &filter, &before, limit, &arena, &list), 0);
    return list;
}

static struct audit_list all(room_id room)
{
    return audits(room, (struct audit_filter){0}, NEWEST, 9);
}

static void acts_are_listed_newest_first_by_whom_and_to_whom(void **state)
{
    (void)state;
    make_hall();
    ban(HALL, 4, ANNA, CARL);
    leave(5, ANNA, BEN, "removed");
    reopen_store();
    struct audit_list both = all(HALL);
    REQUIRE(both.count == 2 && both.items);
    assert_int_equal(both.items[0].type, EVENT_USER_LEFT);
    assert_int_equal(both.items[0].seq, 5);
    assert_true(user_id_eq(both.items[0].user, BEN));
    assert_int_equal(both.items[1].type, EVENT_USER_BANNED);
    assert_true(user_id_eq(both.items[1].by, ANNA));
    assert_true(user_id_eq(both.items[1].user, CARL));
    assert_true(both.items[1].at > 0);
}

static void who_leaves_and_what_follows_by_itself_is_not_in_it(void **state)
{
    (void)state;
    make_hall();
    leave(4, BEN, BEN, "left");
    leave(5, ANNA, CARL, "~banned.5");
    assert_int_equal(all(HALL).count, 0);
}

static void a_deletion_is_in_it_where_the_message_was_of_somebody_else(void **state)
{
    (void)state;
    make_hall();
    put(make_event(EVENT_MESSAGE_CREATED, HALL, 4, 1, BEN, "said-4"), NULL);
    put(make_event(EVENT_MESSAGE_CREATED, HALL, 5, 2, BEN, "said-5"), NULL);
    OWN(event_unref) struct event *own = NULL, *others = NULL;
    READING (conn) {
        assert_int_equal(store_event_get(conn, HALL, 4, &own), 0);
        assert_int_equal(store_event_get(conn, HALL, 5, &others), 0);
    }
    struct event *first = make_event(EVENT_MESSAGE_DELETED, HALL, 6, 2, BEN, "own");
    first->target = 4;
    first->message = event_changed_message(own, first);
    put(first, NULL);
    struct event *second = make_event(EVENT_MESSAGE_DELETED, HALL, 7, 2, ANNA, "others");
    second->target = 5;
    second->payload = STR("{\"reason\":\"rude\"}");
    second->message = event_changed_message(others, second);
    put(second, NULL);
    struct audit_list one = all(HALL);
    REQUIRE(one.count == 1 && one.items);
    assert_true(user_id_eq(one.items[0].user, BEN));
    assert_int_equal(one.items[0].about, 5);
    assert_true(str_eq(one.items[0].payload, STR("{\"reason\":\"rude\"}")));
    OWN(event_unref) struct event *tombstone = NULL, *deletion = NULL;
    READING (conn) {
        assert_int_equal(store_event_get(conn, HALL, 5, &tombstone), 0);
        assert_int_equal(store_event_get(conn, HALL, 7, &deletion), 0);
    }
    assert_true(event_is_deleted(tombstone));
    assert_true(str_eq(deletion->payload, STR("{\"reason\":\"rude\"}")));
}

static void it_is_paged_filtered_and_read_of_all_rooms_or_one(void **state)
{
    (void)state;
    const room_id other = {78};
    make_hall();
    make_room(other, ROOM_GROUP, "Other", (user_id[]){ANNA, BEN}, 2);
    ban(HALL, 4, ANNA, CARL);
    ban(HALL, 5, BEN, CARL);
    ban(other, 4, ANNA, CARL);
    assert_int_equal(all(HALL).count, 2);
    assert_int_equal(all(other).count, 1);
    assert_int_equal(all((room_id){0}).count, 3);
    assert_int_equal(audits((room_id){0}, (struct audit_filter){.by = ANNA}, NEWEST, 9).count, 2);
    assert_int_equal(audits(HALL, (struct audit_filter){.user = CARL}, NEWEST, 9).count, 2);
    assert_int_equal(audits(HALL, (struct audit_filter){.type = EVENT_USER_MUTED}, NEWEST, 9).count,
                     0);
    struct audit_list first = audits(HALL, (struct audit_filter){0}, NEWEST, 1);
    REQUIRE(first.count == 1 && first.items);
    assert_int_equal(first.items[0].seq, 5);
    struct audit_place place = {first.items[0].at, HALL, first.items[0].seq};
    struct audit_list rest = audits(HALL, (struct audit_filter){0}, place, 9);
    REQUIRE(rest.count == 1 && rest.items);
    assert_int_equal(rest.items[0].seq, 4);
}

static void it_is_searched_by_time(void **state)
{
    (void)state;
    enum { ROWS = 4, STEP = 10 };
    make_hall();
    WRITING (conn)
        for (int i = 1; i <= ROWS; i++)
            assert_int_equal(
                store_audit_put(conn, &(struct audit_entry){.room = HALL,
                                                            .seq = 100 + (uint64_t)i,
                                                            .at = i * STEP,
                                                            .type = AUDIT_REPORT_CREATED,
                                                            .by = ANNA}),
                0);
    const struct {
        struct audit_filter filter;
        size_t count;
        uint64_t newest;
    } cases[] = {
        {{.since = 20}, 3, 104},
        {{.until = 20}, 1, 101},
        {{.since = 20, .until = 40}, 2, 103},
        {{.since = 21, .until = 30}, 0, 0},
        {{.since = 40}, 1, 104},
        {{.until = 41}, 4, 104},
        {{.since = 20, .until = 40, .by = BEN}, 0, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const room_id places[] = {HALL, {0}};
        for (size_t j = 0; j < ARRAY_LEN(places); j++) {
            struct audit_list list = audits(places[j], cases[i].filter, NEWEST, 9);
            assert_int_equal(list.count, cases[i].count);
            if (list.count)
                assert_int_equal(list.items[0].seq, cases[i].newest);
        }
    }
    struct audit_filter filter = {.since = 20, .until = 40};
    struct audit_list first = audits(HALL, filter, NEWEST, 1);
    REQUIRE(first.count == 1 && first.items);
    struct audit_place place = {first.items[0].at, HALL, first.items[0].seq};
    struct audit_list rest = audits(HALL, filter, place, 9);
    assert_int_equal(rest.count, 1);
    assert_int_equal(rest.items[0].seq, 102);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(acts_are_listed_newest_first_by_whom_and_to_whom),
        T(who_leaves_and_what_follows_by_itself_is_not_in_it),
        T(a_deletion_is_in_it_where_the_message_was_of_somebody_else),
        T(it_is_paged_filtered_and_read_of_all_rooms_or_one),
        T(it_is_searched_by_time),
    };
    RUN_ON_ENGINES(tests);
}
