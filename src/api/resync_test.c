/* How fast people are read anew, by a clock that only this file moves: what a read takes is said by the test. The store,
 * the fan-out, the bus and the clock are our own. */
#include "api/resync.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "chat/chat.h"
#include "core/clock.h"

enum { NOBODY = 0, MISSED = 7 };

static struct {
    uint64_t now_ms;
    size_t people; /* on this worker */
    bool is_bus_lost;
    user_id misses;      /* who is in a room that they are not subscribed to */
    struct query *asked; /* by resync; not answered yet */
    user_id closed;      /* whose connections were ended last */
    size_t closings;
} world;

static struct limits limits;
static struct api_shared shared;
static struct api api;

/* ---- what resync leans on ------------------------------------------------------------------------- */

uint64_t clock_monotonic_ms(void)
{
    return world.now_ms;
}

uint64_t clock_monotonic_us(void)
{
    return world.now_ms * 1000;
}

int64_t clock_now_ms(void)
{
    return (int64_t)world.now_ms;
}

void clock_format(int64_t ms, char out[TIME_TEXT_LEN])
{
    (void)ms;
    memset(out, '0', TIME_TEXT_LEN);
}

bool bus_is_ready(const struct bus *bus)
{
    (void)bus;
    return !world.is_bus_lost;
}

user_id *fanout_people(const struct fanout *fanout, size_t *count)
{
    (void)fanout;
    user_id *people = xcalloc(world.people + 1, sizeof(*people));
    for (size_t i = 0; i < world.people; i++)
        people[i] = (user_id){i + 1};
    *count = world.people;
    return people;
}

size_t fanout_missing(const struct fanout *fanout, user_id user, const room_id *rooms, size_t count,
                      room_id **out)
{
    (void)fanout, (void)rooms, (void)count;
    *out = NULL;
    if (user.v != world.misses.v)
        return 0;
    *out = xcalloc(1, sizeof(**out));
    (*out)->v = MISSED;
    return 1;
}

void fanout_close(struct fanout *fanout, user_id user, uint16_t code, struct str reason)
{
    (void)fanout, (void)code, (void)reason;
    world.closed = user;
    world.closings++;
}

void query_subscriptions(struct chat *chat, struct query *query)
{
    (void)chat;
    assert_null(world.asked); /* one at a time */
    world.asked = query;
}

/* ---- the test ------------------------------------------------------------------------------------- */

static int begin(void **state)
{
    (void)state;
    memset(&world, 0, sizeof(world));
    limits = (struct limits){.resync_s = 100};
    shared = (struct api_shared){0};
    api = (struct api){.shared = &shared, .limits = &limits};
    world.people = 1000;
    return 0;
}

static int end(void **state)
{
    (void)state;
    world.asked = NULL;
    resync_free(&api);
    return 0;
}

static void answer(enum err err)
{
    struct query *query = TAKE(world.asked);
    query->problem.err = err;
    query->done(query);
}

/* All that is asked for in a row, where the store takes so long for each: how many people that were. */
static size_t read_all(uint64_t each_ms)
{
    size_t count = 0;
    for (; world.asked; count++) {
        world.now_ms += each_ms;
        answer(ERR_OK);
    }
    return count;
}

static size_t look(uint64_t each_ms)
{
    resync_look(&api);
    return read_all(each_ms);
}

/* Its time has come with the next look. */
static void wait_for_turn(void)
{
    api.resynced = limits.resync_s - 1;
}

static void all_are_read_once_in_the_time_that_is_set(void **state)
{
    (void)state;
    for (size_t s = 1; s < limits.resync_s; s++)
        assert_int_equal(look(0), 0);
    size_t read = 0, looks = 0;
    for (; looks == 0 || api.resync; looks++) {
        size_t of_a_second = look(0);
        assert_true(of_a_second <= 11); /* a hundredth of them, and one */
        read += of_a_second;
    }
    assert_int_equal(read, 1000);
    assert_int_equal(looks, 91);
    assert_int_equal(world.closings, 0);
}

static void a_slow_store_is_read_for_a_tenth_of_a_second(void **state)
{
    (void)state;
    world.people = 100000; /* a thousand and one a second */
    wait_for_turn();
    assert_int_equal(look(0), 1001);
    assert_int_equal(look(1), 100);
    assert_int_equal(look(2), 50);
    assert_int_equal(look(1), 100); /* what was not read in time is no debt */
}

static void and_for_fifty_people_however_slow_it_is(void **state)
{
    (void)state;
    world.people = 100000;
    wait_for_turn();
    assert_int_equal(look(19), 50);
    assert_int_equal(look(500), 50);
}

static void a_look_while_somebody_is_read_begins_nothing(void **state)
{
    (void)state;
    wait_for_turn();
    resync_look(&api);
    struct query *first = world.asked;
    for (int s = 0; s < 5; s++)
        resync_look(&api);
    assert_ptr_equal(world.asked, first);
    assert_int_equal(read_all(0), 11); /* of one second, not of six */
}

static void who_could_not_be_read_is_read_at_the_next_look(void **state)
{
    (void)state;
    wait_for_turn();
    resync_look(&api);
    answer(ERR_OK);
    uint64_t second = world.asked->self.v;
    answer(ERR_STORE_UNAVAILABLE);
    assert_null(world.asked);
    resync_look(&api);
    assert_int_equal(world.asked->self.v, second);
}

static void what_was_lost_is_looked_for_at_once_and_in_all_people(void **state)
{
    (void)state;
    world.people = 100000;
    resync_begin(&api);
    assert_int_equal(read_all(10), 100000);
    assert_null(api.resync);
}

static void what_is_lost_meanwhile_hurries_it_and_all_are_read_once_more(void **state)
{
    (void)state;
    wait_for_turn();
    assert_int_equal(look(0), 11);
    resync_begin(&api);
    assert_int_equal(look(0), 989 + 1000);
    assert_null(api.resync);
}

static void three_times_at_once_and_then_every_ten_seconds(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        resync_begin(&api);
        assert_int_equal(read_all(0), 1000);
    }
    for (int i = 0; i < 5; i++) {
        resync_begin(&api); /* one for all of them, and not yet */
        assert_null(world.asked);
    }
    for (int s = 1; s < 10; s++)
        assert_int_equal(look(0), 0);
    assert_int_equal(look(0), 1000);
    assert_int_equal(look(0), 0);
}

static void without_a_bus_all_are_read_every_ten_seconds(void **state)
{
    (void)state;
    world.is_bus_lost = true;
    for (int round = 0; round < 3; round++) {
        for (int s = 1; s < 10; s++)
            assert_int_equal(look(0), 0);
        assert_int_equal(look(0), 1000);
    }
}

static void who_misses_a_room_at_two_looks_is_told_to_come_again(void **state)
{
    (void)state;
    world.misses = (user_id){5};
    wait_for_turn();
    assert_int_equal(look(0), 11);
    assert_int_equal(world.closings, 0);
    assert_int_equal(look(0), 11 + 1);
    assert_int_equal(world.closings, 1);
    assert_int_equal(world.closed.v, 5);
}

static void who_misses_it_once_is_left_alone(void **state)
{
    (void)state;
    world.misses = (user_id){5};
    wait_for_turn();
    assert_int_equal(look(0), 11);
    world.misses = (user_id){NOBODY};
    assert_int_equal(look(0), 11 + 1);
    assert_int_equal(world.closings, 0);
}

#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(all_are_read_once_in_the_time_that_is_set),
        T(a_slow_store_is_read_for_a_tenth_of_a_second),
        T(and_for_fifty_people_however_slow_it_is),
        T(a_look_while_somebody_is_read_begins_nothing),
        T(who_could_not_be_read_is_read_at_the_next_look),
        T(what_was_lost_is_looked_for_at_once_and_in_all_people),
        T(what_is_lost_meanwhile_hurries_it_and_all_are_read_once_more),
        T(three_times_at_once_and_then_every_ten_seconds),
        T(without_a_bus_all_are_read_every_ten_seconds),
        T(who_misses_a_room_at_two_looks_is_told_to_come_again),
        T(who_misses_it_once_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
