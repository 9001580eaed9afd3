/* http_line.h - judges a request line as it comes, cut anywhere, before llhttp sees it
 * (RFC 9112, 2.2, 3).
 *
 * llhttp is generous here: several spaces, HTTP/0.9, any bytes in the target, any number of empty
 * lines in front. Whoever stands between a client and us may read such a line in another way. This
 * takes one form only, and knows which status names what is wrong wherever the bytes were cut.
 * Owns:   nothing. Fails: once and for good. Thread: any. Nobody outside net includes this. */
#pragma once

#include "core/str.h"

enum { HTTP_METHOD_MAX = 16 }; /* longer ones exist nowhere */

struct http_line {
    int status;        /* 0, or what refuses it: 400, 405, 414, 501, 505 */
    int method_status; /* of one that is not taken: the version decides before it */
    struct str method; /* once its space has come; constant */
    size_t target_len; /* so far */
    uint8_t state;     /* zeroed: the beginning */
    uint8_t at;        /* within the method or the version */
    char word[HTTP_METHOD_MAX];
};

/* Reads on, up to the end of a part or of the line; returns how many bytes it took. *good: what of
 * the line is known to be sound since the call before, for llhttp. */
size_t http_line_read(struct http_line *line, struct str bytes, size_t target_max,
                      struct str *good);
bool http_line_has_begun(const struct http_line *line); /* past an empty line */
bool http_line_is_done(const struct http_line *line);   /* its CRLF too */
