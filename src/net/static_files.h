/* static_files.h - files that are built into the program: the web client.
 *
 * GET and HEAD; the smallest coding that the browser takes (RFC 9110, 12.5.3; 406 if it takes none of
 * ours), ETag and conditions
 * (http_conditions.h), a range of its bytes (http_range.h). A file whose name changes with its
 * content (`immutable`) is cached for ever, any other is asked for again each time.
 * Owns:   nothing; tables and bytes live as long as the program and are sent without a copy.
 * Thread: any; all of it is constant. */
#pragma once

#include "net/http.h"

struct static_blob {
    const uint8_t *ptr; /* NULL: there is no such variant */
    size_t len;
};

struct static_file {
    const char *path; /* "/index.html"; also what "/" means */
    const char *type; /* Content-Type */
    const char *etag; /* with its quotes; the codings' are made from it */
    bool immutable;
    struct static_blob plain, gzip, br;
};

struct static_files {
    const struct static_file *files;
    size_t count;
    const struct http_header *headers; /* that every answer carries: policies and the like */
    size_t header_count;               /* at most STATIC_FILES_HEADERS */
};

enum { STATIC_FILES_HEADERS = 16 };

const struct static_file *static_files_find(const struct static_files *files, struct str path);
/* The same, if it is to be read; NULL for other methods. */
const struct static_file *static_files_asked(const struct static_files *files,
                                             const struct http_request *request);
bool static_files_is_read(const struct http_request *request); /* GET and HEAD */
/* Answers with the file; returns how many bytes of it. `by_accept`: it is that because of what Accept
 * says, which others may say otherwise. */
size_t static_files_send(const struct static_files *files, const struct static_file *file,
                         bool by_accept, struct http_exchange *exchange);
