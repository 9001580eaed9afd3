/* What every engine promises of messages that are changed, marked, answered and that mention. */
#include "store/store_hall.h"

static struct room get_room(room_id id)
{
    struct room room = {0};
    READING (conn)
        assert_int_equal(store_room_get(conn, id, &arena, &room), 0);
    return room;
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

static void what_one_wrote_since_then_is_found_unless_it_is_deleted(void **state)
{
    (void)state;
    uint64_t *seqs = NULL;
    size_t count = 0;
    make_hall_with_words();
    say(HALL, 6, 3, 1, BEN);
    say(HALL, 7, 4, 1, ANNA);
    assert_int_equal(append_one(a_deletion(8, 5), NULL, 0), 0);
    READING (conn) {
        assert_int_equal(store_messages_of(conn, HALL, ANNA, 0, 0, 9, 10, &arena, &seqs, &count),
                         0);
        assert_int_equal(count, 2);
        assert_int_equal(seqs[0], 7);
        assert_int_equal(seqs[1], 4);
        assert_int_equal(store_messages_of(conn, HALL, ANNA, 0, 0, 9, 1, &arena, &seqs, &count), 0);
        assert_int_equal(count, 1);
        assert_int_equal(seqs[0], 7);
        assert_int_equal(store_messages_of(conn, HALL, ANNA, 1005, 0, 9, 10, &arena, &seqs, &count),
                         0);
        assert_int_equal(count, 1);
        assert_int_equal(store_messages_of(conn, HALL, ANNA, 0, 4, 7, 10, &arena, &seqs, &count),
                         0);
        assert_int_equal(count, 1);
        assert_int_equal(seqs[0], 7);
        assert_int_equal(store_messages_of(conn, HALL, ANNA, 0, 3, 6, 10, &arena, &seqs, &count),
                         0);
        assert_int_equal(count, 1);
        assert_int_equal(seqs[0], 4);
        assert_int_equal(
            store_messages_of(conn, HALL, (user_id){99}, 0, 0, 9, 10, &arena, &seqs, &count), 0);
        assert_int_equal(count, 0);
    }
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
        assert_int_equal(store_messages(conn, HALL, 0, 0, POSITION_NEWEST, 0, 10, &page), 0);
    assert_int_equal(page.messages.count, 2); /* its place is a message's still */
    event_list_deinit(&page.messages);
}

static void a_deletion_that_says_why_is_read_with_a_tombstone_that_says_it_too(void **state)
{
    (void)state;
    make_hall_with_words();
    struct event *deletion = an_edit(6, 4, "{\"x\":1}", 0);
    deletion->type = EVENT_MESSAGE_DELETED;
    assert_int_equal(append_one(deletion, NULL, 0), 0);
    struct event_list list = {0};
    bool more;
    READING (conn)
        assert_int_equal(store_events(conn, HALL, 5, 10, SIZE_MAX, &list, &more), 0);
    assert_int_equal(list.count, 1);
    assert_str(list.items[0]->payload, "{\"x\":1}");
    assert_true(event_is_deleted(list.items[0]->message));
    assert_str(list.items[0]->message->deletion, "{\"x\":1}");
    event_list_deinit(&list);
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
    struct marks_question question = {.message = message, .emoji = str_from_c(emoji), .user = user};
    READING (conn)
        assert_int_equal(store_marks(conn, HALL, &question, 1), 0);
    return question.marks;
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

static void reactions_that_come_together_stand_as_if_each_came_alone(void **state)
{
    (void)state;
    make_hall_with_words();
    struct event *marks[] = {a_mark(EVENT_REACTION_ADDED, 6, 4, BEN, "b"),
                             a_mark(EVENT_REACTION_ADDED, 7, 5, BEN, "a"),
                             a_mark(EVENT_REACTION_ADDED, 8, 4, ANNA, "b"),
                             a_mark(EVENT_REACTION_REMOVED, 9, 4, BEN, "b"),
                             a_mark(EVENT_REACTION_ADDED, 10, 4, BEN, "a"),
                             a_deletion(11, 5),
                             a_mark(EVENT_REACTION_ADDED, 12, 5, ANNA, "a")};
    assert_int_equal(append_all(marks, ARRAY_LEN(marks), NULL, 0, NULL), 0);
    for (size_t i = 0; i < ARRAY_LEN(marks); i++)
        event_unref(marks[i]);
    struct marks_question asked[] = {{.message = 4, .emoji = STR("b"), .user = BEN},
                                     {.message = 5, .emoji = STR("a"), .user = BEN},
                                     {.message = 4, .emoji = STR("a"), .user = BEN},
                                     {.message = 4, .emoji = STR("b"), .user = ANNA}};
    READING (conn)
        assert_int_equal(store_marks(conn, HALL, asked, ARRAY_LEN(asked)), 0);
    assert_int_equal(asked[0].marks.count, 1);
    assert_int_equal(asked[0].marks.own_seq, 0);
    assert_int_equal(asked[0].marks.kinds, 2);
    assert_int_equal(asked[1].marks.kinds, 0); /* of what is deleted */
    assert_int_equal(asked[2].marks.own_seq, 10);
    assert_int_equal(asked[3].marks.own_seq, 8);
    assert_int_equal(reactions_of(5, ANNA).count, 0);
    struct event *message = get_event(4);
    assert_int_equal(message->reactions, 2);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(an_edit_changes_its_message_and_keeps_what_was_before),
        T(a_room_that_keeps_nothing_has_no_versions),
        T(what_a_room_decides_holds_for_what_it_has_kept),
        T(what_one_wrote_since_then_is_found_unless_it_is_deleted),
        T(a_deletion_leaves_a_place_without_words),
        T(a_deletion_that_says_why_is_read_with_a_tombstone_that_says_it_too),
        T(changes_are_read_with_the_message_as_it_stands),
        T(of_an_append_that_stops_only_what_stands_has_changed_messages),
        T(reactions_are_counted_by_emoji_with_who),
        T(pins_are_listed_the_last_first),
        T(what_is_deleted_has_no_reactions_and_no_pin),
        T(reactions_that_come_together_stand_as_if_each_came_alone),
        T(an_answer_says_what_it_answers),
        T(unread_mentions_are_counted_for_those_they_name),
        T(a_mention_in_an_append_that_stops_before_it_is_not_counted),
    };
    RUN_ON_ENGINES(tests);
}
