#include "core/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void what_is_put_stands_in_order(void **state)
{
    (void)state;
    struct buf buf = BUF_INIT;
    buf_put_lit(&buf, "a=");
    buf_put_u64(&buf, 0);
    buf_put_char(&buf, ' ');
    buf_put_u64(&buf, UINT64_MAX);
    buf_put_str(&buf, STR(" b"));
    buf_printf(&buf, " %s %d", "c", -4);
    assert_true(str_eq(buf_str(&buf), STR("a=0 18446744073709551615 b c -4")));
    buf_deinit(&buf);
    assert_null(buf.ptr);
}

static void it_grows_over_any_size_and_keeps_its_content(void **state)
{
    (void)state;
    struct buf buf = BUF_INIT;
    for (int i = 0; i < 100000; i++)
        buf_put_char(&buf, (char)i);
    assert_int_equal(buf.len, 100000);
    for (int i = 0; i < 100000; i++)
        assert_int_equal(buf.ptr[i], (char)i);
    buf_clear(&buf);
    assert_int_equal(buf.len, 0);
    assert_true(buf.cap >= 100000);
    buf_deinit(&buf);
}

static void nothing_can_be_put_into_nothing(void **state)
{
    (void)state;
    struct buf buf = BUF_INIT;
    buf_put(&buf, NULL, 0);
    buf_put_str(&buf, STR_NONE);
    assert_null(buf.ptr);
    buf_printf(&buf, "%s", "");
    assert_int_equal(buf.len, 0);
    buf_deinit(&buf);
}

static void what_is_reserved_is_there(void **state)
{
    (void)state;
    struct buf buf = BUF_INIT;
    memset(buf_reserve(&buf, 1000), 'x', 1000);
    assert_int_equal(buf.len, 0);
    assert_true(buf.cap >= 1000);
    buf_deinit(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_put_stands_in_order),
        cmocka_unit_test(it_grows_over_any_size_and_keeps_its_content),
        cmocka_unit_test(nothing_can_be_put_into_nothing),
        cmocka_unit_test(what_is_reserved_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
