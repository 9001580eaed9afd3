/* The contract of the store: what is too old, and from where on somebody reads. */
#include "store/readable.h"
#include "store/store_hall.h"

/* Messages 4 to 13 of the hall, of ANNA, a millisecond each: 1004 to 1013. */
static void fill_hall(void)
{
    make_hall();
    say(HALL, 4, 1, 10, ANNA);
}

static struct pruned prune(int64_t through, size_t limit)
{
    struct pruned pruned = {0};
    WRITING (conn)
        assert_int_equal(store_prune(conn, HALL, through, limit, &pruned), 0);
    return pruned;
}

static int get_event(uint64_t seq)
{
    struct event *event = NULL;
    int rc = 0;
    READING (conn)
        rc = store_event_get(conn, HALL, seq, &event);
    event_unref(event);
    return rc;
}

/* How many events are given, all of them. */
static size_t count_events(void)
{
    struct event_list list = {0};
    bool more;
    READING (conn)
        assert_int_equal(store_events(conn, HALL, 0, 100, SIZE_MAX, &list, &more), 0);
    size_t count = list.count;
    event_list_deinit(&list);
    return count;
}

static uint64_t readable(user_id user, int64_t now, uint64_t most_s)
{
    const struct ageing ageing = {.now = now, .most_s = most_s};
    uint64_t first = 0;
    READING (conn)
        assert_int_equal(store_readable(conn, HALL, user, &ageing, &first), 0);
    return first;
}

static void what_is_old_goes_a_few_at_a_time_and_the_rest_stays(void **state)
{
    (void)state;
    fill_hall();
    struct pruned pruned = prune(1006, 4);
    assert_int_equal(pruned.count, 4);
    assert_true(pruned.more);
    assert_int_equal(pruned.first_seq, 5);
    assert_int_equal(pruned.first_count, 1);
    pruned = prune(1006, 4);
    assert_int_equal(pruned.count, 2);
    assert_false(pruned.more);
    assert_int_equal(pruned.first_seq, 7);
    assert_int_equal(pruned.first_count, 3);
    assert_int_equal(pruned.first_at, 1007);
    assert_int_equal(prune(1006, 4).count, 0);
    assert_int_equal(get_event(6), -ENOENT);
    assert_int_equal(get_event(7), 0);
    assert_int_equal(count_events(), 7);
    assert_int_equal(readable(ANNA, 1007, 0), 7);
}

static void a_log_of_which_all_is_gone_goes_on_where_it_was(void **state)
{
    (void)state;
    fill_hall();
    struct pruned pruned = prune(2000, 100);
    assert_int_equal(pruned.count, 13);
    assert_int_equal(pruned.first_seq, 14);
    assert_int_equal(count_events(), 0);
    struct room room = get_view(HALL, ANNA).room;
    assert_int_equal(room.first_seq, 14);
    assert_int_equal(room.first_count, 10);
    assert_int_equal(room.last_seq, 13);
    assert_int_equal(room.last_count, 10);
    assert_int_equal(room.member_count, 2);
    say(HALL, 14, 11, 1, BEN);
    assert_int_equal(count_events(), 1);
    assert_int_equal(prune(1013, 100).count, 0);
}

static void of_a_stub_nothing_is_found_but_by_its_nonce(void **state)
{
    (void)state;
    struct event *event = NULL;
    struct event *again = make_message(HALL, 14, 11, ANNA, "said-4");
    bool more = true;
    fill_hall();
    prune(1006, 100);
    READING (conn)
        assert_int_equal(store_event_by_nonce(conn, HALL, ANNA, STR("said-4"), &event), 0);
    assert_int_equal(event->seq, 4);
    assert_true(event->pruned);
    assert_int_equal(event->payload.len, 0);
    event_unref(TAKE(event));
    assert_int_equal(append_one(again, NULL, 0), -EEXIST);
    WRITING (conn)
        assert_int_equal(store_prune_stubs(conn, HALL, 1004, 2, &more), 0);
    assert_true(more);
    WRITING (conn)
        assert_int_equal(store_prune_stubs(conn, HALL, 1004, 2, &more), 0);
    assert_false(more);
    READING (conn)
        assert_int_equal(store_event_by_nonce(conn, HALL, ANNA, STR("said-4"), &event), -ENOENT);
    READING (conn)
        assert_int_equal(store_event_by_nonce(conn, HALL, ANNA, STR("said-5"), &event), 0);
    event_unref(event);
}

static void the_stub_of_the_last_event_stays(void **state)
{
    (void)state;
    bool more;
    fill_hall();
    prune(2000, 100);
    WRITING (conn)
        assert_int_equal(store_prune_stubs(conn, HALL, 2000, 100, &more), 0);
    assert_int_equal(get_view(HALL, ANNA).room.last_seq, 13);
    say(HALL, 14, 11, 1, ANNA);
}

static struct event *about(enum event_type type, uint64_t seq, uint64_t target)
{
    char nonce[32];
    snprintf(nonce, sizeof(nonce), "about-%d", (int)seq);
    struct event *event = make_event(type, HALL, seq, 10, BEN, nonce);
    event->target = target;
    return event;
}

static void what_is_about_it_goes_along(void **state)
{
    (void)state;
    struct version_list versions = {0};
    struct event_list pins = {0};
    struct marks_question marks = {.message = 5, .emoji = STR("+"), .user = BEN};
    fill_hall();
    struct event *edit = about(EVENT_MESSAGE_UPDATED, 14, 5);
    edit->sender = ANNA;
    edit->payload = STR("{\"type\":\"text\",\"text\":\"new\"}");
    edit->keep_until = 999999;
    assert_int_equal(append_one(edit, NULL, 0), 0);
    struct event *reaction = about(EVENT_REACTION_ADDED, 15, 5);
    reaction->emoji = STR("+");
    assert_int_equal(append_one(reaction, NULL, 0), 0);
    assert_int_equal(append_one(about(EVENT_MESSAGE_PINNED, 16, 5), NULL, 0), 0);
    prune(1005, 100);
    READING (conn)
        assert_int_equal(store_versions(conn, HALL, 5, 0, 0, 10, &arena, &versions), 0);
    assert_int_equal(versions.count, 0);
    READING (conn)
        assert_int_equal(store_pins(conn, HALL, &pins), 0);
    assert_int_equal(pins.count, 0);
    event_list_deinit(&pins);
    READING (conn)
        assert_int_equal(store_marks(conn, HALL, &marks, 1), 0);
    assert_int_equal(marks.marks.count + marks.marks.own_seq + marks.marks.pins, 0);

    /* The change stands in the log, without the message that it was about. */
    struct event_list list = {0};
    bool more;
    READING (conn)
        assert_int_equal(store_events(conn, HALL, 13, 1, SIZE_MAX, &list, &more), 0);
    assert_int_equal(list.items[0]->type, EVENT_MESSAGE_UPDATED);
    assert_null(list.items[0]->message);
    event_list_deinit(&list);
}

static void pages_end_where_one_begins_to_read(void **state)
{
    (void)state;
    struct message_page page = {0};
    fill_hall();
    READING (conn)
        assert_int_equal(store_messages(conn, HALL, 0, 7, POSITION_NEWEST, 0, 100, &page), 0);
    assert_int_equal(page.messages.count, 7);
    assert_int_equal(page.messages.items[0]->seq, 7);
    assert_false(page.has_older);
    event_list_deinit(&page.messages);
    READING (conn)
        assert_int_equal(store_messages(conn, HALL, 0, 7, POSITION_AFTER, 2, 3, &page), 0);
    assert_int_equal(page.messages.items[0]->seq, 7);
    assert_false(page.has_older);
    assert_true(page.has_newer);
    event_list_deinit(&page.messages);
    READING (conn)
        assert_int_equal(store_messages(conn, HALL, 0, 7, POSITION_BEFORE, 9, 100, &page), 0);
    assert_int_equal(page.messages.count, 2);
    event_list_deinit(&page.messages);
}

static void what_is_too_old_is_behind_where_one_begins_though_nobody_pruned_it(void **state)
{
    (void)state;
    fill_hall();
    assert_int_equal(readable(ANNA, 5000, 0), 1);
    for (int64_t seq = 0; seq <= 14; seq++)
        assert_int_equal(readable(ANNA, 1000 + seq + 2000, 2), seq < 13 ? seq + 1 : 14);
}

static void set_room(uint64_t seq, int64_t retention_s, int from_joining)
{
    char nonce[32];
    snprintf(nonce, sizeof(nonce), "set-%d", (int)seq);
    struct room_change change = ROOM_CHANGE_NONE;
    change.retention_s = retention_s;
    change.from_joining = from_joining;
    struct event *set = make_event(EVENT_ROOM_UPDATED, HALL, seq, 10, ANNA, nonce);
    assert_int_equal(
        append_one(set, &(struct projection){.kind = PROJECT_CHANGE, .change = change, .seq = seq},
                   1),
        0);
}

static struct pruned prune_old(int64_t now, uint64_t most_s)
{
    const struct ageing ageing = {.now = now, .most_s = most_s};
    struct pruned pruned = {0};
    WRITING (conn)
        assert_int_equal(store_prune_old(conn, HALL, &ageing, 4, &pruned), 0);
    return pruned;
}

static void what_goes_is_by_what_the_room_says_at_that_moment(void **state)
{
    (void)state;
    fill_hall();
    set_room(14, 2, -1);
    struct pruned pruned = prune_old(1006 + 2000, 0);
    assert_int_equal(pruned.count, 4);
    assert_true(pruned.more);
    set_room(15, 0, -1);
    pruned = prune_old(1006 + 2000, 0);
    assert_int_equal(pruned.count, 0);
    assert_false(pruned.more);
    set_room(16, 3, -1);
    assert_int_equal(prune_old(1004 + 2000, 0).count, 0);
    pruned = prune_old(1005 + 3000, 0);
    assert_int_equal(pruned.count, 1);
    assert_false(pruned.more);
    assert_int_equal(pruned.first_seq, 6);
    assert_int_equal(prune_old(1007 + 2000, 2).first_seq, 8);
}

static void what_is_behind_many_stubs_is_given_a_few_at_a_time(void **state)
{
    (void)state;
    struct event_list list = {0};
    bool more;
    fill_hall();
    prune(1008, 100);
    READING (conn)
        assert_int_equal(store_events(conn, HALL, 0, 2, SIZE_MAX, &list, &more), 0);
    assert_int_equal(list.count, 2);
    assert_int_equal(list.items[0]->seq, 9);
    assert_int_equal(list.items[1]->seq, 10);
    assert_true(more);
    event_list_deinit(&list);
    READING (conn)
        assert_int_equal(store_events(conn, HALL, 11, 2, SIZE_MAX, &list, &more), 0);
    assert_int_equal(list.count, 2);
    assert_false(more);
    event_list_deinit(&list);
}

static void nothing_before_the_beginning_is_given_not_even_what_stays_whole(void **state)
{
    (void)state;
    struct event_list list = {0};
    bool more = true;
    fill_hall();
    struct event *banned = about(EVENT_USER_BANNED, 14, CARL.v);
    assert_int_equal(append_one(banned, NULL, 0), 0);
    prune(2000, 100);
    assert_int_equal(get_event(14), 0);
    READING (conn)
        assert_int_equal(store_events(conn, HALL, 0, 2, SIZE_MAX, &list, &more), 0);
    assert_int_equal(list.count, 0);
    assert_false(more);
    event_list_deinit(&list);
}

static void a_room_says_how_long_and_who_joins_from_where(void **state)
{
    (void)state;
    fill_hall();
    set_room(14, 3, 1);
    struct event *joined = make_event(EVENT_USER_JOINED, HALL, 15, 10, ANNA, "joins");
    joined->target = CARL.v;
    assert_int_equal(append_one(joined,
                                &(struct projection){.kind = PROJECT_MEMBER,
                                                     .user = CARL,
                                                     .role = ROLE_MEMBER,
                                                     .seq = 15,
                                                     .count = 10,
                                                     .from_seq = 15,
                                                     .at = 1015},
                                1),
                     0);
    struct room room = get_view(HALL, ANNA).room;
    assert_true(room.from_joining);
    assert_int_equal(room.retention_s, 3);
    assert_int_equal(room.newest_from, 15);
    assert_int_equal(readable(CARL, 1015, 0), 15);
    assert_int_equal(readable(ANNA, 1015, 0), 1);
    assert_int_equal(readable(ANNA, 1005 + 3000, 0), 6);
    assert_int_equal(readable(ANNA, 1005 + 3000, 2), 16);
    struct aging_room *rooms;
    size_t count;
    READING (conn)
        assert_int_equal(store_aging_rooms(conn, ROOM(0), false, NULL, 10, &arena, &rooms, &count),
                         0);
    assert_int_equal(count, 1);
    assert_int_equal(rooms[0].room.v, HALL.v);
    assert_int_equal(rooms[0].retention_s, 3);
    assert_int_equal(rooms[0].last_seq, 15);
}

static void of_many_rooms_it_is_known_at_once_where_one_begins_to_read(void **state)
{
    (void)state;
    const room_id nowhere = ROOM(999), yard = ROOM(78), all[] = {HALL, nowhere, yard};
    const struct ageing ageing = {.now = 1005 + 2000};
    struct member members[3];
    struct member_place places[3];
    uint64_t firsts[3];
    fill_hall();
    set_room(14, 2, -1);
    make_room(yard, ROOM_GROUP, "Yard", (user_id[]){BEN}, 1);
    const user_id people[] = {ANNA, BEN, CARL};
    for (size_t p = 0; p < 3; p++) {
        for (size_t i = 0; i < 3; i++)
            places[i] = (struct member_place){all[i], people[p]};
        READING (conn) {
            assert_int_equal(store_members_get(conn, places, 3, members), 0);
            assert_int_equal(store_readable_of(conn, all, members, 3, &ageing, firsts), 0);
            for (size_t i = 0; i < 3; i++) {
                uint64_t alone;
                int rc = store_readable(conn, all[i], people[p], &ageing, &alone);
                assert_int_equal(rc, firsts[i] == UINT64_MAX ? -ENOENT : 0);
                assert_true(rc != 0 || alone == firsts[i]);
            }
        }
    }
    assert_int_equal(firsts[0], UINT64_MAX);
}

static size_t count_due(int64_t now, uint64_t most_s)
{
    const struct ageing due = {.now = now, .most_s = most_s};
    struct aging_room *rooms;
    size_t count = 0;
    READING (conn)
        assert_int_equal(
            store_aging_rooms(conn, ROOM(0), most_s > 0, &due, 10, &arena, &rooms, &count), 0);
    return count;
}

static void rooms_are_found_by_what_is_too_old_in_them(void **state)
{
    (void)state;
    fill_hall();
    assert_int_equal(count_due(1000000000, 0), 0);
    set_room(14, 2, -1);
    assert_int_equal(count_due(1000 + 2000, 0), 0);
    assert_int_equal(count_due(1001 + 2000, 0), 1);
    assert_int_equal(count_due(1001 + 1000, 0), 0);
    assert_int_equal(count_due(1000 + 1000, 1), 0);
    assert_int_equal(count_due(1001 + 1000, 1), 1);
    assert_int_equal(count_due(1001 + 2000, 3), 1);
    prune(1006, 100);
    assert_int_equal(count_due(1006 + 2000, 0), 0);
    assert_int_equal(count_due(1007 + 2000, 0), 1);
    prune(2000, 100);
    assert_int_equal(count_due(1000000000, 0), 0);
    assert_int_equal(count_due(1000000000, 1), 0);
    say(HALL, 15, 11, 1, ANNA);
    assert_int_equal(count_due(1015 + 2000, 0), 1);
    set_room(16, 0, -1);
    assert_int_equal(count_due(1000000000, 0), 0);
    assert_int_equal(count_due(1015 + 2000, 2), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(what_is_old_goes_a_few_at_a_time_and_the_rest_stays),
        T(a_log_of_which_all_is_gone_goes_on_where_it_was),
        T(of_a_stub_nothing_is_found_but_by_its_nonce),
        T(the_stub_of_the_last_event_stays),
        T(what_is_about_it_goes_along),
        T(pages_end_where_one_begins_to_read),
        T(what_is_too_old_is_behind_where_one_begins_though_nobody_pruned_it),
        T(what_goes_is_by_what_the_room_says_at_that_moment),
        T(what_is_behind_many_stubs_is_given_a_few_at_a_time),
        T(nothing_before_the_beginning_is_given_not_even_what_stays_whole),
        T(a_room_says_how_long_and_who_joins_from_where),
        T(rooms_are_found_by_what_is_too_old_in_them),
        T(of_many_rooms_it_is_known_at_once_where_one_begins_to_read),
    };
    RUN_ON_ENGINES(tests);
}
