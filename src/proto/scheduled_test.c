#include "proto/scheduled.h"

#include "proto/test_json.h"

enum { NOW = 1000000 };

static struct scheduled read(struct arena *arena, const char *body, struct problem *problem)
{
    struct limits limits;
    struct fields fields;
    limits_init(&limits);
    fields_parse(&fields, arena, test_json(arena, body));
    struct scheduled scheduled = fields_scheduled(&fields, &limits, NOW);
    *problem = fields.problem;
    return scheduled;
}

static void assert_kept(const char *body, const char *kept)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct problem problem;
    struct scheduled scheduled = read(&arena, body, &problem);
    assert_int_equal(problem.err, ERR_OK);
    assert_true(str_eq(scheduled_value(&arena, &scheduled), test_json(&arena, kept)));
}

static void assert_refused(const char *body, const char *field)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct problem problem;
    (void)read(&arena, body, &problem);
    assert_true(problem.err != ERR_OK);
    assert_true(str_eq(problem.field, str_from_c(field)));
}

static void it_is_kept_with_a_time_and_nothing_that_nobody_checked(void **state)
{
    (void)state;
    assert_kept("{'value':{'at':'1970-01-02T00:00:00.000Z','content':{'type':'text','text':'hi'},"
                "'reply_to':7,'problem':'x'}}",
                "{'at':'1970-01-02T00:00:00.000Z','content':{'type':'text','text':'hi'},"
                "'reply_to':7}");
    assert_kept("{'value':{'delay_s':5,'content':{'type':'text','text':'hi'}}}",
                "{'at':'1970-01-01T00:16:45.000Z','content':{'type':'text','text':'hi'}}");
}

static void it_needs_a_time_that_is_near_and_something_to_say(void **state)
{
    (void)state;
    assert_refused("{'value':{'content':{'type':'text','text':'hi'}}}", "at");
    assert_refused("{'value':{'at':'soon','content':{'type':'text','text':'hi'}}}", "at");
    assert_refused("{'value':{'at':'2200-01-01T00:00:00.000Z','content':{'type':'text',"
                   "'text':'hi'}}}",
                   "at");
    assert_refused("{'value':{'delay_s':-1,'content':{'type':'text','text':'hi'}}}", "delay_s");
    assert_refused("{'value':{'delay_s':5}}", "content");
    assert_refused("{'value':{'delay_s':5,'content':{'type':'text','text':' '}}}", "content.text");
    assert_refused("{'value':7}", "value");
    assert_refused("{}", "value");
}

static void what_was_kept_is_read_again_with_whom_it_mentions(void **state)
{
    (void)state;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct limits limits;
    struct problem problem;
    struct scheduled out;
    limits_init(&limits);
    struct str kept = test_json(&arena, "{'at':'1970-01-02T00:00:00.000Z','content':{'type':'text',"
                                        "'text':'hi','mentions':['everyone']},'reply_to':7}");
    assert_true(scheduled_read(&arena, kept, &limits, &out, &problem));
    assert_int_equal(out.at, 86400000);
    assert_int_equal(out.reply_to, 7);
    assert_true(out.mentions.everyone);
    assert_true(str_eq(scheduled_value(&arena, &out), kept));
    assert_false(out.refused);
}

static void what_can_be_read_no_more_by_a_smaller_limit_is_kept_with_the_reason(void **state)
{
    (void)state;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct limits limits;
    struct problem problem;
    struct scheduled out;
    limits_init(&limits);
    struct str kept = test_json(&arena, "{'at':'1970-01-02T00:00:00.000Z','content':{'type':'text',"
                                        "'text':'hi'}}");
    limits.message_text_bytes = 1;
    assert_false(scheduled_read(&arena, kept, &limits, &out, &problem));
    struct str refused = scheduled_refuse(&arena, kept, problem.err);
    assert_true(str_eq(refused, test_json(&arena, "{'at':'1970-01-02T00:00:00.000Z','content':{"
                                                  "'type':'text','text':'hi'},"
                                                  "'problem':'field.invalid'}")));
    (void)scheduled_read(&arena, refused, &limits, &out, &problem);
    assert_true(out.refused);
}

static void the_key_says_where_it_goes_and_by_which_nonce(void **state)
{
    (void)state;
    struct str nonce;
    assert_int_equal(scheduled_key(STR("scheduled:00000000007.a.b"), &nonce).v, 7);
    assert_true(str_eq(nonce, STR("a.b")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_kept_with_a_time_and_nothing_that_nobody_checked),
        cmocka_unit_test(it_needs_a_time_that_is_near_and_something_to_say),
        cmocka_unit_test(what_was_kept_is_read_again_with_whom_it_mentions),
        cmocka_unit_test(what_can_be_read_no_more_by_a_smaller_limit_is_kept_with_the_reason),
        cmocka_unit_test(the_key_says_where_it_goes_and_by_which_nonce),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
