#include "proto/emoji.h"

#include "model/custom_emoji.h"
#include "model/reaction.h"

enum {
    ZWJ = 0x200d,        /* joins emoji to one */
    TEXT_STYLE = 0xfe0e, /* asks for the black and white form: not an emoji then */
    EMOJI_STYLE = 0xfe0f,
    KEYCAP = 0x20e3,
    TAG_FIRST = 0xe0020,
    TAG_LAST = 0xe007e,
    TAG_END = 0xe007f,
};

static const struct range {
    uint32_t first, last;
} bases[] = {
    /* ascending */
    {0xa9, 0xa9},     {0xae, 0xae},       {0x203c, 0x203c},   {0x2049, 0x2049},   {0x2122, 0x2122},
    {0x2139, 0x2139}, {0x2194, 0x21aa},   {0x231a, 0x23ff},   {0x24c2, 0x24c2},   {0x25aa, 0x25fe},
    {0x2600, 0x27bf}, {0x2934, 0x2935},   {0x2b05, 0x2b55},   {0x3030, 0x3030},   {0x303d, 0x303d},
    {0x3297, 0x3299}, {0x1f000, 0x1f1e5}, {0x1f200, 0x1f3fa}, {0x1f400, 0x1faff},
};

static bool is_base(uint32_t c)
{
    for (size_t i = 0; i < ARRAY_LEN(bases); i++)
        if (c >= bases[i].first && c <= bases[i].last)
            return true;
    return false;
}

static bool is_flag_letter(uint32_t c)
{
    return c >= 0x1f1e6 && c <= 0x1f1ff;
}

static bool is_tone(uint32_t c)
{
    return c >= 0x1f3fb && c <= 0x1f3ff;
}

static bool is_tag(uint32_t c)
{
    return c >= TAG_FIRST && c <= TAG_LAST;
}

/* Code points of valid UTF-8; 0 behind the end. */
static size_t code_points(struct str text, uint32_t *out, size_t max)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len && count < max; count++) {
        unsigned char lead = (unsigned char)text.ptr[i];
        size_t len = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        uint32_t c = len == 1 ? lead : lead & (0x7fu >> len);
        for (size_t k = 1; k < len; k++)
            c = c << 6 | ((unsigned char)text.ptr[i + k] & 0x3fu);
        out[count] = c;
        i += len;
    }
    return count;
}

/* Behind one element of a sequence; NULL: it is none. */
static const uint32_t *element(const uint32_t *at)
{
    if (!is_base(*at))
        return NULL;
    at++;
    if (*at == EMOJI_STYLE || is_tone(*at))
        at++;
    if (!is_tag(*at))
        return at;
    while (is_tag(*at))
        at++;
    return *at == TAG_END ? at + 1 : NULL;
}

/* A digit, # or * on a key. */
static bool is_keycap(const uint32_t *at, size_t count)
{
    bool key = *at == '#' || *at == '*' || (*at >= '0' && *at <= '9');
    if (!key)
        return false;
    at += at[1] == EMOJI_STYLE ? 2 : 1;
    count -= at[-1] == EMOJI_STYLE ? 2 : 1;
    return count == 1 && *at == KEYCAP;
}

bool emoji_is_valid(struct str text)
{
    uint32_t points[EMOJI_BYTES_MAX + 1] = {0};
    if (text.len == 0 || text.len > EMOJI_BYTES_MAX || !str_is_utf8(text))
        return false;
    size_t count = code_points(text, points, EMOJI_BYTES_MAX);
    if (count == 2 && is_flag_letter(points[0]) && is_flag_letter(points[1]))
        return true;
    if (is_keycap(points, count) || (count == 1 && is_tone(points[0])))
        return true;
    const uint32_t *at = element(points);
    while (at && *at == ZWJ)
        at = element(at + 1);
    return at == points + count;
}

bool emoji_is_reaction(struct str text)
{
    _Static_assert(EMOJI_NAME_MAX + 2 <= EMOJI_BYTES_MAX, "a name is no longer than any emoji");
    struct str name;
    return emoji_is_custom(text, &name) || emoji_is_valid(text);
}
