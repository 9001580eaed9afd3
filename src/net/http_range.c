#include "net/http_range.h"

/* A number too large for us is beyond every end all the same. */
static bool parse_position(struct str text, uint64_t *out)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
    if (text.len && !str_to_u64(text, out))
        *out = UINT64_MAX;
    return text.len > 0;
}

/* "-500": the last 500. */
static enum http_range parse_suffix(uint64_t count, size_t size, size_t *first, size_t *len)
{
    *len = count < size ? (size_t)count : size;
    *first = size - *len;
    return *len ? HTTP_RANGE_PART : HTTP_RANGE_UNSATISFIABLE;
}

/* "0-499", "500-". */
static enum http_range parse_from(uint64_t from, struct str text, size_t size, size_t *first,
                                  size_t *len)
{
    uint64_t to = UINT64_MAX;
    if (text.len && (!parse_position(text, &to) || to < from))
        return HTTP_RANGE_NONE;
    if (from >= size)
        return HTTP_RANGE_UNSATISFIABLE;
    *first = (size_t)from;
    *len = (to < size ? (size_t)to + 1 : size) - (size_t)from;
    return HTTP_RANGE_PART;
}

enum http_range http_range_parse(struct str text, size_t size, size_t *first, size_t *len)
{
    struct str unit = str_cut(&text, '=');
    if (!text.ptr || !str_eq_nocase(unit, STR("bytes")))
        return HTTP_RANGE_NONE;
    struct str range = STR_NONE;
    while (text.ptr) {
        struct str member = str_trim(str_cut(&text, ','));
        if (member.len && range.ptr)
            return HTTP_RANGE_NONE;
        if (member.len)
            range = member;
    }
    struct str end = range;
    struct str begin = str_cut(&end, '-');
    uint64_t number;
    if (!range.ptr || !end.ptr)
        return HTTP_RANGE_NONE;
    if (begin.len == 0)
        return parse_position(end, &number) ? parse_suffix(number, size, first, len)
                                            : HTTP_RANGE_NONE;
    return parse_position(begin, &number) ? parse_from(number, end, size, first, len)
                                          : HTTP_RANGE_NONE;
}
