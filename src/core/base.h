/* base.h - the few words that every file may use.
 *
 * REQUIRE states a contract between our own modules. It stays on in release builds and aborts
 * with the place; it is never used on bytes that came from outside.
 * OWN frees a local at the end of its scope; TAKE hands it over by a visible word.
 * Thread: any.
 * Fails:  what cannot be allocated, and what REQUIRE does not hold, ends the program. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNUSED __attribute__((unused))

/* Holds a structure to the size that docs/design/speed.md tells; there are as many as connections. */
#ifdef __x86_64__
#define IS_SIZED(type, bytes)                                                                      \
    _Static_assert(sizeof(type) == (bytes), "docs/design/speed.md says how large it is")
#else
#define IS_SIZED(type, bytes) _Static_assert(sizeof(type) > 0, "other machines, other sizes")
#endif

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define CONTAINER_OF(ptr, type, member) ((type *)(void *)((char *)(ptr)-offsetof(type, member)))

/* OWN(thing_free) struct thing *t = ...: calls thing_free_p(&t), made by OWN_DEFINE. */
#define OWN(free_fn) __attribute__((cleanup(free_fn##_p)))
#define OWN_DEFINE(free_fn, type)                                                                  \
    static inline UNUSED void free_fn##_p(type *p)                                                 \
    {                                                                                              \
        free_fn(*p);                                                                               \
    }
#define TAKE(p)                                                                                    \
    ({                                                                                             \
        __auto_type taken_ = (p);                                                                  \
        (p) = NULL;                                                                                \
        taken_;                                                                                    \
    })

/* Memory that will be written soon is on its way into the cache while something else is done. */
static inline void fetch_soon(const void *object, size_t size)
{
    enum { CACHE_LINE = 64 };
    for (size_t at = 0; at < size; at += CACHE_LINE)
        __builtin_prefetch((const char *)object + at, 1);
}

_Noreturn void require_failed(const char *what, const char *file, int line);
#define REQUIRE(cond) (LIKELY(cond) ? (void)0 : require_failed(#cond, __FILE__, __LINE__))

/* Memory that is ours and small: running out of it ends the program with a message, since no
 * caller could go on; memory.h sees to it that the doors close long before. Sizes that a client
 * chooses are bounded by the limits table before. */
void *xmalloc(size_t size) MUST_USE __attribute__((malloc, returns_nonnull));
/* Zeroed. */
void *xcalloc(size_t count, size_t size) MUST_USE __attribute__((malloc, returns_nonnull));
void *xrealloc(void *old, size_t size) MUST_USE __attribute__((returns_nonnull));
void xfree(void *ptr); /* NULL is fine */
OWN_DEFINE(xfree, void *)

/* One object, zeroed. */
#define NEW(type) ((type *)xcalloc(1, sizeof(type)))
