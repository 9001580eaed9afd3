#include "api/emoji_images.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define ONE STR("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
#define TWO STR("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
#define LIKE_ONE STR("ba7816bf00000000000000000000000000000000000000000000000000000000")

static struct emoji_images images;
static struct limits limits;

static int set_up(void **state)
{
    (void)state;
    emoji_images_init(&images);
    limits_init(&limits);
    limits.emoji_cache_bytes = 10;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    emoji_images_deinit(&images);
    return 0;
}

static void put(struct str digest, struct str bytes)
{
    emoji_images_put(&images, images.age, digest, IMAGE_PNG, bytes, 1000, &limits);
}

static bool has(struct str digest, uint64_t now_ms)
{
    enum image_type type;
    struct str bytes;
    return emoji_images_get(&images, digest, now_ms, &type, &bytes);
}

static void what_was_kept_is_here_for_a_minute(void **state)
{
    (void)state;
    enum image_type type = IMAGE_NONE;
    struct str bytes;
    assert_false(has(ONE, 1000));
    emoji_images_put(&images, images.age, ONE, IMAGE_GIF, STR("abc"), 1000, &limits);
    assert_true(emoji_images_get(&images, ONE, 61000, &type, &bytes));
    assert_int_equal(type, IMAGE_GIF);
    assert_true(str_eq(bytes, STR("abc")));
    assert_false(has(ONE, 61001));
    assert_int_equal(images.bytes, 0);
}

static void the_oldest_makes_room(void **state)
{
    (void)state;
    put(ONE, STR("123456"));
    put(TWO, STR("12345"));
    assert_false(has(ONE, 1000));
    assert_true(has(TWO, 1000));
    put(ONE, STR("too long for it"));
    assert_false(has(ONE, 1000));
    put(TWO, STR("1"));
    assert_int_equal(images.bytes, 1);
}

static void one_is_not_taken_for_another(void **state)
{
    (void)state;
    put(ONE, STR("1"));
    assert_false(has(LIKE_ONE, 1000));
    put(LIKE_ONE, STR("2"));
    assert_false(has(ONE, 1000));
    assert_true(has(LIKE_ONE, 1000));
}

static void what_was_read_before_all_was_forgotten_is_not_kept(void **state)
{
    (void)state;
    uint64_t age = images.age;
    put(ONE, STR("1"));
    emoji_images_forget(&images);
    assert_false(has(ONE, 1000));
    emoji_images_put(&images, age, ONE, IMAGE_PNG, STR("1"), 1000, &limits);
    assert_false(has(ONE, 1000));
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(what_was_kept_is_here_for_a_minute),
        T(the_oldest_makes_room),
        T(one_is_not_taken_for_another),
        T(what_was_read_before_all_was_forgotten_is_not_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
