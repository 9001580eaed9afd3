#include "chat/room/room_filters.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { ROOMS = 4 };

static struct filter *a_filter(void)
{
    return filter_new(
        STR("{\"words\":[\"casino\"],\"hosts\":[\"a.example\"],\"links\":\"listed\"}"));
}

static void the_one_that_was_used_the_longest_ago_goes(void **state)
{
    (void)state;
    struct room_filters all;
    struct room_filter rooms[ROOMS];
    struct filter *sample = a_filter();
    size_t one = filter_bytes(sample);
    filter_unref(sample);
    room_filters_init(&all, 3 * one);
    for (int i = 0; i < ROOMS; i++)
        room_filter_init(&rooms[i], &all);
    for (int i = 0; i < 3; i++)
        room_filter_set(&rooms[i], a_filter());
    assert_non_null(room_filter_use(&rooms[0]));
    room_filter_set(&rooms[3], a_filter());
    assert_true(rooms[1].away);
    assert_null(rooms[1].filter);
    assert_false(rooms[0].away || rooms[2].away || rooms[3].away);
    assert_int_equal(all.bytes, 3 * one);
    room_filter_set(&rooms[1], a_filter()); /* read again */
    assert_true(rooms[2].away);
    room_filter_drop(&rooms[2], false);
    assert_null(room_filter_use(&rooms[2]));
    for (int i = 0; i < ROOMS; i++)
        room_filter_drop(&rooms[i], false);
    assert_int_equal(all.bytes, 0);
    assert_true(list_empty(&all.used));
}

static void one_that_is_larger_than_all_may_be_is_kept_while_it_is_the_last_one(void **state)
{
    (void)state;
    struct room_filters all;
    struct room_filter big, other;
    room_filters_init(&all, 1);
    room_filter_init(&big, &all);
    room_filter_init(&other, &all);
    room_filter_set(&big, a_filter());
    assert_non_null(room_filter_use(&big));
    room_filter_set(&other, a_filter());
    assert_true(big.away);
    assert_false(other.away);
    room_filter_set(&big, NULL); /* it turned out that there is none any more */
    assert_null(room_filter_use(&big));
    room_filter_drop(&other, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_one_that_was_used_the_longest_ago_goes),
        cmocka_unit_test(one_that_is_larger_than_all_may_be_is_kept_while_it_is_the_last_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
