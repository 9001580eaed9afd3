/* What every engine promises of those who ask to be let into rooms. */
#include "store/store_hall.h"

static void project(enum event_type type, uint64_t seq, struct projection projection)
{
    char nonce[32];
    snprintf(nonce, sizeof(nonce), "asked-%llu", (unsigned long long)seq);
    struct event *event = make_event(type, HALL, seq, 0, ANNA, nonce);
    event->target = projection.user.v;
    projection.seq = seq;
    assert_int_equal(append_one(event, &projection, 1), 0);
}

static void ask(uint64_t seq, user_id user, const char *text)
{
    project(EVENT_REQUEST_CREATED, seq,
            (struct projection){.kind = PROJECT_REQUEST,
                                .user = user,
                                .at = (int64_t)seq * 10,
                                .text = str_from_c(text)});
}

static void close_request(uint64_t seq, user_id user, int64_t refused_at)
{
    project(EVENT_REQUEST_CLOSED, seq,
            (struct projection){.kind = PROJECT_REQUEST_CLOSED, .user = user, .at = refused_at});
}

static struct join_request_list requests(uint64_t after, size_t limit)
{
    struct join_request_list list = {0};
    READING (conn)
        assert_int_equal(store_requests(conn, HALL, after, limit, &arena, &list), 0);
    return list;
}

static struct join_request_list requests_of(user_id user)
{
    struct join_request_list list = {0};
    READING (conn)
        assert_int_equal(store_requests_of(conn, user, (room_id){0}, 9, &arena, &list), 0);
    return list;
}

static struct member_past past(user_id user)
{
    struct member_past past = {0};
    READING (conn)
        assert_int_equal(store_member_past(conn, HALL, user, &past), 0);
    return past;
}

static const user_id DORA = {14};

static void who_asks_is_listed_in_the_order_in_which_they_came(void **state)
{
    (void)state;
    make_hall();
    ask(4, DORA, "");
    ask(5, CARL, "Let me in");
    reopen_store();
    struct join_request_list both = requests(0, 9);
    REQUIRE(both.count == 2 && both.items);
    assert_true(user_id_eq(both.items[0].user, DORA));
    assert_int_equal(both.items[1].seq, 5);
    assert_int_equal(both.items[1].created_at, 50);
    assert_str(both.items[1].text, "Let me in");
    assert_int_equal(requests(4, 9).count, 1);
    assert_int_equal(requests(0, 1).count, 1);
    assert_int_equal(past(CARL).asked_seq, 5);
    assert_int_equal(past(BEN).asked_seq, 0);
}

static void who_is_refused_is_known_by_when_without_their_words(void **state)
{
    (void)state;
    make_hall();
    ask(4, CARL, "Let me in");
    close_request(5, CARL, 123);
    assert_int_equal(requests(0, 9).count, 0);
    struct join_request_list own = requests_of(CARL);
    REQUIRE(own.count == 1 && own.items);
    assert_int_equal(own.items[0].refused_at, 123);
    assert_int_equal(own.items[0].room.v, HALL.v);
    assert_int_equal(own.items[0].text.len, 0);
    assert_int_equal(past(CARL).refused_at, 123);
    ask(6, CARL, "Please");
    assert_int_equal(requests(0, 9).count, 1);
    assert_int_equal(past(CARL).refused_at, 0);
    assert_int_equal(past(CARL).asked_seq, 6);
}

static void what_is_settled_is_as_if_it_had_not_been_asked(void **state)
{
    (void)state;
    make_hall();
    ask(4, CARL, "Let me in");
    close_request(5, CARL, 0);
    assert_int_equal(requests(0, 9).count, 0);
    assert_int_equal(requests_of(CARL).count, 0);
    assert_int_equal(past(CARL).asked_seq, 0);
    close_request(6, DORA, 0); /* who never asked */
    assert_int_equal(requests_of(DORA).count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(who_asks_is_listed_in_the_order_in_which_they_came),
        T(who_is_refused_is_known_by_when_without_their_words),
        T(what_is_settled_is_as_if_it_had_not_been_asked),
    };
    RUN_ON_ENGINES(tests);
}
