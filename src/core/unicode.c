#include "core/unicode.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uspoof.h>
#include <unicode/ustring.h>
#include <unicode/utf8.h>

static bool is_ascii(struct str text)
{
    unsigned char bits = 0;
    for (size_t i = 0; i < text.len; i++)
        bits |= (unsigned char)text.ptr[i];
    return bits < 0x80;
}

static bool is_ascii_letter_or_digit(int32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static void fold_ascii(struct str text, struct arena *arena, struct str *out)
{
    char *copy = arena_take(arena, text.len + 1);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        copy[i] = c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
    }
    *out = str_of(copy, text.len);
}

struct utf16 {
    UChar *ptr;
    int32_t len;
};

/* UTF-16 never has more units than UTF-8 has bytes. */
static struct utf16 to_utf16(struct str text, struct arena *arena)
{
    UErrorCode status = U_ZERO_ERROR;
    struct utf16 wide = {arena_take_array(arena, text.len + 1, sizeof(UChar)), 0};
    u_strFromUTF8(wide.ptr, (int32_t)text.len + 1, &wide.len, text.ptr, (int32_t)text.len, &status);
    REQUIRE(U_SUCCESS(status));
    return wide;
}

static struct utf16 normalize(const UNormalizer2 *form, struct utf16 in, struct arena *arena)
{
    UErrorCode status = U_ZERO_ERROR;
    struct utf16 out = {NULL, 0};
    out.len = unorm2_normalize(form, in.ptr, in.len, NULL, 0, &status);
    REQUIRE(U_SUCCESS(status) || status == U_BUFFER_OVERFLOW_ERROR);
    out.ptr = arena_take_array(arena, (size_t)out.len + 1, sizeof(UChar));
    status = U_ZERO_ERROR;
    unorm2_normalize(form, in.ptr, in.len, out.ptr, out.len + 1, &status);
    REQUIRE(U_SUCCESS(status));
    return out;
}

/* UTF-8 has at most three bytes for each unit of UTF-16. */
static struct str to_utf8(struct utf16 wide, struct arena *arena)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t room = wide.len * 3 + 1, len = 0;
    char *text = arena_take(arena, (size_t)room);
    u_strToUTF8(text, room, &len, wide.ptr, wide.len, &status);
    REQUIRE(U_SUCCESS(status));
    return str_of(text, (size_t)len);
}

bool unicode_fold(struct str text, struct arena *arena, struct str *out)
{
    if (is_ascii(text)) {
        fold_ascii(text, arena, out);
        return true;
    }
    /* ICU counts in 32 bits, and folding can make eighteen characters of one. */
    if (text.len > INT32_MAX / 64 || !str_is_utf8(text))
        return false;
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *form = unorm2_getNFKCCasefoldInstance(&status);
    REQUIRE(U_SUCCESS(status));
    *out = to_utf8(normalize(form, to_utf16(text, arena), arena), arena);
    return true;
}

/* The next character of well-formed UTF-8. */
static int32_t next(struct str *rest)
{
    int32_t c;
    size_t i = 0;
    U8_NEXT_UNSAFE((const uint8_t *)rest->ptr, i, c);
    *rest = str_of(rest->ptr + i, rest->len - i);
    return c;
}

enum name_part { PART_NONE, PART_WORD, PART_MARK, PART_SIGN };

static enum name_part part_of(int32_t c)
{
    if (c < 0x80) {
        if (is_ascii_letter_or_digit(c))
            return PART_WORD;
        return c == '_' || c == '.' || c == '-' ? PART_SIGN : PART_NONE;
    }
    if (u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT))
        return PART_NONE;
    uint32_t category = U_MASK(u_charType(c));
    if (category & (U_GC_L_MASK | U_GC_ND_MASK))
        return PART_WORD;
    return category & (U_GC_MN_MASK | U_GC_MC_MASK) ? PART_MARK : PART_NONE;
}

bool unicode_is_username(struct str text, size_t min, size_t max)
{
    if (text.len > max * U8_MAX_LENGTH || !str_is_utf8(text))
        return false;
    size_t count = 0;
    bool has_word = false;
    enum name_part before = PART_SIGN;
    for (; text.len; count++) {
        enum name_part part = part_of(next(&text));
        if (part == PART_NONE || (part == PART_MARK && before == PART_SIGN))
            return false;
        has_word |= part == PART_WORD;
        before = part;
    }
    return has_word && count >= min && count <= max;
}

/* ---- names that pass for others ---- */

static void spoof_close_p(USpoofChecker **checker)
{
    uspoof_close(*checker);
}

/* Made anew each time: it is asked when somebody signs up, who waits much longer for the hash. */
static USpoofChecker *spoof_open(void)
{
    UErrorCode status = U_ZERO_ERROR;
    USpoofChecker *checker = uspoof_open(&status);
    REQUIRE(U_SUCCESS(status));
    return checker;
}

static struct utf16 skeleton(const USpoofChecker *checker, struct utf16 in, struct arena *arena)
{
    UErrorCode status = U_ZERO_ERROR;
    struct utf16 out = {NULL, 0};
    out.len = uspoof_getSkeleton(checker, 0, in.ptr, in.len, NULL, 0, &status);
    REQUIRE(U_SUCCESS(status) || status == U_BUFFER_OVERFLOW_ERROR);
    out.ptr = arena_take_array(arena, (size_t)out.len + 1, sizeof(UChar));
    status = U_ZERO_ERROR;
    uspoof_getSkeleton(checker, 0, in.ptr, in.len, out.ptr, out.len + 1, &status);
    REQUIRE(U_SUCCESS(status));
    return out;
}

/* Each letter that is not ASCII becomes what it looks like. ASCII stays: people tell `l`, `1` and
 * `I` apart by the font, and names that are counted up in base 36 must not collide. */
static struct utf16 look(struct utf16 in, struct arena *arena)
{
    OWN(spoof_close) USpoofChecker *checker = spoof_open();
    enum { LONGEST = 64 }; /* prototype of one letter; the data's longest has 18 */
    struct utf16 out = {arena_take_array(arena, (size_t)in.len + 1, LONGEST * sizeof(UChar)), 0};
    for (int32_t at = 0; at < in.len;) {
        int32_t from = at;
        UChar32 c;
        U16_NEXT(in.ptr, at, in.len, c);
        struct utf16 letter = {in.ptr + from, at - from};
        struct utf16 seen = c < 0x80 ? letter : skeleton(checker, letter, arena);
        REQUIRE(seen.len <= LONGEST);
        memcpy(out.ptr + out.len, seen.ptr, (size_t)seen.len * sizeof(UChar));
        out.len += seen.len;
    }
    return out;
}

bool unicode_skeleton(struct str text, struct arena *arena, struct str *out)
{
    if (!unicode_fold(text, arena, out))
        return false;
    if (is_ascii(*out) || out->len > INT32_MAX / 64)
        return is_ascii(*out);
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *form = unorm2_getNFKCCasefoldInstance(&status);
    REQUIRE(U_SUCCESS(status));
    *out = to_utf8(normalize(form, look(to_utf16(*out, arena), arena), arena), arena);
    return true;
}

/* ---- labels ---- */

static bool is_visible(int32_t c)
{
    if (c < 0x80)
        return c > ' ' && c != 0x7f;
    return !u_isUWhiteSpace(c) && !u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) &&
           u_charType(c) != U_CONTROL_CHAR;
}

/* What would break out of one line, or turn what stands around it. */
static bool is_unruly(int32_t c)
{
    if (c < 0x80)
        return c < ' ' || c == 0x7f;
    return c < 0xa0 || c == 0x2028 || c == 0x2029 || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069);
}

bool unicode_is_label(struct str text)
{
    if (!str_is_utf8(text))
        return false;
    bool visible = false;
    while (text.len) {
        int32_t c = next(&text);
        if (is_unruly(c))
            return false;
        visible = visible || is_visible(c);
    }
    return visible;
}

bool unicode_is_blank(struct str text)
{
    if (!str_is_utf8(text))
        return false;
    while (text.len)
        if (!u_isUWhiteSpace(next(&text)))
            return false;
    return true;
}
