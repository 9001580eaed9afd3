/* What every engine promises of the rooms and members that the log made. */
#include "store/store_hall.h"

static struct room get_room(room_id id)
{
    struct room room = {0};
    READING (conn)
        assert_int_equal(store_room_get(conn, id, &arena, &room), 0);
    return room;
}

/* ---- rooms and members ----------------------------------------------------------------------- */

static void a_room_is_what_its_log_made_it(void **state)
{
    (void)state;
    make_hall();
    struct room room = get_room(HALL);
    assert_int_equal(room.kind, ROOM_GROUP);
    assert_str(room.name, "Hall");
    assert_int_equal(room.creator.v, ANNA.v);
    assert_int_equal(room.created_at, 1001);
    assert_int_equal(room.first_seq, 1);
    assert_int_equal(room.last_seq, 3);
    assert_int_equal(room.last_at, 1003);
    assert_int_equal(room.member_count, 2);

    struct projection rename = {
        .kind = PROJECT_CHANGE, .change = {.name = STR("Salle"), .edit_history_s = -1}, .seq = 4};
    struct event *event = make_event(EVENT_ROOM_UPDATED, HALL, 4, 0, ANNA, "renamed");
    assert_int_equal(append_one(event, &rename, 1), 0);
    assert_str(get_room(HALL).name, "Salle");
    READING (conn)
        assert_int_equal(store_room_get(conn, ROOM(1), &arena, &room), -ENOENT);
}

static int leave(user_id user, uint64_t seq, uint64_t count)
{
    char nonce[32];
    snprintf(nonce, sizeof(nonce), "left-%llu", (unsigned long long)seq);
    struct event *event = make_event(EVENT_USER_LEFT, HALL, seq, count, user, nonce);
    event->target = user.v;
    return append_one(
        event, &(struct projection){.kind = PROJECT_MEMBER_GONE, .user = user, .seq = seq}, 1);
}

static int join(user_id user, uint64_t seq, uint64_t count, enum role role)
{
    char nonce[32];
    snprintf(nonce, sizeof(nonce), "joined-%llu", (unsigned long long)seq);
    struct event *event = make_event(EVENT_USER_JOINED, HALL, seq, count, ANNA, nonce);
    event->target = user.v;
    return append_one(event,
                      &(struct projection){.kind = PROJECT_MEMBER,
                                           .user = user,
                                           .role = role,
                                           .seq = seq,
                                           .count = count,
                                           .at = 5000 + (int64_t)seq},
                      1);
}

static void a_follower_learns_where_each_log_ends(void **state)
{
    (void)state;
    make_room(ROOM(7), ROOM_GROUP, "seven", &ANNA, 1);
    make_room(ROOM(3), ROOM_GROUP, "three", &ANNA, 1);
    say(ROOM(7), 3, 1, 4, ANNA);
    READING (conn) {
        struct room_end *ends;
        size_t count;
        assert_int_equal(store_room_ends(conn, ROOM(0), 10, &arena, &ends, &count), 0);
        assert_int_equal(count, 2);
        assert_int_equal(ends[0].room.v, 3);
        assert_int_equal(ends[0].last_seq, 2);
        assert_int_equal(ends[1].room.v, 7);
        assert_int_equal(ends[1].last_seq, 6);
        assert_int_equal(store_room_ends(conn, ROOM(0), 1, &arena, &ends, &count), 0);
        assert_int_equal(count, 1);
        assert_int_equal(store_room_ends(conn, ROOM(3), 1, &arena, &ends, &count), 0);
        assert_int_equal(ends[0].room.v, 7);
        assert_int_equal(store_room_ends(conn, ROOM(7), 1, &arena, &ends, &count), 0);
        assert_int_equal(count, 0);
    }
}

static void of_rooms_that_are_named_it_is_told_where_they_end(void **state)
{
    (void)state;
    make_room(ROOM(7), ROOM_GROUP, "seven", &ANNA, 1);
    make_room(ROOM(3), ROOM_GROUP, "three", &ANNA, 1);
    say(ROOM(7), 3, 1, 4, ANNA);
    READING (conn) {
        struct room_end *ends;
        size_t count;
        assert_int_equal(
            store_ends_of(conn, (room_id[]){ROOM(7), ROOM(5)}, 2, &arena, &ends, &count), 0);
        assert_int_equal(count, 1);
        assert_int_equal(ends[0].room.v, 7);
        assert_int_equal(ends[0].last_seq, 6);
        assert_int_equal(store_ends_of(conn, NULL, 0, &arena, &ends, &count), 0);
        assert_int_equal(count, 0);
    }
}

static void a_person_s_places_are_where_they_joined_and_where_the_log_ends(void **state)
{
    (void)state;
    make_hall();
    say(HALL, 4, 1, 2, ANNA); /* 4, 5 */
    assert_int_equal(leave(BEN, 6, 2), 0);
    READING (conn) {
        struct room_place *places;
        size_t count;
        assert_int_equal(store_places_of(conn, BEN, &arena, &places, &count), 0);
        assert_int_equal(count, 0);
    }
    assert_int_equal(join(BEN, 7, 2, ROLE_MEMBER), 0);
    say(HALL, 8, 3, 1, ANNA);
    READING (conn) {
        struct room_place *places;
        size_t count;
        assert_int_equal(store_places_of(conn, BEN, &arena, &places, &count), 0);
        assert_int_equal(count, 1);
        assert_int_equal(places[0].room.v, HALL.v);
        assert_int_equal(places[0].joined_seq, 7);
        assert_int_equal(places[0].last_seq, 8);
    }
}

static void who_left_is_gone_and_may_come_again(void **state)
{
    (void)state;
    make_hall();
    say(HALL, 4, 1, 2, ANNA); /* 4, 5 */
    assert_int_equal(leave(BEN, 6, 2), 0);
    assert_int_equal(get_room(HALL).member_count, 1);
    READING (conn) {
        struct member member;
        struct room_view view;
        room_id *ids;
        size_t count;
        assert_int_equal(store_member_get(conn, HALL, BEN, &member), -ENOENT);
        assert_int_equal(store_room_view(conn, HALL, BEN, &arena, &view), -ENOENT);
        assert_int_equal(store_room_ids_of(conn, BEN, &arena, &ids, &count), 0);
        assert_int_equal(count, 0);
        struct member_list members;
        assert_int_equal(store_members(conn, HALL, USER(0), 0, &arena, &members), 0);
        assert_int_equal(members.count, 1);
        assert_int_equal(members.items[0].user.v, ANNA.v);
    }
    say(HALL, 7, 3, 1, ANNA);
    assert_int_equal(join(BEN, 8, 3, ROLE_MEMBER), 0);
    assert_int_equal(get_room(HALL).member_count, 2);
    struct room_view view = get_view(HALL, BEN);
    assert_int_equal(view.read_seq, 8); /* what was said before is not unread */
    assert_int_equal(view.room.last_count - view.read_count, 0);
    READING (conn) {
        struct member member;
        assert_int_equal(store_member_get(conn, HALL, BEN, &member), 0);
        assert_int_equal(member.joined_seq, 8);
        assert_int_equal(member.joined_at, 5008);
    }
}

static void a_new_role_keeps_when_they_joined_and_what_they_read(void **state)
{
    (void)state;
    make_hall();
    say(HALL, 4, 1, 2, BEN);
    assert_int_equal(join(BEN, 6, 2, ROLE_OWNER), 0);
    READING (conn) {
        struct member member;
        assert_int_equal(store_member_get(conn, HALL, BEN, &member), 0);
        assert_int_equal(member.role, ROLE_OWNER);
        assert_int_equal(member.joined_seq, 3);
        assert_int_equal(member.read_seq, 5);
    }
    assert_int_equal(get_room(HALL).member_count, 2);
}

static void members_are_listed_by_pages(void **state)
{
    (void)state;
    user_id people[25];
    for (uint64_t i = 0; i < 25; i++)
        people[i] = USER(100 + i);
    make_room(HALL, ROOM_GROUP, "Crowd", people, 25);
    READING (conn) {
        struct member_list list;
        assert_int_equal(store_members(conn, HALL, USER(0), 10, &arena, &list), 0);
        assert_int_equal(list.count, 10);
        assert_int_equal(list.items[9].user.v, 109);
        assert_int_equal(list.items[0].role, ROLE_OWNER);
        assert_int_equal(store_members(conn, HALL, USER(119), 10, &arena, &list), 0);
        assert_int_equal(list.count, 5);
        assert_int_equal(store_members(conn, HALL, USER(0), 0, &arena, &list), 0);
        assert_int_equal(list.count, 25);
    }
}

/* Whom `key` finds in the hall by pages of `limit`: their ids, and that they are members. */
static void assert_found(const char *key, size_t limit, const char *want)
{
    OWN(buf_deinit) struct buf got = BUF_INIT;
    READING (conn) {
        struct member_list list;
        user_id after = {0}, stood;
        do {
            assert_int_equal(store_members_search(conn, HALL, str_from_c(key), after, limit, &arena,
                                                  &list, &stood),
                             0);
            assert_true(list.count <= limit);
            assert_int_equal(stood.v, 0); /* the hall is not that large */
            for (size_t i = 0; i < list.count; i++) {
                assert_int_equal(list.items[i].role, ROLE_MEMBER);
                buf_printf(&got, "%llu ", (unsigned long long)list.items[i].user.v);
                after = list.items[i].user;
            }
        } while (list.count == limit);
    }
    assert_str(buf_str(&got), want);
}

static void members_are_found_by_the_beginning_of_their_words(void **state)
{
    (void)state;
    WRITING (conn) {
        make_user(conn, USER(1), "zoe", "zoe", "Anna Maria Müller");
        make_user(conn, USER(2), "anna", "anna", "Anna");
        make_user(conn, USER(3), "annabel", "annabel", "Nobody"); /* who is not in it */
        make_user(conn, USER(4), "ωμεγα", "ωμεγα", "Ωmega Anna");
        make_user(conn, USER(5), "gone", "gone", "Anna who left");
        make_user(conn, USER(6), "ended", "ended", "Anna who is no more");
    }
    make_room(HALL, ROOM_GROUP, "Hall",
              (user_id[]){BEN, USER(1), USER(2), USER(4), USER(5), USER(6)}, 6);
    assert_int_equal(leave(USER(5), 8, 0), 0);
    WRITING (conn)
        assert_int_equal(store_user_delete(conn, USER(6), 5000), 0);
    assert_found("ann", 10, "1 2 4 ");
    assert_found("ann", 1, "1 2 4 ");
    assert_found("anna m", 10, "1 ");
    assert_found("müll", 10, "1 ");
    assert_found("ω", 10, "4 ");
    assert_found("nna", 10, "");
    assert_found("gone", 10, "");
    READING (conn) {
        struct member_list list;
        user_id stood;
        assert_int_equal(
            store_members_search(conn, HALL, STR("ann"), USER(1), 0, &arena, &list, &stood), 0);
        assert_int_equal(list.count, 2);
        assert_int_equal(list.items[1].user.v, 4);
    }
}

/* Whom the name finds in the room behind `after`; returns where that stopped. */
static user_id search_from(room_id room, const char *key, user_id after, size_t want, user_id last)
{
    user_id stood = {0};
    READING (conn) {
        struct member_list list;
        assert_int_equal(
            store_members_search(conn, room, str_from_c(key), after, 10, &arena, &list, &stood), 0);
        assert_int_equal(list.count, want);
        if (want)
            assert_int_equal(list.items[0].user.v, last.v);
    }
    return stood;
}

/* Of those who have such a name only the last is in it. */
static void assert_a_very_large_room_is_gone_along_in_parts(const char *frequent)
{
    enum { IN = MEMBERS_LOOKED_AT + 300 };
    user_id *people = xcalloc(IN, sizeof(*people));
    for (unsigned i = 0; i < IN; i++)
        people[i] = USER(100000 + i);
    user_id last = people[IN - 1], nobody = {0};
    WRITING (conn)
        make_user(conn, last, "last", "last", "Anna Smith");
    make_room(ROOM(5), ROOM_GROUP, "Stadium", people, IN);
    user_id stood = search_from(ROOM(5), frequent, nobody, 0, nobody);
    assert_int_equal(stood.v, people[MEMBERS_LOOKED_AT - 1].v);
    assert_int_equal(search_from(ROOM(5), frequent, stood, 1, last).v, 0);
    /* few have this one: they are looked for, whoever else is in it */
    assert_int_equal(search_from(ROOM(5), "last", nobody, 1, last).v, 0);
    xfree(people);
}

/* Every third is in the room, and every other one is called Smith, of whom there are many on the server. */
static void a_name_that_many_on_the_server_have_finds_its_members_in_order(void **state)
{
    (void)state;
    enum { MANY = 2400, IN = MANY / 3 };
    static user_id people[1 + IN];
    people[0] = BEN;
    for (unsigned i = 0; i < IN; i++)
        people[1 + i] = USER(100 + 3 * i);
    WRITING (conn)
        for (unsigned i = 0; i < MANY; i++) {
            char name[32];
            snprintf(name, sizeof(name), "u%04u", i);
            make_user(conn, USER(100 + i), name, name, i % 2 ? "Anna Smith" : "Carl");
        }
    make_room(HALL, ROOM_GROUP, "Hall", people, 1 + IN);
    OWN(buf_deinit) struct buf want = BUF_INIT;
    for (unsigned i = 0; i < MANY; i++)
        if (i % 2 && i % 3 == 0)
            buf_printf(&want, "%u ", 100 + i);
    OWN(buf_deinit) struct buf all = BUF_INIT;
    buf_put(&all, want.ptr, want.len);
    buf_put(&all, "", 1);
    assert_found("smi", 130, all.ptr);
    assert_found("smi", 1000, all.ptr);
    assert_found("u0003", 10, "103 ");
    assert_a_very_large_room_is_gone_along_in_parts("smi");
}

static void rooms_of_a_person_come_by_id_with_their_peers(void **state)
{
    (void)state;
    WRITING (conn) {
        make_user(conn, ANNA, "anna", "anna", "Anna");
        make_user(conn, BEN, "Ben", "ben", "Ben B.");
        make_user(conn, CARL, "carl", "carl", "Carl");
    }
    make_room(ROOM(500), ROOM_DIRECT, "", (user_id[]){ANNA, BEN}, 2);
    make_room(ROOM(300), ROOM_GROUP, "Three", (user_id[]){BEN, ANNA, CARL}, 3);
    make_room(ROOM(400), ROOM_DIRECT, "", (user_id[]){CARL, ANNA}, 2);
    make_room(ROOM(600), ROOM_DIRECT, "", (user_id[]){BEN, CARL}, 2);
    say(ROOM(500), 4, 1, 7, BEN);
    READING (conn) {
        struct room_view_list list;
        assert_int_equal(store_rooms_of(conn, ANNA, ROOM(0), 0, &arena, &list), 0);
        assert_int_equal(list.count, 3);
        assert_int_equal(list.items[0].room.id.v, 300);
        assert_int_equal(list.items[0].peer.id.v, 0);
        assert_int_equal(list.items[0].role, ROLE_MEMBER);
        assert_int_equal(list.items[0].room.member_count, 3);
        assert_int_equal(list.items[1].room.id.v, 400);
        assert_str(list.items[1].peer.username, "carl");
        assert_int_equal(list.items[2].room.id.v, 500);
        assert_str(list.items[2].peer.display_name, "Ben B.");
        assert_int_equal(list.items[2].room.last_seq, 10);
        assert_int_equal(list.items[2].room.last_count - list.items[2].read_count, 7);

        assert_int_equal(store_rooms_of(conn, ANNA, ROOM(300), 1, &arena, &list), 0);
        assert_int_equal(list.count, 1);
        assert_int_equal(list.items[0].room.id.v, 400);

        room_id *ids;
        size_t count;
        assert_int_equal(store_room_ids_of(conn, ANNA, &arena, &ids, &count), 0);
        assert_int_equal(count, 3);
        assert_int_equal(ids[2].v, 500);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_room_is_what_its_log_made_it),
        T(a_follower_learns_where_each_log_ends),
        T(of_rooms_that_are_named_it_is_told_where_they_end),
        T(a_person_s_places_are_where_they_joined_and_where_the_log_ends),
        T(who_left_is_gone_and_may_come_again),
        T(a_new_role_keeps_when_they_joined_and_what_they_read),
        T(members_are_listed_by_pages),
        T(members_are_found_by_the_beginning_of_their_words),
        T(a_name_that_many_on_the_server_have_finds_its_members_in_order),
        T(rooms_of_a_person_come_by_id_with_their_peers),
    };
    RUN_ON_ENGINES(tests);
}
