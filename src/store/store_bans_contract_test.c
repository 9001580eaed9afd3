/* What every engine promises of what a room remembers of people who may not be in it. */
#include "store/store_hall.h"

enum { LATER = 9000000 };

static struct member_past past_of(user_id user)
{
    struct member_past past = {1, 1, 1, 1, 1, true};
    READING (conn)
        assert_int_equal(store_member_past(conn, HALL, user, &past), 0);
    return past;
}

/* `kind` of `user`, by an event of Anna's at this seq. */
static void project_as(enum role role, enum event_type type, enum projection_kind kind,
                       user_id user, uint64_t seq, int64_t at)
{
    char nonce[32];
    snprintf(nonce, sizeof(nonce), "done-%llu", (unsigned long long)seq);
    struct event *event = make_event(type, HALL, seq, 0, ANNA, nonce);
    event->target = user.v;
    struct projection projection = {.kind = kind, .user = user, .role = role, .seq = seq, .at = at};
    assert_int_equal(append_one(event, &projection, 1), 0);
}

static void project(enum event_type type, enum projection_kind kind, user_id user, uint64_t seq,
                    int64_t at)
{
    project_as(ROLE_MEMBER, type, kind, user, seq, at);
}

static void ban(user_id user, uint64_t seq, int64_t until)
{
    project(until ? EVENT_USER_BANNED : EVENT_USER_UNBANNED, PROJECT_BAN, user, seq, until);
}

static struct ban_list bans(user_id after, int64_t now, size_t limit)
{
    struct ban_list list = {0};
    READING (conn)
        assert_int_equal(store_bans(conn, HALL, after, now, limit, &arena, &list), 0);
    return list;
}

static void of_who_never_was_in_a_room_it_knows_nothing(void **state)
{
    (void)state;
    make_hall();
    struct member_past past = past_of(CARL);
    assert_int_equal(past.sent_at, 0);
    assert_int_equal(past.muted_until, 0);
    assert_int_equal(past.banned_until, 0);
}

static void of_who_left_it_knows_whether_they_were_a_guest(void **state)
{
    (void)state;
    make_hall();
    project_as(ROLE_GUEST, EVENT_USER_JOINED, PROJECT_MEMBER, CARL, 4, 0);
    project(EVENT_USER_LEFT, PROJECT_MEMBER_GONE, CARL, 5, 0);
    project(EVENT_USER_LEFT, PROJECT_MEMBER_GONE, BEN, 6, 0);
    reopen_store();
    assert_true(past_of(CARL).was_guest);
    assert_false(past_of(BEN).was_guest);
}

static void who_leaves_and_comes_again_is_muted_and_paced_as_before(void **state)
{
    (void)state;
    struct member member = {0};
    make_hall();
    say(HALL, 4, 1, 1, BEN);
    project(EVENT_USER_MUTED, PROJECT_MUTE, BEN, 5, LATER);
    int64_t sent_at = past_of(BEN).sent_at;
    assert_true(sent_at > 0);
    project(EVENT_USER_LEFT, PROJECT_MEMBER_GONE, BEN, 6, 0);
    reopen_store();
    assert_int_equal(past_of(BEN).muted_until, LATER);
    assert_int_equal(past_of(BEN).sent_at, sent_at);
    project(EVENT_USER_JOINED, PROJECT_MEMBER, BEN, 7, 0);
    READING (conn)
        assert_int_equal(store_member_get(conn, HALL, BEN, &member), 0);
    assert_int_equal(member.muted_until, LATER);
    assert_int_equal(member.sent_at, sent_at);
    assert_int_equal(member.joined_seq, 7);
}

static void who_is_banned_is_so_until_it_is_lifted_in_the_room_or_not(void **state)
{
    (void)state;
    make_hall();
    ban(BEN, 4, LATER);
    ban(CARL, 5, BANNED_FOR_GOOD);
    reopen_store();
    assert_int_equal(past_of(BEN).banned_until, LATER);
    assert_true(past_of(CARL).banned_until == BANNED_FOR_GOOD);
    assert_int_equal(past_of(ANNA).banned_until, 0);
    ban(CARL, 6, 0);
    assert_int_equal(past_of(CARL).banned_until, 0);
    ban(CARL, 7, LATER + 1);
    assert_int_equal(past_of(CARL).banned_until, LATER + 1);
}

static void bans_are_listed_in_pages_with_who_did_it_until_they_are_over(void **state)
{
    (void)state;
    make_hall();
    ban(CARL, 4, BANNED_FOR_GOOD);
    ban(BEN, 5, LATER);
    struct ban_list first = bans((user_id){0}, LATER - 1, 1);
    REQUIRE(first.count == 1 && first.items);
    assert_true(user_id_eq(first.items[0].user, BEN));
    assert_true(user_id_eq(first.items[0].by, ANNA));
    assert_int_equal(first.items[0].seq, 5);
    assert_int_equal(first.items[0].until, LATER);
    assert_true(first.items[0].created_at > 0);
    struct ban_list second = bans(BEN, LATER - 1, 1);
    REQUIRE(second.count == 1 && second.items);
    assert_true(user_id_eq(second.items[0].user, CARL));
    assert_int_equal(bans((user_id){0}, LATER, 9).count, 1);
    ban(CARL, 6, 0);
    assert_int_equal(bans((user_id){0}, LATER, 9).count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(of_who_never_was_in_a_room_it_knows_nothing),
        T(of_who_left_it_knows_whether_they_were_a_guest),
        T(who_leaves_and_comes_again_is_muted_and_paced_as_before),
        T(who_is_banned_is_so_until_it_is_lifted_in_the_room_or_not),
        T(bans_are_listed_in_pages_with_who_did_it_until_they_are_over),
    };
    RUN_ON_ENGINES(tests);
}
