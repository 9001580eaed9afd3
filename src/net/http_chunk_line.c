#include "net/http_chunk_line.h"

#include "net/http_header.h"

/* chunk-size *( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] ) CRLF */
enum state {
    AT_BEGIN, /* of the size */
    AT_SIZE,
    AT_END, /* of the size or a value, behind white space: only another extension may follow */
    AT_NAME_BEGIN,
    AT_NAME,
    AT_NAME_END, /* behind white space */
    AT_VALUE_BEGIN,
    AT_VALUE,
    AT_QUOTED,
    AT_ESCAPED, /* behind a backslash */
    AT_QUOTED_END,
    AT_LF,
    AT_DONE,
    AT_FAULT,
};

static bool is_space(unsigned char c)
{
    return c == ' ' || c == '\t';
}

static int hex_value(unsigned char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    unsigned low = c | 0x20u;
    return low >= 'a' && low <= 'f' ? (int)low - 'a' + 10 : -1;
}

/* What may come behind a size, a name or a value that could end here. */
static enum state behind(unsigned char c, enum state spaced)
{
    return c == '\r' ? AT_LF : c == ';' ? AT_NAME_BEGIN : is_space(c) ? spaced : AT_FAULT;
}

static enum state in_size(struct http_chunk_line *line, unsigned char c)
{
    int digit = hex_value(c);
    if (digit < 0)
        return line->state == AT_BEGIN ? AT_FAULT : behind(c, AT_END);
    if (line->size > UINT64_MAX >> 4)
        return AT_FAULT;
    line->size = line->size << 4 | (unsigned)digit;
    return AT_SIZE;
}

static enum state in_name(enum state state, unsigned char c)
{
    if (state == AT_NAME_BEGIN)
        return is_space(c) ? AT_NAME_BEGIN : http_is_token_char((char)c) ? AT_NAME : AT_FAULT;
    if (state == AT_NAME && http_is_token_char((char)c))
        return AT_NAME;
    if (c == '=')
        return AT_VALUE_BEGIN;
    if (state == AT_NAME_END && c == '\r')
        return AT_FAULT; /* white space that nothing follows */
    return behind(c, AT_NAME_END);
}

static enum state in_value(enum state state, unsigned char c)
{
    if (state == AT_VALUE_BEGIN && is_space(c))
        return AT_VALUE_BEGIN;
    if (state == AT_VALUE_BEGIN && c == '"')
        return AT_QUOTED;
    if (http_is_token_char((char)c))
        return AT_VALUE;
    return state == AT_VALUE_BEGIN ? AT_FAULT : behind(c, AT_END);
}

/* RFC 9110, 5.6.4. */
static enum state in_quotes(enum state state, unsigned char c)
{
    if ((c < ' ' && c != '\t') || c == 0x7f)
        return AT_FAULT;
    if (state == AT_ESCAPED)
        return AT_QUOTED;
    return c == '"' ? AT_QUOTED_END : c == '\\' ? AT_ESCAPED : AT_QUOTED;
}

static enum state next(struct http_chunk_line *line, unsigned char c)
{
    enum state state = (enum state)line->state;
    switch (state) {
    case AT_BEGIN:
    case AT_SIZE:
        return in_size(line, c);
    case AT_END:
        return c == '\r' ? AT_FAULT : behind(c, AT_END);
    case AT_NAME_BEGIN:
    case AT_NAME:
    case AT_NAME_END:
        return in_name(state, c);
    case AT_VALUE_BEGIN:
    case AT_VALUE:
        return in_value(state, c);
    case AT_QUOTED:
    case AT_ESCAPED:
        return in_quotes(state, c);
    case AT_QUOTED_END:
        return behind(c, AT_END);
    case AT_LF:
        return c == '\n' ? AT_DONE : AT_FAULT;
    case AT_DONE:
    case AT_FAULT:
        break;
    }
    return AT_FAULT;
}

enum http_chunk_found http_chunk_line_read(struct http_chunk_line *line, struct str bytes,
                                           size_t *taken)
{
    size_t at = 0;
    while (at < bytes.len && line->state < AT_DONE)
        line->state = (uint8_t)next(line, (unsigned char)bytes.ptr[at++]);
    *taken = at;
    return line->state == AT_DONE    ? HTTP_CHUNK_SIZE
           : line->state == AT_FAULT ? HTTP_CHUNK_BAD
                                     : HTTP_CHUNK_MORE;
}
