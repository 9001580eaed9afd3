#include "core/map.h"

void map_deinit(struct map *map)
{
    xfree(map->slots);
    *map = (struct map){0};
}

/* The slot that holds the key, or the free one where it would go. */
static struct map_slot *find(const struct map *map, uint64_t key)
{
    uint32_t mask = map->cap - 1;
    uint32_t at = (uint32_t)map_hash(key) & mask;
    while (map->slots[at].key != 0 && map->slots[at].key != key)
        at = (at + 1) & mask;
    return &map->slots[at];
}

static void resize(struct map *map, uint32_t cap)
{
    struct map old = *map;
    map->slots = xcalloc(cap, sizeof(struct map_slot));
    map->cap = cap;
    MAP_EACH (slot, &old)
        *find(map, slot->key) = *slot;
    xfree(old.slots);
}

void *map_get(const struct map *map, uint64_t key)
{
    return map->len ? find(map, key)->value : NULL;
}

void map_put(struct map *map, uint64_t key, void *value)
{
    REQUIRE(key != 0 && value);
    if (map->len + 1 > map->cap / 4 * 3) {
        REQUIRE(map->cap < UINT32_MAX / 2);
        resize(map, map->cap ? map->cap * 2 : 4);
    }
    struct map_slot *slot = find(map, key);
    if (slot->key == 0)
        map->len++;
    *slot = (struct map_slot){key, value};
}

void *map_remove(struct map *map, uint64_t key)
{
    if (map->len == 0)
        return NULL;
    struct map_slot *hole = find(map, key);
    if (hole->key == 0)
        return NULL;
    void *value = hole->value;
    uint32_t mask = map->cap - 1;
    uint32_t at = (uint32_t)(hole - map->slots);
    for (uint32_t next = (at + 1) & mask; map->slots[next].key != 0; next = (next + 1) & mask) {
        uint32_t home = (uint32_t)map_hash(map->slots[next].key) & mask;
        if (((next - home) & mask) < ((next - at) & mask))
            continue; /* it would move in front of its own home */
        map->slots[at] = map->slots[next];
        at = next;
    }
    map->slots[at] = (struct map_slot){0, NULL};
    if (--map->len == 0)
        map_deinit(map);
    return value;
}
