#include "auth/known_tokens.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <sodium.h>

static struct str token_of(char text[32], unsigned nth)
{
    return str_of(text, (size_t)snprintf(text, 32, "head.body%u.signature", nth));
}

static struct jwt_claims claims_of(unsigned nth)
{
    return (struct jwt_claims){{nth + 1}, {nth + 1000}, 1700000000 + nth, 1700000900 + nth};
}

static void put(struct known_tokens *known, unsigned nth)
{
    char text[32];
    struct jwt_claims claims = claims_of(nth);
    known_tokens_put(known, token_of(text, nth), &claims);
}

static bool has(struct known_tokens *known, unsigned nth)
{
    char text[32];
    struct jwt_claims claims, expected = claims_of(nth);
    if (!known_tokens_get(known, token_of(text, nth), &claims))
        return false;
    assert_true(user_id_eq(claims.user, expected.user));
    assert_int_equal(claims.session.v, expected.session.v);
    assert_int_equal(claims.issued_at, expected.issued_at);
    assert_int_equal(claims.expires_at, expected.expires_at);
    return true;
}

static void what_was_put_in_is_known_and_nothing_else(void **state)
{
    (void)state;
    struct known_tokens *known = known_tokens_new(1000);
    assert_false(has(known, 1));
    put(known, 1);
    put(known, 1);
    assert_true(has(known, 1));
    assert_false(has(known, 2));
    struct jwt_claims claims;
    assert_false(known_tokens_get(known, STR("head.body1.signaturE"), &claims));
    assert_false(known_tokens_get(known, STR("head.body1.signatur"), &claims));
    assert_false(known_tokens_get(known, STR(""), &claims));
    known_tokens_free(known);
}

static void those_that_expire_first_make_room(void **state)
{
    enum { MANY = 5000 };
    (void)state;
    struct known_tokens *known = known_tokens_new(256);
    for (unsigned i = 0; i < MANY; i++)
        put(known, i);
    unsigned kept = 0, young = 0;
    for (unsigned i = 0; i < MANY; i++) {
        bool there = has(known, i);
        kept += there;
        young += there && i >= MANY - 512;
    }
    assert_int_equal(kept, 256); /* every place is taken */
    assert_true(young > 200);    /* by those that live longest */
    known_tokens_free(known);
}

static void those_who_come_back_are_known_where_there_are_places_enough(void **state)
{
    enum { COUNT = 19000, TIMES = 4 };
    (void)state;
    struct known_tokens *known = known_tokens_new(32768);
    for (unsigned i = 0; i < COUNT; i++)
        put(known, i);
    unsigned unknown = 0;
    for (unsigned time = 0; time < TIMES; time++) {
        unknown = 0;
        for (unsigned i = 0; i < COUNT; i++) {
            unknown += !has(known, i);
            put(known, i); /* as who is not known is verified */
        }
    }
    assert_true(unknown <= COUNT / 1000);
    known_tokens_free(known);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_put_in_is_known_and_nothing_else),
        cmocka_unit_test(those_that_expire_first_make_room),
        cmocka_unit_test(those_who_come_back_are_known_where_there_are_places_enough),
    };
    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
