#include "auth/known_tokens.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
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
    known_tokens_put(known, token_of(text, nth), &claims, 1700000000);
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
    assert_true(unknown <= COUNT / 300); /* some six, and by the chance of the key up to twenty */
    known_tokens_free(known);
}

static void the_table_grows_as_tokens_come_and_no_further_than_it_may(void **state)
{
    enum { MOST = 16384, COUNT = 5000 };
    (void)state;
    struct known_tokens *known = known_tokens_new(MOST);
    assert_int_equal(known_tokens_places(known), 256);
    unsigned kept = 0;
    for (unsigned i = 0; i < COUNT; i++) {
        put(known, i);
        assert_true(has(known, i));
    }
    for (unsigned i = 0; i < COUNT; i++)
        kept += has(known, i);
    assert_in_range(kept, 4825, COUNT); /* few are turned out before it grows, nobody by that */
    assert_int_equal(known_tokens_places(known), 8192);
    for (unsigned i = COUNT; i < 4 * MOST; i++)
        put(known, i);
    assert_int_equal(known_tokens_places(known), MOST);
    known_tokens_free(known);
}

static void what_has_expired_is_no_reason_to_grow(void **state)
{
    (void)state;
    struct known_tokens *known = known_tokens_new(16384);
    for (unsigned i = 0; i < 20000; i++) {
        char text[32];
        struct jwt_claims claims = {{1}, {2}, 1700000000 + i, 1700000100 + i};
        known_tokens_put(known, token_of(text, i), &claims, 1700000000 + i);
    }
    assert_true(known_tokens_places(known) <= 2048);
    known_tokens_free(known);
}

enum { THREADS = 4, EACH = 5000 };

static void *put_many(void *arg)
{
    static atomic_uint next;
    unsigned first = atomic_fetch_add(&next, 1) * EACH;
    for (unsigned i = 0; i < EACH; i++) {
        put(arg, first + i);
        (void)has(arg, first + i / 2);
    }
    return NULL;
}

static void several_threads_make_it_grow_together(void **state)
{
    (void)state;
    pthread_t threads[THREADS];
    struct known_tokens *known = known_tokens_new(65536);
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, put_many, known), 0);
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    unsigned kept = 0;
    for (unsigned i = 0; i < THREADS * EACH; i++)
        kept += has(known, i);
    assert_in_range(kept, THREADS * EACH / 1000 * 965, THREADS * EACH);
    assert_int_equal(known_tokens_places(known), 32768);
    known_tokens_free(known);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_put_in_is_known_and_nothing_else),
        cmocka_unit_test(those_that_expire_first_make_room),
        cmocka_unit_test(those_who_come_back_are_known_where_there_are_places_enough),
        cmocka_unit_test(the_table_grows_as_tokens_come_and_no_further_than_it_may),
        cmocka_unit_test(what_has_expired_is_no_reason_to_grow),
        cmocka_unit_test(several_threads_make_it_grow_together),
    };
    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
