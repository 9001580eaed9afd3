#include "core/words.h"

#include <stdlib.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include "core/buf.h"

enum {
    CLUSTER_MAX = 32, /* characters that are folded together: a letter and its marks */
    FOLDED_MAX = CLUSTER_MAX * 18 * 2, /* units of UTF-16: U+FDFA becomes eighteen letters */
};

/* While reading, texts are offsets into `folded`, which moves. */
struct reader {
    struct str text;
    struct buf folded, words;
    const UNormalizer2 *fold, *apart, *together;
    bool open; /* the last word may go on */
};

static struct word *last_word(struct reader *reader)
{
    size_t count = reader->words.len / sizeof(struct word);
    return count ? (struct word *)(void *)reader->words.ptr + count - 1 : NULL;
}

/* ---- classes of characters ------------------------------------------------------------------------- */

enum kind { KIND_NONE, KIND_LETTER, KIND_DENSE, KIND_MARK };

/* Scripts whose words no space parts. Hangul has spaces, but its particles and compounds have none. */
static bool is_of_dense_script(int32_t c)
{
    UErrorCode status = U_ZERO_ERROR;
    switch (uscript_getScript(c, &status)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_HANGUL:
    case USCRIPT_BOPOMOFO:
    case USCRIPT_THAI:
    case USCRIPT_LAO:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR:
    case USCRIPT_YI:
    case USCRIPT_TAI_LE:
    case USCRIPT_NEW_TAI_LUE:
    case USCRIPT_LANNA:
    case USCRIPT_TAI_VIET:
    case USCRIPT_JAVANESE:
    case USCRIPT_BALINESE:
    case USCRIPT_TIBETAN:
        return true;
    default:
        return c == 0x30fc; /* the long vowel of kana is of no script */
    }
}

static enum kind kind_of(int32_t c)
{
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? KIND_LETTER : KIND_NONE;
    if (c == 0xfffd)
        return KIND_NONE; /* what was no character */
    uint32_t category = U_MASK(u_charType(c));
    if (category & U_GC_M_MASK)
        return KIND_MARK;
    if (category & (U_GC_L_MASK | U_GC_N_MASK))
        return is_of_dense_script(c) ? KIND_DENSE : KIND_LETTER;
    return category & U_GC_SO_MASK ? KIND_DENSE : KIND_NONE; /* emoji, and other pictures */
}

/* Accents and vowel points, that many people leave away. Of Cyrillic, the breve makes another letter
 * (и, й); the vowels of Indic and Thai letters are marks too, and stay. */
static bool falls_away(int32_t base, int32_t mark)
{
    UErrorCode status = U_ZERO_ERROR;
    if (u_charType(mark) != U_NON_SPACING_MARK)
        return false;
    switch (uscript_getScript(base, &status)) {
    case USCRIPT_LATIN:
    case USCRIPT_GREEK:
    case USCRIPT_ARABIC:
    case USCRIPT_HEBREW:
        return true;
    case USCRIPT_CYRILLIC:
        return mark != 0x306;
    default:
        return false;
    }
}

/* ---- words ------------------------------------------------------------------------------------------ */

/* To the last word, which there is. */
static void append(struct reader *reader, int32_t c, size_t to)
{
    struct word *word = last_word(reader);
    REQUIRE(word);
    char bytes[U8_MAX_LENGTH];
    size_t len = 0;
    U8_APPEND_UNSAFE(bytes, len, c);
    word->to = to;
    if (word->text.len + len > WORD_MAX_BYTES)
        return;
    buf_put(&reader->folded, bytes, len);
    word->text.len += len;
}

/* One folded character, which stands at [from, to) of the text. */
static void take(struct reader *reader, int32_t c, size_t from, size_t to)
{
    enum kind kind = kind_of(c);
    struct word *last = reader->open ? last_word(reader) : NULL;
    if (kind == KIND_NONE || (kind == KIND_MARK && !last)) {
        reader->open = false;
        return;
    }
    bool goes_on = last && (kind == KIND_MARK || (kind == KIND_LETTER && !last->dense));
    if (!goes_on) {
        bool dense = kind == KIND_DENSE;
        struct word word = {.text.len = 0, .from = from, .dense = dense};
        word.glued = dense && last && last->dense;
        buf_put(&reader->words, &word, sizeof(word));
    }
    reader->open = true;
    append(reader, c, to);
}

/* ---- folding ------------------------------------------------------------------------------------------ */

static int32_t change(const UNormalizer2 *form, const UChar *in, int32_t len, UChar out[FOLDED_MAX])
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t out_len = unorm2_normalize(form, in, len, out, FOLDED_MAX, &status);
    return U_SUCCESS(status) ? out_len : 0;
}

/* Takes accents off, in place. */
static int32_t strip(UChar *text, int32_t len)
{
    int32_t kept = 0, base = 0;
    for (int32_t at = 0; at < len;) {
        int32_t from = at;
        UChar32 c;
        U16_NEXT(text, at, len, c);
        bool is_mark = (U_MASK(u_charType(c)) & U_GC_M_MASK) != 0;
        if (is_mark && falls_away(base, c))
            continue;
        if (!is_mark)
            base = c;
        while (from < at)
            text[kept++] = text[from++];
    }
    return kept;
}

/* A letter with what belongs to it: what ICU cannot fold apart. */
static void take_cluster(struct reader *reader, size_t from, size_t to)
{
    UChar raw[CLUSTER_MAX * 2], folded[FOLDED_MAX], other[FOLDED_MAX];
    int32_t len = 0;
    for (size_t at = from; at < to;) {
        UChar32 c;
        U8_NEXT((const uint8_t *)reader->text.ptr, at, to, c);
        U16_APPEND_UNSAFE(raw, len, c < 0 ? 0xfffd : c);
    }
    len = change(reader->fold, raw, len, folded);
    len = strip(other, change(reader->apart, folded, len, other));
    len = change(reader->together, other, len, folded);
    for (int32_t at = 0; at < len;) {
        UChar32 c;
        U16_NEXT(folded, at, len, c);
        if (c != 0x640) /* the Arabic tatweel only stretches */
            take(reader, c, from, to);
    }
}

/* Where the cluster that begins at `from` ends. */
static size_t cluster_end(const struct reader *reader, size_t from)
{
    const uint8_t *bytes = (const uint8_t *)reader->text.ptr;
    size_t len = reader->text.len, at = from;
    UChar32 c;
    U8_NEXT(bytes, at, len, c);
    for (int count = 1; at < len && count < CLUSTER_MAX; count++) {
        size_t next = at;
        U8_NEXT(bytes, next, len, c);
        if (c < 0x300 || unorm2_hasBoundaryBefore(reader->fold, c))
            break;
        at = next;
    }
    return at;
}

static void read_all(struct reader *reader)
{
    struct str text = reader->text;
    for (size_t at = 0; at < text.len;) {
        unsigned char c = (unsigned char)text.ptr[at];
        bool alone = at + 1 == text.len || (unsigned char)text.ptr[at + 1] < 0x80;
        if (c < 0x80 && alone) {
            take(reader, c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c, at, at + 1);
            at++;
            continue;
        }
        size_t end = cluster_end(reader, at);
        take_cluster(reader, at, end);
        at = end;
    }
}

void words_read(struct str text, struct arena *arena, struct words *out)
{
    UErrorCode status = U_ZERO_ERROR;
    struct reader reader = {.text = text,
                            .folded = BUF_INIT,
                            .words = BUF_INIT,
                            .fold = unorm2_getNFKCCasefoldInstance(&status),
                            .apart = unorm2_getNFDInstance(&status),
                            .together = unorm2_getNFCInstance(&status)};
    REQUIRE(U_SUCCESS(status));
    read_all(&reader);
    struct str folded = arena_copy(arena, buf_str(&reader.folded));
    out->count = reader.words.len / sizeof(struct word);
    out->items = arena_take_array(arena, out->count, sizeof(struct word));
    if (out->count)
        memcpy(out->items, reader.words.ptr, reader.words.len);
    size_t at = 0;
    for (size_t i = 0; i < out->count; at += out->items[i++].text.len)
        out->items[i].text.ptr = folded.ptr + at;
    buf_deinit(&reader.folded);
    buf_deinit(&reader.words);
}

/* ---- terms --------------------------------------------------------------------------------------------- */

struct str words_term(const struct words *words, size_t at, struct arena *arena)
{
    const struct word *word = &words->items[at];
    if (!word->dense || at + 1 == words->count || !words->items[at + 1].glued)
        return word->text;
    struct str next = words->items[at + 1].text;
    char *pair = arena_take(arena, word->text.len + next.len);
    memcpy(pair, word->text.ptr, word->text.len);
    memcpy(pair + word->text.len, next.ptr, next.len);
    return str_of(pair, word->text.len + next.len);
}

static int by_text(const void *a, const void *b)
{
    return str_compare(*(const struct str *)a, *(const struct str *)b);
}

void words_terms(const struct words *words, struct arena *arena, struct terms *out)
{
    struct str *items = arena_take_array(arena, words->count, sizeof(*items));
    size_t kept = 0;
    for (size_t i = 0; i < words->count; i++)
        items[i] = words_term(words, i, arena);
    if (words->count > 1)
        qsort(items, words->count, sizeof(*items), by_text);
    for (size_t i = 0; i < words->count; i++)
        if (kept == 0 || !str_eq(items[kept - 1], items[i]))
            items[kept++] = items[i];
    *out = (struct terms){items, kept};
}
