#include "json/writer.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "json/reader.h"

static void assert_quoted(struct str text, struct str expected)
{
    OWN(buf_deinit) struct buf out = BUF_INIT;
    json_quote(&out, text);
    if (!str_eq(buf_str(&out), expected))
        fail_msg("%.*s is not %.*s", STR_ARG(buf_str(&out)), STR_ARG(expected));
}

static void plain_text_is_written_as_it_is(void **state)
{
    (void)state;
    assert_quoted(STR(""), STR("\"\""));
    assert_quoted(STR("a"), STR("\"a\""));
    assert_quoted(STR("hello, dear world of slashes / and \x7f"),
                  STR("\"hello, dear world of slashes / and \x7f\""));
    assert_quoted(STR("\xe2\x80\xa8 \xe2\x80\xa9 \xf0\x9f\x98\x80"),
                  STR("\"\xe2\x80\xa8 \xe2\x80\xa9 \xf0\x9f\x98\x80\""));
}

static void only_what_must_be_escaped_is(void **state)
{
    (void)state;
    assert_quoted(STR("\"\\\b\f\n\r\t"), STR("\"\\\"\\\\\\b\\f\\n\\r\\t\""));
    assert_quoted(STR("\0\x01\x1f"), STR("\"\\u0000\\u0001\\u001f\""));
}

/* The fast way looks at eight bytes at once: every byte at every place of it. */
static void each_byte_is_seen_wherever_it_stands(void **state)
{
    (void)state;
    for (int byte = 0; byte < 0x80; byte++) {
        for (size_t at = 0; at < 19; at++) {
            OWN(arena_deinit) struct arena arena = ARENA_INIT;
            OWN(buf_deinit) struct buf out = BUF_INIT;
            char text[19];
            struct str why, back;
            memset(text, 'x', sizeof(text));
            text[at] = (char)byte;
            json_quote(&out, str_of(text, sizeof(text)));
            bool escaped = byte < 0x20 || byte == '"' || byte == '\\';
            assert_int_equal(out.len > sizeof(text) + 2, escaped);
            const struct json *value = json_parse(&arena, buf_str(&out), &why);
            assert_non_null(value);
            assert_true(json_to_text(value, &back) && str_eq(back, str_of(text, sizeof(text))));
        }
    }
}

static void bytes_that_are_not_utf8_are_replaced(void **state)
{
    (void)state;
    assert_quoted(STR("\xff"), STR("\"\xef\xbf\xbd\""));
    assert_quoted(STR("a\xc3"), STR("\"a\xef\xbf\xbd\""));
    assert_quoted(STR("\xc3\xa4\xe4\n"), STR("\"\xc3\xa4\xef\xbf\xbd\\n\""));
    assert_quoted(STR("\xed\xa0\x80"), STR("\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""));
}

static void commas_come_by_themselves(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct json_writer w = json_writer(&out);
    json_open(&w, '{');
    json_name(&w, "a");
    json_open(&w, '[');
    json_put_u64(&w, UINT64_MAX);
    json_put_flag(&w, true);
    json_put_null(&w);
    json_open(&w, '{');
    json_close(&w, '}');
    json_open(&w, '[');
    json_close(&w, ']');
    json_put_text(&w, STR("t"));
    json_close(&w, ']');
    json_name(&w, "b");
    json_put_flag(&w, false);
    json_put_name(&w, STR("q\""));
    json_put_raw(&w, STR("[1]"));
    json_close(&w, '}');
    assert_true(str_eq(buf_str(&out), STR("{\"a\":[18446744073709551615,true,null,{},[],\"t\"],"
                                          "\"b\":false,\"q\\\"\":[1]}")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_text_is_written_as_it_is),
        cmocka_unit_test(only_what_must_be_escaped_is),
        cmocka_unit_test(each_byte_is_seen_wherever_it_stands),
        cmocka_unit_test(bytes_that_are_not_utf8_are_replaced),
        cmocka_unit_test(commas_come_by_themselves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
