/* params.h - the query of a request's target, and what acts need that clients may leave out.
 * Thread: any. Private to api. */
#pragma once

#include "core/arena.h"
#include "model/problem.h"

struct params {
    struct arena *arena;
    struct str query;        /* as it came, still percent-encoded */
    struct problem *problem; /* sticky: the first error stays */
};

/* What people, groups and reports are looked for by: bytes, at most. */
enum { PARAMS_SEARCH_MAX = 256 };

/* Decoded; STR_NONE if absent. Broken percent-encoding or text that is not UTF-8: a problem. */
struct str params_text(struct params *params, const char *name, size_t max);
uint64_t params_number(struct params *params, const char *name, uint64_t min, uint64_t max,
                       uint64_t otherwise);
bool params_has(const struct params *params, const char *name);

/* Percent-decodes a path segment or value; false if it is broken. */
bool params_decode(struct arena *arena, struct str text, bool plus_is_space, struct str *out);

struct problem params_bad_cursor(void);
struct problem params_two_positions(struct str field);
struct str params_new_nonce(struct arena *arena); /* where the client sent none */
