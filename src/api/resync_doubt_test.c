/* Of whom is it said that they were not told of a room that they are in? */
#include "api/resync_doubt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#define ROOM(n) ((room_id){n})

static void one_room_that_is_missing_twice_is_missing(void **state)
{
    (void)state;
    room_id before[] = {ROOM(1), ROOM(2)}, now[] = {ROOM(3), ROOM(2)};
    struct resync_doubt doubt = {.rooms = before, .count = 2};
    assert_true(resync_doubt_holds(&doubt, now, 2));
}

static void two_rooms_that_are_missing_once_each_are_not(void **state)
{
    (void)state;
    room_id before[] = {ROOM(1)}, now[] = {ROOM(2), ROOM(3)};
    struct resync_doubt doubt = {.rooms = before, .count = 1};
    assert_false(resync_doubt_holds(&doubt, now, 2));
    assert_false(resync_doubt_holds(&doubt, NULL, 0));
    doubt.count = 0;
    assert_false(resync_doubt_holds(&doubt, now, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_room_that_is_missing_twice_is_missing),
        cmocka_unit_test(two_rooms_that_are_missing_once_each_are_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
