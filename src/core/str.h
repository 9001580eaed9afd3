/* str.h - text as a borrowed slice, from socket to database.
 * Owns: nothing; the bytes live wherever they came from. May hold any byte, NUL included. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
    const char *ptr;
    size_t len;
};

#define STR_INIT(lit)                                                                              \
    {                                                                                              \
        "" lit, sizeof(lit) - 1                                                                    \
    }
#define STR(lit) ((struct str)STR_INIT(lit))
#define STR_NONE ((struct str){NULL, 0})
#define STR_ARG(s) (int)(s).len, (s).ptr /* printf("%.*s", STR_ARG(name)) */

static inline struct str str_of(const char *ptr, size_t len)
{
    return (struct str){ptr, len};
}

static inline struct str str_from_c(const char *c)
{
    return (struct str){c, c ? strlen(c) : 0};
}

static inline bool str_eq(struct str a, struct str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool str_eq_nocase(struct str a, struct str b); /* ASCII letters only, for HTTP field names */
bool str_starts(struct str s, struct str prefix);
int str_compare(struct str a, struct str b);

/* Cuts `rest` at the first `separator`: returns what was before it, leaves what is behind it.
 * Without one, returns all and leaves an empty slice whose ptr is NULL. */
struct str str_cut(struct str *rest, char separator);
struct str str_trim(struct str s); /* spaces and tabs at both ends */

/* A whole decimal number without sign, space or leading plus; false if it is not one or does
 * not fit in 64 bits. */
bool str_to_u64(struct str s, uint64_t *out);

/* RFC 3629: no overlong forms, no surrogates, nothing past U+10FFFF. */
bool str_is_utf8(struct str s);
