/* test_json.h - what the tests of the encoders share: JSON compared as text, and parsed back, so that
 * names, order and grammar are all checked. For tests alone. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "json/reader.h"
#include "proto/encode.h"

static const int64_t NOON = 1795345200123; /* 2026-11-22T11:00:00.123Z */

/* Text of a fixture, with ' where JSON has ". */
static inline struct str test_json(struct arena *arena, const char *text)
{
    struct str copy = arena_copy(arena, str_from_c(text));
    for (char *at = (char *)(uintptr_t)copy.ptr; *at; at++)
        if (*at == '\'')
            *at = '"';
    return copy;
}

/* What was written is exactly `expected`, and is JSON; empties the buffer. */
static inline void assert_json(struct buf *out, const char *expected)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct str wanted = test_json(&arena, expected), why = STR_NONE;
    if (!str_eq(buf_str(out), wanted))
        fail_msg("\n%.*s is not\n%.*s", STR_ARG(buf_str(out)), STR_ARG(wanted));
    if (!json_parse(&arena, buf_str(out), &why))
        fail_msg("%.*s: %.*s", STR_ARG(why), STR_ARG(wanted));
    buf_clear(out);
}
