#include "auth/fair_queue.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const char *const names[] = {"192.0.2.1", "192.0.2.2", "2001:db8::1", "::1"};

struct thing {
    struct fair_item item;
    size_t from, number;
};

static bool put(struct fair_queue *queue, struct thing *thing, size_t from, size_t number)
{
    struct ip_address address;
    assert_true(address_parse(str_from_c(names[from]), &address));
    *thing = (struct thing){.from = from, .number = number};
    return fair_queue_put(queue, &address, &thing->item);
}

static struct thing *take(struct fair_queue *queue)
{
    struct fair_item *item = fair_queue_take(queue);
    return item ? CONTAINER_OF(item, struct thing, item) : NULL;
}

static void addresses_are_served_in_turn(void **state)
{
    (void)state;
    struct fair_queue queue;
    struct thing many[10], one, two[2];
    fair_queue_init(&queue, 100, 100);
    for (size_t i = 0; i < ARRAY_LEN(many); i++)
        assert_true(put(&queue, &many[i], 0, i));
    assert_true(put(&queue, &one, 1, 0));
    for (size_t i = 0; i < ARRAY_LEN(two); i++)
        assert_true(put(&queue, &two[i], 2, i));

    static const size_t expected[] = {0, 1, 2, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0};
    size_t next[3] = {0};
    for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
        struct thing *thing = take(&queue);
        assert_int_equal(thing->from, expected[i]);
        assert_int_equal(thing->number, next[thing->from]++); /* first come, first served */
    }
    assert_null(take(&queue));
    fair_queue_deinit(&queue);
}

static void it_is_full_in_all_and_for_one_address(void **state)
{
    (void)state;
    struct fair_queue queue;
    struct thing things[6];
    fair_queue_init(&queue, 4, 3);
    assert_true(put(&queue, &things[0], 0, 0));
    assert_true(put(&queue, &things[1], 0, 1));
    assert_true(put(&queue, &things[2], 0, 2));
    struct ip_address full, other;
    assert_true(address_parse(str_from_c(names[0]), &full));
    assert_true(address_parse(str_from_c(names[1]), &other));
    assert_false(fair_queue_has_room(&queue, &full));
    assert_true(fair_queue_has_room(&queue, &other));
    assert_false(put(&queue, &things[3], 0, 3));
    assert_true(put(&queue, &things[4], 1, 0));
    assert_false(put(&queue, &things[5], 2, 0));
    assert_int_equal(queue.len, 4);
    while (take(&queue))
        ;
    assert_true(put(&queue, &things[5], 2, 0));
    assert_ptr_equal(take(&queue), &things[5]);
    fair_queue_deinit(&queue);
}

static void loopback_addresses_have_lanes_too(void **state)
{
    (void)state;
    struct fair_queue queue;
    struct thing thing;
    fair_queue_init(&queue, 4, 3);
    assert_true(put(&queue, &thing, 3, 0));
    assert_ptr_equal(take(&queue), &thing);
    assert_null(take(&queue));
    fair_queue_deinit(&queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_served_in_turn),
        cmocka_unit_test(it_is_full_in_all_and_for_one_address),
        cmocka_unit_test(loopback_addresses_have_lanes_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
