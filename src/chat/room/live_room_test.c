#include "chat/room/live_room.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define USER(n) ((user_id){(n)})

static struct live_room *a_group(void)
{
    struct member members[] = {
        {.user = USER(1), .role = ROLE_OWNER, .joined_seq = 2, .read_seq = 2},
        {.user = USER(2), .role = ROLE_MEMBER, .joined_seq = 9, .read_seq = 9, .read_count = 4},
        {.user = USER(3), .role = ROLE_MEMBER, .joined_seq = 5, .read_seq = 5, .read_count = 1},
    };
    struct live_room *live = live_room_new(NULL, (room_id){7});
    live_room_load(live,
                   &(struct room){.id = {7},
                                  .kind = ROOM_GROUP,
                                  .name = STR("friends"),
                                  .first_seq = 1,
                                  .last_seq = 12,
                                  .last_count = 6,
                                  .member_count = ARRAY_LEN(members)},
                   &(struct member_list){members, ARRAY_LEN(members)});
    return live;
}

static void a_room_that_was_not_read_exists_not(void **state)
{
    (void)state;
    struct live_room *live = live_room_new(NULL, (room_id){7});
    assert_int_equal(live->state, LIVE_UNREAD);
    assert_false(live_room_exists(live));
    assert_null(live_room_member(live, USER(1)));
    live_room_free(live);
}

static void what_is_read_replaces_everything(void **state)
{
    (void)state;
    struct live_room *live = a_group();
    assert_int_equal(live->state, LIVE_READY);
    assert_true(live_room_exists(live));
    struct member only = {.user = USER(5), .role = ROLE_OWNER};
    live_room_load(live, &(struct room){.id = {7}, .last_seq = 20, .name = STR("others")},
                   &(struct member_list){&only, 1});
    assert_null(live_room_member(live, USER(1)));
    assert_non_null(live_room_member(live, USER(5)));
    assert_int_equal(live->room.last_seq, 20);
    assert_true(str_eq(live->room.name, STR("others")));
    live_room_free(live);
}

static void the_longest_standing_is_who_joined_first_of_those_who_stay(void **state)
{
    (void)state;
    struct live_room *live = a_group();
    assert_int_equal(live_room_heir(live, USER(9))->user.v, 1);
    assert_int_equal(live_room_heir(live, USER(1))->user.v, 3);
    live_room_free(live);
}

static void there_is_no_heir_to_an_empty_room(void **state)
{
    (void)state;
    struct live_room *live = live_room_new(NULL, (room_id){7});
    struct member only = {.user = USER(5), .role = ROLE_OWNER};
    live_room_load(live, &(struct room){.last_seq = 2}, &(struct member_list){&only, 1});
    assert_null(live_room_heir(live, USER(5)));
    live_room_free(live);
}

static void an_event_moves_the_room_and_its_senders_marker(void **state)
{
    (void)state;
    struct live_room *live = a_group();
    live_room_apply_event(live, &(struct event){.type = EVENT_MESSAGE_CREATED,
                                                .seq = 13,
                                                .count = 7,
                                                .sender = USER(2),
                                                .created_at = 555});
    assert_int_equal(live->room.last_seq, 13);
    assert_int_equal(live->room.last_count, 7);
    assert_int_equal(live->room.last_at, 555);
    assert_int_equal(live_room_member(live, USER(2))->read_seq, 13);
    assert_int_equal(live_room_member(live, USER(2))->read_count, 7);
    assert_int_equal(live_room_member(live, USER(3))->read_seq, 5);
    live_room_free(live);
}

static void what_is_no_message_moves_nobodys_marker(void **state)
{
    (void)state;
    struct live_room *live = a_group();
    live_room_apply_event(
        live,
        &(struct event){.type = EVENT_ROOM_UPDATED, .seq = 13, .count = 6, .sender = USER(1)});
    assert_int_equal(live->room.last_seq, 13);
    assert_int_equal(live_room_member(live, USER(1))->read_seq, 2);
    live_room_free(live);
}

static void who_is_new_begins_reading_where_they_joined(void **state)
{
    (void)state;
    struct live_room *live = a_group();
    live_room_apply(live, &(struct projection){.kind = PROJECT_MEMBER,
                                               .user = USER(4),
                                               .role = ROLE_MEMBER,
                                               .seq = 13,
                                               .count = 6,
                                               .at = 77});
    const struct member *member = live_room_member(live, USER(4));
    assert_int_equal(member->joined_seq, 13);
    assert_int_equal(member->joined_at, 77);
    assert_int_equal(member->read_seq, 13);
    assert_int_equal(live->room.last_count - member->read_count, 0);
    assert_int_equal(live->room.member_count, 4);
    live_room_free(live);
}

static void who_is_in_it_only_changes_their_role(void **state)
{
    (void)state;
    struct live_room *live = a_group();
    live_room_apply(
        live,
        &(struct projection){
            .kind = PROJECT_MEMBER, .user = USER(3), .role = ROLE_OWNER, .seq = 13, .count = 6});
    const struct member *member = live_room_member(live, USER(3));
    assert_int_equal(member->role, ROLE_OWNER);
    assert_int_equal(member->joined_seq, 5);
    assert_int_equal(member->read_seq, 5);
    assert_int_equal(live->room.member_count, 3);
    live_room_free(live);
}

static void who_left_is_a_stranger(void **state)
{
    (void)state;
    struct live_room *live = a_group();
    live_room_apply(live,
                    &(struct projection){.kind = PROJECT_MEMBER_GONE, .user = USER(3), .seq = 13});
    assert_null(live_room_member(live, USER(3)));
    assert_int_equal(live->room.member_count, 2);
    live_room_free(live);
}

static void names_are_copied(void **state)
{
    (void)state;
    struct live_room *live = live_room_new(NULL, (room_id){7});
    char name[] = "first";
    live_room_apply(live,
                    &(struct projection){.kind = PROJECT_ROOM,
                                         .room_kind = ROOM_GROUP,
                                         .user = USER(1),
                                         .change = {.name = str_from_c(name), .edit_history_s = 9},
                                         .at = 3});
    memset(name, 'x', sizeof(name) - 1);
    assert_true(str_eq(live->room.name, STR("first")));
    assert_int_equal(live->room.kind, ROOM_GROUP);
    assert_int_equal(live->room.first_seq, 1);
    live_room_apply(live,
                    &(struct projection){.kind = PROJECT_CHANGE,
                                         .change = {.name = STR("second"), .edit_history_s = -1}});
    assert_true(str_eq(live->room.name, STR("second")));
    live_room_free(live);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_room_that_was_not_read_exists_not),
        cmocka_unit_test(what_is_read_replaces_everything),
        cmocka_unit_test(the_longest_standing_is_who_joined_first_of_those_who_stay),
        cmocka_unit_test(there_is_no_heir_to_an_empty_room),
        cmocka_unit_test(an_event_moves_the_room_and_its_senders_marker),
        cmocka_unit_test(what_is_no_message_moves_nobodys_marker),
        cmocka_unit_test(who_is_new_begins_reading_where_they_joined),
        cmocka_unit_test(who_is_in_it_only_changes_their_role),
        cmocka_unit_test(who_left_is_a_stranger),
        cmocka_unit_test(names_are_copied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
