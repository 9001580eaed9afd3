#include "store/listing.h"

static bool separates(unsigned char c)
{
    bool digit = c >= '0' && c <= '9', letter = c >= 'a' && c <= 'z';
    return c < 0x80 && !digit && !letter;
}

static bool continues(unsigned char c)
{
    return (c & 0xc0) == 0x80;
}

struct str listing_cut(struct str text, size_t bytes)
{
    if (text.len <= bytes)
        return text;
    while (bytes > 0 && continues((unsigned char)text.ptr[bytes]))
        bytes--;
    return str_of(text.ptr, bytes);
}

/* Thai, and all from the radicals of Chinese on: whoever writes them puts no space between words. */
static bool needs_no_space(const unsigned char *at, size_t left)
{
    if (left < 3 || at[0] < 0xe0)
        return false;
    unsigned code = (unsigned)(at[0] & 0x0f) << 12 | (unsigned)(at[1] & 0x3f) << 6 | (at[2] & 0x3f);
    return at[0] >= 0xf0 || (code >= 0x0e00 && code < 0x0e80) || code >= 0x2e80;
}

static struct str word_at(struct str text, size_t at)
{
    size_t end = at;
    while (end < text.len && !separates((unsigned char)text.ptr[end]))
        end++;
    return listing_cut(str_of(text.ptr + at, end - at), LISTING_WORD_BYTES);
}

void listing_index(struct listing_words *words, struct str folded)
{
    const unsigned char *bytes = (const unsigned char *)folded.ptr;
    for (size_t i = 0; i < folded.len && words->count < LISTING_WORDS; i++) {
        if (separates(bytes[i]) || continues(bytes[i]))
            continue;
        if (i == 0 || separates(bytes[i - 1]) || needs_no_space(bytes + i, folded.len - i))
            words->items[words->count++] = word_at(folded, i);
    }
}

bool listing_ask(struct listing_words *words, struct str folded)
{
    words->count = 0;
    for (size_t i = 0; i < folded.len; i++) {
        if (separates((unsigned char)folded.ptr[i]) ||
            (i > 0 && !separates((unsigned char)folded.ptr[i - 1])))
            continue;
        if (words->count == LISTING_ASKED)
            return false;
        words->items[words->count++] = word_at(folded, i);
    }
    return true;
}
