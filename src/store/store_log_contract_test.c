/* What every engine promises of the log and of what is projected from it. */
#include "store/store_fixture.h"

static const user_id ANNA = {11}, BEN = {12}, CARL = {13};
static const room_id HALL = {77};
#define UUID_NONCE "0192f0c1-7a3b-7cde-8f01-23456789abcd"

static void make_hall(void)
{
    make_room(HALL, ROOM_GROUP, "Hall", (user_id[]){ANNA, BEN}, 2); /* seq 1 .. 3 */
}

static struct room get_room(room_id id)
{
    struct room room = {0};
    READING (conn)
        assert_int_equal(store_room_get(conn, id, &arena, &room), 0);
    return room;
}

static struct room_view get_view(room_id id, user_id user)
{
    struct room_view view = {0};
    READING (conn)
        assert_int_equal(store_room_view(conn, id, user, &arena, &view), 0);
    return view;
}

/* ---- appending ------------------------------------------------------------------------------- */

static void an_appended_event_reads_as_it_was(void **state)
{
    (void)state;
    make_hall();
    struct event *sent = event_new(&(struct event){.type = EVENT_MESSAGE_CREATED,
                                                   .room = HALL,
                                                   .seq = 4,
                                                   .count = 1,
                                                   .sender = BEN,
                                                   .target = 99,
                                                   .created_at = 1700000000123,
                                                   .nonce = STR(UUID_NONCE),
                                                   .payload = STR("{\"a\":\"\\u0000\"}")});
    assert_int_equal(append_all(&sent, 1, NULL, 0, NULL), 0);
    reopen_store();
    struct event *got = NULL;
    READING (conn)
        assert_int_equal(store_event_by_nonce(conn, HALL, BEN, STR(UUID_NONCE), &got), 0);
    assert_non_null(got);
    assert_int_equal(got->type, sent->type);
    assert_int_equal(got->room.v, HALL.v);
    assert_int_equal(got->seq, 4);
    assert_int_equal(got->count, 1);
    assert_int_equal(got->sender.v, BEN.v);
    assert_int_equal(got->target, 99);
    assert_int_equal(got->created_at, 1700000000123);
    assert_str(got->nonce, UUID_NONCE);
    assert_str(got->payload, "{\"a\":\"\\u0000\"}");
    event_unref(got);
    event_unref(sent);
}

static void nonces_that_differ_in_case_or_form_are_different(void **state)
{
    (void)state;
    static const char *const nonces[] = {
        UUID_NONCE,
        "0192F0C1-7A3B-7CDE-8F01-23456789ABCD",
        "0192f0c17a3b7cde8f0123456789abcd",
        "0192f0c1-7a3b-7cde-8f01-23456789abc:",
        "x",
        "X",
        "0192f0c1-7a3b-7cde-8f01_23456789abcd",
    };
    make_hall();
    for (uint64_t i = 0; i < ARRAY_LEN(nonces); i++)
        assert_int_equal(append_one(make_message(HALL, 4 + i, 1 + i, ANNA, nonces[i]), NULL, 0), 0);
    READING (conn) {
        for (uint64_t i = 0; i < ARRAY_LEN(nonces); i++) {
            struct event *event = NULL;
            assert_int_equal(store_event_by_nonce(conn, HALL, ANNA, str_from_c(nonces[i]), &event),
                             0);
            assert_int_equal(event->seq, 4 + i);
            assert_str(event->nonce, nonces[i]);
            event_unref(event);
        }
    }
}

static void the_same_nonce_again_is_told_and_changes_nothing(void **state)
{
    (void)state;
    make_hall();
    struct event *sent = make_message(HALL, 4, 1, ANNA, UUID_NONCE);
    size_t stored = 9;
    assert_int_equal(append_all(&sent, 1, NULL, 0, &stored), 0);
    assert_int_equal(stored, 1);
    assert_int_equal(append_all(&sent, 1, NULL, 0, &stored), -EEXIST);
    assert_int_equal(stored, 0);
    event_unref(sent);
    assert_int_equal(append_one(make_message(HALL, 5, 2, ANNA, UUID_NONCE), NULL, 0), -EEXIST);
    assert_int_equal(get_room(HALL).last_seq, 4);
    /* Another's nonce is another nonce. */
    assert_int_equal(append_one(make_message(HALL, 5, 2, BEN, UUID_NONCE), NULL, 0), 0);
}

static void a_known_nonce_in_the_middle_stops_the_append_there(void **state)
{
    (void)state;
    make_hall();
    assert_int_equal(append_one(make_message(HALL, 4, 1, ANNA, "known"), NULL, 0), 0);
    struct event *events[] = {
        make_message(HALL, 5, 2, BEN, "a"),
        make_message(HALL, 6, 3, BEN, "b"),
        make_message(HALL, 7, 4, ANNA, "known"),
        make_message(HALL, 8, 5, BEN, "c"),
    };
    struct projection rename = {.kind = PROJECT_CHANGE,
                                .change = {.name = STR("Not this"), .edit_history_s = -1},
                                .seq = 8};
    size_t stored = 0;
    assert_int_equal(append_all(events, 4, &rename, 1, &stored), -EEXIST);
    assert_int_equal(stored, 2);
    struct room room = get_room(HALL);
    assert_int_equal(room.last_seq, 6);
    assert_int_equal(room.last_count, 3);
    assert_str(room.name, "Hall");
    assert_int_equal(get_view(HALL, BEN).read_seq, 6); /* what stands was sent */
    for (size_t i = 0; i < 4; i++)
        event_unref(events[i]);
}

static void a_nonce_twice_in_one_append_stops_it_at_the_second(void **state)
{
    (void)state;
    make_hall();
    struct event *events[] = {
        make_message(HALL, 4, 1, BEN, "a"),
        make_message(HALL, 5, 2, BEN, "a"),
    };
    size_t stored = 0;
    assert_int_equal(append_all(events, 2, NULL, 0, &stored), -EEXIST);
    assert_int_equal(stored, 1);
    event_unref(events[0]);
    event_unref(events[1]);
}

static void an_append_whose_place_is_taken_leaves_nothing(void **state)
{
    (void)state;
    make_hall();
    say(HALL, 4, 1, 3, ANNA);
    struct projection rename = {.kind = PROJECT_CHANGE,
                                .change = {.name = STR("Not this"), .edit_history_s = -1},
                                .seq = 6};
    assert_true(append_one(make_message(HALL, 6, 3, BEN, "late"), &rename, 1) < 0);
    READING (conn) {
        struct event *event = NULL;
        assert_int_equal(store_event_by_nonce(conn, HALL, BEN, STR("late"), &event), -ENOENT);
    }
    struct room room = get_room(HALL);
    assert_int_equal(room.last_seq, 6);
    assert_str(room.name, "Hall");
}

static void senders_have_read_what_they_sent(void **state)
{
    (void)state;
    make_hall();
    struct event *events[] = {
        make_message(HALL, 4, 1, ANNA, "a"),
        make_message(HALL, 5, 2, BEN, "b"),
        make_message(HALL, 6, 3, ANNA, "c"),
    };
    assert_int_equal(append_all(events, 3, NULL, 0, NULL), 0);
    for (size_t i = 0; i < 3; i++)
        event_unref(events[i]);
    struct room_view anna = get_view(HALL, ANNA), ben = get_view(HALL, BEN);
    assert_int_equal(anna.read_seq, 6);
    assert_int_equal(anna.read_count, 3);
    assert_int_equal(ben.read_seq, 5);
    assert_int_equal(ben.room.last_count - ben.read_count, 1);
}

/* ---- reading the log ------------------------------------------------------------------------- */

static void events_are_read_in_order_and_within_bounds(void **state)
{
    (void)state;
    make_hall();
    say(HALL, 4, 1, 20, ANNA);
    READING (conn) {
        struct event_list list;
        bool more;
        assert_int_equal(store_events(conn, HALL, 0, 100, 1 << 20, &list, &more), 0);
        assert_int_equal(list.count, 23);
        assert_false(more);
        for (size_t i = 0; i < list.count; i++)
            assert_int_equal(list.items[i]->seq, i + 1);
        event_list_deinit(&list);

        assert_int_equal(store_events(conn, HALL, 10, 5, 1 << 20, &list, &more), 0);
        assert_int_equal(list.count, 5);
        assert_int_equal(list.items[0]->seq, 11);
        assert_true(more);
        event_list_deinit(&list);

        size_t one = strlen("{\"type\":\"text\",\"text\":\"hello\"}");
        assert_int_equal(store_events(conn, HALL, 10, 100, 3 * one, &list, &more), 0);
        assert_int_equal(list.count, 3);
        assert_true(more);
        event_list_deinit(&list);

        assert_int_equal(store_events(conn, HALL, 10, 100, 1, &list, &more), 0);
        assert_int_equal(list.count, 1); /* one always, or nobody would get past it */
        event_list_deinit(&list);

        assert_int_equal(store_events(conn, HALL, UINT64_MAX, 100, 1, &list, &more), 0);
        assert_int_equal(list.count, 0);
        assert_false(more);
        event_list_deinit(&list);

        uint64_t count;
        assert_int_equal(store_event_count(conn, HALL, 13, &count), 0);
        assert_int_equal(count, 10);
        assert_int_equal(store_event_count(conn, HALL, 24, &count), -ENOENT);
    }
}

/* "4 5 6 <>": the page's seqs; < older, > newer ones exist. */
static void assert_page(room_id room, enum position position, uint64_t seq, size_t limit,
                        const char *want)
{
    struct message_page page = {0};
    READING (conn)
        assert_int_equal(store_messages(conn, room, position, seq, limit, &page), 0);
    OWN(buf_deinit) struct buf got = BUF_INIT;
    for (size_t i = 0; i < page.messages.count; i++)
        buf_printf(&got, "%llu ", (unsigned long long)page.messages.items[i]->seq);
    buf_printf(&got, "%s%s", page.has_older ? "<" : "", page.has_newer ? ">" : "");
    event_list_deinit(&page.messages);
    assert_str(buf_str(&got), want);
}

static void messages_are_paged_from_any_position(void **state)
{
    (void)state;
    make_hall();
    say(HALL, 4, 1, 6, ANNA); /* 4 .. 9 */
    assert_page(HALL, POSITION_NEWEST, 0, 3, "7 8 9 <");
    assert_page(HALL, POSITION_NEWEST, 0, 6, "4 5 6 7 8 9 ");
    assert_page(HALL, POSITION_NEWEST, 0, 50, "4 5 6 7 8 9 ");
    assert_page(HALL, POSITION_BEFORE, 7, 2, "5 6 <>");
    assert_page(HALL, POSITION_BEFORE, 7, 3, "4 5 6 >");
    assert_page(HALL, POSITION_BEFORE, 4, 3, ">");
    assert_page(HALL, POSITION_BEFORE, 0, 3, ">");
    assert_page(HALL, POSITION_BEFORE, UINT64_MAX, 2, "8 9 <");
    assert_page(HALL, POSITION_AFTER, 0, 2, "4 5 >");
    assert_page(HALL, POSITION_AFTER, 7, 2, "8 9 <");
    assert_page(HALL, POSITION_AFTER, 9, 2, "<");
    assert_page(HALL, POSITION_AFTER, UINT64_MAX, 2, "<");
    assert_page(HALL, POSITION_AROUND, 7, 4, "5 6 7 8 <>");
    assert_page(HALL, POSITION_AROUND, 7, 5, "5 6 7 8 9 <");
    assert_page(HALL, POSITION_AROUND, 7, 1, "7 <>");
    assert_page(HALL, POSITION_AROUND, 1, 4, "4 5 >");
    assert_page(HALL, POSITION_AROUND, 100, 4, "8 9 <");
    assert_page(ROOM(78), POSITION_NEWEST, 0, 4, "");
}

/* Joins and departures, in runs long enough that nobody wants to walk them. */
static void other_events_between_messages_are_passed_over(void **state)
{
    (void)state;
    enum { RUN = 700 };
    make_hall();
    uint64_t seq = 4, count = 0;
    for (int block = 0; block < 3; block++) {
        struct event *events[RUN];
        for (size_t i = 0; i < RUN; i++) {
            char nonce[32];
            snprintf(nonce, sizeof(nonce), "other-%d-%zu", block, i);
            events[i] = make_event(EVENT_USER_JOINED, HALL, seq++, count, ANNA, nonce);
        }
        assert_int_equal(append_all(events, RUN, NULL, 0, NULL), 0);
        for (size_t i = 0; i < RUN; i++)
            event_unref(events[i]);
        if (block < 2) {
            say(HALL, seq, count + 1, 2, ANNA);
            seq += 2;
            count += 2;
        }
    } /* messages: 704 705, 1406 1407 */
    assert_page(HALL, POSITION_NEWEST, 0, 3, "705 1406 1407 <");
    assert_page(HALL, POSITION_NEWEST, 0, 4, "704 705 1406 1407 ");
    assert_page(HALL, POSITION_BEFORE, 1300, 1, "705 <>");
    assert_page(HALL, POSITION_BEFORE, 700, 5, ">");
    assert_page(HALL, POSITION_AFTER, 0, 3, "704 705 1406 >");
    assert_page(HALL, POSITION_AFTER, 705, 9, "1406 1407 <");
    assert_page(HALL, POSITION_AFTER, 1407, 9, "<");
    assert_page(HALL, POSITION_AROUND, 1000, 4, "704 705 1406 1407 ");
    assert_page(HALL, POSITION_AROUND, 1406, 2, "705 1406 <>");
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

/* ---- read markers and the feed --------------------------------------------------------------- */

static void read_markers_only_grow_and_enter_the_feed(void **state)
{
    (void)state;
    make_hall();
    make_room(ROOM(78), ROOM_GROUP, "Other", (user_id[]){BEN}, 1);
    say(HALL, 4, 1, 9, ANNA);
    WRITING (conn) {
        assert_int_equal(store_read_marker_put(conn, HALL, BEN, 6, 3), 0);
        assert_int_equal(store_read_marker_put(conn, HALL, BEN, 5, 2), 0);
        assert_int_equal(store_read_marker_put(conn, HALL, CARL, 5, 2), 0); /* no member */
    }
    struct room_view view = get_view(HALL, BEN);
    assert_int_equal(view.read_seq, 6);
    assert_int_equal(view.read_count, 3);
    READING (conn) {
        struct feed_entry_list list;
        uint64_t last;
        assert_int_equal(store_feed(conn, BEN, 0, 10, &arena, &list, &last), 0);
        assert_int_equal(list.count, 1);
        assert_int_equal(last, 1);
        assert_str(list.items[0].key, "room.read:0000000001F");
        assert_str(list.items[0].value, "{\"read_seq\":6,\"read_count\":3}");
        assert_int_equal(store_feed(conn, CARL, 0, 10, &arena, &list, &last), 0);
        assert_int_equal(list.count, 0);
        assert_int_equal(last, 0);
    }
}

static void the_feed_keeps_the_newest_of_each_key(void **state)
{
    (void)state;
    make_hall();
    make_room(ROOM(78), ROOM_GROUP, "Other", (user_id[]){ANNA, BEN}, 2);
    say(HALL, 4, 1, 9, ANNA);
    say(ROOM(78), 4, 1, 9, ANNA);
    WRITING (conn) {
        assert_int_equal(store_read_marker_put(conn, HALL, BEN, 5, 2), 0);
        assert_int_equal(store_read_marker_put(conn, ROOM(78), BEN, 6, 3), 0);
        assert_int_equal(store_read_marker_put(conn, HALL, BEN, 7, 4), 0);
        assert_int_equal(store_read_marker_put(conn, HALL, ANNA, 99, 9), 0); /* not his */
    }
    READING (conn) {
        struct feed_entry_list list;
        uint64_t last;
        assert_int_equal(store_feed(conn, BEN, 0, 10, &arena, &list, &last), 0);
        assert_int_equal(list.count, 2);
        assert_int_equal(last, 3);
        assert_int_equal(list.items[0].rev, 2);
        assert_str(list.items[0].value, "{\"read_seq\":6,\"read_count\":3}");
        assert_int_equal(list.items[1].rev, 3);
        assert_str(list.items[1].value, "{\"read_seq\":7,\"read_count\":4}");
        assert_int_equal(store_feed(conn, BEN, 0, 1, &arena, &list, &last), 0);
        assert_int_equal(list.count, 1);
        assert_int_equal(last, 3);
        assert_int_equal(store_feed(conn, BEN, 2, 10, &arena, &list, &last), 0);
        assert_int_equal(list.count, 1);
        assert_int_equal(store_feed(conn, BEN, 3, 10, &arena, &list, &last), 0);
        assert_int_equal(list.count, 0);
    }
}

/* ---- everything at once ---------------------------------------------------------------------- */

enum { WRITERS = 4, APPENDS = 60, PER_APPEND = 7 };

/* One home, many rooms: each room's next append goes as soon as its last is done. */
struct talker {
    struct append append;
    struct event *events[PER_APPEND];
    unsigned left, *running;
    uint64_t seq;
};

static void talk(struct talker *talker)
{
    for (size_t i = 0; i < PER_APPEND; i++) {
        char nonce[32];
        snprintf(nonce, sizeof(nonce), "n-%llu", (unsigned long long)talker->seq);
        talker->events[i] =
            make_message(talker->append.room, talker->seq, talker->seq - 2, ANNA, nonce);
        talker->seq++;
    }
    store_append(store, &talker->append);
}

static void talked(struct store_job *job)
{
    struct talker *talker =
        CONTAINER_OF(CONTAINER_OF(job, struct append, job), struct talker, append);
    assert_int_equal(job->rc, 0);
    for (size_t i = 0; i < PER_APPEND; i++)
        event_unref(talker->events[i]);
    if (--talker->left)
        talk(talker);
    else
        --*talker->running;
}

struct listener {
    struct store_job job;
    room_id room;
    uint64_t seen;
    bool under_way;
};

static int listen_run(struct store_job *job, struct store_conn *conn)
{
    struct listener *listener = CONTAINER_OF(job, struct listener, job);
    struct event_list list;
    bool more;
    int rc = store_events(conn, listener->room, listener->seen, 50, 1 << 20, &list, &more);
    if (rc != 0)
        return rc;
    for (size_t i = 0; i < list.count; i++)
        if (list.items[i]->seq != ++listener->seen)
            rc = -EPROTO;
    event_list_deinit(&list);
    return rc;
}

static void listened(struct store_job *job)
{
    assert_int_equal(job->rc, 0);
    CONTAINER_OF(job, struct listener, job)->under_way = false;
}

static void readers_see_whole_appends_in_order_while_others_write(void **state)
{
    (void)state;
    static struct talker talkers[WRITERS];
    static struct listener listeners[WRITERS];
    unsigned running = WRITERS;
    for (size_t i = 0; i < WRITERS; i++) {
        make_room(ROOM(10 + i), ROOM_GROUP, "Busy", (user_id[]){ANNA}, 1);
        talkers[i] = (struct talker){.append = {.job = {.home = &home, .done = talked},
                                                .room = ROOM(10 + i),
                                                .events = talkers[i].events,
                                                .count = PER_APPEND},
                                     .left = APPENDS,
                                     .running = &running,
                                     .seq = 3};
        listeners[i] = (struct listener){
            .job = {.home = &home, .run = listen_run, .done = listened}, .room = ROOM(10 + i)};
        talk(&talkers[i]);
    }
    const uint64_t last = 2 + APPENDS * PER_APPEND;
    for (bool behind = true; running || behind;) {
        behind = false;
        for (size_t i = 0; i < WRITERS; i++) {
            behind |= listeners[i].under_way || listeners[i].seen < last;
            if (!listeners[i].under_way && listeners[i].seen < last) {
                listeners[i].under_way = true;
                store_read(store, &listeners[i].job);
            }
        }
        if (inbox_run(&home, 64) == 0 && (running || behind))
            inbox_wait(&home, -1);
    }
    for (size_t i = 0; i < WRITERS; i++)
        assert_int_equal(get_view(ROOM(10 + i), ANNA).read_seq, last);
}

static void a_write_that_fails_leaves_nothing_and_others_stand(void **state)
{
    (void)state;
    struct store_conn *conn = visit_begin(store_write);
    assert_int_equal(store_meta_put(conn, STR("half"), STR("done")), 0);
    assert_int_equal(visit_leave(-ECANCELED), -ECANCELED);
    WRITING (again)
        assert_int_equal(store_meta_put(again, STR("whole"), STR("v\0w")), 0);
    reopen_store();
    READING (reader) {
        struct str value;
        assert_int_equal(store_meta_get(reader, STR("half"), &arena, &value), -ENOENT);
        assert_int_equal(store_meta_get(reader, STR("whole"), &arena, &value), 0);
        assert_true(str_eq(value, STR("v\0w")));
    }
    assert_true(store_is_ready(store));
    OWN(buf_deinit) struct buf text = BUF_INIT;
    store_metrics(store, &text);
    assert_non_null(memmem(text.ptr, text.len, "natternet_store_ready 1\n", 24));
}

/* ---- editing and deleting -------------------------------------------------------------------- */

static struct event *an_edit(uint64_t seq, uint64_t message, const char *words, int64_t keep_until)
{
    char nonce[32];
    snprintf(nonce, sizeof(nonce), "edit-%llu", (unsigned long long)seq);
    return event_new(&(struct event){.type = EVENT_MESSAGE_UPDATED,
                                     .room = HALL,
                                     .seq = seq,
                                     .count = 2,
                                     .sender = ANNA,
                                     .target = message,
                                     .created_at = 1000 + (int64_t)seq,
                                     .nonce = str_from_c(nonce),
                                     .payload = str_from_c(words),
                                     .keep_until = keep_until});
}

static struct event *a_deletion(uint64_t seq, uint64_t message)
{
    struct event *event = an_edit(seq, message, "", 0);
    event->type = EVENT_MESSAGE_DELETED;
    event->sender = BEN;
    return event;
}

/* Anna's messages 4 and 5. */
static void make_hall_with_words(void)
{
    make_hall();
    say(HALL, 4, 1, 2, ANNA);
}

static struct event *get_event(uint64_t seq)
{
    struct event *event = NULL;
    READING (conn)
        assert_int_equal(store_event_get(conn, HALL, seq, &event), 0);
    return event;
}

static size_t versions_of(uint64_t message, uint64_t after, int64_t now, struct version_list *out)
{
    struct version_list list = {0};
    READING (conn)
        assert_int_equal(store_versions(conn, HALL, message, after, now, 10, &arena, &list), 0);
    if (out)
        *out = list;
    return list.count;
}

static void an_edit_changes_its_message_and_keeps_what_was_before(void **state)
{
    (void)state;
    make_hall_with_words();
    assert_int_equal(append_one(an_edit(6, 4, "\"new\"", 9000), NULL, 0), 0);
    assert_int_equal(append_one(an_edit(7, 4, "\"newer\"", 9000), NULL, 0), 0);
    reopen_store();
    struct event *message = get_event(4);
    assert_str(message->payload, "\"newer\"");
    assert_int_equal(message->edit_seq, 7);
    assert_int_equal(message->edit_at, 1007);
    assert_int_equal(message->edit_by.v, ANNA.v);
    assert_int_equal(message->created_at, 1004);
    event_unref(message);
    message = get_event(5);
    assert_int_equal(message->edit_seq, 0);
    event_unref(message);

    struct version_list list;
    assert_int_equal(versions_of(4, 0, 8999, &list), 2);
    assert_int_equal(list.items[0].seq, 6);
    assert_int_equal(list.items[0].replaced_at, 1006);
    assert_str(list.items[0].content, "{\"type\":\"text\",\"text\":\"hello\"}");
    assert_str(list.items[1].content, "\"new\"");
    assert_int_equal(versions_of(4, 6, 8999, NULL), 1);
    assert_int_equal(versions_of(4, 0, 9000, NULL), 0); /* their time has come */
    assert_int_equal(versions_of(5, 0, 0, NULL), 0);
}

static void a_room_that_keeps_nothing_has_no_versions(void **state)
{
    (void)state;
    make_hall_with_words();
    assert_int_equal(append_one(an_edit(6, 4, "\"new\"", 1006), NULL, 0), 0);
    assert_int_equal(versions_of(4, 0, 0, NULL), 0);
}

static void what_a_room_decides_holds_for_what_it_has_kept(void **state)
{
    (void)state;
    make_hall_with_words();
    assert_int_equal(append_one(an_edit(6, 4, "\"new\"", 900000), NULL, 0), 0);
    struct projection change = {
        .kind = PROJECT_CHANGE, .change = {.name = STR_NONE, .edit_history_s = 2}, .seq = 7};
    assert_int_equal(append_one(make_event(EVENT_ROOM_UPDATED, HALL, 7, 2, ANNA, "c"), &change, 1),
                     0);
    assert_int_equal(get_room(HALL).edit_history_s, 2);
    assert_str(get_room(HALL).name, "Hall");
    assert_int_equal(versions_of(4, 0, 3005, NULL), 1);
    assert_int_equal(versions_of(4, 0, 3006, NULL), 0);
}

static void a_deletion_leaves_a_place_without_words(void **state)
{
    (void)state;
    make_hall_with_words();
    assert_int_equal(append_one(an_edit(6, 4, "\"new\"", 9000), NULL, 0), 0);
    assert_int_equal(append_one(a_deletion(7, 4), NULL, 0), 0);
    struct event *message = get_event(4);
    assert_true(event_is_deleted(message));
    assert_int_equal(message->edit_seq, 7);
    assert_int_equal(message->edit_by.v, BEN.v);
    assert_int_equal(message->count, 1);
    event_unref(message);
    assert_int_equal(versions_of(4, 0, 0, NULL), 0);
    /* An edit of it that comes all the same gives it no words again. */
    assert_int_equal(append_one(an_edit(8, 4, "\"back\"", 9000), NULL, 0), 0);
    message = get_event(4);
    assert_true(event_is_deleted(message));
    event_unref(message);
    assert_int_equal(versions_of(4, 0, 0, NULL), 0);

    struct message_page page = {0};
    READING (conn)
        assert_int_equal(store_messages(conn, HALL, POSITION_NEWEST, 0, 10, &page), 0);
    assert_int_equal(page.messages.count, 2); /* its place is a message's still */
    event_list_deinit(&page.messages);
}

static void changes_are_read_with_the_message_as_it_stands(void **state)
{
    (void)state;
    make_hall_with_words();
    assert_int_equal(append_one(an_edit(6, 4, "\"new\"", 9000), NULL, 0), 0);
    assert_int_equal(append_one(an_edit(7, 4, "\"newer\"", 9000), NULL, 0), 0);
    struct event_list list = {0};
    bool more;
    struct event *edit = NULL;
    READING (conn) {
        assert_int_equal(store_events(conn, HALL, 3, 10, SIZE_MAX, &list, &more), 0);
        assert_int_equal(store_event_by_nonce(conn, HALL, ANNA, STR("edit-6"), &edit), 0);
    }
    assert_int_equal(list.count, 4);
    assert_int_equal(list.items[2]->payload.len, 0); /* the words are in one place */
    assert_int_equal(list.items[2]->message->seq, 4);
    assert_str(list.items[2]->message->payload, "\"newer\"");
    assert_str(edit->message->payload, "\"newer\"");
    assert_null(list.items[0]->message);
    event_unref(edit);
    event_list_deinit(&list);
}

static void of_an_append_that_stops_only_what_stands_has_changed_messages(void **state)
{
    (void)state;
    make_hall_with_words();
    assert_int_equal(append_one(an_edit(6, 4, "\"new\"", 9000), NULL, 0), 0);
    struct event *events[] = {an_edit(7, 5, "\"five\"", 9000), an_edit(8, 4, "\"four\"", 9000),
                              a_deletion(9, 5)};
    struct event *known = events[1];
    events[1] = event_new(&(struct event){.type = known->type,
                                          .room = HALL,
                                          .seq = 8,
                                          .count = 2,
                                          .sender = ANNA,
                                          .target = 4,
                                          .created_at = 1008,
                                          .nonce = STR("edit-6"),
                                          .payload = known->payload});
    event_unref(known);
    size_t stored = 0;
    assert_int_equal(append_all(events, 3, NULL, 0, &stored), -EEXIST);
    assert_int_equal(stored, 1);
    for (size_t i = 0; i < 3; i++)
        event_unref(events[i]);
    struct event *message = get_event(5);
    assert_str(message->payload, "\"five\"");
    event_unref(message);
    message = get_event(4);
    assert_str(message->payload, "\"new\"");
    event_unref(message);
}

/* ---- reactions and pins ---------------------------------------------------------------------- */

static struct event *a_mark(enum event_type type, uint64_t seq, uint64_t message, user_id sender,
                            const char *emoji)
{
    char nonce[32];
    snprintf(nonce, sizeof(nonce), "mark-%llu", (unsigned long long)seq);
    return event_new(&(struct event){.type = type,
                                     .room = HALL,
                                     .seq = seq,
                                     .count = 2,
                                     .sender = sender,
                                     .target = message,
                                     .reactions = 9,
                                     .created_at = 1000 + (int64_t)seq,
                                     .nonce = str_from_c(nonce),
                                     .emoji = str_from_c(emoji)});
}

static void put_mark(enum event_type type, uint64_t seq, uint64_t message, user_id sender,
                     const char *emoji)
{
    assert_int_equal(append_one(a_mark(type, seq, message, sender, emoji), NULL, 0), 0);
}

static struct reaction_list reactions_of(uint64_t message, user_id self)
{
    struct reaction_list list = {0};
    READING (conn)
        assert_int_equal(store_reactions(conn, HALL, message, self, &arena, &list), 0);
    return list;
}

static struct message_marks marks_of(uint64_t message, const char *emoji, user_id user)
{
    struct message_marks marks = {0};
    READING (conn)
        assert_int_equal(store_message_marks(conn, HALL, message, str_from_c(emoji), user, &marks),
                         0);
    return marks;
}

static void reactions_are_counted_by_emoji_with_who(void **state)
{
    (void)state;
    make_hall_with_words();
    put_mark(EVENT_REACTION_ADDED, 6, 4, BEN, "b");
    put_mark(EVENT_REACTION_ADDED, 7, 4, ANNA, "a");
    put_mark(EVENT_REACTION_ADDED, 8, 4, ANNA, "b");
    put_mark(EVENT_REACTION_ADDED, 9, 4, ANNA, "b"); /* twice is once */
    struct reaction_list list = reactions_of(4, BEN);
    assert_int_equal(list.count, 2);
    assert_str(list.items[0].emoji, "b"); /* came first */
    assert_int_equal(list.items[0].count, 2);
    assert_int_equal(list.items[0].seq, 8);
    assert_true(list.items[0].mine);
    assert_int_equal(list.items[1].count, 1);
    assert_false(list.items[1].mine);
    struct event *message = get_event(4);
    assert_int_equal(message->reactions, 3);
    event_unref(message);
    struct event *reaction = get_event(8);
    assert_int_equal(reaction->reactions, 9); /* as it was given */
    event_unref(reaction);
    struct message_marks marks = marks_of(4, "b", ANNA);
    assert_int_equal(marks.own_seq, 8);
    assert_int_equal(marks.count, 2);
    assert_int_equal(marks.kinds, 2);
    assert_int_equal(marks_of(4, "a", BEN).own_seq, 0);
    user_id *users = NULL;
    size_t count = 0;
    READING (conn)
        assert_int_equal(
            store_reaction_users(conn, HALL, 4, STR("b"), ANNA, 5, &arena, &users, &count), 0);
    assert_int_equal(count, 1);
    assert_int_equal(users[0].v, BEN.v);

    put_mark(EVENT_REACTION_REMOVED, 10, 4, ANNA, "a");
    put_mark(EVENT_REACTION_REMOVED, 11, 4, ANNA, "a");
    assert_int_equal(reactions_of(4, BEN).count, 1);
    assert_int_equal(marks_of(4, "a", ANNA).count, 0);
    assert_int_equal(reactions_of(5, BEN).count, 0);
}

static void pins_are_listed_the_last_first(void **state)
{
    (void)state;
    make_hall_with_words();
    put_mark(EVENT_MESSAGE_PINNED, 6, 5, BEN, "");
    put_mark(EVENT_MESSAGE_PINNED, 7, 4, BEN, "");
    struct event_list list = {0};
    READING (conn)
        assert_int_equal(store_pins(conn, HALL, &list), 0);
    assert_int_equal(list.count, 2);
    assert_int_equal(list.items[0]->seq, 4);
    event_list_deinit(&list);
    struct message_marks marks = marks_of(5, "", BEN);
    assert_int_equal(marks.pin_seq, 6);
    assert_int_equal(marks.pins, 2);
    put_mark(EVENT_MESSAGE_UNPINNED, 8, 5, BEN, "");
    assert_int_equal(marks_of(5, "", BEN).pin_seq, 0);
    assert_int_equal(marks_of(5, "", BEN).pins, 1);
}

static void what_is_deleted_has_no_reactions_and_no_pin(void **state)
{
    (void)state;
    make_hall_with_words();
    put_mark(EVENT_REACTION_ADDED, 6, 4, BEN, "b");
    put_mark(EVENT_MESSAGE_PINNED, 7, 4, BEN, "");
    assert_int_equal(append_one(a_deletion(8, 4), NULL, 0), 0);
    put_mark(EVENT_REACTION_ADDED, 9, 4, ANNA, "b");
    put_mark(EVENT_MESSAGE_PINNED, 10, 4, BEN, "");
    assert_int_equal(reactions_of(4, BEN).count, 0);
    assert_int_equal(marks_of(4, "b", BEN).pins, 0);
    struct event *message = get_event(4);
    assert_int_equal(message->reactions, 0);
    event_unref(message);
}

static void an_answer_says_what_it_answers(void **state)
{
    (void)state;
    make_hall_with_words();
    struct event *plain = make_message(HALL, 6, 3, BEN, "r");
    plain->reply_to = 4;
    assert_int_equal(append_one(plain, NULL, 0), 0);
    struct event *answer = get_event(6);
    assert_int_equal(answer->reply_to, 4);
    event_unref(answer);
}

static struct event *mentioning(uint64_t seq, uint64_t count, user_id sender,
                                struct mentions mentions)
{
    char nonce[32];
    snprintf(nonce, sizeof(nonce), "mention-%llu", (unsigned long long)seq);
    return event_new(&(struct event){.type = EVENT_MESSAGE_CREATED,
                                     .room = HALL,
                                     .seq = seq,
                                     .count = count,
                                     .sender = sender,
                                     .created_at = 2000,
                                     .nonce = str_from_c(nonce),
                                     .mentions = mentions,
                                     .payload = STR("{}")});
}

static void unread_mentions_are_counted_for_those_they_name(void **state)
{
    (void)state;
    make_hall();
    struct mentions ben = {&BEN, 1, false, false}, all = {&BEN, 1, true, false};
    assert_int_equal(append_one(mentioning(4, 1, ANNA, ben), NULL, 0), 0);
    assert_int_equal(append_one(mentioning(5, 2, ANNA, all), NULL, 0), 0);
    assert_int_equal(append_one(make_message(HALL, 6, 3, ANNA, "plain"), NULL, 0), 0);
    assert_int_equal(get_view(HALL, BEN).mentions, 2);
    assert_int_equal(get_view(HALL, ANNA).mentions, 0); /* who writes has read */
    WRITING (conn)
        assert_int_equal(store_read_marker_put(conn, HALL, BEN, 4, 1), 0);
    assert_int_equal(get_view(HALL, BEN).mentions, 1);
    struct event *deleted = make_event(EVENT_MESSAGE_DELETED, HALL, 7, 3, ANNA, "deleted");
    deleted->target = 5;
    assert_int_equal(append_one(deleted, NULL, 0), 0);
    assert_int_equal(get_view(HALL, BEN).mentions, 0);
    assert_int_equal(get_view(HALL, BEN).room.last_count - get_view(HALL, BEN).read_count, 2);
}

static void a_mention_in_an_append_that_stops_before_it_is_not_counted(void **state)
{
    (void)state;
    make_hall();
    struct mentions ben = {&BEN, 1, false, false};
    assert_int_equal(append_one(make_message(HALL, 4, 1, ANNA, "known"), NULL, 0), 0);
    struct event *events[] = {mentioning(5, 2, ANNA, ben), make_message(HALL, 6, 3, ANNA, "known"),
                              mentioning(7, 4, ANNA, ben)};
    assert_int_equal(append_all(events, 3, NULL, 0, NULL), -EEXIST);
    assert_int_equal(get_view(HALL, BEN).mentions, 1);
    for (size_t i = 0; i < ARRAY_LEN(events); i++)
        event_unref(events[i]);
}

#define T(name) cmocka_unit_test_setup_teardown(name, start_store, finish_store)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(an_appended_event_reads_as_it_was),
        T(nonces_that_differ_in_case_or_form_are_different),
        T(an_edit_changes_its_message_and_keeps_what_was_before),
        T(a_room_that_keeps_nothing_has_no_versions),
        T(what_a_room_decides_holds_for_what_it_has_kept),
        T(a_deletion_leaves_a_place_without_words),
        T(changes_are_read_with_the_message_as_it_stands),
        T(of_an_append_that_stops_only_what_stands_has_changed_messages),
        T(reactions_are_counted_by_emoji_with_who),
        T(pins_are_listed_the_last_first),
        T(what_is_deleted_has_no_reactions_and_no_pin),
        T(an_answer_says_what_it_answers),
        T(unread_mentions_are_counted_for_those_they_name),
        T(a_mention_in_an_append_that_stops_before_it_is_not_counted),
        T(the_same_nonce_again_is_told_and_changes_nothing),
        T(a_known_nonce_in_the_middle_stops_the_append_there),
        T(a_nonce_twice_in_one_append_stops_it_at_the_second),
        T(an_append_whose_place_is_taken_leaves_nothing),
        T(senders_have_read_what_they_sent),
        T(events_are_read_in_order_and_within_bounds),
        T(messages_are_paged_from_any_position),
        T(other_events_between_messages_are_passed_over),
        T(a_room_is_what_its_log_made_it),
        T(a_follower_learns_where_each_log_ends),
        T(who_left_is_gone_and_may_come_again),
        T(a_new_role_keeps_when_they_joined_and_what_they_read),
        T(members_are_listed_by_pages),
        T(rooms_of_a_person_come_by_id_with_their_peers),
        T(read_markers_only_grow_and_enter_the_feed),
        T(the_feed_keeps_the_newest_of_each_key),
        T(readers_see_whole_appends_in_order_while_others_write),
        T(a_write_that_fails_leaves_nothing_and_others_stand),
    };
    int failed = 0;
    for (size_t i = 0; i < ARRAY_LEN(contract_engines); i++) {
        engine = &contract_engines[i];
        if (!is_wanted(engine))
            continue;
        failed += cmocka_run_group_tests_name(engine->name, tests, NULL, NULL);
    }
    return failed;
}
