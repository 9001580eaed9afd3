#include "auth/password.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <time.h>

#include <cmocka.h>

static const struct password_cost cheap = {8192, 1};

static void the_right_password_is_right_and_others_are_wrong(void **state)
{
    (void)state;
    char hash[PASSWORD_HASH_SIZE];
    assert_int_equal(password_hash(cheap, STR("correct horse"), hash), 0);
    assert_int_equal(password_verify(cheap, STR("correct horse"), str_from_c(hash)), 0);
    assert_int_equal(password_verify(cheap, STR("correct horsf"), str_from_c(hash)), -EACCES);
    assert_int_equal(password_verify(cheap, STR("correct horse "), str_from_c(hash)), -EACCES);
    assert_int_equal(password_verify(cheap, STR(""), str_from_c(hash)), -EACCES);
}

static void a_password_may_hold_any_byte(void **state)
{
    (void)state;
    char hash[PASSWORD_HASH_SIZE];
    struct str password = str_of("a\0b\xff", 4);
    assert_int_equal(password_hash(cheap, password, hash), 0);
    assert_int_equal(password_verify(cheap, password, str_from_c(hash)), 0);
    assert_int_equal(password_verify(cheap, str_of("a", 1), str_from_c(hash)), -EACCES);
}

static void one_password_has_many_hashes(void **state)
{
    (void)state;
    char one[PASSWORD_HASH_SIZE], other[PASSWORD_HASH_SIZE];
    assert_int_equal(password_hash(cheap, STR("correct horse"), one), 0);
    assert_int_equal(password_hash(cheap, STR("correct horse"), other), 0);
    assert_string_not_equal(one, other);
}

/* What a wrong password takes of the processor, which is the same however busy the machine is. */
static uint64_t refusal_us(struct password_cost cost, struct str hash)
{
    struct timespec before, after;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
    assert_int_equal(password_verify(cost, STR("wrong"), hash), -EACCES);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
    return (uint64_t)((after.tv_sec - before.tv_sec) * 1000000 +
                      (after.tv_nsec - before.tv_nsec) / 1000);
}

/* Wide bounds: pages that were touched before cost less. Without the dummy it would be a thousandth. */
static void nobody_takes_as_long_as_somebody(void **state)
{
    (void)state;
    char hash[PASSWORD_HASH_SIZE];
    struct password_cost cost = {19456, 2};
    assert_int_equal(password_hash(cost, STR("correct horse"), hash), 0);
    uint64_t somebody = refusal_us(cost, str_from_c(hash));
    assert_in_range(refusal_us(cost, STR_NONE), somebody / 8, somebody * 8);
}

static void a_hash_is_weak_when_it_cost_less_than_today(void **state)
{
    (void)state;
    char hash[PASSWORD_HASH_SIZE];
    assert_int_equal(password_hash(cheap, STR("correct horse"), hash), 0);
    assert_false(password_hash_is_weak(cheap, str_from_c(hash)));
    assert_true(password_hash_is_weak((struct password_cost){8192, 2}, str_from_c(hash)));
    assert_true(password_hash_is_weak((struct password_cost){8193, 1}, str_from_c(hash)));
    assert_false(password_hash_is_weak((struct password_cost){4096, 2}, str_from_c(hash)));
    assert_true(password_hash_is_weak(cheap, STR("$2b$12$something older")));
    assert_true(password_hash_is_weak(cheap, STR("$argon2id$v=19$m=,t=1,p=1$")));
    assert_true(password_hash_is_weak(cheap, STR("$argon2id$v=19$")));
}

static void wiping_leaves_nothing(void **state)
{
    (void)state;
    char text[] = "correct horse";
    password_wipe(str_of(text, 13));
    for (size_t i = 0; i < sizeof(text); i++)
        assert_int_equal(text[i], 0);
    password_wipe(STR_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_right_password_is_right_and_others_are_wrong),
        cmocka_unit_test(a_password_may_hold_any_byte),
        cmocka_unit_test(one_password_has_many_hashes),
        cmocka_unit_test(nobody_takes_as_long_as_somebody),
        cmocka_unit_test(a_hash_is_weak_when_it_cost_less_than_today),
        cmocka_unit_test(wiping_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
