/* limits.h - every limit of the server in one table, schema/limits.json, with unit and reason.
 *
 * Read once at start, then constant: pass a `const struct limits *` to who needs one.
 * Thread: any. */
#pragma once

#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>

#include "core/str.h"
#include "gen/limits.inc"

enum limit_id {
#define X(name, default_, min, max, unit, reason, past) LIMIT_ID_##name,
    LIMIT_LIST(X)
#undef X
        LIMIT_COUNT
};

/* How often each was hit. The one thing about limits that changes. */
struct limit_hits {
    _Atomic uint64_t of[LIMIT_COUNT];
};

struct limits {
#define X(name, default_, min, max, unit, reason, past) uint64_t name;
    LIMIT_LIST(X)
#undef X
    struct limit_hits *hits; /* borrowed; NULL: nobody counts */
};

/* Counts that somebody ran into the limit, and was told or cut. Any thread. */
#define LIMIT_HIT(limits, name) limits_hit(limits, LIMIT_ID_##name)
void limits_hit(const struct limits *limits, enum limit_id id); /* where the name is a value */
/* The value, where the name is one. */
uint64_t limits_get(const struct limits *limits, enum limit_id id);

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

/* Prometheus text: the values, and the hits of those that have something past them. */
struct buf;
void limits_metrics(const struct limits *limits, struct buf *out);

/* One line for each: name, value in `limits`, range, unit, reason. For --help. */
void limits_print(const struct limits *limits, FILE *out);
