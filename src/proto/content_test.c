#include "proto/content.h"

#include "proto/test_json.h"

struct outcome {
    struct str canonical;
    struct problem problem;
    struct mentions mentions;
};

static struct outcome outcome_of(struct arena *arena, struct str json, uint64_t max)
{
    struct outcome out = {0};
    struct limits limits;
    struct str why;
    limits_init(&limits);
    limits.message_text_bytes = max;
    const struct json *content = json_parse(arena, json, &why);
    assert_non_null(content);
    out.canonical = content_canonical(content, arena, &limits, &out.problem, &out.mentions);
    assert_int_equal(out.canonical.ptr == NULL, out.problem.err != ERR_OK);
    return out;
}

static void assert_canonical(const char *text, const char *expected)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct str wanted = test_json(&arena, expected);
    struct outcome got = outcome_of(&arena, test_json(&arena, text), 100);
    if (!str_eq(got.canonical, wanted))
        fail_msg("%.*s is not %.*s", STR_ARG(got.canonical), STR_ARG(wanted));
    assert_true(str_eq(outcome_of(&arena, got.canonical, 100).canonical, got.canonical));
}

static void assert_refused(const char *text, enum err err, const char *field)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct outcome got = outcome_of(&arena, test_json(&arena, text), 10);
    if (got.problem.err != err || !str_eq(got.problem.field, str_from_c(field)))
        fail_msg("%s: %.*s at %.*s", text, STR_ARG(err_code(got.problem.err)),
                 STR_ARG(got.problem.field));
}

static void the_same_words_become_the_same_bytes(void **state)
{
    (void)state;
    assert_canonical("{'type':'text','text':'hi'}", "{'type':'text','text':'hi'}");
    assert_canonical(" { 'text' : 'h\\u0069' , 'type':'te\\u0078t' } ",
                     "{'type':'text','text':'hi'}");
    assert_canonical("{'type':'text','text':'\\/ \\u00e4 \\ud83d\\ude00 \\u2028'}",
                     "{'type':'text','text':'/ \xc3\xa4 \xf0\x9f\x98\x80 \xe2\x80\xa8'}");
    assert_canonical("{'type':'text','text':'\\u000a\\u0001\\u0022'}",
                     "{'type':'text','text':'\\n\\u0001\\''}");
}

static void white_space_in_the_text_is_kept(void **state)
{
    (void)state;
    assert_canonical("{'type':'text','text':'  a \\n'}", "{'type':'text','text':'  a \\n'}");
}

static void what_nobody_checked_is_left_out(void **state)
{
    (void)state;
    assert_canonical("{'type':'text','html':'<b>','text':'hi','more':{'deep':[1]}}",
                     "{'type':'text','text':'hi'}");
}

static void content_is_an_object_with_a_known_type(void **state)
{
    (void)state;
    assert_refused("'hi'", ERR_FIELD_INVALID, "content");
    assert_refused("[]", ERR_FIELD_INVALID, "content");
    assert_refused("null", ERR_FIELD_INVALID, "content");
    assert_refused("{}", ERR_FIELD_MISSING, "content.type");
    assert_refused("{'type':3}", ERR_FIELD_INVALID, "content.type");
    assert_refused("{'type':'hologram'}", ERR_CONTENT_UNKNOWN_TYPE, "content.type");
    assert_refused("{'type':'encrypted'}", ERR_CONTENT_UNKNOWN_TYPE, "content.type");
    assert_refused("{'type':'Text','text':'hi'}", ERR_CONTENT_UNKNOWN_TYPE, "content.type");
    assert_refused("{'type':'text\\u0000','text':'hi'}", ERR_CONTENT_UNKNOWN_TYPE, "content.type");
}

static void text_says_something(void **state)
{
    (void)state;
    assert_refused("{'type':'text'}", ERR_FIELD_MISSING, "content.text");
    assert_refused("{'type':'text','text':7}", ERR_FIELD_INVALID, "content.text");
    assert_refused("{'type':'text','text':null}", ERR_FIELD_INVALID, "content.text");
    assert_refused("{'type':'text','text':''}", ERR_FIELD_INVALID, "content.text");
    assert_refused("{'type':'text','text':' \\n\\t '}", ERR_FIELD_INVALID, "content.text");
    assert_refused("{'type':'text','text':'\\u00a0\\u3000'}", ERR_FIELD_INVALID, "content.text");
}

static void the_limit_counts_the_text_not_its_escapes(void **state)
{
    (void)state;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct str ten = test_json(&arena, "{'type':'text','text':'\\n\\n\\n\\n\\n\\n\\n\\n\xc3\xa4'}");
    assert_int_equal(outcome_of(&arena, ten, 10).problem.err, ERR_OK);
    struct outcome out = outcome_of(&arena, ten, 9);
    assert_int_equal(out.problem.err, ERR_FIELD_INVALID);
    assert_true(str_eq(out.problem.detail, STR("`content.text` must be at most 9 bytes of UTF-8; "
                                               "this is 10: send it in parts")));
}

static void mentions_are_people_each_once_or_all(void **state)
{
    (void)state;
    assert_canonical(
        "{'type':'text','mentions':['00000000002','00000000001','00000000002'],'text':'hi'}",
        "{'type':'text','text':'hi','mentions':['00000000002','00000000001']}");
    assert_canonical(
        "{'type':'text','text':'hi','mentions':['here','00000000001','everyone','here']}",
        "{'type':'text','text':'hi','mentions':['here','00000000001','everyone']}");
    assert_canonical("{'type':'text','text':'hi','mentions':[]}", "{'type':'text','text':'hi'}");
    assert_canonical("{'type':'text','text':'hi','mentions':null}", "{'type':'text','text':'hi'}");
    for (size_t i = 0; i < 5; i++) {
        static const char *const wrong[] = {"'everyone'", "[1]", "['ann']", "[null]", "{}"};
        OWN(arena_deinit) struct arena arena = ARENA_INIT;
        struct str text =
            arena_printf(&arena, "{'type':'text','text':'hi','mentions':%s}", wrong[i]);
        assert_refused(text.ptr, ERR_FIELD_INVALID, "content.mentions");
    }
}

static void whom_it_mentions_is_told_beside_the_bytes(void **state)
{
    (void)state;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct str json = test_json(
        &arena, "{'type':'text','text':'hi','mentions':['00000000007','everyone','00000000009']}");
    struct mentions mentions = outcome_of(&arena, json, 100).mentions;
    assert_int_equal(mentions.count, 2);
    assert_int_equal(mentions.users[0].v, 7);
    assert_int_equal(mentions.users[1].v, 9);
    assert_true(mentions.everyone && !mentions.here);
}

static struct str forwarded(struct arena *arena, const char *payload)
{
    struct event message = {.type = EVENT_MESSAGE_CREATED,
                            .sender = {7},
                            .created_at = 1000,
                            .payload = test_json(arena, payload)};
    return content_forwarded(&message, arena);
}

static void forwarded_words_keep_who_said_them_first(void **state)
{
    (void)state;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct str once = forwarded(&arena, "{'type':'text','text':'hi','mentions':['everyone']}");
    assert_true(str_eq(once, test_json(&arena, "{'type':'text','text':'hi','forwarded':"
                                               "{'sender':'00000000007',"
                                               "'created_at':'1970-01-01T00:00:01.000Z'}}")));
    struct event again = {.type = EVENT_MESSAGE_CREATED, .sender = {9}, .payload = once};
    assert_true(str_eq(content_forwarded(&again, &arena), once));
    assert_int_equal(forwarded(&arena, "{'type':'deleted','text':''}").len, 0);
    assert_int_equal(forwarded(&arena, "").len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_words_become_the_same_bytes),
        cmocka_unit_test(white_space_in_the_text_is_kept),
        cmocka_unit_test(what_nobody_checked_is_left_out),
        cmocka_unit_test(content_is_an_object_with_a_known_type),
        cmocka_unit_test(text_says_something),
        cmocka_unit_test(mentions_are_people_each_once_or_all),
        cmocka_unit_test(whom_it_mentions_is_told_beside_the_bytes),
        cmocka_unit_test(forwarded_words_keep_who_said_them_first),
        cmocka_unit_test(the_limit_counts_the_text_not_its_escapes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
