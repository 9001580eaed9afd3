#include "net/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static bool is_utf8_cut_at(struct str text, size_t cut)
{
    struct utf8 utf8 = {0};
    return utf8_feed(&utf8, str_of(text.ptr, cut)) &&
           utf8_feed(&utf8, str_of(text.ptr + cut, text.len - cut)) && utf8_is_complete(&utf8);
}

/* Every sequence of up to three bytes, and every interesting one of four, judged whole and in two
 * pieces at every place, as core's check of whole text judges it. */
static void it_agrees_with_the_whole_check_wherever_the_text_is_cut(void **state)
{
    (void)state;
    static const unsigned char interesting[] = {
        0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf,
        0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff};
    enum { N = sizeof(interesting) };
    for (size_t i = 0; i < (size_t)N * N * N * N; i++) {
        char text[4] = {(char)interesting[i % N], (char)interesting[i / N % N],
                        (char)interesting[i / N / N % N], (char)interesting[i / N / N / N]};
        for (size_t len = 1; len <= 4; len++)
            for (size_t cut = 0; cut <= len; cut++)
                if (is_utf8_cut_at(str_of(text, len), cut) != str_is_utf8(str_of(text, len)))
                    fail_msg("%02x %02x %02x %02x, %zu of them cut at %zu", text[0] & 0xff,
                             text[1] & 0xff, text[2] & 0xff, text[3] & 0xff, len, cut);
    }
}

static void a_byte_that_cannot_go_on_is_found_at_once(void **state)
{
    (void)state;
    struct utf8 utf8 = {0};
    assert_true(utf8_feed(&utf8, STR("\xf4")));
    assert_false(utf8_feed(&utf8, STR("\x90"))); /* not only at the end of the character */
}

static void what_is_cut_off_is_incomplete_not_broken(void **state)
{
    (void)state;
    struct utf8 utf8 = {0};
    assert_true(utf8_feed(&utf8, STR("long enough to be skipped in words \xe2\x82")));
    assert_false(utf8_is_complete(&utf8));
    assert_true(utf8_feed(&utf8, STR("")));
    assert_true(utf8_feed(&utf8, STR("\xac and on it goes with ASCII")));
    assert_true(utf8_is_complete(&utf8));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_agrees_with_the_whole_check_wherever_the_text_is_cut),
        cmocka_unit_test(a_byte_that_cannot_go_on_is_found_at_once),
        cmocka_unit_test(what_is_cut_off_is_incomplete_not_broken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
