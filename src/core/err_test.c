#include "core/err.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/base.h"

static void every_error_has_a_code_a_status_and_an_advice(void **state)
{
    (void)state;
    for (int e = ERR_OK + 1; e < ERR_COUNT; e++) {
        assert_true(err_code(e).len > 2);
        assert_non_null(memchr(err_code(e).ptr, '.', err_code(e).len));
        assert_in_range(err_status(e), 400, 599);
        assert_true(err_title(e).len > 0);
        assert_true(err_detail(e).len > err_title(e).len);
    }
}

static void codes_are_unique(void **state)
{
    (void)state;
    for (int a = ERR_OK + 1; a < ERR_COUNT; a++)
        for (int b = a + 1; b < ERR_COUNT; b++)
            assert_false(str_eq(err_code(a), err_code(b)));
}

static void codes_stay_what_clients_know(void **state)
{
    (void)state;
    assert_true(str_eq(err_code(ERR_ROOM_NOT_FOUND), STR("room.not_found")));
    assert_int_equal(err_status(ERR_ROOM_NOT_FOUND), 404);
    assert_true(str_eq(err_code(ERR_AUTH_INVALID_CREDENTIALS), STR("auth.invalid_credentials")));
    assert_int_equal(err_status(ERR_AUTH_INVALID_CREDENTIALS), 401);
    assert_true(str_eq(err_code(ERR_RATE_LIMITED), STR("rate.limited")));
    assert_int_equal(err_status(ERR_RATE_LIMITED), 429);
    assert_int_equal(err_status(ERR_OK), 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_error_has_a_code_a_status_and_an_advice),
        cmocka_unit_test(codes_are_unique),
        cmocka_unit_test(codes_stay_what_clients_know),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
