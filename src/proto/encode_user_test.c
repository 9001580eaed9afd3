#include "proto/encode.h"

#include "proto/test_json.h"

#define TIME "'2026-11-22T11:00:00.123Z'"
#define BEN "{'id':'00000000002','username':'ben','display_name':'Big Ben','created_at':" TIME "}"

static struct user ben(void)
{
    return (struct user){
        .id = {2},
        .username = STR("ben"),
        .display_name = STR("Big Ben"),
        .email = STR("ben@example.org"),
        .locale = STR("de-AT"),
        .created_at = NOON,
    };
}

static void others_never_see_mail_and_language(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct user user = ben();
    encode_user(&out, &user, false);
    assert_json(&out, BEN);
    encode_user(&out, &user, true);
    assert_json(&out, "{'id':'00000000002','username':'ben','display_name':'Big Ben',"
                      "'created_at':" TIME ",'email':'ben@example.org','locale':'de-AT'}");
}

static void who_has_no_other_name_is_shown_by_the_username(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct user user = {.id = {2}, .username = STR("ben"), .created_at = NOON};
    encode_user(&out, &user, true);
    assert_json(&out, "{'id':'00000000002','username':'ben','display_name':'ben',"
                      "'created_at':" TIME "}");
}

static void administrators_and_the_deleted_are_marked(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct user user = {.id = {2}, .created_at = NOON, .admin = true, .deleted = true};
    encode_user(&out, &user, false);
    assert_json(&out, "{'id':'00000000002','username':'','display_name':'','created_at':" TIME
                      ",'admin':true,'deleted':true}");
}

static void lists_of_people_end_with_null(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct user items[] = {ben(), ben()};
    encode_users(&out, &(struct user_list){items, 2}, STR("c\"1"));
    assert_json(&out, "{'users':[" BEN "," BEN "],'next':'c\\'1'}");
    encode_users(&out, &(struct user_list){NULL, 0}, STR_NONE);
    assert_json(&out, "{'users':[],'next':null}");
}

static void a_refresh_token_in_a_cookie_is_not_told(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct user user = {.id = {2}, .username = STR("ben"), .created_at = NOON};
    struct tokens tokens = {STR("acc.ess"), STR("ref-resh"), 900};
    encode_sign_in(&out, &user, &tokens);
    assert_json(&out, "{'user':{'id':'00000000002','username':'ben','display_name':'ben',"
                      "'created_at':" TIME "},'access_token':'acc.ess',"
                      "'refresh_token':'ref-resh','expires_in':900}");
    tokens.refresh = STR_NONE;
    encode_sign_in(&out, &user, &tokens);
    assert_json(&out, "{'user':{'id':'00000000002','username':'ben','display_name':'ben',"
                      "'created_at':" TIME "},'access_token':'acc.ess','expires_in':900}");
}

static void sessions_tell_which_one_asks(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct session items[] = {
        {.id = {5},
         .created_at = 0,
         .rotated_at = NOON,
         .user_agent = STR("Moz \"x\" \xe4"),
         .address = STR("127.0.0.1")},
        {.id = {6}, .created_at = NOON},
    };
    encode_sessions(&out, &(struct session_list){items, 2}, (session_id){6}, STR_NONE);
    assert_json(&out, "{'sessions':[{'id':'00000000005',"
                      "'created_at':'1970-01-01T00:00:00.000Z','last_used_at':" TIME ","
                      "'user_agent':'Moz \\'x\\' \xef\xbf\xbd','address':'127.0.0.1',"
                      "'current':false},{'id':'00000000006','created_at':" TIME ","
                      "'last_used_at':" TIME ",'user_agent':'','address':'','current':true}],"
                      "'next':null}");
}

static void an_invitation_has_an_end(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    encode_invite(&out, &(struct invite){.code = STR("abc"), .uses_left = 3, .expires_at = NOON});
    assert_json(&out, "{'code':'abc','uses':3,'expires_at':" TIME "}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(others_never_see_mail_and_language),
        cmocka_unit_test(who_has_no_other_name_is_shown_by_the_username),
        cmocka_unit_test(administrators_and_the_deleted_are_marked),
        cmocka_unit_test(lists_of_people_end_with_null),
        cmocka_unit_test(a_refresh_token_in_a_cookie_is_not_told),
        cmocka_unit_test(sessions_tell_which_one_asks),
        cmocka_unit_test(an_invitation_has_an_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
