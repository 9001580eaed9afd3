/* map.h - 64-bit keys to pointers: open addressing, linear probing, deletion by shifting back.
 * Owns:   its table, never the values. Key 0 is not a key (no id is 0).
 * Cost:   16 bytes a slot, at most three quarters full; empty, it holds no memory.
 * Thread: one. */
#pragma once

#include "core/base.h"

struct map_slot {
    uint64_t key;
    void *value;
};

struct map {
    struct map_slot *slots;
    uint32_t cap, len;
};

void map_deinit(struct map *map);
void *map_get(const struct map *map, uint64_t key);       /* NULL if absent */
void map_put(struct map *map, uint64_t key, void *value); /* adds or replaces; not NULL */
void *map_remove(struct map *map, uint64_t key);          /* what was there, or NULL */

/* Visits every entry; the map must not change meanwhile. */
#define MAP_EACH(slot, map)                                                                        \
    for (struct map_slot *slot = (map)->slots,                                                     \
                         *slot##_end = (map)->cap ? (map)->slots + (map)->cap : NULL;              \
         slot != slot##_end; slot++)                                                               \
        if (slot->key != 0)

/* Mixes a key so that close ones land far apart (the finaliser of SplitMix64). */
static inline uint64_t map_hash(uint64_t key)
{
    key = (key ^ (key >> 30)) * 0xbf58476d1ce4e5b9u;
    key = (key ^ (key >> 27)) * 0x94d049bb133111ebu;
    return key ^ (key >> 31);
}
