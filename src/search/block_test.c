/* Rows of postings: packed, found, split and damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>

#include "search/block.h"

static struct block block_of(uint64_t first, uint64_t apart, size_t count)
{
    struct block block = {0};
    for (size_t i = 0; i < count; i++)
        block_add(&block, first + i * apart);
    return block;
}

static void assert_packs(uint64_t first, uint64_t apart, size_t count, size_t bytes)
{
    const struct block block = block_of(first, apart, count);
    struct block again;
    char packed[BLOCK_BYTES];
    size_t held;
    assert_int_equal(block_pack(&block, 0, SIZE_MAX, packed, &held), bytes);
    assert_int_equal(held, count);
    assert_int_equal(block_unpack(&again, first, str_of(packed, bytes)), 0);
    assert_int_equal(again.count, count);
    assert_memory_equal(again.seqs, block.seqs, count * sizeof(uint64_t));
}

static void what_is_near_takes_a_byte_each(void **state)
{
    (void)state;
    assert_packs(1, 1, 1, 0);
    assert_packs(1000, 127, BLOCK_MOST, BLOCK_BYTES);
    assert_packs(1000, 128, 2, 2);
    assert_packs(1, INT64_MAX - 1, 2, 9);
}

static void what_is_too_much_for_a_row_is_in_the_next(void **state)
{
    (void)state;
    const struct block block = block_of(5, 1, BLOCK_MOST + 1);
    char packed[BLOCK_BYTES];
    size_t count;
    assert_int_equal(block_pack(&block, 0, SIZE_MAX, packed, &count), BLOCK_BYTES);
    assert_int_equal(count, BLOCK_MOST);
    assert_int_equal(block_pack(&block, 0, 10, packed, &count), 9);
    assert_int_equal(count, 10);
    assert_int_equal(block_pack(&block, BLOCK_MOST, SIZE_MAX, packed, &count), 0);
    assert_int_equal(count, 1);
}

static void the_last_at_or_before_a_place_is_found(void **state)
{
    (void)state;
    struct block block = block_of(10, 10, 3);
    assert_int_equal(block_find(&block, 9), SIZE_MAX);
    assert_int_equal(block_find(&block, 10), 0);
    assert_int_equal(block_find(&block, 29), 1);
    assert_int_equal(block_find(&block, UINT64_MAX), 2);
    block_add(&block, 25);
    assert_int_equal(block.seqs[block_find(&block, 29)], 25);
    block_remove(&block, 0);
    assert_int_equal(block_find(&block, 19), SIZE_MAX);
    assert_int_equal(block.count, 3);
}

static void a_damaged_row_is_told(void **state)
{
    (void)state;
    struct block block;
    static const struct str damaged[] = {
        STR_INIT("\x80"),                                     /* cut off */
        STR_INIT("\x01\x00"),                                 /* does not rise */
        STR_INIT("\xff\xff\xff\xff\xff\xff\xff\xff\x7f"),     /* past the largest number */
        STR_INIT("\x81\x80\x80\x80\x80\x80\x80\x80\x80\x01"), /* ten bytes */
    };
    for (size_t i = 0; i < ARRAY_LEN(damaged); i++)
        assert_int_equal(block_unpack(&block, 1, damaged[i]), -EUCLEAN);
    char many[BLOCK_BYTES + 1];
    memset(many, 1, sizeof(many));
    assert_int_equal(block_unpack(&block, 1, str_of(many, sizeof(many))), -EUCLEAN);
    assert_int_equal(block_unpack(&block, 1, str_of(many, sizeof(many) - 1)), 0);
    assert_int_equal(block_unpack(&block, 0, STR_NONE), -EUCLEAN);
    assert_int_equal(block_unpack(&block, UINT64_MAX, STR_NONE), -EUCLEAN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_near_takes_a_byte_each),
        cmocka_unit_test(what_is_too_much_for_a_row_is_in_the_next),
        cmocka_unit_test(the_last_at_or_before_a_place_is_found),
        cmocka_unit_test(a_damaged_row_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
