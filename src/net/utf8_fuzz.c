/* UTF-8: asked piece by piece, as a whole, and by the definition (Unicode Standard 3.9, D92) it is
 * the same; what is wrong is found at its first wrong byte. Input: a byte that says how to cut, then
 * the text. */
#include "net/utf8.h"

#include "core/base.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* How many of the bytes begin some text; all of them, and *whole, if they are one. */
static size_t good_for(const uint8_t *text, size_t size, bool *whole)
{
    size_t at = 0;
    *whole = false;
    while (at < size) {
        uint32_t c = text[at];
        size_t more = c < 0x80 ? 0 : c >= 0xc0 && c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
        uint32_t low = more == 0 ? 0 : more == 1 ? 0x80 : more == 2 ? 0x800 : 0x10000;
        if ((c >= 0x80 && c < 0xc2) || c > 0xf4)
            return at;
        c &= more ? 0x3fu >> more : 0x7f;
        for (size_t i = 1; i <= more; i++) {
            if (at + i == size)
                return size;
            if ((text[at + i] & 0xc0) != 0x80)
                return at + i;
            c = c << 6 | (text[at + i] & 0x3f);
            /* The least and most that can still come of it. */
            unsigned left = 6 * (unsigned)(more - i);
            uint32_t least = c << left, most = least | ((1u << left) - 1);
            if (most < low || least > 0x10ffff || (least >= 0xd800 && most <= 0xdfff))
                return at + i;
        }
        at += more + 1;
    }
    *whole = true;
    return size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    struct str text = str_of((const char *)data + 1, size - 1);
    size_t step = data[0] % 16u + 1;
    bool whole;
    size_t good = good_for(data + 1, size - 1, &whole);
    REQUIRE(str_is_utf8(text) == whole);

    struct utf8 utf8 = {0};
    bool fine = true;
    for (size_t from = 0; from < text.len && fine; from += step) {
        size_t len = text.len - from < step ? text.len - from : step;
        fine = utf8_feed(&utf8, str_of(text.ptr + from, len));
        REQUIRE(fine == (from + len <= good));
    }
    REQUIRE(whole == (fine && utf8_is_complete(&utf8)));
    return 0;
}
