#include "core/arena.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>

enum { BLOCK_BYTES = 4096, ALIGN = 16 };

struct arena_block {
    struct arena_block *next;
    size_t size;
    _Alignas(ALIGN) char bytes[];
};

/* Each thread keeps one block for its next arena: malloc() takes long over what is so large. Not where it is to be
 * found out who uses memory that is gone. */
#ifdef __SANITIZE_ADDRESS__
#define KEEPS_SPARE 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define KEEPS_SPARE 0
#endif
#endif
#ifndef KEEPS_SPARE
#define KEEPS_SPARE 1
#endif
static pthread_key_t spare_key;
static pthread_once_t spare_once = PTHREAD_ONCE_INIT;

static void make_spare_key(void)
{
    REQUIRE(pthread_key_create(&spare_key, xfree) == 0);
}

static struct arena_block *spare_take(void)
{
    if (!KEEPS_SPARE)
        return NULL;
    REQUIRE(pthread_once(&spare_once, make_spare_key) == 0);
    struct arena_block *spare = pthread_getspecific(spare_key);
    if (spare)
        pthread_setspecific(spare_key, NULL);
    return spare;
}

/* False: there is one already. */
static bool spare_keep(struct arena_block *block)
{
    if (!KEEPS_SPARE || block->size != BLOCK_BYTES)
        return false;
    REQUIRE(pthread_once(&spare_once, make_spare_key) == 0);
    return !pthread_getspecific(spare_key) && pthread_setspecific(spare_key, block) == 0;
}

/* Of the open block, which is the first, only the beginning was given away. */
static size_t used_of(const struct arena *arena, const struct arena_block *block)
{
    bool open = arena->end == block->bytes + block->size;
    return open ? (size_t)(arena->at - block->bytes) : block->size;
}

void arena_deinit(struct arena *arena)
{
    struct arena_block *block = arena->blocks;
    while (block) {
        struct arena_block *next = block->next;
        explicit_bzero(block->bytes, used_of(arena, block));
        if (!spare_keep(block))
            xfree(block);
        block = next;
    }
    *arena = ARENA_INIT;
}

static struct arena_block *block_new(size_t size)
{
    struct arena_block *block = xmalloc(sizeof(*block) + size);
    block->size = size;
    return block;
}

/* A large piece that the open block has no room for gets one of its own, so that the open block keeps its rest. */
static void *take_alone(struct arena *arena, size_t size)
{
    struct arena_block *block = block_new(size);
    if (arena->blocks) {
        block->next = arena->blocks->next;
        arena->blocks->next = block;
    } else {
        block->next = NULL;
        arena->blocks = block;
    }
    return block->bytes;
}

static void open_block(struct arena *arena)
{
    struct arena_block *block = spare_take();
    if (!block)
        block = block_new(BLOCK_BYTES);
    block->next = arena->blocks;
    arena->blocks = block;
    arena->at = block->bytes;
    arena->end = block->bytes + BLOCK_BYTES;
}

static void *take_raw(struct arena *arena, size_t size)
{
    REQUIRE(size < SIZE_MAX / 2);
    size = size ? size : 1; /* an empty array is a pointer too */
    size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    if ((size_t)(arena->end - arena->at) < size) {
        if (size > BLOCK_BYTES || (size > BLOCK_BYTES / 4 && arena->blocks))
            return take_alone(arena, size);
        open_block(arena);
    }
    void *piece = arena->at;
    arena->at += size;
    return piece;
}

void *arena_take(struct arena *arena, size_t size)
{
    return memset(take_raw(arena, size), 0, size);
}

void *arena_take_array(struct arena *arena, size_t count, size_t size)
{
    size_t bytes;
    REQUIRE(!__builtin_mul_overflow(count, size, &bytes));
    return arena_take(arena, bytes);
}

struct str arena_copy(struct arena *arena, struct str s)
{
    char *copy = take_raw(arena, s.len + 1);
    if (s.len)
        memcpy(copy, s.ptr, s.len);
    copy[s.len] = '\0';
    return str_of(copy, s.len);
}

struct str arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    REQUIRE(len >= 0);
    char *text = take_raw(arena, (size_t)len + 1);
    vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    return str_of(text, (size_t)len);
}
