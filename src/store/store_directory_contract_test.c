/* What every engine promises of public groups: who finds them by which words, in which order. */
#include "store/store_hall.h"

static void list_room(room_id id, const char *name, const char *topic)
{
    struct room_change change = ROOM_CHANGE_NONE;
    make_room(id, ROOM_GROUP, name, (user_id[]){ANNA, BEN}, 2); /* seq 1 .. 3 */
    change.is_public = 1;
    change.name = str_from_c(name);
    change.topic = str_from_c(topic);
    struct projection projection = {.kind = PROJECT_CHANGE, .change = change, .seq = 4};
    struct event *event = make_event(EVENT_ROOM_UPDATED, id, 4, 0, ANNA, "listed");
    assert_int_equal(append_one(event, &projection, 1), 0);
}

static void set(room_id id, uint64_t seq, struct room_change change)
{
    char nonce[32];
    snprintf(nonce, sizeof(nonce), "set-%llu", (unsigned long long)seq);
    struct projection projection = {.kind = PROJECT_CHANGE, .change = change, .seq = seq};
    struct event *event = make_event(EVENT_ROOM_UPDATED, id, seq, 0, ANNA, nonce);
    assert_int_equal(append_one(event, &projection, 1), 0);
}

static void leave(room_id id, uint64_t seq, user_id user)
{
    char nonce[32];
    snprintf(nonce, sizeof(nonce), "left-%llu", (unsigned long long)seq);
    struct event *event = make_event(EVENT_USER_LEFT, id, seq, 0, user, nonce);
    event->target = user.v;
    struct projection projection = {.kind = PROJECT_MEMBER_GONE, .user = user, .seq = seq};
    assert_int_equal(append_one(event, &projection, 1), 0);
}

static const struct listing_place START = {.key = STR_INIT("")};

static struct room_list find(const char *question, const struct listing_place *after, size_t limit,
                             struct listing_place *next)
{
    struct room_list list = {0};
    struct listing_words words;
    struct listing_place end;
    assert_true(listing_ask(&words, str_from_c(question)));
    READING (conn)
        assert_int_equal(
            store_directory(conn, &words, after, limit, &arena, &list, next ? next : &end), 0);
    return list;
}

/* The ids of those found, as decimal digits. */
static void expect_found(const char *question, const char *ids)
{
    char found[64] = "";
    struct room_list list = find(question, &START, 9, NULL);
    for (size_t i = 0; i < list.count; i++)
        snprintf(found + strlen(found), sizeof(found) - strlen(found), "%llu",
                 (unsigned long long)list.items[i].id.v);
    assert_string_equal(found, ids);
}

static const room_id CHESS = {1}, CHOIR = {2}, TOKYO = {3};

static void make_town(void)
{
    make_hall(); /* private */
    list_room(CHESS, "Chess", "for everybody in Vienna");
    list_room(CHOIR, "Choir of Vienna", "");
    list_room(TOKYO, "\xe6\x9d\xb1\xe4\xba\xac", "chess too");
}

static void public_groups_are_found_by_words_of_name_and_topic_and_private_ones_never(void **state)
{
    (void)state;
    make_town();
    reopen_store();
    expect_found("", "123");
    expect_found("vien", "12");
    expect_found("chess", "13");
    expect_found("vienna chess", "1");
    expect_found("\xe4\xba\xac", "3");
    expect_found("hall", "");
    expect_found("hess", "");
}

static void what_is_renamed_is_found_by_its_new_words(void **state)
{
    (void)state;
    make_town();
    struct room_change change = ROOM_CHANGE_NONE;
    change.name = STR("Draughts");
    change.topic = STR("");
    set(CHESS, 5, change);
    expect_found("draughts", "1");
    expect_found("chess", "3");
    expect_found("", "213");
}

static void who_becomes_private_archived_or_empty_is_found_no_longer(void **state)
{
    (void)state;
    make_town();
    struct room_change change = ROOM_CHANGE_NONE;
    change.is_public = 0;
    set(CHESS, 5, change);
    expect_found("", "23");
    change = ROOM_CHANGE_NONE;
    change.archived = 1;
    set(CHOIR, 5, change);
    expect_found("vienna", "");
    change.archived = 0;
    set(CHOIR, 6, change);
    expect_found("vienna", "2");
    leave(TOKYO, 5, ANNA);
    expect_found("", "23");
    leave(TOKYO, 6, BEN);
    expect_found("", "2");
}

static void the_pages_of_a_directory_join_each_room_once(void **state)
{
    (void)state;
    make_town();
    list_room((room_id){4}, "Chess", "");
    struct listing_place place = START;
    const uint64_t expected[] = {1, 4, 2, 3};
    for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
        struct room_list page = find("", &place, 1, &place);
        REQUIRE(page.count == 1 && page.items);
        assert_int_equal(page.items[0].id.v, expected[i]);
        assert_int_equal(page.items[0].member_count, 2);
        assert_true(page.items[0].is_public);
        assert_int_equal(place.key.len == 0, i + 1 == ARRAY_LEN(expected));
    }
}

/* ---- what administrators find --------------------------------------------------------------------- */

static struct room_list find_groups(const char *question, enum groups_state state,
                                    const struct listing_place *after, size_t limit,
                                    struct listing_place *next)
{
    struct room_list list = {0};
    struct groups_question asked = {.state = state};
    struct listing_place end;
    assert_true(listing_ask(&asked.words, str_from_c(question)));
    READING (conn)
        assert_int_equal(
            store_groups(conn, &asked, after, limit, &arena, &list, next ? next : &end), 0);
    return list;
}

static void expect_groups(const char *question, enum groups_state state, const char *ids)
{
    char found[64] = "";
    struct room_list list = find_groups(question, state, &START, 9, NULL);
    for (size_t i = 0; i < list.count; i++)
        snprintf(found + strlen(found), sizeof(found) - strlen(found), "%s%llu", i ? " " : "",
                 (unsigned long long)list.items[i].id.v);
    assert_string_equal(found, ids);
}

static void administrators_find_all_groups_and_no_direct_room(void **state)
{
    (void)state;
    make_town();
    make_room((room_id){5}, ROOM_DIRECT, "", (user_id[]){ANNA, BEN}, 2);
    reopen_store();
    expect_groups("", GROUPS_ALL, "1 2 77 3");
    expect_groups("hal", GROUPS_ALL, "77");
    expect_groups("vienna", GROUPS_ALL, "1 2");
    expect_groups("", GROUPS_PUBLIC, "1 2 3");
    expect_groups("", GROUPS_LOCKED, "");
    expect_groups("", GROUPS_EMPTY, "");
}

static void what_becomes_of_a_group_is_found_at_once(void **state)
{
    (void)state;
    make_town();
    struct room_change change = ROOM_CHANGE_NONE;
    change.name = STR("Barn");
    change.topic = STR("hay");
    set(HALL, 4, change);
    expect_groups("hall", GROUPS_ALL, "");
    expect_groups("hay", GROUPS_ALL, "77");
    change = ROOM_CHANGE_NONE;
    change.locked = 1;
    change.archived = 1;
    change.held = HELD_LOCKED | HELD_ARCHIVED;
    set(HALL, 5, change);
    expect_groups("", GROUPS_LOCKED, "77");
    expect_groups("", GROUPS_ARCHIVED, "77");
    assert_int_equal(find_groups("barn", GROUPS_ALL, &START, 1, NULL).items[0].held,
                     HELD_LOCKED | HELD_ARCHIVED);
    assert_int_equal(get_view(HALL, ANNA).room.held, HELD_LOCKED | HELD_ARCHIVED);
    change = ROOM_CHANGE_NONE;
    change.slow_mode_s = 5;
    set(HALL, 6, change);
    assert_int_equal(get_view(HALL, ANNA).room.held, HELD_LOCKED | HELD_ARCHIVED);
    leave(HALL, 7, ANNA);
    leave(HALL, 8, BEN);
    expect_groups("", GROUPS_EMPTY, "77");
}

static void the_pages_of_all_groups_join_each_once(void **state)
{
    (void)state;
    make_town();
    struct listing_place place = START;
    const uint64_t expected[] = {1, 2, 77, 3};
    for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
        struct room_list page = find_groups("", GROUPS_ALL, &place, 1, &place);
        REQUIRE(page.count == 1 && page.items);
        assert_int_equal(page.items[0].id.v, expected[i]);
        assert_int_equal(place.key.len == 0, i + 1 == ARRAY_LEN(expected));
    }
}

static void of_many_groups_it_is_told_whose_they_are(void **state)
{
    (void)state;
    make_town();
    const struct projection handed[] = {
        {.kind = PROJECT_MEMBER, .user = ANNA, .role = ROLE_ADMIN, .seq = 4},
        {.kind = PROJECT_MEMBER, .user = BEN, .role = ROLE_OWNER, .seq = 4}};
    struct event *event = make_event(EVENT_USER_UPDATED, HALL, 4, 0, ANNA, "handed");
    event->target = BEN.v;
    assert_int_equal(append_one(event, handed, 2), 0);
    const room_id asked[] = {CHESS, HALL, {999}};
    user_id owners[3] = {{1}, {1}, {1}};
    READING (conn)
        assert_int_equal(store_owners(conn, asked, 3, owners), 0);
    assert_int_equal(owners[0].v, ANNA.v);
    assert_int_equal(owners[1].v, BEN.v);
    assert_int_equal(owners[2].v, 0);
    leave(HALL, 5, BEN);
    READING (conn)
        assert_int_equal(store_owners(conn, asked, 3, owners), 0);
    assert_int_equal(owners[1].v, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(public_groups_are_found_by_words_of_name_and_topic_and_private_ones_never),
        T(what_is_renamed_is_found_by_its_new_words),
        T(who_becomes_private_archived_or_empty_is_found_no_longer),
        T(the_pages_of_a_directory_join_each_room_once),
        T(administrators_find_all_groups_and_no_direct_room),
        T(what_becomes_of_a_group_is_found_at_once),
        T(the_pages_of_all_groups_join_each_once),
        T(of_many_groups_it_is_told_whose_they_are),
    };
    RUN_ON_ENGINES(tests);
}
