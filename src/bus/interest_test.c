#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "bus/interest.h"
#include "core/base.h"

#define ROOM(n) ((room_id){(n)})

static void nobody_is_interested_at_first(void **state)
{
    (void)state;
    struct interest *interest = interest_new(4, 0);
    assert_int_equal(interest_get(interest, ROOM(7)), 0);
    interest_free(interest);
}

static void each_worker_has_a_bit_of_its_own(void **state)
{
    (void)state;
    struct interest *interest = interest_new(64, 0);
    interest_add(interest, 0, ROOM(7));
    interest_add(interest, 63, ROOM(7));
    assert_true(interest_get(interest, ROOM(7)) == ((uint64_t)1 << 63 | 1));
    interest_remove(interest, 0, ROOM(7));
    assert_true(interest_get(interest, ROOM(7)) == (uint64_t)1 << 63);
    interest_free(interest);
}

static void interest_lasts_until_the_last_of_those_who_share_a_slot_is_gone(void **state)
{
    (void)state;
    enum { ROOMS = 200000 }; /* more than there are slots */
    struct interest *interest = interest_new(1, 0);
    for (uint64_t r = 1; r <= ROOMS; r++)
        interest_add(interest, 0, ROOM(r));
    for (uint64_t r = 1; r <= ROOMS; r += 2)
        interest_remove(interest, 0, ROOM(r));
    for (uint64_t r = 2; r <= ROOMS; r += 2)
        assert_int_equal(interest_get(interest, ROOM(r)), 1);
    for (uint64_t r = 2; r <= ROOMS; r += 2)
        interest_remove(interest, 0, ROOM(r));
    for (uint64_t r = 1; r <= ROOMS; r++)
        assert_int_equal(interest_get(interest, ROOM(r)), 0);
    interest_free(interest);
}

static unsigned alike(const struct interest *interest, uint64_t rooms)
{
    unsigned count = 0;
    for (uint64_t r = rooms + 1; r <= 2 * rooms; r++) /* in which nobody is */
        count += interest_get(interest, ROOM(r)) != 0;
    return count;
}

static void more_connections_get_more_slots_and_other_servers_the_same(void **state)
{
    (void)state;
    enum { ROOMS = 100000 };
    struct interest *few = interest_new(1, 1000), *many = interest_new(1, 1000000);
    for (uint64_t r = 1; r <= ROOMS; r++) {
        interest_add(few, 0, ROOM(r));
        interest_add(many, 0, ROOM(r));
    }
    assert_in_range(alike(few, ROOMS), 70000, 85000);  /* 1 - e^(-100/65.5) */
    assert_in_range(alike(many, ROOMS), 15000, 20000); /* 1 - e^(-100/524) */
    for (unsigned slot = 0; slot < INTEREST_SLOTS; slot++)
        assert_int_equal(interest_in_slot(few, slot), interest_in_slot(many, slot));
    for (uint64_t r = 1; r < ROOMS; r++)
        interest_remove(many, 0, ROOM(r));
    unsigned left = 0;
    for (unsigned slot = 0; slot < INTEREST_SLOTS; slot++)
        left += interest_in_slot(many, slot);
    assert_int_equal(left, 1);
    assert_true(interest_in_slot(many, interest_slot_of(ROOM(ROOMS))));
    interest_free(few);
    interest_free(many);
}

static void a_held_room_is_everybodys_until_the_last_hold_is_released(void **state)
{
    (void)state;
    struct interest *interest = interest_new(3, 0);
    interest_hold(interest, ROOM(7));
    interest_hold(interest, ROOM(7));
    assert_int_equal(interest_get(interest, ROOM(7)), 7);
    interest_release(interest, ROOM(7));
    assert_int_equal(interest_get(interest, ROOM(7)), 7);
    interest_release(interest, ROOM(7));
    assert_int_equal(interest_get(interest, ROOM(7)), 0);
    interest_free(interest);
}

/* ---- the race that it is for ----------------------------------------------------------------------- */

enum { ROUNDS = 20000 };

struct race {
    struct interest *interest;
    atomic_int log;     /* how far it is written */
    atomic_int round;   /* how far the reader may go */
    atomic_int seen[2]; /* in this round: by the reader in the log, by the publisher as a bit */
    atomic_int ended;
};

static void wait_for(const atomic_int *value, int least)
{
    while (atomic_load(value) < least)
        sched_yield();
}

static void *reader(void *arg)
{
    struct race *race = arg;
    for (int i = 1; i <= ROUNDS; i++) {
        wait_for(&race->round, i);
        interest_add(race->interest, 0, ROOM(1));
        atomic_store(&race->seen[0], atomic_load(&race->log) >= i);
        atomic_fetch_add(&race->ended, 1);
        wait_for(&race->ended, 2 * i);
        interest_remove(race->interest, 0, ROOM(1));
    }
    return NULL;
}

static void the_reader_finds_it_in_the_log_or_the_publisher_finds_the_reader(void **state)
{
    (void)state;
    struct race race = {.interest = interest_new(1, 0)};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, reader, &race), 0);
    for (int i = 1; i <= ROUNDS; i++) {
        while (interest_get(race.interest, ROOM(1)))
            sched_yield(); /* of the round before */
        atomic_store(&race.round, i);
        atomic_store(&race.log, i);
        atomic_store(&race.seen[1], interest_get(race.interest, ROOM(1)) == 1);
        wait_for(&race.ended, 2 * i - 1);
        assert_true(atomic_load(&race.seen[0]) || atomic_load(&race.seen[1]));
        atomic_fetch_add(&race.ended, 1);
    }
    pthread_join(thread, NULL);
    interest_free(race.interest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_is_interested_at_first),
        cmocka_unit_test(each_worker_has_a_bit_of_its_own),
        cmocka_unit_test(interest_lasts_until_the_last_of_those_who_share_a_slot_is_gone),
        cmocka_unit_test(more_connections_get_more_slots_and_other_servers_the_same),
        cmocka_unit_test(a_held_room_is_everybodys_until_the_last_hold_is_released),
        cmocka_unit_test(the_reader_finds_it_in_the_log_or_the_publisher_finds_the_reader),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
