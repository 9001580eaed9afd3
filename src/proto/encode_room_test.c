#include "proto/encode.h"

#include "model/permission.h"
#include "proto/test_json.h"

#define TIME "'2026-11-22T11:00:00.123Z'"
#define ANN "{'id':'00000000001','username':'ann','display_name':'ann','created_at':" TIME "}"
#define BEN "{'id':'00000000002','username':'ben','display_name':'ben','created_at':" TIME "}"
#define MARKS "'role':'owner','last_count':7,'read_seq':5,'read_count':4,'unread':3,'mentions':2"
#define GROUP_HEAD                                                                                 \
    "{'id':'00000000009','kind':'group','name':'Tea','created_at':" TIME                           \
    ",'first_seq':1,'last_seq':11,'member_count':2,'edit_history_s':60,"

static const struct user ann = {.id = {1}, .username = STR_INIT("ann"), .created_at = NOON};
static const struct user ben = {.id = {2}, .username = STR_INIT("ben"), .created_at = NOON};

static struct room_view group(void)
{
    return (struct room_view){
        .room = {.id = {9},
                 .kind = ROOM_GROUP,
                 .name = STR("Tea"),
                 .created_at = NOON,
                 .first_seq = 1,
                 .last_seq = 11,
                 .last_count = 7,
                 .member_count = 2,
                 .edit_history_s = 60},
        .read_seq = 5,
        .read_count = 4,
        .mentions = 2,
        .role = ROLE_OWNER,
    };
}

static void a_group_has_a_name_and_a_standing(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct room_view view = group();
    encode_room(&out, &view, NULL, NULL);
    assert_json(&out, GROUP_HEAD MARKS "}");
}

static void a_direct_room_has_a_peer_and_no_name(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct room_view view = group();
    view.room.kind = ROOM_DIRECT;
    view.room.name = STR_NONE;
    view.peer = ben;
    view.peer.email = STR("ben@example.org");
    encode_room(&out, &view, NULL, NULL);
    assert_json(&out,
                "{'id':'00000000009','kind':'direct','peer':" BEN ",'created_at':" TIME
                ",'first_seq':1,'last_seq':11,'member_count':2,'edit_history_s':60," MARKS "}");
}

static void who_came_later_is_told_from_where_on_they_read(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct room_view view = group();
    view.from_seq = 6;
    encode_room(&out, &view, NULL, NULL);
    assert_json(&out, GROUP_HEAD
                "'role':'owner','from_seq':6,'last_count':7,'read_seq':5,'read_count':4,'unread':3,"
                "'mentions':2}");
}

static void unread_never_falls_below_nothing(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct room_view view = group();
    view.read_count = 8;
    encode_room(&out, &view, NULL, NULL);
    assert_json(
        &out, GROUP_HEAD
        "'role':'owner','last_count':7,'read_seq':5,'read_count':8,'unread':0,'mentions':2}");
}

static void members_are_shown_with_their_people_in_any_order(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct room_view view = group();
    struct member members[] = {{.user = {1}, .role = ROLE_OWNER, .joined_at = NOON},
                               {.user = {2}, .role = ROLE_MEMBER, .joined_at = NOON}};
    struct member_list list = {members, 2};
    struct user forth[] = {ann, ben}, back[] = {ben, ann};
#define BOTH                                                                                       \
    "'members':[{'user':" ANN ",'role':'owner','joined_at':" TIME "},"                             \
    "{'user':" BEN ",'role':'member','joined_at':" TIME "}]"
    encode_room(&out, &view, &list, &(struct user_list){forth, 2});
    assert_json(&out, GROUP_HEAD BOTH "," MARKS "}");
    encode_room(&out, &view, &list, &(struct user_list){back, 2});
    assert_json(&out, GROUP_HEAD BOTH "," MARKS "}");
    encode_members(&out, &list, &(struct user_list){back, 2}, STR("n"));
    assert_json(&out, "{" BOTH ",'next':'n'}");
    encode_member(&out, &members[1], &ben);
    assert_json(&out, "{'user':" BEN ",'role':'member','joined_at':" TIME "}");
}

static void a_member_without_an_account_is_shown_as_deleted(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct member members[] = {{.user = {3}, .role = ROLE_MEMBER, .joined_at = NOON}};
    struct user users[] = {ann, ben};
    encode_members(&out, &(struct member_list){members, 1}, &(struct user_list){users, 2},
                   STR_NONE);
    assert_json(&out, "{'members':[{'user':{'id':'00000000003','username':'','display_name':'',"
                      "'created_at':'1970-01-01T00:00:00.000Z','deleted':true},'role':'member',"
                      "'joined_at':" TIME "}],'next':null}");
}

static void rooms_are_listed(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct room_view items[] = {group(), group()};
    encode_rooms(&out, &(struct room_view_list){items, 2}, STR_NONE);
    assert_json(&out, "{'rooms':[" GROUP_HEAD MARKS "}," GROUP_HEAD MARKS "}],'next':null}");
    encode_rooms(&out, &(struct room_view_list){NULL, 0}, STR("n"));
    assert_json(&out, "{'rooms':[],'next':'n'}");
}

static void a_marker_is_told_with_what_is_left(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    encode_read(&out, 5, 0);
    assert_json(&out, "{'read_seq':5,'unread':0}");
}

#define SETTINGS                                                                                   \
    "\"topic\":\"tea\",\"permissions\":{\"pin\":\"member\"},\"slow_mode_s\":9,\"locked\":true,"    \
    "\"archived\":true,"

static void only_what_is_set_is_in_the_event(void **state)
{
    (void)state;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct room_change change = ROOM_CHANGE_NONE;
    assert_true(str_eq(encode_room_change(&arena, &change), STR("{}")));
    change.name = STR("T\"ea\xc3\xa4");
    change.edit_history_s = 7;
    assert_true(str_eq(encode_room_change(&arena, &change),
                       STR("{\"name\":\"T\\\"ea\xc3\xa4\",\"edit_history_s\":7}")));
    change = ROOM_CHANGE_NONE;
    change.topic = STR("");
    change.permissions = permission_put(0, PERMISSION_WRITE, ROLE_MODERATOR);
    change.slow_mode_s = 0;
    change.locked = 1;
    change.archived = 0;
    assert_true(str_eq(encode_room_change(&arena, &change),
                       STR("{\"topic\":\"\",\"permissions\":{\"write\":\"moderator\"},"
                           "\"slow_mode_s\":0,\"locked\":true,\"archived\":false}")));
}

static void a_room_tells_what_is_set_in_it(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct room_view view = group();
    view.room.topic = STR("tea");
    view.room.permissions = permission_put(0, PERMISSION_PIN, ROLE_MEMBER);
    view.room.slow_mode_s = 9;
    view.room.locked = view.room.archived = true;
    encode_room(&out, &view, NULL, NULL);
    assert_non_null(memmem(out.ptr, out.len, SETTINGS, strlen(SETTINGS)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_group_has_a_name_and_a_standing),
        cmocka_unit_test(a_direct_room_has_a_peer_and_no_name),
        cmocka_unit_test(who_came_later_is_told_from_where_on_they_read),
        cmocka_unit_test(unread_never_falls_below_nothing),
        cmocka_unit_test(members_are_shown_with_their_people_in_any_order),
        cmocka_unit_test(a_member_without_an_account_is_shown_as_deleted),
        cmocka_unit_test(rooms_are_listed),
        cmocka_unit_test(a_marker_is_told_with_what_is_left),
        cmocka_unit_test(only_what_is_set_is_in_the_event),
        cmocka_unit_test(a_room_tells_what_is_set_in_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
