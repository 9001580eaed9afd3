/* digest.h - what bytes are called by what they are: SHA-256 in lower-case hexadecimal (libsodium's).
 * Thread: any. */
#pragma once

#include "core/str.h"

enum { DIGEST_LEN = 64 };

void digest_print(struct str bytes, char out[DIGEST_LEN]); /* no final NUL */
bool digest_is_one(struct str text);
