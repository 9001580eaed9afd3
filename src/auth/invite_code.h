/* invite_code.h - an invitation as text: 100 random bits, four groups of five characters like
 * k7mq2-x9t4c, to be read out and typed in. Case and hyphens do not count (Crockford's base 32).
 *
 * The store knows the hash of a code alone, as its key, so that who reads the database cannot sign
 * up with what it finds there. No salt: nobody can try 2^100 codes.
 * Thread: any. */
#pragma once

#include "core/arena.h"

enum { INVITE_CODE_SIZE = 24 }; /* 20 characters, 3 hyphens, NUL */

struct str invite_code_make(char out[INVITE_CODE_SIZE]);
/* What the store has for it; empty if it does not look like a code. */
struct str invite_code_key(struct str code, struct arena *arena);
