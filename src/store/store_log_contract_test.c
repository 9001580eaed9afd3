/* What every engine promises of the log: appending, reading, and whoever follows it. */
#include "store/store_hall.h"

#define UUID_NONCE "0192f0c1-7a3b-7cde-8f01-23456789abcd"

static struct room get_room(room_id id)
{
    struct room room = {0};
    READING (conn)
        assert_int_equal(store_room_get(conn, id, &arena, &room), 0);
    return room;
}

/* ---- appending ------------------------------------------------------------------------------- */

static void an_appended_event_reads_as_it_was(void **state)
{
    (void)state;
    make_hall();
    struct event *sent = event_new(&(struct event){.type = EVENT_MESSAGE_CREATED,
                                                   .room = HALL,
                                                   .seq = 4,
                                                   .count = 0,
                                                   .sender = BEN,
                                                   .thread = 2,
                                                   .answers = 99,
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
    assert_int_equal(got->count, 0);
    assert_int_equal(got->sender.v, BEN.v);
    assert_int_equal(got->target, 0);
    assert_int_equal(got->thread, 2);
    assert_int_equal(got->answers, 99);
    assert_int_equal(got->created_at, 1700000000123);
    assert_str(got->nonce, UUID_NONCE);
    assert_str(got->payload, "{\"a\":\"\\u0000\"}");
    event_unref(got);
    event_unref(sent);
}

/* An id that cannot be read is 0, and nobody looks at it again before the store does. */
static void a_room_that_cannot_be_is_one_that_is_not_there(void **state)
{
    (void)state;
    make_hall();
    const room_id none = {0};
    struct room room = {0};
    struct member member = {0};
    struct event *event = NULL;
    struct event_list events = {0};
    bool has_more = true;
    READING (conn) {
        assert_int_equal(store_room_get(conn, none, &arena, &room), -ENOENT);
        assert_int_equal(store_member_get(conn, none, ANNA, &member), -ENOENT);
        assert_int_equal(store_event_get(conn, none, 1, &event), -ENOENT);
        assert_int_equal(store_event_by_nonce(conn, none, ANNA, STR("nonce"), &event), -ENOENT);
        assert_int_equal(store_events(conn, none, 0, 10, 1000, &events, &has_more), 0);
    }
    assert_int_equal(events.count, 0);
    assert_false(has_more);
    event_list_deinit(&events);
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
        assert_int_equal(store_last_count(conn, HALL, &count), 0);
        assert_int_equal(count, 20);
        assert_int_equal(store_last_count(conn, ROOM(999), &count), 0);
        assert_int_equal(count, 0);
    }
}

/* "4 5 6 <>": the page's seqs; < older, > newer ones exist. */
static void assert_page(room_id room, enum position position, uint64_t seq, size_t limit,
                        const char *want)
{
    struct message_page page = {0};
    READING (conn)
        assert_int_equal(store_messages(conn, room, 0, 0, position, seq, limit, &page), 0);
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

static struct member member_of_hall(user_id user)
{
    struct member member = {0};
    READING (conn)
        assert_int_equal(store_member_get(conn, HALL, user, &member), 0);
    return member;
}

static void what_is_delivered_only_grows_and_is_in_no_feed(void **state)
{
    (void)state;
    make_hall();
    say(HALL, 4, 1, 9, ANNA);
    WRITING (conn) {
        assert_int_equal(store_delivered_put(conn, HALL, BEN, 6), 0);
        assert_int_equal(store_delivered_put(conn, HALL, BEN, 5), 0);
        assert_int_equal(store_delivered_put(conn, HALL, CARL, 5), 0); /* no member */
    }
    struct member ben = member_of_hall(BEN);
    assert_int_equal(ben.delivered_seq, 6);
    assert_true(ben.read_seq < 6);
    assert_int_equal(member_delivered(&ben), 6);
    WRITING (conn)
        assert_int_equal(store_read_marker_put(conn, HALL, BEN, 8, 5), 0);
    ben = member_of_hall(BEN);
    assert_int_equal(ben.delivered_seq, 6);
    assert_int_equal(member_delivered(&ben), 8);
    READING (conn) {
        struct feed_entry_list list;
        uint64_t last;
        assert_int_equal(store_feed(conn, BEN, 0, 10, &arena, &list, &last), 0);
        assert_int_equal(list.count, 1); /* of what is read */
        assert_int_equal(store_member_get(conn, HALL, CARL, &ben), -ENOENT);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(an_appended_event_reads_as_it_was),
        T(a_room_that_cannot_be_is_one_that_is_not_there),
        T(nonces_that_differ_in_case_or_form_are_different),
        T(the_same_nonce_again_is_told_and_changes_nothing),
        T(a_known_nonce_in_the_middle_stops_the_append_there),
        T(a_nonce_twice_in_one_append_stops_it_at_the_second),
        T(an_append_whose_place_is_taken_leaves_nothing),
        T(senders_have_read_what_they_sent),
        T(events_are_read_in_order_and_within_bounds),
        T(messages_are_paged_from_any_position),
        T(other_events_between_messages_are_passed_over),
        T(read_markers_only_grow_and_enter_the_feed),
        T(what_is_delivered_only_grows_and_is_in_no_feed),
        T(the_feed_keeps_the_newest_of_each_key),
        T(readers_see_whole_appends_in_order_while_others_write),
        T(a_write_that_fails_leaves_nothing_and_others_stand),
    };
    RUN_ON_ENGINES(tests);
}
