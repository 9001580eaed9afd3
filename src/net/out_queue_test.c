#include "net/out_queue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/map.h"

static void put(struct out_queue *queue, const char *text)
{
    OWN(bytes_unref) struct bytes *bytes = bytes_copy(str_from_c(text));
    out_queue_put(queue, bytes);
}

static void assert_holds(const struct out_queue *queue, const char *expected)
{
    struct iovec slices[16];
    char text[256];
    size_t len = 0, count = out_queue_slices(queue, slices, ARRAY_LEN(slices));
    for (size_t i = 0; i < count; i++) {
        memcpy(text + len, slices[i].iov_base, slices[i].iov_len);
        len += slices[i].iov_len;
    }
    text[len] = '\0';
    assert_string_equal(text, expected);
    assert_int_equal(queue->bytes, len);
}

static void pieces_go_out_in_order_cut_anywhere(void **state)
{
    (void)state;
    for (size_t cut = 0; cut <= 9; cut++) {
        struct out_queue queue = {0};
        put(&queue, "abc");
        out_queue_put_constant(&queue, STR("def"));
        put(&queue, "ghi");
        out_queue_put_constant(&queue, STR(""));
        assert_int_equal(queue.count, 3);
        out_queue_advance(&queue, cut, NULL);
        assert_holds(&queue, &"abcdefghi"[cut]);
        out_queue_advance(&queue, queue.bytes, NULL);
        assert_holds(&queue, "");
        assert_int_equal(queue.cap, 0); /* empty, it holds no memory */
        out_queue_clear(&queue, NULL);
    }
}

static void one_piece_needs_no_ring(void **state)
{
    (void)state;
    struct out_queue queue = {0};
    put(&queue, "abc");
    assert_int_equal(queue.cap, 0);
    out_queue_advance(&queue, 1, NULL);
    assert_holds(&queue, "bc");
    put(&queue, "d");
    assert_true(queue.cap > 0);
    assert_holds(&queue, "bcd");
    out_queue_clear(&queue, NULL);
}

static void it_agrees_with_a_plain_buffer(void **state)
{
    (void)state;
    struct out_queue queue = {0};
    struct buf model = BUF_INIT;
    uint64_t seed = 3;
    for (int step = 0; step < 20000; step++) {
        seed = map_hash(seed + 1);
        char text[12] = "0123456789";
        text[seed % 10 + 1] = '\0';
        if ((seed >> 16) % 5 < 3) {
            put(&queue, text);
            buf_put_str(&model, str_from_c(text));
        } else {
            size_t cut = (seed >> 32) % (model.len % 40 + 1);
            out_queue_advance(&queue, cut, NULL);
            model.len -= cut;
            memmove(model.ptr, model.ptr + cut, model.len);
        }
        struct iovec slices[4];
        size_t count = out_queue_slices(&queue, slices, 4), at = 0;
        for (size_t i = 0; i < count; i++) {
            assert_memory_equal(slices[i].iov_base, model.ptr + at, slices[i].iov_len);
            at += slices[i].iov_len;
        }
        assert_int_equal(queue.bytes, model.len);
    }
    out_queue_clear(&queue, NULL);
    buf_deinit(&model);
}

static void a_cut_keeps_only_a_piece_that_is_half_out(void **state)
{
    (void)state;
    struct out_queue queue = {0};
    put(&queue, "abc");
    put(&queue, "def");
    out_queue_cut(&queue, NULL);
    assert_holds(&queue, "");
    put(&queue, "abc");
    put(&queue, "def");
    put(&queue, "ghi");
    out_queue_advance(&queue, 4, NULL);
    out_queue_cut(&queue, NULL);
    assert_holds(&queue, "ef");
    put(&queue, "x");
    assert_holds(&queue, "efx");
    out_queue_clear(&queue, NULL);
}

static void held_bytes_count_once_however_many_queues_hold_them(void **state)
{
    (void)state;
    static struct budget budget;
    struct out_queue queues[3] = {{.count = 0}};
    struct bytes *shared = bytes_copy(STR("0123456789"));
    budget_init(&budget, 0);
    for (size_t i = 0; i < 3; i++) {
        out_queue_put(&queues[i], shared);
        out_queue_put(&queues[i], shared);
        out_queue_put_constant(&queues[i], STR("free of charge"));
        out_queue_hold(&queues[i], &budget);
    }
    bytes_unref(shared);
    assert_int_equal(budget.held, 10);
    out_queue_clear(&queues[0], &budget);
    out_queue_advance(&queues[1], 15, &budget);
    out_queue_cut(&queues[2], &budget);
    assert_int_equal(budget.held, 10);
    out_queue_advance(&queues[1], queues[1].bytes, &budget);
    assert_int_equal(budget.held, 0);
    assert_int_equal(queues[2].count, 0);
    budget_deinit(&budget);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_go_out_in_order_cut_anywhere),
        cmocka_unit_test(one_piece_needs_no_ring),
        cmocka_unit_test(it_agrees_with_a_plain_buffer),
        cmocka_unit_test(a_cut_keeps_only_a_piece_that_is_half_out),
        cmocka_unit_test(held_bytes_count_once_however_many_queues_hold_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
