#include "core/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void pieces_are_zeroed_aligned_and_apart(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    unsigned char *pieces[200];
    for (size_t i = 0; i < 200; i++) {
        size_t size = i * 37 % 3000 + 1;
        pieces[i] = arena_take(&arena, size);
        assert_int_equal((uintptr_t)pieces[i] % 16, 0);
        for (size_t at = 0; at < size; at++)
            assert_int_equal(pieces[i][at], 0);
        memset(pieces[i], (int)i, size);
    }
    for (size_t i = 0; i < 200; i++)
        for (size_t at = 0; at < i * 37 % 3000 + 1; at++)
            assert_int_equal(pieces[i][at], i);
    arena_deinit(&arena);
    assert_null(arena.blocks);
}

static void a_large_piece_does_not_waste_the_open_block(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    char *first = arena_take(&arena, 16);
    arena_take(&arena, 100000);
    char *second = arena_take(&arena, 16);
    assert_ptr_equal(second, first + 16);
    arena_deinit(&arena);
}

static void a_large_piece_may_come_first(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    memset(arena_take(&arena, 100000), 1, 100000);
    memset(arena_take(&arena, 100000), 2, 100000);
    memset(arena_take(&arena, 10), 3, 10);
    arena_deinit(&arena);
}

static void copied_and_printed_text_is_the_arenas_own(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    char source[] = "text";
    struct str copy = arena_copy(&arena, str_of(source, 4));
    source[0] = 'n';
    assert_true(str_eq(copy, STR("text")));
    assert_int_equal(copy.ptr[4], '\0');
    assert_true(str_eq(arena_printf(&arena, "%d-%s", 7, "x"), STR("7-x")));
    struct str empty = arena_copy(&arena, STR_NONE);
    assert_non_null(empty.ptr);
    assert_int_equal(empty.len, 0);
    arena_deinit(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_zeroed_aligned_and_apart),
        cmocka_unit_test(a_large_piece_does_not_waste_the_open_block),
        cmocka_unit_test(a_large_piece_may_come_first),
        cmocka_unit_test(copied_and_printed_text_is_the_arenas_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
