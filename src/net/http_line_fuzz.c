/* Request lines: wherever they are cut, as many bytes are taken, the same status is found, and the
 * same is handed on; and what is handed on is a line of the only form. Input: a byte that says how to
 * cut, then the line. */
#include "net/http_line.h"

#include "core/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TARGET_MAX = 64 };

static size_t read_line(struct http_line *line, struct str bytes, size_t step, struct buf *handed)
{
    size_t taken = 0;
    *line = (struct http_line){0};
    while (taken < bytes.len && !line->status && !http_line_is_done(line)) {
        size_t left = bytes.len - taken;
        struct str good;
        size_t now = http_line_read(line, str_of(bytes.ptr + taken, left < step ? left : step),
                                    TARGET_MAX, &good);
        REQUIRE(now > 0 && now <= left);
        taken += now;
        buf_put_str(handed, good);
    }
    return taken;
}

static bool ends_with(struct str text, struct str end)
{
    return text.len >= end.len && str_eq(str_of(text.ptr + text.len - end.len, end.len), end);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    OWN(buf_deinit) struct buf whole = BUF_INIT;
    OWN(buf_deinit) struct buf cut = BUF_INIT;
    struct str bytes = str_of((const char *)data + 1, size - 1);
    struct http_line one, other;
    size_t taken = read_line(&one, bytes, size, &whole);
    REQUIRE(read_line(&other, bytes, data[0] % 8u + 1, &cut) == taken);
    REQUIRE(one.status == other.status && str_eq(one.method, other.method));
    REQUIRE(http_line_is_done(&one) == http_line_is_done(&other));
    if (!http_line_is_done(&one))
        return 0;
    struct str line = buf_str(&whole);
    REQUIRE(str_eq(line, buf_str(&cut)) && str_starts(line, one.method));
    REQUIRE(ends_with(line, STR(" HTTP/1.1\r\n")) || ends_with(line, STR(" HTTP/1.0\r\n")));
    REQUIRE(line.len == one.method.len + 1 + one.target_len + 11 && one.target_len <= TARGET_MAX);
    return 0;
}
