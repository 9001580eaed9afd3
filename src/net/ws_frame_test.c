#include "net/ws_frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/buf.h"
#include "net/websocket.h"

static const uint8_t test_mask[4] = {0x12, 0x9a, 0x00, 0xff};

/* A client's frame: head bytes as told, length in the form `form` (0: shortest, 16 or 64). */
static void put_frame(struct buf *out, uint8_t first, size_t len, unsigned form)
{
    if (form == 0)
        form = len < 126 ? 7 : len <= UINT16_MAX ? 16 : 64;
    buf_put_char(out, (char)first);
    buf_put_char(out, (char)(0x80 | (form == 7 ? len : form == 16 ? 126 : 127)));
    for (unsigned shift = form == 7 ? 0 : form; shift > 0; shift -= 8)
        buf_put_char(out, (char)((uint64_t)len >> (shift - 8)));
    buf_put(out, test_mask, 4);
    for (size_t i = 0; i < len; i++)
        buf_put_char(out, (char)((uint8_t)(i * 7) ^ test_mask[i % 4]));
}

static bool is_payload(const struct buf *got)
{
    for (size_t i = 0; i < got->len; i++)
        if ((uint8_t)got->ptr[i] != (uint8_t)(i * 7))
            return false;
    return true;
}

/* Decodes copies of at most `step` bytes; returns the last result and what came out. */
static enum ws_decoded decode_in_steps(struct str wire, size_t step, struct buf *payload,
                                       struct ws_part *last)
{
    struct ws_decoder decoder = {0};
    enum ws_decoded result = WS_NEED_MORE;
    unsigned begins = 0;
    for (size_t from = 0; from < wire.len; from += step) {
        char piece[4096];
        size_t len = wire.len - from < step ? wire.len - from : step;
        memcpy(piece, wire.ptr + from, len);
        char *at = piece;
        while ((result = ws_decode(&decoder, &at, piece + len, last)) == WS_PART) {
            begins += last->begins;
            buf_put(payload, last->ptr, last->len);
            if (last->ends) {
                assert_int_equal(begins, 1);
                assert_ptr_equal(at, piece + len);
                assert_true(ws_decoder_between_frames(&decoder));
            }
        }
        if (result == WS_BROKEN)
            return result;
    }
    return result;
}

static void payloads_of_all_border_lengths_come_whole_however_cut(void **state)
{
    (void)state;
    const size_t lengths[] = {0,   1,   2,   3,   4,   5,    7,     8,     9,     124,   125,
                              126, 127, 128, 255, 256, 1000, 65534, 65535, 65536, 65537, 100000};
    const size_t steps[] = {1, 2, 3, 5, 7, 13, 14, 15, 64, 1000, 4096};
    for (size_t l = 0; l < ARRAY_LEN(lengths); l++) {
        struct buf wire = BUF_INIT;
        put_frame(&wire, 0x82, lengths[l], 0);
        for (size_t s = 0; s < ARRAY_LEN(steps); s++) {
            struct buf payload = BUF_INIT;
            struct ws_part part = {0};
            assert_int_equal(decode_in_steps(buf_str(&wire), steps[s], &payload, &part),
                             WS_NEED_MORE);
            assert_true(part.ends);
            assert_true(part.fin);
            assert_int_equal(part.opcode, WS_BINARY);
            assert_int_equal(part.frame_len, lengths[l]);
            assert_int_equal(payload.len, lengths[l]);
            assert_true(is_payload(&payload));
            buf_deinit(&payload);
        }
        buf_deinit(&wire);
    }
}

static void a_whole_frame_is_one_part_and_the_next_follows(void **state)
{
    (void)state;
    struct buf wire = BUF_INIT;
    put_frame(&wire, 0x01, 300, 0);
    put_frame(&wire, 0x80, 0, 0);
    put_frame(&wire, 0x89, 125, 0);
    struct ws_decoder decoder = {0};
    struct ws_part part;
    char *at = wire.ptr, *end = wire.ptr + wire.len;
    assert_int_equal(ws_decode(&decoder, &at, end, &part), WS_PART);
    assert_true(part.begins && part.ends && !part.fin && part.opcode == WS_TEXT && part.len == 300);
    assert_int_equal(ws_decode(&decoder, &at, end, &part), WS_PART);
    assert_true(part.begins && part.ends && part.fin && part.opcode == WS_CONTINUATION &&
                part.len == 0);
    assert_int_equal(ws_decode(&decoder, &at, end, &part), WS_PART);
    assert_true(part.begins && part.ends && part.fin && part.opcode == WS_PING && part.len == 125);
    assert_int_equal(ws_decode(&decoder, &at, end, &part), WS_NEED_MORE);
    assert_ptr_equal(at, end);
    buf_deinit(&wire);
}

static void a_head_is_reported_before_its_payload_comes(void **state)
{
    (void)state;
    struct buf wire = BUF_INIT;
    put_frame(&wire, 0x81, 70000, 0);
    struct ws_decoder decoder = {0};
    struct ws_part part;
    char *at = wire.ptr;
    assert_int_equal(ws_decode(&decoder, &at, wire.ptr + 14, &part), WS_PART);
    assert_true(part.begins);
    assert_false(part.ends);
    assert_int_equal(part.frame_len, 70000);
    assert_int_equal(part.len, 0);
    assert_int_equal(ws_decode(&decoder, &at, wire.ptr + 14, &part), WS_NEED_MORE);
    assert_int_equal(ws_decode(&decoder, &at, wire.ptr + 15, &part), WS_PART);
    assert_false(part.begins);
    assert_int_equal(part.len, 1);
    buf_deinit(&wire);
}

static enum ws_decoded decode_head(uint8_t first, uint8_t second)
{
    struct ws_decoder decoder = {0};
    struct ws_part part;
    char wire[6] = {(char)first, (char)second, 0, 0, 0, 0};
    char *at = wire;
    return ws_decode(&decoder, &at, wire + sizeof(wire), &part);
}

static void exactly_the_defined_first_bytes_are_taken(void **state)
{
    (void)state;
    for (unsigned first = 0; first < 256; first++) {
        unsigned opcode = first & 0x0f;
        bool fin = first & 0x80, rsv1 = first & 0x40, reserved = first & 0x30;
        bool begins = opcode == 1 || opcode == 2, control = opcode >= 8 && opcode <= 10;
        bool good = !reserved && (begins || (!rsv1 && (opcode == 0 || (control && fin))));
        assert_int_equal(decode_head((uint8_t)first, 0x80), good ? WS_PART : WS_BROKEN);
        assert_int_equal(decode_head((uint8_t)first, 0x00), WS_BROKEN); /* not masked */
    }
}

static void control_frames_are_short(void **state)
{
    (void)state;
    for (uint8_t opcode = 8; opcode <= 10; opcode++) {
        assert_int_equal(decode_head(0x80 | opcode, 0x80 | 125), WS_PART);
        assert_int_equal(decode_head(0x80 | opcode, 0x80 | 126), WS_BROKEN);
        assert_int_equal(decode_head(0x80 | opcode, 0x80 | 127), WS_BROKEN);
    }
}

static void a_length_must_be_in_its_shortest_form(void **state)
{
    (void)state;
    const struct {
        size_t len;
        unsigned form;
        enum ws_decoded expected;
    } cases[] = {
        {125, 16, WS_BROKEN}, {0, 16, WS_BROKEN},     {126, 16, WS_NEED_MORE},
        {125, 64, WS_BROKEN}, {65535, 64, WS_BROKEN}, {65536, 64, WS_NEED_MORE},
        {0, 64, WS_BROKEN},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf wire = BUF_INIT, payload = BUF_INIT;
        struct ws_part part;
        put_frame(&wire, 0x81, cases[i].len, cases[i].form);
        assert_int_equal(decode_in_steps(buf_str(&wire), 4096, &payload, &part), cases[i].expected);
        buf_deinit(&wire);
        buf_deinit(&payload);
    }
    char huge[14] = {(char)0x81, (char)0xff, (char)0x80};
    char *at = huge;
    struct ws_decoder decoder = {0};
    struct ws_part part;
    assert_int_equal(ws_decode(&decoder, &at, huge + 14, &part), WS_BROKEN); /* 2^63 */
}

static void after_a_fault_nothing_is_found_any_more(void **state)
{
    (void)state;
    struct ws_decoder decoder = {0};
    struct ws_part part;
    char wire[] = {(char)0x83, (char)0x80, 0, 0, 0, 0, (char)0x81, (char)0x80, 0, 0, 0, 0};
    char *at = wire;
    for (int i = 0; i < 3; i++)
        assert_int_equal(ws_decode(&decoder, &at, wire + sizeof(wire), &part), WS_BROKEN);
}

static void masking_is_the_same_at_every_offset_and_length(void **state)
{
    (void)state;
    for (size_t len = 0; len < 40; len++) {
        for (unsigned mask_at = 0; mask_at < 4; mask_at++) {
            char fast[48], slow[48];
            for (size_t i = 0; i < sizeof(fast); i++)
                fast[i] = slow[i] = (char)(i * 31);
            ws_mask(fast + 3, len, test_mask, mask_at);
            for (size_t i = 0; i < len; i++)
                slow[3 + i] = (char)((uint8_t)slow[3 + i] ^ test_mask[(mask_at + i) % 4]);
            assert_memory_equal(fast, slow, sizeof(fast));
        }
    }
}

static void our_frames_have_the_shortest_head_and_no_mask(void **state)
{
    (void)state;
    const struct {
        size_t len, head_len;
        uint8_t head[10];
    } cases[] = {
        {0, 2, {0x81, 0}},
        {125, 2, {0x81, 125}},
        {126, 4, {0x81, 126, 0, 126}},
        {65535, 4, {0x81, 126, 0xff, 0xff}},
        {65536, 10, {0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0}},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf text = BUF_INIT;
        for (size_t n = 0; n < cases[i].len; n++)
            buf_put_char(&text, 'a');
        struct bytes *plain = ws_frame_new(WS_TEXT, buf_str(&text));
        assert_int_equal(plain->len, cases[i].head_len + cases[i].len);
        assert_memory_equal(plain->data, cases[i].head, cases[i].head_len);
        for (size_t n = cases[i].head_len; n < plain->len; n++)
            assert_int_equal(plain->data[n], 'a');
        bytes_unref(plain);
        buf_deinit(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(payloads_of_all_border_lengths_come_whole_however_cut),
        cmocka_unit_test(a_whole_frame_is_one_part_and_the_next_follows),
        cmocka_unit_test(a_head_is_reported_before_its_payload_comes),
        cmocka_unit_test(exactly_the_defined_first_bytes_are_taken),
        cmocka_unit_test(control_frames_are_short),
        cmocka_unit_test(a_length_must_be_in_its_shortest_form),
        cmocka_unit_test(after_a_fault_nothing_is_found_any_more),
        cmocka_unit_test(masking_is_the_same_at_every_offset_and_length),
        cmocka_unit_test(our_frames_have_the_shortest_head_and_no_mask),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
