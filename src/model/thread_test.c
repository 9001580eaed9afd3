#include "model/thread.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void test_a_marker_is_read_as_it_was_printed(void **state)
{
    (void)state;
    static const struct thread_marker markers[] = {{0, false}, {17, true}, {INT64_MAX, false}};
    OWN(arena_deinit) struct arena arena = {0};
    for (size_t i = 0; i < ARRAY_LEN(markers); i++) {
        struct thread_marker read = {0};
        assert_true(thread_marker_read(thread_marker_print(&arena, &markers[i]), &read));
        assert_int_equal(read.read, markers[i].read);
        assert_int_equal(read.off, markers[i].off);
    }
}

static void test_what_is_no_marker_is_not_read(void **state)
{
    (void)state;
    static const struct str others[] = {STR_INIT("null"), STR_INIT("{}"), STR_INIT("{\"read\":}"),
                                        STR_INIT("{\"read\":1"),
                                        STR_INIT("{\"read\":1,\"off\":false}")};
    struct thread_marker marker;
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        assert_false(thread_marker_read(others[i], &marker));
}

static void test_a_key_names_its_room_and_root(void **state)
{
    (void)state;
    OWN(arena_deinit) struct arena arena = {0};
    room_id room = {0};
    uint64_t root = 0;
    assert_true(thread_key_read(thread_key(&arena, (room_id){77}, 12), &room, &root));
    assert_int_equal(room.v, 77);
    assert_int_equal(root, 12);
    assert_false(thread_key_read(STR("draft:00000000000"), &room, &root));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_marker_is_read_as_it_was_printed),
        cmocka_unit_test(test_what_is_no_marker_is_not_read),
        cmocka_unit_test(test_a_key_names_its_room_and_root),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
