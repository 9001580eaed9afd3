#include "core/map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void what_was_put_is_found_until_removed(void **state)
{
    (void)state;
    struct map map = {0};
    int a, b;
    assert_null(map_get(&map, 1));
    assert_null(map_remove(&map, 1));
    map_put(&map, 1, &a);
    map_put(&map, UINT64_MAX, &b);
    assert_ptr_equal(map_get(&map, 1), &a);
    assert_ptr_equal(map_get(&map, UINT64_MAX), &b);
    assert_null(map_get(&map, 2));
    map_put(&map, 1, &b);
    assert_int_equal(map.len, 2);
    assert_ptr_equal(map_remove(&map, 1), &b);
    assert_null(map_get(&map, 1));
    assert_ptr_equal(map_remove(&map, UINT64_MAX), &b);
    assert_null(map.slots); /* empty, it holds no memory */
}

static void every_entry_is_visited_once(void **state)
{
    (void)state;
    struct map map = {0};
    MAP_EACH (slot, &map)
        fail();
    static char values[1000];
    for (uint64_t key = 1; key < 1000; key++)
        map_put(&map, key, values + key);
    size_t seen = 0;
    MAP_EACH (slot, &map) {
        assert_ptr_equal(slot->value, values + slot->key);
        values[slot->key]++;
        seen++;
    }
    assert_int_equal(seen, 999);
    for (size_t key = 1; key < 1000; key++)
        assert_int_equal(values[key], 1);
    map_deinit(&map);
}

/* Against the simplest of models, with few enough keys that runs of probes form and are cut. */
static void it_agrees_with_a_plain_array(void **state)
{
    (void)state;
    enum { KEYS = 200, STEPS = 200000 };
    static void *model[KEYS + 1];
    static char values[16];
    struct map map = {0};
    uint64_t seed = 42;
    size_t len = 0;
    for (int step = 0; step < STEPS; step++) {
        seed = map_hash(seed + 1);
        uint64_t key = seed % KEYS + 1;
        void *value = values + (seed >> 32) % sizeof(values);
        /* Half the time it mostly grows, half the time it mostly shrinks. */
        bool grows = (step / 1000) % 2;
        if ((seed >> 40) % 4 < (grows ? 3u : 1u)) {
            len += model[key] == NULL;
            model[key] = value;
            map_put(&map, key, value);
        } else {
            len -= model[key] != NULL;
            assert_ptr_equal(map_remove(&map, key), model[key]);
            model[key] = NULL;
        }
        assert_int_equal(map.len, len);
        uint64_t other = (seed >> 16) % KEYS + 1;
        assert_ptr_equal(map_get(&map, other), model[other]);
    }
    for (uint64_t key = 1; key <= KEYS; key++)
        assert_ptr_equal(map_get(&map, key), model[key]);
    map_deinit(&map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_put_is_found_until_removed),
        cmocka_unit_test(every_entry_is_visited_once),
        cmocka_unit_test(it_agrees_with_a_plain_array),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
