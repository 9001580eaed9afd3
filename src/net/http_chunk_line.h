/* http_chunk_line.h - judges the line before a chunk's data as it comes, cut anywhere, before llhttp
 * sees it (RFC 9112, 7.1): the size, and extensions, which say nothing to us.
 *
 * llhttp refuses the space around extensions that a recipient must take (7.1.1, "bad" white space),
 * and takes names and values that are empty. So it gets the size alone.
 * Owns: nothing. Fails: once and for good. Thread: any. Nobody outside net includes this. */
#pragma once

#include "core/str.h"

enum http_chunk_found { HTTP_CHUNK_MORE, HTTP_CHUNK_SIZE, HTTP_CHUNK_BAD };

struct http_chunk_line {
    uint64_t size; /* so far */
    uint8_t state; /* zeroed: the beginning */
};

/* Reads on; *taken: how many bytes that were. HTTP_CHUNK_SIZE: the line is whole, the size known. */
enum http_chunk_found http_chunk_line_read(struct http_chunk_line *line, struct str bytes,
                                           size_t *taken);
