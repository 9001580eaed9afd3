#include "proto/encode.h"

#include "proto/test_json.h"

static struct event message(void)
{
    return (struct event){
        .type = EVENT_MESSAGE_CREATED,
        .room = {1},
        .seq = 12,
        .count = 9,
        .sender = {62},
        .created_at = NOON,
        .nonce = STR("n-1"),
        .payload = STR("{\"type\":\"text\",\"text\":\"hi\"}"),
    };
}

#define MESSAGE                                                                                    \
    "{'room':'00000000001','seq':12,'id':'00000000001.12','sender':'00000000010','nonce':'n-1',"   \
    "'content':{'type':'text','text':'hi'},'created_at':'2026-11-22T11:00:00.123Z','count':9}"
#define STORED                                                                                     \
    "'room':'00000000001','seq':12,'count':9,'sender':'00000000010',"                              \
    "'created_at':'2026-11-22T11:00:00.123Z'"
#define MESSAGE_EVENT "{'type':'message.created'," STORED ",'message':" MESSAGE "}"

static void a_message_is_told_with_its_place_and_its_words(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct event event = message();
    encode_event(&out, &event);
    assert_json(&out, MESSAGE_EVENT);
    encode_message(&out, &event, NULL);
    assert_json(&out, MESSAGE);
}

static void a_change_of_a_message_is_told_with_the_message_as_it_stands(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct event changed = message(), event = message();
    changed.seq = 3;
    changed.count = 2;
    changed.edit_seq = 12;
    changed.edit_at = NOON;
    changed.edit_by = (user_id){62};
    event.type = EVENT_MESSAGE_UPDATED;
    event.target = 3;
    event.payload = STR_NONE;
    event.message = &changed;
#define MESSAGE_3                                                                                  \
    "'room':'00000000001','seq':3,'id':'00000000001.3','sender':'00000000010','nonce':'n-1',"      \
    "'content':"
#define CHANGED "'target':3,'message':{" MESSAGE_3
#define BEHIND "'created_at':'2026-11-22T11:00:00.123Z','count':2,'edit_seq':12,"
    encode_event(&out, &event);
    assert_json(&out,
                "{'type':'message.updated'," STORED ",'nonce':'n-1'," CHANGED
                "{'type':'text','text':'hi'}," BEHIND "'edited_at':'2026-11-22T11:00:00.123Z'}}");
    event.type = EVENT_MESSAGE_DELETED;
    changed.payload = STR_NONE;
    encode_event(&out, &event);
    assert_json(&out, "{'type':'message.deleted'," STORED ",'nonce':'n-1'," CHANGED
                      "{'type':'deleted','text':''}," BEHIND
                      "'deleted_at':'2026-11-22T11:00:00.123Z','deleted_by':'00000000010'}}");
    event.payload = STR("{\"by_server\":true,\"reason\":\"unlawful\"}");
    changed.deletion = event.payload;
    encode_event(&out, &event);
    assert_json(&out, "{'type':'message.deleted'," STORED
                      ",'nonce':'n-1','target':3,'by_server':true,'message':{" MESSAGE_3
                      "{'type':'deleted','text':''}," BEHIND
                      "'deleted_at':'2026-11-22T11:00:00.123Z','deleted_by':'00000000010',"
                      "'by_server':true,'reason':'unlawful'}}");
    event.message = NULL;
    encode_event(&out, &event);
    assert_json(&out,
                "{'type':'message.deleted'," STORED ",'nonce':'n-1','target':3,'by_server':true}");
}

static void a_change_of_a_message_that_is_not_to_be_seen_says_which_one_alone(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct event event = message();
    event.type = EVENT_MESSAGE_UPDATED;
    event.target = 3;
    event.payload = STR_NONE;
    encode_event(&out, &event);
    assert_json(&out, "{'type':'message.updated'," STORED ",'nonce':'n-1','target':3}");
}

static void versions_are_told_with_the_edit_that_replaced_them(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct version items[] = {{7, NOON, STR("{\"type\":\"text\",\"text\":\"hi\"}")}};
    encode_versions(&out, &(struct version_list){items, 1}, true);
    assert_json(&out, "{'versions':[{'seq':7,'replaced_at':'2026-11-22T11:00:00.123Z',"
                      "'content':{'type':'text','text':'hi'}}],'has_more':true}");
}

static void reactions_are_told_with_their_count_and_whether_one_s_own_is_there(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct event event = message();
    struct reaction items[] = {{STR("\u2764"), 3, 17, true}};
    struct reaction_list reactions = {items, 1, NULL}, none = {0};
    event.reply_to = 4;
    encode_message(&out, &event, &reactions);
    struct str told = buf_str(&out);
    const char *end = "\"count\":9,\"reply_to\":4,\"reactions\":[{\"emoji\":\"\u2764\",\"count\":3,"
                      "\"seq\":17,\"mine\":true}]}";
    assert_memory_equal(told.ptr + told.len - strlen(end), end, strlen(end));
    buf_clear(&out);
    event.reply_to = 0;
    encode_message(&out, &event, &none);
    assert_json(&out, MESSAGE);
    event.type = EVENT_REACTION_ADDED;
    event.target = 5;
    event.payload = STR("{\"emoji\":\"\u2764\"}");
    event.reactions = 2;
    encode_event(&out, &event);
    assert_json(&out, "{'type':'reaction.added'," STORED
                      ",'nonce':'n-1','target':5,'emoji':'\u2764','people':2}");
    event.type = EVENT_MESSAGE_PINNED;
    event.payload = STR_NONE;
    encode_event(&out, &event);
    assert_json(&out, "{'type':'message.pinned'," STORED ",'nonce':'n-1','target':5}");
}

static void a_poll_is_told_with_all_counts_and_one_s_own_choices(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct event event = message();
    struct poll_state poll = {.poll = {.options = 3},
                              .tally = {2, {1, 0, 2}},
                              .seq = 19,
                              .own = 0x5,
                              .own_seq = 18,
                              .closed_seq = 19,
                              .closed_at = NOON,
                              .closed_by = {0}};
    encode_message(&out, &event, &(struct reaction_list){.poll = &poll});
    struct str told = buf_str(&out);
    const char *end = "\"poll\":{\"counts\":[1,0,2],\"voters\":2,\"seq\":19,\"mine\":[0,2],"
                      "\"mine_seq\":18,\"closed_at\":\"2026-11-22T11:00:00.123Z\","
                      "\"closed_by\":\"00000000000\"}}";
    assert_memory_equal(told.ptr + told.len - strlen(end), end, strlen(end));
}

static void a_vote_says_whose_it_is_unless_it_is_secret(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct event event = message();
    struct vote vote = {.choices = 0x2, .options = 2, .tally = {3, {1, 2}}};
    event.type = EVENT_POLL_VOTED;
    event.target = 5;
    event.payload = encode_vote(&vote, false, &arena);
    encode_event(&out, &event);
    assert_json(&out, "{'type':'poll.voted'," STORED
                      ",'nonce':'n-1','target':5,'choices':[1],'counts':[1,2],'voters':3}");
    event.kind = VOTE_SECRET;
    event.payload = encode_vote(&vote, true, &arena);
    encode_event(&out, &event);
    struct str told = buf_str(&out);
    const char *end = "\"target\":5,\"counts\":[1,2],\"voters\":3}";
    assert_memory_equal(told.ptr + told.len - strlen(end), end, strlen(end));
    buf_put_char(&out, '\0');
    assert_null(strstr(out.ptr, "n-1"));
    assert_non_null(strstr(out.ptr, "\"sender\":\"00000000000\""));
}

static void events_of_a_room_carry_their_nonce(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct event event = message();
    event.type = EVENT_ROOM_CREATED;
    event.kind = ROOM_GROUP;
    event.payload = STR("{\"name\":\"Tea \\\"&\\\" cake\"}");
    encode_event(&out, &event);
    assert_json(&out, "{'type':'room.created'," STORED ",'nonce':'n-1','kind':'group',"
                      "'name':'Tea \\'&\\' cake'}");
    event.kind = ROOM_DIRECT;
    event.payload = event.nonce = STR_NONE;
    encode_event(&out, &event);
    assert_json(&out, "{'type':'room.created'," STORED ",'kind':'direct'}");
    event.type = EVENT_ROOM_UPDATED;
    event.kind = 0;
    event.payload = STR("{\"name\":\"Coffee\"}");
    encode_event(&out, &event);
    assert_json(&out, "{'type':'room.updated'," STORED ",'name':'Coffee'}");
}

static void who_came_and_went_is_told_with_who_did_it(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct event event = message();
    event.type = EVENT_USER_JOINED;
    event.target = 61;
    event.role = ROLE_OWNER;
    event.payload = STR_NONE;
    encode_event(&out, &event);
    assert_json(&out, "{'type':'room.user.joined'," STORED ",'nonce':'n-1',"
                      "'user_id':'0000000000z','by':'00000000010','role':'owner'}");
    event.role = ROLE_MEMBER;
    encode_event(&out, &event);
    assert_json(&out, "{'type':'room.user.joined'," STORED ",'nonce':'n-1',"
                      "'user_id':'0000000000z','by':'00000000010','role':'member'}");
    event.type = EVENT_USER_LEFT;
    event.role = ROLE_NONE;
    encode_event(&out, &event);
    assert_json(&out, "{'type':'room.user.left'," STORED ",'nonce':'n-1',"
                      "'user_id':'0000000000z','by':'00000000010'}");
    event.type = EVENT_USER_MUTED;
    event.payload = STR("{\"seconds\":9,\"reason\":\"loud\"}");
    encode_event(&out, &event);
    assert_json(&out, "{'type':'room.user.muted'," STORED ",'nonce':'n-1','user_id':'0000000000z',"
                      "'by':'00000000010','seconds':9,'reason':'loud'}");
    event.type = EVENT_USER_BANNED;
    encode_event(&out, &event);
    assert_json(&out, "{'type':'room.user.banned'," STORED ",'nonce':'n-1',"
                      "'user_id':'0000000000z','by':'00000000010','seconds':9,'reason':'loud'}");
    event.type = EVENT_USER_UNBANNED;
    event.payload = STR_NONE;
    encode_event(&out, &event);
    assert_json(&out, "{'type':'room.user.unbanned'," STORED ",'nonce':'n-1',"
                      "'user_id':'0000000000z','by':'00000000010'}");
}

static void pages_say_whether_there_is_more(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct event event = message();
    struct event *items[] = {&event, &event};
    struct event_list list = {items, 2}, none = {NULL, 0};
    encode_messages(&out, &(struct message_view){list, NULL, true, false});
    assert_json(&out, "{'messages':[" MESSAGE "," MESSAGE "],'has_older':true,'has_newer':false}");
    encode_messages(&out, &(struct message_view){none, NULL, false, true});
    assert_json(&out, "{'messages':[],'has_older':false,'has_newer':true}");
    encode_events(&out, &list, true);
    assert_json(&out, "{'events':[" MESSAGE_EVENT "," MESSAGE_EVENT "],'has_more':true}");
    encode_events(&out, &none, false);
    assert_json(&out, "{'events':[],'has_more':false}");
}

/* Replies are bounded by it, so it must not be too small, whatever the event. */
static void no_event_takes_more_than_is_foreseen(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    char nonce[NONCE_MAX];
    memset(nonce, 'n', sizeof(nonce));
    for (int type = EVENT_MESSAGE_CREATED; type < EVENT_TYPES; type++) {
        struct event event = {
            .type = (uint8_t)type,
            .room = {INT64_MAX},
            .seq = UINT64_MAX,
            .count = UINT64_MAX,
            .sender = {INT64_MAX},
            .target = INT64_MAX,
            .role = ROLE_MEMBER,
            .kind = ROOM_DIRECT,
            .created_at = NOON,
            .nonce = str_of(nonce, sizeof(nonce)),
            .payload = STR("{}"),
        };
        struct event changed = event;
        changed.type = EVENT_MESSAGE_CREATED;
        changed.payload = type == EVENT_MESSAGE_DELETED ? STR_NONE : STR("{}");
        changed.edit_seq = UINT64_MAX;
        changed.edit_by = event.sender;
        if (event_changes_message(&event))
            event.message = &changed;
        encode_event(&out, &event);
        assert_true(out.len + 1 <= event_json_most(&event));
        buf_clear(&out);
    }
}

static void ids_of_messages_fit_the_promise(void **state)
{
    (void)state;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct event event = message();
    struct str why, id = STR_NONE;
    event.room.v = INT64_MAX;
    event.seq = UINT64_MAX;
    encode_message(&out, &event, NULL);
    const struct json *value = json_parse(&arena, buf_str(&out), &why);
    assert_non_null(value);
    assert_true(json_to_text(json_get(value, STR("id")), &id));
    assert_true(id.len <= 36);
}

static void passing_events_have_no_seq(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    encode_typing(&out, (room_id){1}, (user_id){2}, 0);
    assert_json(&out, "{'type':'room.typing','room':'00000000001','user_id':'00000000002'}");
    encode_typing(&out, (room_id){1}, (user_id){2}, 7);
    assert_json(&out, "{'type':'room.typing','room':'00000000001','user_id':'00000000002',"
                      "'thread':7}");
    encode_delivered_event(&out, (room_id){1}, (user_id){2}, 30);
    assert_json(&out, "{'type':'room.delivered','room':'00000000001','user_id':'00000000002',"
                      "'delivered_seq':30}");
    encode_own_vote(&out, (room_id){1}, 5, 9, 0x5);
    assert_json(&out, "{'type':'poll.chosen','room':'00000000001','target':5,'voted_seq':9,"
                      "'choices':[0,2]}");
    encode_own_vote(&out, (room_id){1}, 5, 11, 0);
    assert_json(&out, "{'type':'poll.chosen','room':'00000000001','target':5,'voted_seq':11,"
                      "'choices':[]}");
    encode_read_event(&out, (room_id){1}, (user_id){2}, 30, 20);
    assert_json(&out, "{'type':'room.read','room':'00000000001','user_id':'00000000002',"
                      "'read_seq':30,'read_count':20}");
}

static void a_connection_is_greeted_with_what_it_should_know(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    OWN(buf_deinit) struct buf told = BUF_INIT;
    struct limits limits;
    limits_init(&limits);
    encode_limits(&told, &limits);
    struct user user = {.id = {2}, .username = STR("ann"), .email = STR("ann@example.org")};
    encode_connected(&out, &user, (session_id){3}, NOON, buf_str(&told));
    assert_json(&out,
                "{'type':'connection.connected','user':{'id':'00000000002',"
                "'username':'ann','display_name':'ann',"
                "'created_at':'1970-01-01T00:00:00.000Z','email':'ann@example.org'},"
                "'session':'00000000003','time':'2026-11-22T11:00:00.123Z',"
                "'server':{'name':'NatterNet','version':'" NATTERNET_VERSION "'},"
                "'limits':{'message_bytes':16384,'message_edit_s':172800,'message_delete_s':0,"
                "'frame_bytes':65536,'nonce_chars':64,"
                "'room_name_bytes':256,'room_first_members':1000,'room_members':100000,"
                "'display_name_bytes':128,'history_limit':200,'sync_limit':200,"
                "'page_limit':200,'delivered_members':20,'poll_options':20,"
                "'poll_option_bytes':256,'poll_question_bytes':1024,"
                "'poll_open_s':31622400,'filter_words':500,'filter_word_bytes':100,'filter_"
                "hosts':500,'emoji':500,'emoji_bytes':262144,'emoji_side':512}}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_told_with_its_place_and_its_words),
        cmocka_unit_test(a_change_of_a_message_is_told_with_the_message_as_it_stands),
        cmocka_unit_test(a_change_of_a_message_that_is_not_to_be_seen_says_which_one_alone),
        cmocka_unit_test(versions_are_told_with_the_edit_that_replaced_them),
        cmocka_unit_test(reactions_are_told_with_their_count_and_whether_one_s_own_is_there),
        cmocka_unit_test(a_poll_is_told_with_all_counts_and_one_s_own_choices),
        cmocka_unit_test(a_vote_says_whose_it_is_unless_it_is_secret),
        cmocka_unit_test(events_of_a_room_carry_their_nonce),
        cmocka_unit_test(who_came_and_went_is_told_with_who_did_it),
        cmocka_unit_test(pages_say_whether_there_is_more),
        cmocka_unit_test(no_event_takes_more_than_is_foreseen),
        cmocka_unit_test(ids_of_messages_fit_the_promise),
        cmocka_unit_test(passing_events_have_no_seq),
        cmocka_unit_test(a_connection_is_greeted_with_what_it_should_know),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
