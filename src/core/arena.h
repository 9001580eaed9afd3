/* arena.h - memory that lives as long as one request and goes as a whole.
 *
 * Cheap to take from, impossible to free piecemeal. What must outlive the request is copied into
 * something counted (bytes.h). It is wiped as it goes: passwords and tokens pass through. Drawback: a request that takes in a loop grows until its end, so
 * loops over client-sized data are bounded by the limits table.
 * Thread: one at a time; may be handed over between threads as a whole. */
#pragma once

#include "core/base.h"
#include "core/str.h"

struct arena_block;
struct arena {
    struct arena_block *blocks;
    char *at, *end;
};

#define ARENA_INIT                                                                                 \
    (struct arena)                                                                                 \
    {                                                                                              \
        NULL, NULL, NULL                                                                           \
    }

void arena_deinit(struct arena *arena); /* an empty one again */
static inline void arena_deinit_p(struct arena *arena)
{
    arena_deinit(arena);
}

void *arena_take(struct arena *arena, size_t size); /* aligned for anything, zeroed */
void *arena_take_array(struct arena *arena, size_t count, size_t size);
struct str arena_copy(struct arena *arena, struct str s); /* NUL behind it, not counted */
struct str arena_printf(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);

#define ARENA_NEW(arena, type) ((type *)arena_take((arena), sizeof(type)))
