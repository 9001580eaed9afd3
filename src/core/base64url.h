/* base64url.h - bytes in URLs and tokens: RFC 4648, section 5, without padding.
 * Only the one canonical text of some bytes is accepted, so that a token has one spelling. */
#pragma once

#include "core/str.h"

/* Room for the text of `len` bytes and its final NUL. */
#define BASE64URL_SIZE(len) (((len)*4 + 2) / 3 + 1)

/* Writes text and its final NUL; out has BASE64URL_SIZE(len) bytes. Constant time. */
struct str base64url_print(const void *data, size_t len, char *out);
/* False if it is not base64url, or of more than `size` bytes. Constant time for the content. */
bool base64url_parse(struct str text, void *out, size_t size, size_t *len);
