#include "proto/poll.h"

#include "proto/content.h"
#include "proto/test_json.h"

#define MOST_PLAIN "{'type':'poll','text':'Tea?','options':['yes','no']}"

static struct str canonical_of(struct arena *arena, const char *json, struct problem *problem)
{
    struct limits limits;
    struct str why;
    limits_init(&limits);
    limits.poll_options = 3;
    limits.poll_option_bytes = limits.poll_question_bytes = 10;
    const struct json *content = json_parse(arena, test_json(arena, json), &why);
    assert_non_null(content);
    return content_canonical(content, arena, &limits, problem, NULL);
}

static void assert_canonical(const char *text, const char *expected)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct problem problem = {0};
    struct str got = canonical_of(&arena, text, &problem);
    if (!str_eq(got, test_json(&arena, expected)))
        fail_msg("%.*s is not %s", STR_ARG(got), expected);
}

static void assert_refused(const char *text, enum err err, const char *field)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct problem problem = {0};
    assert_null(canonical_of(&arena, text, &problem).ptr);
    if (problem.err != err || !str_eq(problem.field, str_from_c(field)))
        fail_msg("%s: %.*s at %.*s", text, STR_ARG(err_code(problem.err)), STR_ARG(problem.field));
}

static void a_poll_becomes_the_same_bytes(void **state)
{
    (void)state;
    assert_canonical(MOST_PLAIN, MOST_PLAIN);
    assert_canonical("{'anonymous':false,'options':['yes','no'],'multiple':null,'text':'Tea?',"
                     "'type':'poll','more':1}",
                     MOST_PLAIN);
    assert_canonical("{'closes_at':'2030-01-31T12:00:00Z','anonymous':true,'multiple':true,"
                     "'options':['a','b','c'],'text':'x','type':'poll'}",
                     "{'type':'poll','text':'x','options':['a','b','c'],'multiple':true,"
                     "'anonymous':true,'closes_at':'2030-01-31T12:00:00.000Z'}");
}

static void what_is_wrong_is_named(void **state)
{
    (void)state;
    assert_refused("{'type':'poll','options':['a','b']}", ERR_FIELD_MISSING, "content.text");
    assert_refused("{'type':'poll','text':' ','options':['a','b']}", ERR_FIELD_INVALID,
                   "content.text");
    assert_refused("{'type':'poll','text':'12345678901','options':['a','b']}", ERR_FIELD_INVALID,
                   "content.text");
    assert_refused("{'type':'poll','text':'x'}", ERR_FIELD_MISSING, "content.options");
    static const char *const options[] = {
        "7",         "['a']",   "['a','b','c','d']", "['a','a']",
        "['a',' ']", "['a',1]", "{'a':'b'}",         "['a','12345678901']"};
    for (size_t i = 0; i < ARRAY_LEN(options); i++) {
        char json[128];
        snprintf(json, sizeof(json), "{'type':'poll','text':'x','options':%s}", options[i]);
        assert_refused(json, ERR_FIELD_INVALID, "content.options");
    }
    assert_refused("{'type':'poll','text':'x','options':['a','b'],'multiple':1}", ERR_FIELD_INVALID,
                   "content.multiple");
    assert_refused("{'type':'poll','text':'x','options':['a','b'],'anonymous':'no'}",
                   ERR_FIELD_INVALID, "content.anonymous");
    assert_refused("{'type':'poll','text':'x','options':['a','b'],'closes_at':'soon'}",
                   ERR_FIELD_INVALID, "content.closes_at");
}

static void what_was_written_is_read_again(void **state)
{
    (void)state;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct poll poll = content_poll(
        test_json(&arena, "{'type':'poll','text':'x','options':['a','b','c'],'anonymous':true,"
                          "'closes_at':'1970-01-01T00:00:07.000Z'}"),
        &arena);
    assert_int_equal(poll.options, 3);
    assert_true(poll.anonymous);
    assert_false(poll.multiple);
    assert_int_equal(poll.closes_at, 7000);
    assert_int_equal(content_poll(STR("{\"type\":\"text\",\"text\":\"x\"}"), &arena).options, 0);
    struct str words = poll_words(test_json(&arena, MOST_PLAIN), &arena);
    assert_true(str_eq(words, STR("Tea?\nyes\nno")));
}

static void assert_ballot(const char *json, enum err err, struct ballot expected)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct fields fields;
    assert_true(fields_parse(&fields, &arena, test_json(&arena, json)));
    struct ballot ballot = fields_ballot(&fields);
    assert_int_equal(fields.problem.err, err);
    if (err != ERR_OK)
        return;
    assert_int_equal(ballot.choices, expected.choices);
    assert_int_equal(ballot.base, expected.base);
    assert_int_equal(ballot.has_base, expected.has_base);
}

static void assert_choices(const char *json, enum err err, uint64_t choices)
{
    assert_ballot(json, err, (struct ballot){.choices = choices});
}

static void choices_are_a_list_of_options(void **state)
{
    (void)state;
    assert_choices("{'choices':[]}", ERR_OK, 0);
    assert_choices("{'choices':[0,2,2,31]}", ERR_OK, 0x80000005);
    assert_choices("{}", ERR_FIELD_MISSING, 0);
    assert_choices("{'choices':0}", ERR_FIELD_INVALID, 0);
    assert_choices("{'choices':null}", ERR_FIELD_INVALID, 0);
    assert_choices("{'choices':['0']}", ERR_FIELD_INVALID, 0);
    assert_choices("{'choices':[-1]}", ERR_FIELD_INVALID, 0);
    assert_choices("{'choices':[32]}", ERR_FIELD_INVALID, 0);
}

static void a_base_is_a_list_of_options_too_or_is_not_there(void **state)
{
    (void)state;
    assert_ballot("{'choices':[1],'base':[0,1]}", ERR_OK, (struct ballot){0x2, 0x3, true});
    assert_ballot("{'choices':[],'base':[]}", ERR_OK, (struct ballot){0, 0, true});
    assert_ballot("{'choices':[1],'base':null}", ERR_OK, (struct ballot){0x2, 0, false});
    assert_ballot("{'choices':[1],'base':1}", ERR_FIELD_INVALID, (struct ballot){0});
    assert_ballot("{'choices':[1],'base':[32]}", ERR_FIELD_INVALID, (struct ballot){0});
    assert_ballot("{'base':[1]}", ERR_FIELD_MISSING, (struct ballot){0});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_poll_becomes_the_same_bytes),
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(what_was_written_is_read_again),
        cmocka_unit_test(choices_are_a_list_of_options),
        cmocka_unit_test(a_base_is_a_list_of_options_too_or_is_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
