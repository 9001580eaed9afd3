#include "net/ws_deflate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>
#include <zlib.h>

#include "core/buf.h"
#include "core/random.h"
#include "net/websocket.h"
#include "net/ws_frame.h"

#define ABC_DYNAMIC                                                                                \
    "\x04\xc1\x01\x01\x80\x00\x10\x84\xb0\xac\xc0\x5f\x07\x35\xbd\x1b\x86\x61\x78\xc3\x30\x0c"     \
    "\xc3\x1b\x86\x61\x18\xde\x30\x0c\xc3\xf0\x86\x61\x18\x86\x37\x0c\xc3\x30\xbc\x61\xdf\xfb"     \
    "\xfc\x00"
#define SIX_TIMES(s) s s s s s s
#define ABC SIX_TIMES("abcabcabcabdeabc") "zyx"

enum { MOST = 1024 };

static void assert_inflates(struct ws_inflater *inflater, struct str payload, struct str expected)
{
    struct str text;
    assert_int_equal(ws_inflate(inflater, payload, &text), 0);
    if (!str_eq(text, expected))
        fail_msg("\"%.*s\", not \"%.*s\"", STR_ARG(text), STR_ARG(expected));
}

static void every_kind_of_block_is_inflated(void **state)
{
    const struct {
        struct str payload, text;
    } cases[] = {
        /* the examples of RFC 7692, 7.2.3 */
        {STR("\xf2\x48\xcd\xc9\xc9\x07\x00"), STR("Hello")},                         /* fixed */
        {STR("\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00"), STR("Hello")},         /* stored */
        {STR("\xf3\x48\xcd\xc9\xc9\x07\x00\x00"), STR("Hello")},                     /* final */
        {STR("\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"), STR("Hello")}, /* two */
        {STR("\x00"), STR("")},
        /* empty ones of the other kinds, the first two also between others */
        {STR("\x02\x00"), STR("")},
        {STR("\x00\x00\x00\xff\xff\x00"), STR("")},
        {STR("\x02\x00\x00\x00\xff\xff\xf2\x48\xcd\xc9\xc9\x07\x00"), STR("Hello")},
        {STR("\x04\xc0\x81\x00\x00\x00\x00\x00\x90\xff\x6b\x00"), STR("")},
        /* final ones: another stream follows, with all kinds again */
        {STR("\x03\x00\x00"), STR("")},
        {STR("\x01\x00\x00\xff\xff\x00"), STR("")},
        {STR("\x01\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\xf3\x48\xcd\xc9\xc9\x07\x00\x03\x00\x00"),
         STR("HelloHello")},
        {STR("\xf3\x48\xcd\xc9\xc9\x07\x00\xf2\x48\xcd\xc9\xc9\x07\x00"), STR("HelloHello")},
        /* the tail completes a final block, or there is none to complete */
        {STR("\xf2\x48\xcd\xc9\xc9\x07\x00\x00\x00\xff\xff\x01"), STR("Hello")},
        {STR("\xf3\x48\xcd\xc9\xc9\x07\x00"), STR("Hello")},
        {STR("\x03\x00"), STR("")},
        /* dynamic Huffman codes */
        {STR(ABC_DYNAMIC), STR(ABC)},
        {STR(ABC_DYNAMIC "\x00\x00\xff\xff" ABC_DYNAMIC), STR(ABC ABC)},
    };
    (void)state;
    struct ws_inflater *inflater = ws_inflater_new(MOST);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_inflates(inflater, cases[i].payload, cases[i].text);
    ws_inflater_free(inflater);
}

static void what_is_no_deflate_is_bad_data(void **state)
{
    const struct str cases[] = {
        STR(""),     /* the tail alone is half a stored block */
        STR("\x06"), /* the reserved kind */
        STR("\x07"), /* the same, final */
        STR("\x00\x05\x00\xfb\xff\x48\x65\x6c\x6c\x6f\x00"), /* length and complement differ */
        STR("\x00\x05\x00\xfa\xff\x48\x65"),                 /* it promises more than comes */
        STR("\xf2\x00\x11\x00\x00"),                         /* the context of the message before */
        STR("\x02\x02\x00"),                                 /* a distance behind the beginning */
        STR("\x05\xc0\x81\x08\x00\x00\x00\x00\x20\x7f\xeb\x02\x00"), /* no end of block */
        STR("\x05\xe0\x81\x08\x00\x00\x00\x00\x20\xfe\xeb\x0f\x00"), /* too many codes */
        STR("\xfa\xff"), /* more distance and length codes than exist */
        STR("Hello"),
        STR("\xff\xff\xff\xff"),
        STR("\x00\x00\x00\xff\xff"), /* ours to put there: the block behind it is cut off */
        STR("\xf3\x48\xcd\xc9\xc9\x07\x00\x06"), /* behind a final block */
    };
    struct str text;
    (void)state;
    struct ws_inflater *inflater = ws_inflater_new(MOST);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        uint16_t code = ws_inflate(inflater, cases[i], &text);
        if (code != WS_CLOSE_BAD_DATA)
            fail_msg("case %zu: %u", i, code);
        assert_inflates(inflater, STR("\xf2\x48\xcd\xc9\xc9\x07\x00"), STR("Hello")); /* recovers */
    }
    ws_inflater_free(inflater);
}

static void a_payload_cut_off_anywhere_is_never_taken_for_the_whole_text(void **state)
{
    const struct str whole = STR(ABC_DYNAMIC);
    (void)state;
    struct ws_inflater *inflater = ws_inflater_new(MOST);
    for (size_t len = 0; len < whole.len; len++) {
        char *piece = xmalloc(len + 1); /* its own, so that ASan sees a byte too far */
        struct str text = STR_NONE;
        memcpy(piece, whole.ptr, len);
        if (ws_inflate(inflater, str_of(piece, len), &text) == 0)
            assert_true(text.len < sizeof(ABC) - 1);
        xfree(piece);
    }
    ws_inflater_free(inflater);
}

/* One message as any client would compress it. */
static void compress_as_client(struct str text, int level, int window_bits, struct buf *out)
{
    z_stream stream = {0};
    assert_int_equal(deflateInit2(&stream, level, Z_DEFLATED, -window_bits, 8, 0), Z_OK);
    size_t room = deflateBound(&stream, text.len) + 16;
    buf_clear(out);
    stream.next_in = (Bytef *)(uintptr_t)text.ptr;
    stream.avail_in = (uInt)text.len;
    stream.next_out = (Bytef *)buf_reserve(out, room);
    stream.avail_out = (uInt)room;
    assert_int_equal(deflate(&stream, Z_SYNC_FLUSH), Z_OK);
    out->len = room - stream.avail_out - 4;
    deflateEnd(&stream);
}

static void texts_compressed_by_any_level_and_window_are_inflated(void **state)
{
    static char text[65536];
    (void)state;
    random_bytes(text, sizeof(text) / 2);
    for (size_t i = sizeof(text) / 2; i < sizeof(text); i++)
        text[i] = (char)('a' + (i * i >> 7) % 23);
    struct ws_inflater *inflater = ws_inflater_new(sizeof(text));
    struct buf payload = BUF_INIT;
    for (int level = 0; level <= 9; level += 3)
        for (int bits = 9; bits <= 15; bits++) {
            compress_as_client(str_of(text, sizeof(text)), level, bits, &payload);
            assert_inflates(inflater, buf_str(&payload), str_of(text, sizeof(text)));
        }
    buf_deinit(&payload);
    ws_inflater_free(inflater);
}

static void exactly_the_limit_passes_and_one_byte_more_does_not(void **state)
{
    static char text[MOST + 1];
    const int levels[] = {0, 1, 9};
    struct str out;
    (void)state;
    struct ws_inflater *inflater = ws_inflater_new(MOST);
    struct buf payload = BUF_INIT;
    for (size_t i = 0; i < ARRAY_LEN(levels); i++) {
        compress_as_client(str_of(text, MOST), levels[i], 15, &payload);
        assert_inflates(inflater, buf_str(&payload), str_of(text, MOST));
        compress_as_client(str_of(text, MOST + 1), levels[i], 15, &payload);
        assert_int_equal(ws_inflate(inflater, buf_str(&payload), &out), WS_CLOSE_TOO_LARGE);
    }
    buf_deinit(&payload);
    ws_inflater_free(inflater);
}

static void a_bomb_is_refused_at_the_limit(void **state)
{
    enum { BOMB = 1 << 26 };
    char *zeros = xcalloc(1, BOMB);
    struct str out;
    (void)state;
    struct buf payload = BUF_INIT;
    compress_as_client(str_of(zeros, BOMB), 9, 15, &payload);
    assert_true(payload.len < BOMB / 1000);
    struct ws_inflater *inflater = ws_inflater_new(MOST);
    assert_int_equal(ws_inflate(inflater, buf_str(&payload), &out), WS_CLOSE_TOO_LARGE);
    ws_inflater_free(inflater);
    buf_deinit(&payload);
    xfree(zeros);
}

static void nothing_of_a_forgotten_text_is_left(void **state)
{
    static const struct str secret = STR_INIT("the token that nobody may find");
    struct str text;
    (void)state;
    struct buf payload = BUF_INIT;
    compress_as_client(secret, 9, 15, &payload);
    struct ws_inflater *inflater = ws_inflater_new(MOST);
    assert_inflates(inflater, buf_str(&payload), secret);
    assert_int_equal(ws_inflate(inflater, buf_str(&payload), &text), 0);
    ws_inflater_forget(inflater);
    for (size_t i = 0; i < text.len; i++)
        assert_int_equal(text.ptr[i], 0);
    assert_inflates(inflater, buf_str(&payload), secret); /* of use all the same */
    ws_inflater_free(inflater);
    buf_deinit(&payload);
}

/* ---- out ---- */

static struct str payload_of(const struct bytes *frame)
{
    size_t head = (frame->data[1] & 127) < 126 ? 2 : (frame->data[1] & 127) == 126 ? 4 : 10;
    return str_of(frame->data + head, frame->len - head);
}

static void a_compressed_frame_is_a_text_with_rsv1_and_inflates_to_it(void **state)
{
    static char text[200000];
    const size_t lengths[] = {64, 100, 125, 126, 127, 1000, 65535, 65536, sizeof(text)};
    (void)state;
    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = (char)('a' + (i * i >> 5) % 7);
    struct ws_deflater *deflater = ws_deflater_new(64);
    struct ws_inflater *inflater = ws_inflater_new(sizeof(text));
    for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
        struct bytes *frame = ws_deflate(deflater, str_of(text, lengths[i]));
        assert_non_null(frame);
        assert_int_equal((uint8_t)frame->data[0], 0xc1);
        assert_true(frame->len < lengths[i]);
        assert_inflates(inflater, payload_of(frame), str_of(text, lengths[i]));
        bytes_unref(frame);
    }
    ws_inflater_free(inflater);
    ws_deflater_free(deflater);
}

static void the_same_text_gives_the_same_frame_whatever_came_before(void **state)
{
    static const struct str text = STR_INIT(SIX_TIMES("what comes again and again, ") "at last");
    (void)state;
    struct ws_deflater *deflater = ws_deflater_new(64);
    struct bytes *first = ws_deflate(deflater, text);
    struct bytes *other = ws_deflate(deflater, STR(SIX_TIMES("something else, or not ") "again"));
    struct bytes *second = ws_deflate(deflater, text);
    assert_non_null(other);
    assert_true(str_eq(bytes_str(first), bytes_str(second)));
    bytes_unref(first);
    bytes_unref(other);
    bytes_unref(second);
    ws_deflater_free(deflater);
}

static void what_is_short_or_would_not_shrink_is_left_alone(void **state)
{
    static char zeros[64], noise[4096];
    (void)state;
    random_bytes(noise, sizeof(noise));
    struct ws_deflater *deflater = ws_deflater_new(64);
    assert_null(ws_deflate(deflater, STR("")));
    assert_null(ws_deflate(deflater, str_of(zeros, 63)));
    assert_null(ws_deflate(deflater, str_of(noise, sizeof(noise))));
    struct bytes *frame = ws_deflate(deflater, str_of(zeros, 64)); /* noise did no harm */
    assert_non_null(frame);
    bytes_unref(frame);
    ws_deflater_free(deflater);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_block_is_inflated),
        cmocka_unit_test(what_is_no_deflate_is_bad_data),
        cmocka_unit_test(a_payload_cut_off_anywhere_is_never_taken_for_the_whole_text),
        cmocka_unit_test(texts_compressed_by_any_level_and_window_are_inflated),
        cmocka_unit_test(exactly_the_limit_passes_and_one_byte_more_does_not),
        cmocka_unit_test(a_bomb_is_refused_at_the_limit),
        cmocka_unit_test(nothing_of_a_forgotten_text_is_left),
        cmocka_unit_test(a_compressed_frame_is_a_text_with_rsv1_and_inflates_to_it),
        cmocka_unit_test(the_same_text_gives_the_same_frame_whatever_came_before),
        cmocka_unit_test(what_is_short_or_would_not_shrink_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
