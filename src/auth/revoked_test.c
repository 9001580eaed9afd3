#include "auth/revoked.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>

#include <cmocka.h>

static session_id id(uint64_t value)
{
    return (session_id){value};
}

static void an_ended_session_is_found_and_no_other(void **state)
{
    (void)state;
    OWN(revoked_free) struct revoked *revoked = revoked_new();
    assert_false(revoked_has(revoked, id(5)));
    revoked_add(revoked, id(5), 0, 1000);
    assert_true(revoked_has(revoked, id(5)));
    assert_false(revoked_has(revoked, id(6)));
}

static void adding_twice_is_fine(void **state)
{
    (void)state;
    OWN(revoked_free) struct revoked *revoked = revoked_new();
    revoked_add(revoked, id(5), 0, 1000);
    revoked_add(revoked, id(5), 500, 1500);
    assert_true(revoked_has(revoked, id(5)));
}

static void a_flood_is_remembered_whole(void **state)
{
    (void)state;
    enum { FLOOD = 50000 };
    OWN(revoked_free) struct revoked *revoked = revoked_new();
    for (uint64_t i = 1; i <= FLOOD; i++)
        revoked_add(revoked, id(i), 0, 1000);
    for (uint64_t i = 1; i <= FLOOD; i++)
        assert_true(revoked_has(revoked, id(i)));
    assert_false(revoked_has(revoked, id(FLOOD + 1)));
}

/* Ten lives long, a thousand at a time: had nothing made room, the last would be in a table of
 * its own and the first still there. */
static void what_is_past_its_time_makes_room(void **state)
{
    (void)state;
    enum { ROUNDS = 1000, ROUND = 200 };
    OWN(revoked_free) struct revoked *revoked = revoked_new();
    uint64_t next = 1, gone = 0;
    for (uint64_t round = 0; round < ROUNDS; round++)
        for (int i = 0; i < ROUND; i++)
            revoked_add(revoked, id(next++), round * 1000, (round + 1) * 1000);
    for (uint64_t old = 1; old < next - ROUND; old++)
        gone += !revoked_has(revoked, id(old));
    assert_true(gone > (ROUNDS - 20) * ROUND);
    for (uint64_t fresh = next - ROUND; fresh < next; fresh++)
        assert_true(revoked_has(revoked, id(fresh)));
}

enum { WRITERS = 2, READERS = 2, EACH = 20000 };

struct shared {
    struct revoked *revoked;
    atomic_uint_least64_t added[WRITERS]; /* each has added 1 .. so many of its own */
};

struct part {
    struct shared *shared;
    uint64_t index;
};

static uint64_t own_id(uint64_t writer, uint64_t n)
{
    return n * WRITERS + writer + 1;
}

static void *write_them(void *arg)
{
    struct part *part = arg;
    for (uint64_t n = 0; n < EACH; n++) {
        revoked_add(part->shared->revoked, id(own_id(part->index, n)), 0, 1000);
        atomic_store(&part->shared->added[part->index], n + 1);
    }
    return NULL;
}

static void *read_them(void *arg)
{
    struct part *part = arg;
    uintptr_t missed = 0;
    for (uint64_t n = 0; n < EACH; n++) {
        uint64_t writer = n % WRITERS;
        uint64_t added = atomic_load(&part->shared->added[writer]);
        if (added > 0)
            missed += !revoked_has(part->shared->revoked, id(own_id(writer, n % added)));
        missed += revoked_has(part->shared->revoked, id(own_id(0, EACH) + n));
    }
    return (void *)missed;
}

static void readers_see_what_was_added_before_they_asked(void **state)
{
    (void)state;
    struct shared shared = {.revoked = revoked_new()};
    struct part parts[WRITERS + READERS];
    pthread_t threads[WRITERS + READERS];
    for (size_t i = 0; i < WRITERS + READERS; i++) {
        parts[i] = (struct part){&shared, i};
        pthread_create(&threads[i], NULL, i < WRITERS ? write_them : read_them, &parts[i]);
    }
    for (size_t i = 0; i < WRITERS + READERS; i++) {
        void *missed;
        pthread_join(threads[i], &missed);
        assert_null(missed);
    }
    revoked_free(shared.revoked);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_ended_session_is_found_and_no_other),
        cmocka_unit_test(adding_twice_is_fine),
        cmocka_unit_test(a_flood_is_remembered_whole),
        cmocka_unit_test(what_is_past_its_time_makes_room),
        cmocka_unit_test(readers_see_what_was_added_before_they_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
