/* base62.h - how 63-bit ids are printed: eleven digits of 0-9 A-Z a-z, most significant first,
 * so that printed order is numeric order. Anything else is no id. */
#pragma once

#include "core/base.h"
#include "core/str.h"

enum { BASE62_LEN = 11 };

void base62_print(uint64_t value, char out[BASE62_LEN]); /* not terminated */
bool base62_parse(struct str text, uint64_t *out);       /* 1 .. 2^63 - 1 only */
