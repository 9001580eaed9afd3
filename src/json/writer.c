#include "json/writer.h"

void json_put_name(struct json_writer *w, struct str name)
{
    json_separate(w);
    json_quote(w->out, name);
    buf_put_char(w->out, ':');
    w->comma = false;
}

void json_put_text(struct json_writer *w, struct str text)
{
    json_separate(w);
    json_quote(w->out, text);
}

void json_put_u64(struct json_writer *w, uint64_t value)
{
    json_separate(w);
    buf_put_u64(w->out, value);
}

void json_put_flag(struct json_writer *w, bool value)
{
    json_put_raw(w, value ? STR("true") : STR("false"));
}

void json_put_null(struct json_writer *w)
{
    json_put_raw(w, STR("null"));
}

void json_put_raw(struct json_writer *w, struct str json)
{
    json_separate(w);
    buf_put_str(w->out, json);
}

static bool is_plain(char c)
{
    return (unsigned char)c >= 0x20 && c != '"' && c != '\\';
}

/* The same for eight at once: a byte below 1 after the exclusive-or is the byte looked for
 * (S. E. Anderson, "Bit Twiddling Hacks", hasless). */
static bool are_plain(const char *p)
{
    const uint64_t ones = 0x0101010101010101u, high = 0x8080808080808080u;
    uint64_t eight;
    memcpy(&eight, p, sizeof(eight));
    uint64_t quote = eight ^ (ones * '"'), slash = eight ^ (ones * '\\');
    uint64_t found =
        ((eight - ones * 0x20) & ~eight) | ((quote - ones) & ~quote) | ((slash - ones) & ~slash);
    return (found & high) == 0;
}

static size_t plain_run(struct str text)
{
    size_t i = 0;
    while (text.len - i >= 8 && are_plain(text.ptr + i))
        i += 8;
    while (i < text.len && is_plain(text.ptr[i]))
        i++;
    return i;
}

static void escape(struct buf *out, char c)
{
    static const char letters[] = {['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f',
                                   ['\r'] = 'r', ['"'] = '"',  ['\\'] = '\\'};
    static const char hex[] = "0123456789abcdef";
    unsigned char byte = (unsigned char)c;
    char letter = letters[byte];
    if (letter) {
        buf_put(out, (char[]){'\\', letter}, 2);
        return;
    }
    buf_put(out, (char[]){'\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15]}, 6);
}

static void quote_utf8(struct buf *out, struct str text)
{
    for (;;) {
        size_t run = plain_run(text);
        buf_put(out, text.ptr, run);
        if (run == text.len)
            return;
        escape(out, text.ptr[run]);
        text = str_of(text.ptr + run + 1, text.len - run - 1);
    }
}

/* How many bytes of the text are UTF-8 at its beginning: one character at most. */
static size_t utf8_character(struct str text)
{
    for (size_t len = 1; len <= 4 && len <= text.len; len++)
        if (str_is_utf8(str_of(text.ptr, len)))
            return len;
    return 0;
}

static void quote_broken(struct buf *out, struct str text)
{
    while (text.len) {
        size_t len = utf8_character(text);
        if (len)
            quote_utf8(out, str_of(text.ptr, len));
        else
            buf_put_lit(out, "\xef\xbf\xbd");
        len = len ? len : 1;
        text = str_of(text.ptr + len, text.len - len);
    }
}

void json_quote(struct buf *out, struct str text)
{
    buf_put_char(out, '"');
    if (LIKELY(str_is_utf8(text)))
        quote_utf8(out, text);
    else
        quote_broken(out, text);
    buf_put_char(out, '"');
}
