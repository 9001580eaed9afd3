#include "proto/image_read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/memory.h"

static const struct sample {
    const char *name;
    struct image image;
    struct str bytes;
} samples[] = {
    {"png",
     {IMAGE_PNG, 2, 3, 1},
     STR_INIT("\x89PNG\x0d\x0a\x1a\x0a\x00\x00\x00\x0dIHDR\x00\x00\x00\x02"
              "\x00\x00\x00\x03\x08\x00\x00\x00\x00\x9c\x81\x81]\x00\x00\x00\x0dIDA"
              "Tx\x9c\x63hh`\x00#\x00\x0d\x89\x03\x01\x36\x1f\xf5+\x00\x00"
              "\x00\x00IEND\xae\x42`\x82")},
    {"apng",
     {IMAGE_PNG, 2, 2, 3},
     STR_INIT("\x89PNG\x0d\x0a\x1a\x0a\x00\x00\x00\x0dIHDR\x00\x00\x00\x02"
              "\x00\x00\x00\x02\x08\x00\x00\x00\x00W\xddR\xf8\x00\x00\x00\x08\x61\x63T"
              "L\x00\x00\x00\x03\x00\x00\x00\x00\xce\xed\xba\xc0\x00\x00\x00\x1a\x66\x63T"
              "L\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00"
              "\x00\x00\x01\x00\x0a\x00\x00\xe8T\xdc\x00\x00\x00\x00\x0eIDATx"
              "\x9c\x63hh`hh\x00\x00\x06\x06\x02\x01,\xc1P\xd7\x00\x00\x00"
              "\x1a\x66\x63TL\x00\x00\x00\x01\x00\x00\x00\x02\x00\x00\x00\x02\x00\x00\x00"
              "\x00\x00\x00\x00\x00\x00\x01\x00\x0a\x00\x00s'6\xd4\x00\x00\x00\x12\x66"
              "dAT\x00\x00\x00\x02x\x9c\x63hh`hh\x00\x00\x06\x06\x02"
              "\x01\x05\x0b\x95\xe1\x00\x00\x00\x1a\x66\x63TL\x00\x00\x00\x03\x00\x00\x00"
              "\x02\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x0a\x00\x00\x9e"
              "\xb1\xe5=\x00\x00\x00\x12\x66\x64\x41T\x00\x00\x00\x04x\x9c\x63hh"
              "`hh\x00\x00\x06\x06\x02\x01'\xf1\x41\x13\x00\x00\x00\x00IEN"
              "D\xae\x42`\x82")},
    {"gif",
     {IMAGE_GIF, 3, 2, 1},
     STR_INIT("GIF89a\x03\x00\x02\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!"
              "\xf9\x04\x00\x0a\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44"
              "\x01\x00;")},
    {"gif anim",
     {IMAGE_GIF, 1, 1, 2},
     STR_INIT("GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!"
              "\xf9\x04\x00\x0a\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44"
              "\x01\x00!\xf9\x04\x00\x0a\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00"
              "\x02\x02\x44\x01\x00;")},
    {"webp lossy",
     {IMAGE_WEBP, 1, 1, 1},
     STR_INIT("RIFF\x22\x00\x00\x00WEBPVP8 \x16\x00\x00\x00"
              "0\x01\x00\x9d\x01*\x01\x00\x01\x00\x0e\xc0\xfe%\xa4\x00\x03p\x00\x00"
              "\x00\x00")},
    {"webp lossless",
     {IMAGE_WEBP, 1, 1, 1},
     STR_INIT("RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00"
              "/\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00")},
    {"webp anim",
     {IMAGE_WEBP, 2, 2, 2},
     STR_INIT("RIFF\x80\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00"
              "\x02\x00\x00\x00\x01\x00\x00\x01\x00\x00\x41NIM\x06\x00\x00\x00\x00\x00"
              "\x00\x00\x00\x00\x41NMF&\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
              "\x00\x00\x00\x00\x64\x00\x00\x00VP8L\x0d\x00\x00\x00/\x00\x00\x00"
              "\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00\x41NMF&\x00\x00\x00\x00\x00"
              "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x64\x00\x00\x00VP8L\x0d\x00"
              "\x00\x00/\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00")},
    {"webp ext",
     {IMAGE_WEBP, 1, 1, 1},
     STR_INIT("RIFF8\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00"
              "\x10\x00\x00\x00\x00\x00\x00\x00\x00\x00VP8L\x0d\x00\x00\x00/\x00"
              "\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00\x45XIF\x03\x00\x00\x00"
              "abc\x00")},
};

/* In memory of exactly its size, so that a sanitizer sees who reads behind it. */
static bool reads(struct str bytes, struct image *out)
{
    char *copy = xmalloc(bytes.len + 1);
    memcpy(copy, bytes.ptr, bytes.len);
    copy = xrealloc(copy, bytes.len ? bytes.len : 1);
    bool read = image_read(str_of(copy, bytes.len), out);
    xfree(copy);
    return read;
}

static void kind_size_and_frames_of_an_image_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
        struct image image;
        const struct image *want = &samples[i].image;
        if (!reads(samples[i].bytes, &image))
            fail_msg("%s", samples[i].name);
        if (image.type != want->type || image.width != want->width ||
            image.height != want->height || image.frames != want->frames)
            fail_msg("%s: type %d, %u by %u, %u frames", samples[i].name, image.type, image.width,
                     image.height, image.frames);
    }
}

static void what_is_not_whole_is_none(void **state)
{
    (void)state;
    struct image image;
    for (size_t i = 0; i < ARRAY_LEN(samples); i++)
        for (size_t len = 0; len < samples[i].bytes.len; len++)
            if (reads(str_of(samples[i].bytes.ptr, len), &image))
                fail_msg("%s, %zu bytes", samples[i].name, len);
}

static void nothing_hides_behind_an_image(void **state)
{
    (void)state;
    struct image image;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
        const struct str *bytes = &samples[i].bytes;
        char *longer = arena_take(&arena, bytes->len + 1);
        memcpy(longer, bytes->ptr, bytes->len);
        longer[bytes->len] = '<';
        if (reads(str_of(longer, bytes->len + 1), &image))
            fail_msg("%s", samples[i].name);
    }
}

static void other_files_are_none(void **state)
{
    (void)state;
    static const struct str others[] = {
        STR_INIT(""),
        STR_INIT("<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
        STR_INIT("\xff\xd8\xff\xe0\x00\x10JFIF"),
        STR_INIT("BM"),
        STR_INIT("RIFF\x04\x00\x00\x00WAVE"),
    };
    struct image image;
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        assert_false(reads(others[i], &image));
}

/* The sample with one byte changed. */
static bool reads_with(size_t sample, size_t at, uint8_t byte)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct image image;
    struct str bytes = arena_copy(&arena, samples[sample].bytes);
    ((char *)bytes.ptr)[at] = (char)byte;
    return reads(bytes, &image);
}

static void sizes_that_cannot_be_are_refused(void **state)
{
    (void)state;
    enum { PNG_WIDTH = 16, GIF_WIDTH = 6, GIF_FRAME_WIDTH = 32, WEBP_MOVING_FRAME_X = 52 };
    assert_false(reads_with(0, PNG_WIDTH + 3, 0)); /* no column */
    assert_false(reads_with(0, PNG_WIDTH, 0x80));  /* more than a PNG can have */
    assert_false(reads_with(2, GIF_WIDTH, 0));
    assert_false(reads_with(2, GIF_FRAME_WIDTH, 9));     /* wider than the picture */
    assert_false(reads_with(6, WEBP_MOVING_FRAME_X, 9)); /* beside it */
    assert_true(reads_with(2, GIF_WIDTH, 9));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kind_size_and_frames_of_an_image_are_read),
        cmocka_unit_test(what_is_not_whole_is_none),
        cmocka_unit_test(nothing_hides_behind_an_image),
        cmocka_unit_test(other_files_are_none),
        cmocka_unit_test(sizes_that_cannot_be_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
