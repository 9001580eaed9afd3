/* limits.h - every limit of the server in one table, schema/limits.json, with unit and reason.
 *
 * Read once at start, then constant: pass a `const struct limits *` to who needs one.
 * Thread: any. */
#pragma once

#include <stdint.h>
#include <stdio.h>

#include "core/str.h"
#include "gen/limits.inc"

struct limits {
#define X(name, default_, min, max, unit, reason) uint64_t name;
    LIMIT_LIST(X)
#undef X
};

/* Room for why limits_set() refused, with its final NUL. */
enum { LIMITS_WHY_SIZE = 256 };

/* All of them as the table has them. */
void limits_init(struct limits *limits);

/* Takes "NAME=VALUE"; spaces around either are fine. Returns 0, or -EINVAL and a sentence in
 * `why` (LIMITS_WHY_SIZE bytes), with the limits as they were. */
int limits_set(struct limits *limits, struct str assignment, char *why);

/* What no single entry can say for itself: ends before beginnings and the like. The same result
 * as limits_set(). */
int limits_check(const struct limits *limits, char *why);

/* One line for each: name, value in `limits`, range, unit, reason. For --help. */
void limits_print(const struct limits *limits, FILE *out);
