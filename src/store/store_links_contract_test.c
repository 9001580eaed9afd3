/* What every engine promises of links that let people into rooms. */
#include "store/store_hall.h"

enum { LATER = 9000000 };

static void project(enum event_type type, uint64_t seq, struct projection projection)
{
    char nonce[32];
    snprintf(nonce, sizeof(nonce), "done-%llu", (unsigned long long)seq);
    struct event *event = make_event(type, HALL, seq, 0, ANNA, nonce);
    event->target = projection.link;
    projection.seq = seq;
    assert_int_equal(append_one(event, &projection, 1), 0);
}

static void make_link(uint64_t seq, int64_t until, uint64_t most)
{
    project(EVENT_LINK_CREATED, seq,
            (struct projection){.kind = PROJECT_LINK, .link = seq, .at = until, .most = most});
}

static void change_link(uint64_t seq, enum projection_kind kind, uint64_t link)
{
    project(kind == PROJECT_LINK_USED ? EVENT_USER_JOINED : EVENT_LINK_REVOKED, seq,
            (struct projection){.kind = kind, .link = link});
}

static struct room_link_list links(uint64_t after, int64_t now, size_t limit)
{
    struct room_link_list list = {0};
    READING (conn)
        assert_int_equal(store_links(conn, HALL, after, now, limit, &arena, &list), 0);
    return list;
}

static void links_are_listed_with_who_made_them_until_they_expire(void **state)
{
    (void)state;
    make_hall();
    make_link(4, LATER, 2);
    make_link(5, LINK_FOR_EVER, 0);
    reopen_store();
    struct room_link_list both = links(0, LATER - 1, 9);
    REQUIRE(both.count == 2 && both.items);
    assert_int_equal(both.items[0].seq, 4);
    assert_true(user_id_eq(both.items[0].by, ANNA));
    assert_int_equal(both.items[0].expires_at, LATER);
    assert_int_equal(both.items[0].most, 2);
    assert_int_equal(both.items[0].used, 0);
    assert_true(both.items[1].expires_at == LINK_FOR_EVER);
    assert_int_equal(links(0, LATER, 9).count, 1);
    assert_int_equal(links(4, 0, 1).count, 1);
    assert_int_equal(links(5, 0, 1).count, 0);
}

static void a_link_that_is_used_up_stands_no_longer(void **state)
{
    (void)state;
    make_hall();
    make_link(4, LATER, 2);
    change_link(5, PROJECT_LINK_USED, 4);
    struct room_link_list one = links(3, 0, 1);
    REQUIRE(one.count == 1 && one.items);
    assert_int_equal(one.items[0].used, 1);
    change_link(6, PROJECT_LINK_USED, 4);
    assert_int_equal(links(3, 0, 1).count, 0);
}

static void a_link_that_is_revoked_stands_no_longer_and_others_do(void **state)
{
    (void)state;
    make_hall();
    make_link(4, LATER, 0);
    make_link(5, LATER, 0);
    change_link(6, PROJECT_LINK_REVOKED, 4);
    struct room_link_list one = links(0, 0, 9);
    REQUIRE(one.count == 1 && one.items);
    assert_int_equal(one.items[0].seq, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(links_are_listed_with_who_made_them_until_they_expire),
        T(a_link_that_is_used_up_stands_no_longer),
        T(a_link_that_is_revoked_stands_no_longer_and_others_do),
    };
    RUN_ON_ENGINES(tests);
}
