#include "json/reader.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/buf.h"

/* The value of `text`, or NULL; the arena must be dropped by the caller. */
static const struct json *parse(struct arena *arena, const char *text)
{
    struct str why = STR_NONE;
    const struct json *value = json_parse(arena, str_from_c(text), &why);
    assert_true(value || why.len > 0);
    return value;
}

static bool is_json(struct str bytes)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct str why = STR_NONE;
    bool good = json_parse(&arena, bytes, &why) != NULL;
    assert_int_equal(good, why.len == 0);
    return good;
}

static void every_kind_of_value_is_told_apart(void **state)
{
    (void)state;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    const struct {
        const char *text;
        enum json_kind kind;
    } cases[] = {
        {"null", JSON_NULL},    {"true", JSON_FLAG},    {"false", JSON_FLAG}, {"1", JSON_NUMBER},
        {"-1.5", JSON_NUMBER},  {"\"\"", JSON_TEXT},    {"[]", JSON_ARRAY},   {"{}", JSON_OBJECT},
        {" [1]\n", JSON_ARRAY}, {"1e400", JSON_NUMBER},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct json *value = parse(&arena, cases[i].text);
        assert_non_null(value);
        assert_int_equal(json_kind(value), cases[i].kind);
    }
}

static void a_value_of_another_kind_is_not_bent(void **state)
{
    (void)state;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    const struct json *text = parse(&arena, "\"1\""), *number = parse(&arena, "1");
    struct str got = STR("as it was");
    uint64_t count = 7;
    bool flag = true;
    assert_false(json_to_text(number, &got));
    assert_false(json_to_u64(text, &count));
    assert_false(json_to_flag(number, &flag));
    assert_true(str_eq(got, STR("as it was")));
    assert_int_equal(count, 7);
    assert_true(flag);
    assert_null(json_get(text, STR("a")));
    assert_int_equal(json_count(text), 0);
    assert_int_equal(json_number_text(text).len, 0);
}

static void only_digits_are_a_whole_number(void **state)
{
    (void)state;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    uint64_t got = 0;
    assert_true(json_to_u64(parse(&arena, "0"), &got));
    assert_int_equal(got, 0);
    assert_true(json_to_u64(parse(&arena, "18446744073709551615"), &got));
    assert_true(got == UINT64_MAX);
    const char *const others[] = {"-0", "-1", "1.0", "1e3", "18446744073709551616", "1E0"};
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        assert_false(json_to_u64(parse(&arena, others[i]), &got));
}

static void numbers_stay_as_they_were_written(void **state)
{
    (void)state;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    const char *const numbers[] = {"0", "-0", "1.50", "1E+2", "-12345678901234567890.5e-999"};
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        assert_true(str_eq(json_number_text(parse(&arena, numbers[i])), str_from_c(numbers[i])));
}

static void escapes_are_undone(void **state)
{
    (void)state;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct str got = STR_NONE;
    assert_true(
        json_to_text(parse(&arena, "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e4\\ud83d\\ude00\""), &got));
    assert_true(str_eq(got, STR("\"\\/\b\f\n\r\t\xc3\xa4\xf0\x9f\x98\x80")));
    assert_true(json_to_text(parse(&arena, "\"a\\u0000b\""), &got));
    assert_true(str_eq(got, STR("a\0b")));
}

static void members_are_found_by_name_and_walked_in_order(void **state)
{
    (void)state;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    const struct json *object = parse(&arena, "{\"b\":[1,[2,{}]],\"a\":{\"x\":1},\"c\":\"end\"}");
    assert_int_equal(json_count(object), 3);
    assert_int_equal(json_kind(json_get(object, STR("a"))), JSON_OBJECT);
    assert_null(json_get(object, STR("x")));
    const char *const names[] = {"b", "a", "c"};
    size_t count = 0;
    struct json_iter at = json_iter(object);
    for (; json_next(&at); count++) {
        assert_true(str_eq(at.name, str_from_c(names[count])));
        assert_ptr_equal(at.value, json_get(object, at.name));
    }
    assert_int_equal(count, 3);
}

static void arrays_are_walked_without_names(void **state)
{
    (void)state;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct json_iter at = json_iter(parse(&arena, "[[1,2],[],3]"));
    size_t counts[] = {2, 0, 0}, i = 0;
    for (; json_next(&at); i++) {
        assert_int_equal(at.name.len, 0);
        assert_int_equal(json_count(at.value), counts[i]);
    }
    assert_int_equal(i, 3);
    at = json_iter(parse(&arena, "[]"));
    assert_false(json_next(&at));
    at = json_iter(parse(&arena, "\"text\""));
    assert_false(json_next(&at));
}

static void what_is_not_json_is_refused(void **state)
{
    (void)state;
    const char *const bad[] = {
        "",
        " ",
        "{",
        "}",
        "{\"a\"}",
        "{\"a\":}",
        "{a:1}",
        "{'a':1}",
        "[1,]",
        "{\"a\":1,}",
        "[1 2]",
        "nul",
        "True",
        "NaN",
        "Infinity",
        "-",
        "01",
        "1.",
        ".5",
        "+1",
        "0x10",
        "1e",
        "\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\t\"",
        "// c\n1",
        "/* c */1",
        "1 1",
        "{}{}",
        "[1]]",
        "\xef\xbb\xbf{}",
        "\"\\u00g0\"",
        "--1",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        if (is_json(str_from_c(bad[i])))
            fail_msg("taken: %s", bad[i]);
    assert_false(is_json(STR("1\0")));
    assert_false(is_json(STR("\"a\0b\"")));
}

static void the_reason_names_the_place(void **state)
{
    (void)state;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct str why = STR_NONE;
    assert_null(json_parse(&arena, STR("{\"a\": x}"), &why));
    assert_non_null(memmem(why.ptr, why.len, "byte 6", 6));
}

static void text_that_is_not_utf8_is_refused(void **state)
{
    (void)state;
    const struct str bad[] = {
        STR("\"\x80\""),
        STR("\"\xc3\""),
        STR("\"\xc0\xaf\""),
        STR("\"\xe0\x9f\xbf\""),
        STR("\"\xed\xa0\x80\""),
        STR("\"\xf0\x8f\xbf\xbf\""),
        STR("\"\xf4\x90\x80\x80\""),
        STR("\"\xff\""),
        STR("\"\xe2\x82\""),
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(is_json(bad[i]));
    assert_true(is_json(STR("\"\xf4\x8f\xbf\xbf\xed\x9f\xbf\"")));
}

static void lone_surrogates_are_refused(void **state)
{
    (void)state;
    assert_false(is_json(STR("\"\\ud800\"")));
    assert_false(is_json(STR("\"\\udc00\"")));
    assert_false(is_json(STR("\"\\ud800\\ud800\"")));
    assert_false(is_json(STR("\"\\ud83dx\"")));
    assert_true(is_json(STR("\"\\ud83d\\ude00\"")));
}

static void a_name_given_twice_is_refused_at_any_depth(void **state)
{
    (void)state;
    assert_false(is_json(STR("{\"a\":1,\"b\":2,\"a\":3}")));
    assert_false(is_json(STR("{\"a\":1,\"\\u0061\":3}")));
    assert_false(is_json(STR("[{\"x\":{\"\":1,\"\":1}}]")));
    assert_true(is_json(STR("{\"a\":{\"a\":1},\"b\":[{\"a\":1},{\"a\":1}]}")));
}

static void nesting_has_an_end(void **state)
{
    (void)state;
    for (int depth = 1; depth <= 100000; depth = depth < 40 ? depth + 1 : depth * 10) {
        OWN(buf_deinit) struct buf text = BUF_INIT;
        for (int i = 0; i < depth; i++)
            buf_put_char(&text, '[');
        for (int i = 0; i < depth; i++)
            buf_put_char(&text, ']');
        assert_int_equal(is_json(buf_str(&text)), depth <= JSON_DEPTH_MAX);
    }
}

static void an_object_of_many_names_takes_no_longer_than_it_should(void **state)
{
    (void)state;
    enum { NAMES = 20000 };
    OWN(buf_deinit) struct buf text = BUF_INIT;
    buf_put_char(&text, '{');
    for (int i = 0; i < NAMES; i++)
        buf_printf(&text, "%s\"%d\":0", i ? "," : "", i);
    buf_put_char(&text, '}');
    assert_true(is_json(buf_str(&text)));
    text.len--;
    buf_put_lit(&text, ",\"777\":1}");
    assert_false(is_json(buf_str(&text)));
}

static void what_is_repeated_is_the_same_without_white_space(void **state)
{
    (void)state;
    static const char *const texts[][2] = {
        {" { \"a\" : [ 1 , 2.50e3 , -0 ] , \"b\" : { } } ", "{\"a\":[1,2.50e3,-0],\"b\":{}}"},
        {"[true,false,null,\"\\u0041\\n\"]", "[true,false,null,\"A\\n\"]"},
        {"123456789012345678901234567890", "123456789012345678901234567890"},
        {"{\"\\\"\":[[],[[]]]}", "{\"\\\"\":[[],[[]]]}"},
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        OWN(arena_deinit) struct arena arena = ARENA_INIT;
        OWN(buf_deinit) struct buf out = BUF_INIT;
        struct str why;
        const struct json *value = json_parse(&arena, str_from_c(texts[i][0]), &why);
        assert_non_null(value);
        json_repeat(&out, value);
        if (!str_eq(buf_str(&out), str_from_c(texts[i][1])))
            fail_msg("%.*s", STR_ARG(buf_str(&out)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_repeated_is_the_same_without_white_space),
        cmocka_unit_test(every_kind_of_value_is_told_apart),
        cmocka_unit_test(a_value_of_another_kind_is_not_bent),
        cmocka_unit_test(only_digits_are_a_whole_number),
        cmocka_unit_test(numbers_stay_as_they_were_written),
        cmocka_unit_test(escapes_are_undone),
        cmocka_unit_test(members_are_found_by_name_and_walked_in_order),
        cmocka_unit_test(arrays_are_walked_without_names),
        cmocka_unit_test(what_is_not_json_is_refused),
        cmocka_unit_test(the_reason_names_the_place),
        cmocka_unit_test(text_that_is_not_utf8_is_refused),
        cmocka_unit_test(lone_surrogates_are_refused),
        cmocka_unit_test(a_name_given_twice_is_refused_at_any_depth),
        cmocka_unit_test(nesting_has_an_end),
        cmocka_unit_test(an_object_of_many_names_takes_no_longer_than_it_should),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
