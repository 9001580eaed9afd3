/* What every engine promises of what is set in a room, and of its people. */
#include "store/store_hall.h"

static struct room get_room(void)
{
    struct room room = {0};
    READING (conn)
        assert_int_equal(store_room_get(conn, HALL, &arena, &room), 0);
    return room;
}

static struct member get_member(user_id user)
{
    struct member member = {0};
    READING (conn)
        assert_int_equal(store_member_get(conn, HALL, user, &member), 0);
    return member;
}

static void set(uint64_t seq, struct room_change change)
{
    char nonce[32];
    snprintf(nonce, sizeof(nonce), "set-%llu", (unsigned long long)seq);
    struct projection projection = {.kind = PROJECT_CHANGE, .change = change, .seq = seq};
    struct event *event = make_event(EVENT_ROOM_UPDATED, HALL, seq, 0, ANNA, nonce);
    assert_int_equal(append_one(event, &projection, 1), 0);
}

static void project_member(enum event_type type, enum projection_kind kind, uint64_t seq,
                           uint64_t count)
{
    char nonce[32];
    snprintf(nonce, sizeof(nonce), "member-%llu", (unsigned long long)seq);
    struct event *event = make_event(type, HALL, seq, count, ANNA, nonce);
    event->target = BEN.v;
    event->role = ROLE_MODERATOR;
    struct projection projection = {.kind = kind,
                                    .user = BEN,
                                    .role = ROLE_MODERATOR,
                                    .seq = seq,
                                    .count = count,
                                    .at = event->created_at};
    assert_int_equal(append_one(event, &projection, 1), 0);
}

/* ---- settings -------------------------------------------------------------------------------- */

static void a_room_begins_with_nothing_set(void **state)
{
    (void)state;
    make_hall();
    struct room room = get_room();
    assert_int_equal(room.topic.len, 0);
    assert_int_equal(room.permissions, 0);
    assert_int_equal(room.slow_mode_s, 0);
    assert_false(room.locked || room.archived);
}

static void what_is_set_stays_until_it_is_set_anew(void **state)
{
    (void)state;
    make_hall();
    struct room_change change = ROOM_CHANGE_NONE;
    change.topic = STR("About \xf0\x9f\x8d\xb5");
    change.permissions = (uint64_t)5 << 60 | 4;
    change.slow_mode_s = 30;
    set(4, change);
    change = ROOM_CHANGE_NONE;
    change.locked = change.archived = 1;
    set(5, change);
    reopen_store();
    struct room room = get_room();
    assert_str(room.name, "Hall");
    assert_str(room.topic, "About \xf0\x9f\x8d\xb5");
    assert_int_equal(room.permissions, (uint64_t)5 << 60 | 4);
    assert_int_equal(room.slow_mode_s, 30);
    assert_true(room.locked && room.archived);

    change = ROOM_CHANGE_NONE;
    change.topic = STR("");
    change.slow_mode_s = 0;
    change.locked = 0;
    set(6, change);
    room = get_room();
    assert_int_equal(room.topic.len, 0);
    assert_int_equal(room.permissions, (uint64_t)5 << 60 | 4);
    assert_int_equal(room.slow_mode_s, 0);
    assert_false(room.locked);
    assert_true(room.archived);
    READING (conn) {
        struct room_view view;
        assert_int_equal(store_room_view(conn, HALL, BEN, &arena, &view), 0);
        assert_true(view.room.archived);
        assert_int_equal(view.room.permissions, room.permissions);
    }
}

static struct str rules(room_id room)
{
    struct str rules = STR_NONE;
    READING (conn) {
        int rc = store_filter_get(conn, room, &arena, &rules);
        assert_true(rc == 0 || rc == -ENOENT);
        assert_int_equal(rc == -ENOENT, rules.ptr == NULL || rules.len == 0);
    }
    return rules;
}

static void what_a_room_does_not_want_is_kept_apart_from_it(void **state)
{
    (void)state;
    make_hall();
    assert_int_equal(rules(HALL).len, 0);
    struct room_change change = ROOM_CHANGE_NONE;
    change.filters = STR("{\"words\":[\"x\"]}");
    change.newcomers = (int64_t)1 << 57 | 600;
    set(4, change);
    change = ROOM_CHANGE_NONE;
    change.locked = 1;
    set(5, change);
    reopen_store();
    assert_str(rules(HALL), "{\"words\":[\"x\"]}");
    assert_int_equal(rules((room_id){78}).len, 0);
    assert_true(get_room().newcomers == ((uint64_t)1 << 57 | 600));
    assert_true(get_view(HALL, BEN).joined_at > 0);

    change = ROOM_CHANGE_NONE;
    change.filters = STR("");
    change.newcomers = 0;
    set(6, change);
    assert_int_equal(rules(HALL).len, 0);
    assert_int_equal(get_room().newcomers, 0);
}

/* ---- people ------------------------------------------------------------------------------------ */

static void a_member_has_the_time_of_their_last_message(void **state)
{
    (void)state;
    make_hall();
    assert_int_equal(get_member(BEN).sent_at, 0);
    say(HALL, 4, 1, 3, BEN); /* 4 .. 6 */
    assert_int_equal(get_member(BEN).sent_at, 1006);
    assert_int_equal(get_member(ANNA).sent_at, 0);
    WRITING (conn) /* reading sends nothing */
        assert_int_equal(store_read_marker_put(conn, HALL, ANNA, 6, 3), 0);
    assert_int_equal(get_member(ANNA).sent_at, 0);
    project_member(EVENT_USER_UPDATED, PROJECT_MEMBER, 7, 3);
    assert_int_equal(get_member(BEN).sent_at, 1006);
    assert_int_equal(get_member(BEN).role, ROLE_MODERATOR);
}

static void mute_until(int64_t until, uint64_t seq)
{
    char nonce[32];
    snprintf(nonce, sizeof(nonce), "muted-%llu", (unsigned long long)seq);
    struct event *event = make_event(EVENT_USER_MUTED, HALL, seq, 0, ANNA, nonce);
    event->target = BEN.v;
    struct projection projection = {.kind = PROJECT_MUTE, .user = BEN, .seq = seq, .at = until};
    assert_int_equal(append_one(event, &projection, 1), 0);
}

static int64_t own_mute(user_id user)
{
    struct room_view view = {0};
    READING (conn) {
        assert_int_equal(store_room_view(conn, HALL, user, &arena, &view), 0);
    }
    return view.muted_until;
}

static void somebody_is_muted_until_it_ends(void **state)
{
    (void)state;
    make_hall();
    assert_int_equal(get_member(BEN).muted_until, 0);
    mute_until(9000000000000, 4);
    reopen_store();
    assert_int_equal(get_member(BEN).muted_until, 9000000000000);
    assert_int_equal(get_member(ANNA).muted_until, 0);
    assert_int_equal(own_mute(BEN), 9000000000000);
    assert_int_equal(own_mute(ANNA), 0);
    assert_int_equal(get_member(BEN).role, ROLE_MEMBER);
    project_member(EVENT_USER_UPDATED, PROJECT_MEMBER, 5, 0);
    assert_int_equal(get_member(BEN).muted_until, 9000000000000);
    mute_until(0, 6);
    assert_int_equal(get_member(BEN).muted_until, 0);
    assert_int_equal(own_mute(BEN), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_room_begins_with_nothing_set),
        T(what_is_set_stays_until_it_is_set_anew),
        T(what_a_room_does_not_want_is_kept_apart_from_it),
        T(a_member_has_the_time_of_their_last_message),
        T(somebody_is_muted_until_it_ends),
    };
    RUN_ON_ENGINES(tests);
}
