#include "proto/encode.h"

#include "proto/test_json.h"

#define TIME "'2026-11-22T11:00:00.123Z'"

static void every_error_makes_a_problem_document(void **state)
{
    (void)state;
    for (int err = ERR_OK + 1; err < ERR_COUNT; err++) {
        OWN(arena_deinit) struct arena arena = ARENA_INIT;
        OWN(buf_deinit) struct buf out = BUF_INIT;
        struct problem problem = problem_of((enum err)err);
        struct str why, code, detail;
        uint64_t status;
        encode_problem(&out, &problem);
        const struct json *value = json_parse(&arena, buf_str(&out), &why);
        assert_non_null(value);
        assert_true(json_to_text(json_get(value, STR("code")), &code));
        assert_true(str_eq(code, err_code((enum err)err)));
        assert_true(json_to_u64(json_get(value, STR("status")), &status));
        assert_int_equal(status, err_status((enum err)err));
        assert_true(json_to_text(json_get(value, STR("detail")), &detail));
        assert_true(str_eq(detail, err_detail((enum err)err)));
        assert_null(json_get(value, STR("field")));
        assert_null(json_get(value, STR("retry_after")));
    }
}

static void a_problem_names_the_field_and_the_wait(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct problem problem =
        problem_field(ERR_FIELD_INVALID, STR("limit"), STR("`limit` is \"x\""));
    problem.retry_after_s = 5;
    encode_problem(&out, &problem);
    assert_json(&out, "{'type':'urn:natternet:problem:field.invalid',"
                      "'title':'A field is not valid','status':422,'code':'field.invalid',"
                      "'detail':'`limit` is \\'x\\'','field':'limit','retry_after':5}");
    encode_reply_problem(&out, STR("\"a\""), &problem);
    assert_json(&out, "{'reply_to':'a','ok':false,'error':{'code':'field.invalid',"
                      "'detail':'`limit` is \\'x\\'','field':'limit','retry_after':5}}");
}

static void replies_repeat_what_they_answer(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    encode_reply_ok(&out, STR("1.50"));
    assert_json(&out, "{'reply_to':1.50,'ok':true}");
    encode_reply_ok(&out, STR("null"));
    assert_json(&out, "{'reply_to':null,'ok':true}");
    encode_reply_time(&out, STR("7"), NOON);
    assert_json(&out, "{'reply_to':7,'ok':true,'time':'2026-11-22T11:00:00.123Z'}");
    encode_reply_read(&out, STR("7"), 9, 2);
    assert_json(&out, "{'reply_to':7,'ok':true,'read_seq':9,'unread':2}");
}

static struct event message(void)
{
    return (struct event){
        .type = EVENT_MESSAGE_CREATED,
        .room = {1},
        .seq = 12,
        .count = 9,
        .sender = {2},
        .created_at = NOON,
        .nonce = STR("n"),
        .payload = STR("{}"),
    };
}

static void what_was_sent_is_answered_with_its_place(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct event event = message();
    encode_reply_sent(&out, STR("1"), &event, false);
    assert_json(&out, "{'reply_to':1,'ok':true,'seq':12,'message_id':'00000000001.12',"
                      "'created_at':" TIME ",'duplicate':false}");
}

static void history_is_a_page_within_a_reply(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct event event = message();
    struct event *items[] = {&event};
    encode_reply_messages(&out, STR("1"),
                          &(struct message_view){(struct event_list){items, 1}, NULL, false, true});
    assert_json(&out, "{'reply_to':1,'ok':true,'messages':[{'room':'00000000001','seq':12,"
                      "'id':'00000000001.12','sender':'00000000002','nonce':'n','content':{},"
                      "'created_at':" TIME ",'count':9}],'has_older':false,'has_newer':true}");
}

static void an_empty_sync_has_all_its_parts(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    encode_reply_sync(&out, STR("1"), &(struct sync_answer){.rev = 4}, NULL, 0);
    assert_json(&out, "{'reply_to':1,'ok':true,'rooms':[],'left':[],'me':[],'rev':4,'next':null}");
}

static void sync_tells_rooms_partings_and_the_feed(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct event event = message();
    event.type = EVENT_ROOM_UPDATED;
    event.nonce = STR_NONE;
    event.payload = STR("{\"name\":\"Tea\"}");
    struct event *items[] = {&event};
    struct sync_room rooms[] = {
        {.view = {.room = {.id = {1},
                           .kind = ROOM_GROUP,
                           .name = STR("Tea"),
                           .first_seq = 1,
                           .last_seq = 12,
                           .last_count = 9,
                           .edit_history_s = 60,
                           .member_count = 2},
                  .read_seq = 3,
                  .read_count = 2,
                  .role = ROLE_MEMBER},
         .events = {items, 1},
         .has_more = true},
        {.view = {.room = {.id = {2}, .kind = ROOM_DIRECT, .first_seq = 1, .last_seq = 3},
                  .peer = {.id = {5}, .username = STR("ben"), .created_at = NOON},
                  .role = ROLE_MEMBER}},
    };
    struct feed_entry entries[] = {{STR("room.read:x"), STR("{\"read_seq\":1}"), 6},
                                   {STR("y"), STR("null"), 7}};
    room_id left[] = {{3}};
    struct str unknown[] = {STR("no \"id\"")};
    struct sync_answer answer = {
        .rooms = rooms,
        .room_count = 2,
        .left = left,
        .left_count = 1,
        .me = {entries, 2},
        .rev = 7,
        .next = STR("more"),
    };
    encode_reply_sync(&out, STR("1"), &answer, unknown, 1);
    assert_json(
        &out,
        "{'reply_to':1,'ok':true,'rooms':[{'room':'00000000001','kind':'group','name':'Tea',"
        "'member_count':2,'first_seq':1,'last_seq':12,'edit_history_s':60,'role':'member','last_"
        "count':9,"
        "'read_seq':3,'read_count':2,"
        "'unread':7,'mentions':0,'events':[{'type':'room.updated','room':'00000000001','seq':12,'"
        "count':9,"
        "'sender':'00000000002','created_at':" TIME ",'name':'Tea'}],'has_more':true},"
        "{'room':'00000000002','kind':'direct','peer':{'id':'00000000005','username':'ben',"
        "'display_name':'ben','created_at':" TIME "},'member_count':0,'first_seq':1,'last_seq':3,"
        "'edit_history_s':0,'role':'member','last_count':0,'read_seq':0,'read_count':0,'unread':0,'"
        "mentions':0,'"
        "events':[],'has_"
        "more':false}],"
        "'left':['00000000003','no \\'id\\''],'me':[{'key':'room.read:x','value':{'read_seq':1},"
        "'rev':6},{'key':'y','value':null,'rev':7}],'rev':7,'next':'more'}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_error_makes_a_problem_document),
        cmocka_unit_test(a_problem_names_the_field_and_the_wait),
        cmocka_unit_test(replies_repeat_what_they_answer),
        cmocka_unit_test(what_was_sent_is_answered_with_its_place),
        cmocka_unit_test(history_is_a_page_within_a_reply),
        cmocka_unit_test(an_empty_sync_has_all_its_parts),
        cmocka_unit_test(sync_tells_rooms_partings_and_the_feed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
