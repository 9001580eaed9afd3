/* http_range.h - which part of a representation is asked for (RFC 9110, 14).
 *
 * One range of bytes is answered. Several make the answer whole: no page of ours asks for them, the
 * whole is always a right answer (14.2), and joined parts would cost a copy that overlapping ranges
 * could make larger than the file.
 * Owns: nothing. Thread: any. Nobody outside net includes this. */
#pragma once

#include "core/str.h"

enum http_range {
    HTTP_RANGE_NONE,          /* all of it: nothing that we answer was asked for */
    HTTP_RANGE_PART,          /* 206 */
    HTTP_RANGE_UNSATISFIABLE, /* 416 */
};

/* `text` is the value of Range. `first` and `len` are set for HTTP_RANGE_PART. */
enum http_range http_range_parse(struct str text, size_t size, size_t *first, size_t *len);
