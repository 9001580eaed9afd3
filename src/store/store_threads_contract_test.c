/* What every engine promises of threads. */
#include "store/store_hall.h"

/* The n-th answer under `root`, as seq; `count` of the room's own messages are before it. */
static struct event *make_answer(uint64_t seq, uint64_t count, uint64_t root, uint64_t n,
                                 user_id by)
{
    char nonce[32];
    snprintf(nonce, sizeof(nonce), "answer-%llu", (unsigned long long)seq);
    struct event *event = make_message(HALL, seq, count, by, nonce);
    event->thread = root;
    event->answers = n;
    event->answered_by[0] = by;
    event->answered_by[1] = user_id_eq(by, ANNA) ? BEN : ANNA;
    return event;
}

static void answer(uint64_t seq, uint64_t count, uint64_t root, uint64_t n, user_id by)
{
    assert_int_equal(append_one(make_answer(seq, count, root, n, by), NULL, 0), 0);
}

static struct event *get(uint64_t seq)
{
    struct event *event = NULL;
    READING (conn)
        assert_int_equal(store_event_get(conn, HALL, seq, &event), 0);
    return event;
}

static void assert_page(uint64_t thread, enum position position, uint64_t seq, size_t limit,
                        const uint64_t *seqs, size_t count, bool older, bool newer)
{
    struct message_page page = {0};
    READING (conn)
        assert_int_equal(store_messages(conn, HALL, thread, 0, position, seq, limit, &page), 0);
    assert_int_equal(page.messages.count, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(page.messages.items[i]->seq, seqs[i]);
    assert_int_equal(page.has_older, older);
    assert_int_equal(page.has_newer, newer);
    event_list_deinit(&page.messages);
}
#define PAGE(thread, position, seq, limit, older, newer, ...)                                      \
    assert_page(thread, position, seq, limit, (const uint64_t[]){__VA_ARGS__},                     \
                ARRAY_LEN(((const uint64_t[]){__VA_ARGS__})), older, newer)

static void the_root_knows_its_answers_and_the_latest_of_them(void **state)
{
    (void)state;
    make_hall();
    say(HALL, 4, 1, 2, ANNA); /* 4, 5 */
    answer(6, 2, 4, 1, BEN);
    answer(7, 2, 4, 2, ANNA);
    OWN(event_unref) struct event *root = get(4);
    assert_int_equal(root->answers, 2);
    assert_int_equal(root->answered_at, 1007);
    assert_int_equal(root->answered_by[0].v, ANNA.v);
    assert_int_equal(root->answered_by[1].v, BEN.v);
    assert_int_equal(root->answered_by[2].v, 0);
    assert_int_equal(root->thread, 0);
    OWN(event_unref) struct event *first = get(6);
    assert_int_equal(first->thread, 4);
    assert_int_equal(first->answers, 1);
    OWN(event_unref) struct event *other = get(5);
    assert_int_equal(other->answers, 0);
}

static void several_answers_of_one_append_are_all_counted(void **state)
{
    (void)state;
    make_hall();
    say(HALL, 4, 1, 2, ANNA);
    struct event *events[] = {make_answer(6, 2, 4, 1, BEN), make_answer(7, 2, 5, 1, BEN),
                              make_answer(8, 2, 4, 2, BEN)};
    assert_int_equal(append_all(events, ARRAY_LEN(events), NULL, 0, NULL), 0);
    for (size_t i = 0; i < ARRAY_LEN(events); i++)
        event_unref(events[i]);
    OWN(event_unref) struct event *one = get(4);
    OWN(event_unref) struct event *other = get(5);
    assert_int_equal(one->answers, 2);
    assert_int_equal(other->answers, 1);
}

static void pages_of_a_room_and_of_its_threads_are_apart(void **state)
{
    (void)state;
    make_hall();
    say(HALL, 4, 1, 2, ANNA); /* 4, 5 */
    answer(6, 2, 4, 1, BEN);
    answer(7, 2, 5, 1, BEN);
    answer(8, 2, 4, 2, BEN);
    say(HALL, 9, 3, 1, BEN);
    answer(10, 3, 4, 3, ANNA);
    PAGE(0, POSITION_NEWEST, 0, 10, false, false, 4, 5, 9);
    PAGE(0, POSITION_BEFORE, 10, 2, true, false, 5, 9);
    PAGE(4, POSITION_NEWEST, 0, 10, false, false, 6, 8, 10);
    PAGE(4, POSITION_NEWEST, 0, 2, true, false, 8, 10);
    PAGE(4, POSITION_BEFORE, 8, 5, false, true, 6);
    PAGE(4, POSITION_AFTER, 6, 1, true, true, 8);
    PAGE(4, POSITION_AROUND, 8, 3, false, false, 6, 8, 10);
    PAGE(5, POSITION_NEWEST, 0, 10, false, false, 7);
    assert_page(9, POSITION_NEWEST, 0, 10, NULL, 0, false, false);
}

static void a_long_thread_does_not_hide_what_was_said_before_it(void **state)
{
    (void)state;
    enum { ANSWERS = 100 };
    make_hall();
    say(HALL, 4, 1, 2, ANNA);
    for (uint64_t n = 1; n <= ANSWERS; n++)
        answer(5 + n, 2, 4, n, BEN);
    say(HALL, 6 + ANSWERS, 3, 1, BEN);
    PAGE(0, POSITION_NEWEST, 0, 10, false, false, 4, 5, 6 + ANSWERS);
    PAGE(0, POSITION_AFTER, 5, 10, true, false, 6 + ANSWERS);
}

static void an_answer_moves_no_marker_and_is_not_unread(void **state)
{
    (void)state;
    make_hall();
    say(HALL, 4, 1, 1, ANNA);
    answer(5, 1, 4, 1, BEN);
    struct member ben = {0};
    READING (conn)
        assert_int_equal(store_member_get(conn, HALL, BEN, &ben), 0);
    assert_int_equal(ben.sent_at, 1005); /* slow mode is slow in threads too */
    assert_true(ben.read_seq < 4);
    assert_int_equal(get_view(HALL, BEN).room.last_count, 1);
}

static void what_is_said_before_an_answer_moves_the_marker_all_the_same(void **state)
{
    (void)state;
    make_hall();
    say(HALL, 4, 1, 1, ANNA);
    struct event *events[] = {make_message(HALL, 5, 2, BEN, "b"), make_answer(6, 2, 4, 1, BEN)};
    assert_int_equal(append_all(events, ARRAY_LEN(events), NULL, 0, NULL), 0);
    event_unref(events[0]);
    event_unref(events[1]);
    struct member ben = {0};
    READING (conn)
        assert_int_equal(store_member_get(conn, HALL, BEN, &ben), 0);
    assert_int_equal(ben.read_seq, 5);
    assert_int_equal(ben.sent_at, 1006);
}

static void a_mention_in_a_thread_counts_though_nothing_of_the_room_is_unread(void **state)
{
    (void)state;
    make_hall();
    say(HALL, 4, 1, 1, BEN);
    struct event *columns = make_answer(5, 1, 4, 1, ANNA);
    columns->mentions = (struct mentions){.users = (user_id *)&BEN, .count = 1};
    assert_int_equal(append_one(event_new(columns), NULL, 0), 0);
    columns->mentions = (struct mentions){0};
    event_unref(columns);
    struct room_view view = get_view(HALL, BEN);
    assert_int_equal(view.room.last_count, view.read_count);
    assert_int_equal(view.mentions, 1);
    WRITING (conn)
        assert_int_equal(store_read_marker_put(conn, HALL, BEN, 5, 1), 0);
    assert_int_equal(get_view(HALL, BEN).mentions, 0);
}

static void what_one_writes_in_a_thread_does_not_mention_oneself(void **state)
{
    (void)state;
    make_hall();
    say(HALL, 4, 1, 1, BEN);
    struct event *columns = make_answer(5, 1, 4, 1, ANNA);
    columns->mentions = (struct mentions){.users = (user_id *)&ANNA, .count = 1};
    assert_int_equal(append_one(event_new(columns), NULL, 0), 0);
    columns->mentions = (struct mentions){.everyone = true};
    columns->seq = 6, columns->answers = 2, columns->nonce = STR("everyone");
    assert_int_equal(append_one(event_new(columns), NULL, 0), 0);
    columns->mentions = (struct mentions){0};
    event_unref(columns);
    assert_int_equal(get_view(HALL, ANNA).mentions, 0);
    assert_int_equal(get_view(HALL, BEN).mentions, 1);
}

static void a_thread_outlives_the_words_of_its_root(void **state)
{
    (void)state;
    make_hall();
    say(HALL, 4, 1, 1, ANNA);
    answer(5, 1, 4, 1, BEN);
    struct event *deletion = make_event(EVENT_MESSAGE_DELETED, HALL, 6, 1, ANNA, "gone");
    deletion->target = 4;
    assert_int_equal(append_one(deletion, NULL, 0), 0);
    answer(7, 1, 4, 2, BEN);
    OWN(event_unref) struct event *root = get(4);
    assert_true(event_is_deleted(root));
    assert_int_equal(root->answers, 2);
    PAGE(4, POSITION_NEWEST, 0, 10, false, false, 5, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(the_root_knows_its_answers_and_the_latest_of_them),
        T(several_answers_of_one_append_are_all_counted),
        T(pages_of_a_room_and_of_its_threads_are_apart),
        T(a_long_thread_does_not_hide_what_was_said_before_it),
        T(an_answer_moves_no_marker_and_is_not_unread),
        T(what_is_said_before_an_answer_moves_the_marker_all_the_same),
        T(a_mention_in_a_thread_counts_though_nothing_of_the_room_is_unread),
        T(what_one_writes_in_a_thread_does_not_mention_oneself),
        T(a_thread_outlives_the_words_of_its_root),
    };
    RUN_ON_ENGINES(tests);
}
