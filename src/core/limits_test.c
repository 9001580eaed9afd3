#include "core/limits.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/base.h"

static struct limits limits;
static char why[LIMITS_WHY_SIZE];

static int start(void **state)
{
    (void)state;
    limits_init(&limits);
    why[0] = '\0';
    return 0;
}

static void the_defaults_are_those_of_the_contract(void **state)
{
    (void)state;
    assert_int_equal(limits.message_text_bytes, 16384);
    assert_int_equal(limits.frame_bytes, 65536);
    assert_int_equal(limits.sync_reply_bytes, 262144);
    assert_int_equal(limits.auth_timeout_s, 10);
    assert_int_equal(limits_check(&limits, why), 0);
}

static void a_limit_is_set_by_its_name(void **state)
{
    (void)state;
    assert_int_equal(limits_set(&limits, STR("message_text_bytes=100"), why), 0);
    assert_int_equal(limits.message_text_bytes, 100);
    assert_int_equal(limits_set(&limits, STR(" room_members = 5 "), why), 0);
    assert_int_equal(limits.room_members, 5);
}

static void both_ends_of_a_range_belong_to_it(void **state)
{
    (void)state;
    assert_int_equal(limits_set(&limits, STR("nonce_chars=36"), why), 0);
    assert_int_equal(limits_set(&limits, STR("nonce_chars=64"), why), 0);
    assert_int_equal(limits_set(&limits, STR("nonce_chars=35"), why), -EINVAL);
    assert_int_equal(limits_set(&limits, STR("nonce_chars=65"), why), -EINVAL);
    assert_non_null(strstr(why, "36 to 64"));
    assert_int_equal(limits.nonce_chars, 64);
}

static void nonsense_is_refused_and_says_why(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "=",
                                      "=5",
                                      "frame_bytes",
                                      "frame_bytes=",
                                      "frame_bytes=-1",
                                      "frame_bytes=1e5",
                                      "frame_bytes=2048x",
                                      "frame_bytes=0x800",
                                      "frame_bytes=99999999999999999999999",
                                      "no_such=1"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        why[0] = '\0';
        assert_int_equal(limits_set(&limits, str_from_c(bad[i]), why), -EINVAL);
        assert_true(strlen(why) > 10);
    }
    assert_int_equal(limits.frame_bytes, 65536);
}

static void a_long_name_is_cut_in_the_message(void **state)
{
    (void)state;
    char name[5000];
    memset(name, 'n', sizeof(name));
    name[4000] = '=';
    assert_int_equal(limits_set(&limits, str_of(name, sizeof(name)), why), -EINVAL);
    assert_true(strlen(why) < LIMITS_WHY_SIZE);
}

static void contradictions_are_found(void **state)
{
    (void)state;
    assert_int_equal(limits_set(&limits, STR("dead_after_s=20"), why), 0);
    assert_int_equal(limits_check(&limits, why), -EINVAL);
    assert_non_null(strstr(why, "ping_after_s"));
}

static void the_list_names_every_limit(void **state)
{
    (void)state;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    limits_print(&limits, out);
    fclose(out);
#define X(name, default_, min, max, unit, reason, past) assert_non_null(strstr(text, #name));
    LIMIT_LIST(X)
#undef X
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_defaults_are_those_of_the_contract, start),
        cmocka_unit_test_setup(a_limit_is_set_by_its_name, start),
        cmocka_unit_test_setup(both_ends_of_a_range_belong_to_it, start),
        cmocka_unit_test_setup(nonsense_is_refused_and_says_why, start),
        cmocka_unit_test_setup(a_long_name_is_cut_in_the_message, start),
        cmocka_unit_test_setup(contradictions_are_found, start),
        cmocka_unit_test_setup(the_list_names_every_limit, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
