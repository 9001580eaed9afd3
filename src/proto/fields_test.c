#include "proto/fields.h"

#include "core/buf.h"
#include "proto/test_json.h"

/* The fields of a fixture, with ' where JSON has ". */
static struct fields parse(struct arena *arena, const char *text)
{
    struct fields fields;
    assert_true(fields_parse(&fields, arena, test_json(arena, text)));
    assert_int_equal(fields.problem.err, ERR_OK);
    return fields;
}

static void assert_problem(const struct fields *fields, enum err err, const char *field,
                           const char *detail)
{
    const struct problem *problem = &fields->problem;
    assert_int_equal(problem->err, err);
    if (!str_eq(problem->field, str_from_c(field)))
        fail_msg("field %.*s is not %s", STR_ARG(problem->field), field);
    if (!str_eq(problem->detail, str_from_c(detail)))
        fail_msg("detail %.*s is not %s", STR_ARG(problem->detail), detail);
}

static void an_object_is_parsed_and_nothing_is_an_empty_one(void **state)
{
    (void)state;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct fields fields = parse(&arena, "{'a':0,'n':null}");
    assert_true(fields_has(&fields, "a"));
    assert_false(fields_has(&fields, "b"));
    assert_false(fields_has(&fields, "n"));
    fields = parse(&arena, "");
    assert_false(fields_has(&fields, "a"));
}

static void what_is_no_object_is_malformed(void **state)
{
    (void)state;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    const char *const bad[] = {"[]", "1", "null", "\"text\""};
    struct fields fields;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_false(fields_parse(&fields, &arena, str_from_c(bad[i])));
        assert_problem(&fields, ERR_JSON_MALFORMED, NULL,
                       "This is JSON, but not an object; send one JSON object.");
    }
    assert_false(fields_parse(&fields, &arena, STR("{\"a\":1,\"a\":2}")));
    assert_problem(&fields, ERR_JSON_MALFORMED, NULL,
                   "This is not valid JSON (a name occurs twice in one object); "
                   "send one JSON object in UTF-8.");
    assert_false(fields_parse(&fields, &arena, STR("{")));
    assert_int_equal(fields.problem.err, ERR_JSON_MALFORMED);
}

static void nothing_is_read_from_what_was_not_parsed(void **state)
{
    (void)state;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct fields fields;
    struct sync_query query;
    struct str *unknown;
    size_t count;
    assert_false(fields_parse(&fields, &arena, STR("nonsense")));
    assert_false(fields_has(&fields, "a"));
    assert_null(fields_text(&fields, "a", REQUIRED, 1, 9).ptr);
    assert_int_equal(fields_number(&fields, "a", REQUIRED, 1, 9, 5), 5);
    assert_true(fields_flag(&fields, "a", true));
    assert_non_null(fields_users(&fields, "a", 9, &count));
    assert_int_equal(count, 0);
    fields_seen(&fields, &query, &unknown, &count);
    assert_int_equal(query.seen_count + count, 0);
    assert_true(str_eq(fields_reply_to(&fields), STR("null")));
    assert_int_equal(fields.problem.err, ERR_JSON_MALFORMED);
}

static void the_first_error_stays(void **state)
{
    (void)state;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct fields fields = parse(&arena, "{'id':7,'a':1,'b':'text'}");
    fields_text(&fields, "a", REQUIRED, 1, 9);
    assert_null(fields_text(&fields, "b", REQUIRED, 1, 9).ptr);
    fields_number(&fields, "c", REQUIRED, 1, 9, 0);
    assert_problem(&fields, ERR_FIELD_INVALID, "a", "`a` must be text");
    assert_true(str_eq(fields_reply_to(&fields), STR("7")));
}

static void text_has_bounds_and_no_nul(void **state)
{
    (void)state;
    const struct {
        const char *json;
        size_t min;
        const char *got, *detail;
        enum need need;
    } cases[] = {
        {"{'a':'xyz'}", 1, "xyz", NULL, REQUIRED},
        {"{'a':'x'}", 1, "x", NULL, OPTIONAL},
        {"{'a':''}", 0, "", NULL, REQUIRED},
        {"{}", 1, NULL, NULL, OPTIONAL},
        {"{'a':null}", 1, NULL, NULL, OPTIONAL},
        {"{}", 1, NULL, "`a` is missing; send it too", REQUIRED},
        {"{'a':null}", 1, NULL, "`a` must be text", REQUIRED},
        {"{'a':5}", 1, NULL, "`a` must be text", OPTIONAL},
        {"{'a':''}", 1, NULL, "`a` must be 1 to 3 bytes of UTF-8", OPTIONAL},
        {"{'a':'\xc3\xa4\xc3\xa4'}", 1, NULL, "`a` must be 1 to 3 bytes of UTF-8", REQUIRED},
        {"{'a':'wxyz'}", 0, NULL, "`a` must be at most 3 bytes of UTF-8", REQUIRED},
        {"{'a':'x\\u0000'}", 1, NULL, "`a` must not hold the character U+0000", REQUIRED},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        OWN(arena_deinit) struct arena arena = ARENA_INIT;
        struct fields fields = parse(&arena, cases[i].json);
        struct str got = fields_text(&fields, "a", cases[i].need, cases[i].min, 3);
        assert_true(str_eq(got, str_from_c(cases[i].got)));
        assert_int_equal(got.ptr != NULL, cases[i].got != NULL);
        bool missing = cases[i].detail && strstr(cases[i].detail, "missing");
        if (cases[i].detail)
            assert_problem(&fields, missing ? ERR_FIELD_MISSING : ERR_FIELD_INVALID, "a",
                           cases[i].detail);
        else
            assert_int_equal(fields.problem.err, ERR_OK);
    }
}

static void a_number_out_of_its_range_is_refused_never_bent(void **state)
{
    (void)state;
    const char *const bad[] = {
        "0", "201", "-1", "1.0", "1e2", "'5'", "true", "[]", "99999999999999999999"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        OWN(arena_deinit) struct arena arena = ARENA_INIT;
        struct str json = arena_printf(&arena, "{'limit':%s}", bad[i]);
        struct fields fields = parse(&arena, json.ptr);
        assert_int_equal(fields_number(&fields, "limit", OPTIONAL, 1, 200, 50), 50);
        assert_problem(&fields, ERR_FIELD_INVALID, "limit",
                       "`limit` must be a whole number from 1 to 200");
    }
}

static void numbers_and_flags_have_defaults(void **state)
{
    (void)state;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct fields fields = parse(&arena, "{'a':1,'b':200,'c':null,'d':true,'e':false,'f':null}");
    assert_int_equal(fields_number(&fields, "a", REQUIRED, 1, 200, 50), 1);
    assert_int_equal(fields_number(&fields, "b", OPTIONAL, 1, 200, 50), 200);
    assert_int_equal(fields_number(&fields, "c", OPTIONAL, 1, 200, 50), 50);
    assert_int_equal(fields_number(&fields, "x", OPTIONAL, 1, 200, 50), 50);
    assert_true(fields_flag(&fields, "d", false));
    assert_false(fields_flag(&fields, "e", true));
    assert_true(fields_flag(&fields, "f", true));
    assert_true(fields_flag(&fields, "x", true));
    assert_int_equal(fields.problem.err, ERR_OK);
    fields_number(&fields, "x", REQUIRED, 1, 200, 50);
    assert_problem(&fields, ERR_FIELD_MISSING, "x", "`x` is missing; send it too");
}

static void a_flag_is_true_or_false(void **state)
{
    (void)state;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct fields fields = parse(&arena, "{'only':'yes'}");
    assert_true(fields_flag(&fields, "only", true));
    assert_problem(&fields, ERR_FIELD_INVALID, "only", "`only` must be true or false");
}

static void nonces_are_checked(void **state)
{
    (void)state;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct fields fields = parse(&arena, "{'nonce':'a-1'}");
    assert_true(str_eq(fields_nonce(&fields, REQUIRED), STR("a-1")));
    fields = parse(&arena, "{}");
    assert_null(fields_nonce(&fields, OPTIONAL).ptr);
    assert_int_equal(fields.problem.err, ERR_OK);
    fields_nonce(&fields, REQUIRED);
    assert_int_equal(fields.problem.err, ERR_FIELD_MISSING);
    const char *const bad[] = {"{'nonce':''}", "{'nonce':'a b'}", "{'nonce':5}",
                               "{'nonce':'a\\u0000'}"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        fields = parse(&arena, bad[i]);
        assert_null(fields_nonce(&fields, OPTIONAL).ptr);
        assert_problem(&fields, ERR_FIELD_INVALID, "nonce",
                       "`nonce` must be text of 1 to 64 of the characters A-Z a-z 0-9 _ . : -");
    }
}

static void what_looks_like_no_id_names_nothing(void **state)
{
    (void)state;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct fields fields = parse(&arena, "{'a':'00000000010','b':'nope','c':'','d':'00000000000',"
                                         "'e':'0000000001\\u0000','f':7}");
    assert_int_equal(fields_room(&fields, "a").v, 62);
    assert_int_equal(fields_user(&fields, "a").v, 62);
    assert_int_equal(fields_room(&fields, "b").v, 0);
    assert_int_equal(fields_room(&fields, "c").v, 0);
    assert_int_equal(fields_user(&fields, "d").v, 0);
    assert_int_equal(fields_user(&fields, "e").v, 0);
    assert_int_equal(fields.problem.err, ERR_OK);
    assert_int_equal(fields_room(&fields, "f").v, 0);
    assert_problem(&fields, ERR_FIELD_INVALID, "f", "`f` must be an id, which is text");
    fields = parse(&arena, "{}");
    fields_user(&fields, "user_id");
    assert_problem(&fields, ERR_FIELD_MISSING, "user_id", "`user_id` is missing; send it too");
}

static void lists_of_people_are_bounded(void **state)
{
    (void)state;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    size_t count = 9;
    struct fields fields = parse(&arena, "{'a':['00000000001','nobody','00000000002'],'b':[]}");
    user_id *users = fields_users(&fields, "a", 3, &count);
    assert_int_equal(count, 3);
    assert_int_equal(users[0].v, 1);
    assert_int_equal(users[1].v, 0);
    assert_int_equal(users[2].v, 2);
    assert_non_null(fields_users(&fields, "b", 3, &count));
    assert_int_equal(count, 0);
    assert_int_equal(fields.problem.err, ERR_OK);
    fields_users(&fields, "x", 3, &count);
    assert_problem(&fields, ERR_FIELD_MISSING, "x", "`x` is missing; send it too");
    const char *const bad[] = {"{'a':['1','2','3']}", "{'a':[1]}", "{'a':{}}", "{'a':null}",
                               "{'a':'all'}"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        fields = parse(&arena, bad[i]);
        count = 9;
        assert_non_null(fields_users(&fields, "a", 2, &count));
        assert_int_equal(count, 0);
        assert_problem(&fields, ERR_FIELD_INVALID, "a", "`a` must be a list of at most 2 user ids");
    }
}

static void rooms_seen_come_sorted_with_strange_ones_first(void **state)
{
    (void)state;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct fields fields = parse(&arena, "{'rooms':{'00000000009':5,'who?':1,'00000000003':0,"
                                         "'':2,'00000000004':9223372036854775807}}");
    struct sync_query query = {.rev = 3};
    struct str *unknown;
    size_t strange;
    fields_seen(&fields, &query, &unknown, &strange);
    assert_int_equal(fields.problem.err, ERR_OK);
    assert_int_equal(query.seen_count, 5);
    const uint64_t rooms[] = {0, 0, 3, 4, 9};
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(query.seen[i].room.v, rooms[i]);
    assert_int_equal(query.seen[2].seq, 0);
    assert_true(query.seen[3].seq == INT64_MAX);
    assert_int_equal(query.seen[4].seq, 5);
    assert_int_equal(query.rev, 3);
    assert_int_equal(strange, 2);
    assert_true(str_eq(unknown[0], STR("who?")));
    assert_true(str_eq(unknown[1], STR("")));
}

static void rooms_seen_may_be_left_out(void **state)
{
    (void)state;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    const char *const empty[] = {"{}", "{'rooms':null}", "{'rooms':{}}"};
    for (size_t i = 0; i < ARRAY_LEN(empty); i++) {
        struct fields fields = parse(&arena, empty[i]);
        struct sync_query query = {.seen_count = 7};
        struct str *unknown;
        size_t strange = 7;
        fields_seen(&fields, &query, &unknown, &strange);
        assert_int_equal(fields.problem.err, ERR_OK);
        assert_int_equal(query.seen_count + strange, 0);
    }
}

static void rooms_seen_have_whole_numbers(void **state)
{
    (void)state;
    const char *const bad[] = {"[]",
                               "'x'",
                               "{'x':'y'}",
                               "{'00000000001':-1}",
                               "{'a':null}",
                               "{'00000000001':1.5}",
                               "{'00000000001':9223372036854775808}"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        OWN(arena_deinit) struct arena arena = ARENA_INIT;
        struct fields fields = parse(&arena, arena_printf(&arena, "{'rooms':%s}", bad[i]).ptr);
        struct sync_query query;
        struct str *unknown;
        size_t strange;
        fields_seen(&fields, &query, &unknown, &strange);
        assert_problem(&fields, ERR_FIELD_INVALID, "rooms",
                       "`rooms` must be an object of room ids, each with the last seq seen: a "
                       "whole number");
        assert_int_equal(query.seen_count + strange, 0);
    }
}

static void a_reply_repeats_the_id_as_it_was_written(void **state)
{
    (void)state;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    const char *const good[] = {"0",
                                "-1",
                                "1.50",
                                "1E+30",
                                "12345678901234567890123",
                                "''",
                                "'a'",
                                "'\\\\\\''",
                                "'\\u0000'",
                                "'\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
                                "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
                                "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
                                "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
                                "12345678901234567890123456789012'"};
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        struct fields fields = parse(&arena, arena_printf(&arena, "{'id':%s}", good[i]).ptr);
        struct str got = fields_reply_to(&fields);
        if (!str_eq(got, test_json(&arena, good[i])))
            fail_msg("%.*s is not %s", STR_ARG(got), good[i]);
        assert_int_equal(fields.problem.err, ERR_OK);
    }
}

static void what_is_no_id_of_a_command_is_answered_with_null(void **state)
{
    (void)state;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    const char *const bad[] = {
        "{}",
        "{'id':null}",
        "{'id':true}",
        "{'id':[]}",
        "{'id':{}}",
        "{'id':'12345678901234567890123456789012345678901234567890123456789012345'}",
        "{'id':12345678901234567890123456789012345678901234567890123456789012345}"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct fields fields = parse(&arena, bad[i]);
        assert_true(str_eq(fields_reply_to(&fields), STR("null")));
        assert_problem(&fields, i == 0 ? ERR_FIELD_MISSING : ERR_FIELD_INVALID, "id",
                       "A command needs an `id`: a number, or text of at most 64 characters.");
    }
}

static void content_is_required_and_passed_on_canonical(void **state)
{
    (void)state;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct limits limits;
    limits_init(&limits);
    struct fields fields = parse(&arena, "{'content':{'text':'hi','x':1,'type':'text'}}");
    assert_true(
        str_eq(fields_content(&fields, &limits, NULL), STR("{\"type\":\"text\",\"text\":\"hi\"}")));
    fields = parse(&arena, "{}");
    assert_null(fields_content(&fields, &limits, NULL).ptr);
    assert_problem(&fields, ERR_FIELD_MISSING, "content", "`content` is missing; send it too");
    fields = parse(&arena, "{'content':null}");
    assert_null(fields_content(&fields, &limits, NULL).ptr);
    assert_int_equal(fields.problem.err, ERR_FIELD_INVALID);
    assert_true(str_eq(fields.problem.field, STR("content")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_object_is_parsed_and_nothing_is_an_empty_one),
        cmocka_unit_test(what_is_no_object_is_malformed),
        cmocka_unit_test(nothing_is_read_from_what_was_not_parsed),
        cmocka_unit_test(the_first_error_stays),
        cmocka_unit_test(text_has_bounds_and_no_nul),
        cmocka_unit_test(a_number_out_of_its_range_is_refused_never_bent),
        cmocka_unit_test(numbers_and_flags_have_defaults),
        cmocka_unit_test(a_flag_is_true_or_false),
        cmocka_unit_test(nonces_are_checked),
        cmocka_unit_test(what_looks_like_no_id_names_nothing),
        cmocka_unit_test(lists_of_people_are_bounded),
        cmocka_unit_test(rooms_seen_come_sorted_with_strange_ones_first),
        cmocka_unit_test(rooms_seen_may_be_left_out),
        cmocka_unit_test(rooms_seen_have_whole_numbers),
        cmocka_unit_test(a_reply_repeats_the_id_as_it_was_written),
        cmocka_unit_test(what_is_no_id_of_a_command_is_answered_with_null),
        cmocka_unit_test(content_is_required_and_passed_on_canonical),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
