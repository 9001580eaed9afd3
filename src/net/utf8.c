#include "net/utf8.h"

/* What a first byte promises. Its second byte has a range of its own where overlong forms (e0, f0),
 * surrogates (ed) and what is past U+10FFFF (f4) must be kept out. */
static bool begin(struct utf8 *utf8, unsigned char first)
{
    if (first < 0xc2 || first > 0xf4)
        return false;
    utf8->missing = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    utf8->low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    utf8->high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    return true;
}

static bool go_on(struct utf8 *utf8, unsigned char next)
{
    if (next < utf8->low || next > utf8->high)
        return false;
    utf8->missing--;
    utf8->low = 0x80;
    utf8->high = 0xbf;
    return true;
}

/* How many bytes from `at` on are surely ASCII, looking at eight at a time. */
static size_t skip_ascii(const char *at, size_t len)
{
    size_t skipped = 0;
    uint64_t eight;
    while (len - skipped >= sizeof(eight)) {
        memcpy(&eight, at + skipped, sizeof(eight));
        if (eight & 0x8080808080808080u)
            break;
        skipped += sizeof(eight);
    }
    return skipped;
}

bool utf8_feed(struct utf8 *utf8, struct str piece)
{
    for (size_t i = 0; i < piece.len; i++) {
        unsigned char c = (unsigned char)piece.ptr[i];
        bool good = utf8->missing ? go_on(utf8, c) : c < 0x80 || begin(utf8, c);
        if (!good)
            return false;
        if (c < 0x80)
            i += skip_ascii(piece.ptr + i + 1, piece.len - i - 1);
    }
    return true;
}
