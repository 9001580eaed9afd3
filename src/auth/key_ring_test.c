#include "auth/key_ring.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct key_ages ages = {.age = 1000, .ahead = 50, .life = 200};

static struct key_ring ring_of_one(int64_t from)
{
    struct key_ring ring = {.count = 1};
    ring.keys[0].from = from;
    ring.keys[0].seed[0] = 7;
    ring.mac[0] = 9;
    return ring;
}

static void a_key_is_followed_by_another_when_it_is_old_enough(void **state)
{
    (void)state;
    struct key_ring ring = ring_of_one(0);
    assert_false(key_ring_turn(&ring, 999, &ages));
    assert_true(key_ring_turn(&ring, 1000, &ages));
    assert_int_equal(ring.count, 2);
    assert_int_equal(ring.keys[1].from, 1050);
    assert_memory_not_equal(ring.keys[0].seed, ring.keys[1].seed, KEYS_SEED_LEN);
    assert_false(key_ring_turn(&ring, 1001, &ages)); /* once */
}

static void the_new_key_signs_only_when_all_know_it(void **state)
{
    (void)state;
    struct key_ring ring = ring_of_one(0);
    assert_true(key_ring_turn(&ring, 1000, &ages));
    assert_int_equal(key_ring_signing(&ring, 1049), 0);
    assert_int_equal(key_ring_signing(&ring, 1050), 1);
}

static void the_old_key_stays_until_its_last_token_has_ended(void **state)
{
    (void)state;
    struct key_ring ring = ring_of_one(0);
    assert_true(key_ring_turn(&ring, 1000, &ages));
    assert_false(key_ring_turn(&ring, 1050 + ages.life + ages.ahead, &ages));
    assert_true(key_ring_turn(&ring, 1051 + ages.life + ages.ahead, &ages));
    assert_int_equal(ring.count, 1);
    assert_int_equal(ring.keys[0].from, 1050);
    assert_int_equal(ring.mac[0], 9);
}

static void no_more_keys_are_made_than_there_is_room_for(void **state)
{
    (void)state;
    struct key_ring ring = ring_of_one(0);
    const struct key_ages long_lives = {.age = 10, .ahead = 1, .life = 100000};
    for (int64_t now = 0; now < 1000; now += 5)
        (void)key_ring_turn(&ring, now, &long_lives);
    assert_int_equal(ring.count, KEY_RING_MOST);
}

static void what_is_written_is_read_again(void **state)
{
    (void)state;
    uint8_t bytes[KEY_RING_SIZE];
    struct key_ring ring = ring_of_one(-5), again;
    assert_true(key_ring_turn(&ring, 1000, &ages));
    assert_true(key_ring_read(key_ring_print(&ring, bytes), 77, &again));
    assert_int_equal(ring.count, again.count);
    assert_memory_equal(ring.keys, again.keys, ring.count * sizeof(ring.keys[0]));
    assert_memory_equal(ring.mac, again.mac, KEYS_MAC_LEN);
    assert_false(key_ring_read(str_of((const char *)bytes, KEYS_MAC_LEN), 0, &again));
    assert_false(key_ring_read(str_of((const char *)bytes, 100), 0, &again));
}

static void the_form_without_times_is_a_key_of_now(void **state)
{
    (void)state;
    uint8_t bytes[KEYS_SEED_LEN + KEYS_MAC_LEN] = {1, [KEYS_SEED_LEN] = 2};
    struct key_ring ring;
    assert_true(key_ring_read(str_of((const char *)bytes, sizeof(bytes)), 77, &ring));
    assert_int_equal(ring.count, 1);
    assert_int_equal(ring.keys[0].from, 77);
    assert_int_equal(ring.keys[0].seed[0], 1);
    assert_int_equal(ring.mac[0], 2);
}

int main(void)
{
    if (sodium_init() < 0)
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_is_followed_by_another_when_it_is_old_enough),
        cmocka_unit_test(the_new_key_signs_only_when_all_know_it),
        cmocka_unit_test(the_old_key_stays_until_its_last_token_has_ended),
        cmocka_unit_test(no_more_keys_are_made_than_there_is_room_for),
        cmocka_unit_test(what_is_written_is_read_again),
        cmocka_unit_test(the_form_without_times_is_a_key_of_now),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
