/* Lines before chunks: wherever they are cut, as many bytes are taken and the same is found; a line
 * that is taken begins with its size and ends with CRLF, and holds no other line end. Input: a byte
 * that says how to cut, then the line. */
#include "net/http_chunk_line.h"

#include <stdio.h>

#include "core/base.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum http_chunk_found read_line(struct http_chunk_line *line, struct str bytes, size_t step,
                                       size_t *taken)
{
    enum http_chunk_found found = HTTP_CHUNK_MORE;
    *line = (struct http_chunk_line){0};
    *taken = 0;
    while (*taken < bytes.len && found == HTTP_CHUNK_MORE) {
        size_t left = bytes.len - *taken, now;
        found =
            http_chunk_line_read(line, str_of(bytes.ptr + *taken, left < step ? left : step), &now);
        REQUIRE(now > 0 && now <= left);
        *taken += now;
    }
    return found;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    struct str bytes = str_of((const char *)data + 1, size - 1);
    struct http_chunk_line one, other;
    size_t taken, taken_cut;
    enum http_chunk_found found = read_line(&one, bytes, size, &taken);
    REQUIRE(read_line(&other, bytes, data[0] % 8u + 1, &taken_cut) == found && taken == taken_cut);
    REQUIRE(one.size == other.size);
    if (found != HTTP_CHUNK_SIZE)
        return 0;
    REQUIRE(taken >= 3 && memcmp(bytes.ptr + taken - 2, "\r\n", 2) == 0);
    REQUIRE(!memchr(bytes.ptr, '\n', taken - 1) && !memchr(bytes.ptr, '\0', taken));
    char size_text[24];
    size_t zeros = 0, digits;
    while (bytes.ptr[zeros] == '0')
        zeros++;
    int len = snprintf(size_text, sizeof(size_text), "%llx", (unsigned long long)one.size);
    digits = one.size ? (size_t)len : 0;
    REQUIRE(zeros + digits > 0 && zeros + digits < taken);
    REQUIRE(str_eq_nocase(str_of(bytes.ptr + zeros, digits), str_of(size_text, digits)));
    REQUIRE(memchr(" \t;\r", bytes.ptr[zeros + digits], 4));
    return 0;
}
