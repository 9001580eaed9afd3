#include "auth/key_ring.h"

#include <sodium.h>

enum { OLD_FORM_LEN = KEYS_SEED_LEN + KEYS_MAC_LEN, TIME_LEN = 8 };

static void put_time(uint8_t *out, int64_t value)
{
    for (int i = 0; i < TIME_LEN; i++)
        out[i] = (uint8_t)((uint64_t)value >> (56 - 8 * i));
}

static int64_t get_time(const uint8_t *in)
{
    uint64_t value = 0;
    for (int i = 0; i < TIME_LEN; i++)
        value = value << 8 | in[i];
    return (int64_t)value;
}

bool key_ring_read(struct str stored, int64_t now, struct key_ring *out)
{
    const uint8_t *at = (const uint8_t *)stored.ptr;
    *out = (struct key_ring){0};
    if (stored.len == OLD_FORM_LEN) {
        memcpy(out->keys[0].seed, at, KEYS_SEED_LEN);
        memcpy(out->mac, at + KEYS_SEED_LEN, KEYS_MAC_LEN);
        out->keys[0].from = now;
        out->count = 1;
        return true;
    }
    size_t keys = stored.len < KEYS_MAC_LEN ? 0 : stored.len - KEYS_MAC_LEN;
    if (keys == 0 || keys % KEY_RING_KEY_SIZE != 0 || keys / KEY_RING_KEY_SIZE > KEY_RING_MOST)
        return false;
    memcpy(out->mac, at, KEYS_MAC_LEN);
    at += KEYS_MAC_LEN;
    for (; out->count < keys / KEY_RING_KEY_SIZE; out->count++, at += KEY_RING_KEY_SIZE) {
        memcpy(out->keys[out->count].seed, at, KEYS_SEED_LEN);
        out->keys[out->count].from = get_time(at + KEYS_SEED_LEN);
    }
    return true;
}

struct str key_ring_print(const struct key_ring *ring, uint8_t out[KEY_RING_SIZE])
{
    uint8_t *at = out;
    memcpy(at, ring->mac, KEYS_MAC_LEN);
    at += KEYS_MAC_LEN;
    for (size_t i = 0; i < ring->count; i++, at += KEY_RING_KEY_SIZE) {
        memcpy(at, ring->keys[i].seed, KEYS_SEED_LEN);
        put_time(at + KEYS_SEED_LEN, ring->keys[i].from);
    }
    return str_of((const char *)out, (size_t)(at - out));
}

/* The first has signed nothing that is believed still: the second has long been at it. */
static bool is_spent(const struct key_ring *ring, int64_t now, const struct key_ages *ages)
{
    return ring->count > 1 && now - ring->keys[1].from > ages->life + ages->ahead;
}

bool key_ring_turn(struct key_ring *ring, int64_t now, const struct key_ages *ages)
{
    bool changed = false;
    while (is_spent(ring, now, ages)) {
        memmove(&ring->keys[0], &ring->keys[1], (ring->count - 1) * sizeof(ring->keys[0]));
        sodium_memzero(&ring->keys[--ring->count], sizeof(ring->keys[0]));
        changed = true;
    }
    if (ring->count == KEY_RING_MOST || now - ring->keys[ring->count - 1].from < ages->age)
        return changed;
    randombytes_buf(ring->keys[ring->count].seed, KEYS_SEED_LEN);
    ring->keys[ring->count++].from = now + ages->ahead;
    return true;
}

size_t key_ring_signing(const struct key_ring *ring, int64_t now)
{
    size_t at = ring->count - 1;
    while (at > 0 && ring->keys[at].from > now)
        at--;
    return at;
}
