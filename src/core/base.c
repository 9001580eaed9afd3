#include "core/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

void require_failed(const char *what, const char *file, int line)
{
    fprintf(stderr, "natternet: broken promise in our own code: %s (%s:%d)\n", what, file, line);
    abort();
}

static _Noreturn void out_of_memory(size_t size)
{
    fprintf(stderr, "natternet: out of memory (asked for %zu bytes)\n", size);
    abort();
}

void *xmalloc(size_t size)
{
    void *ptr = memory_try(NULL, size);
    if (!ptr)
        out_of_memory(size);
    return ptr;
}

void *xcalloc(size_t count, size_t size)
{
    void *ptr = calloc(count ? count : 1, size ? size : 1);
    if (LIKELY(ptr))
        return ptr;
    size_t bytes;
    REQUIRE(!__builtin_mul_overflow(count, size, &bytes));
    ptr = memory_try(NULL, bytes);
    if (!ptr)
        out_of_memory(bytes);
    return memset(ptr, 0, bytes ? bytes : 1);
}

void *xrealloc(void *old, size_t size)
{
    void *ptr = memory_try(old, size);
    if (!ptr)
        out_of_memory(size);
    return ptr;
}

void xfree(void *ptr)
{
    free(ptr);
}
