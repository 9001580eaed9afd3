#include "auth/room_link.h"

#include <sodium.h>

#include "auth/keys.h"
#include "core/base64url.h"

enum { HEAD_LEN = 16, MAC_LEN = 16, CODE_BYTES = HEAD_LEN + MAC_LEN };

_Static_assert(BASE64URL_SIZE(CODE_BYTES) == ROOM_LINK_SIZE, "32 bytes are 43 characters");

static void put_big_endian(uint8_t *out, uint64_t value)
{
    for (size_t i = 0; i < 8; i++)
        out[i] = (uint8_t)(value >> (8 * (7 - i)));
}

static uint64_t get_big_endian(const uint8_t *in)
{
    uint64_t value = 0;
    for (size_t i = 0; i < 8; i++)
        value = value << 8 | in[i];
    return value;
}

/* The label in front keeps this MAC apart from any other use of the key. */
static void make_mac(const struct keys *keys, const uint8_t *head, uint8_t *out)
{
    static const char label[16] = "room link 1";
    uint8_t message[sizeof(label) + HEAD_LEN], mac[KEYS_MAC_LEN];
    memcpy(message, label, sizeof(label));
    memcpy(message + sizeof(label), head, HEAD_LEN);
    keys_mac(keys, message, sizeof(message), mac);
    memcpy(out, mac, MAC_LEN);
    sodium_memzero(mac, sizeof(mac));
}

struct str room_link_print(const struct keys *keys, room_id room, uint64_t seq,
                           char out[ROOM_LINK_SIZE])
{
    uint8_t bytes[CODE_BYTES];
    put_big_endian(bytes, room.v);
    put_big_endian(bytes + 8, seq);
    make_mac(keys, bytes, bytes + HEAD_LEN);
    struct str code = base64url_print(bytes, sizeof(bytes), out);
    sodium_memzero(bytes, sizeof(bytes));
    return code;
}

bool room_link_read(const struct keys *keys, struct str code, room_id *room, uint64_t *seq)
{
    uint8_t bytes[CODE_BYTES], mac[MAC_LEN];
    size_t len;
    if (code.len != ROOM_LINK_LEN || !base64url_parse(code, bytes, sizeof(bytes), &len) ||
        len != sizeof(bytes))
        return false;
    make_mac(keys, bytes, mac);
    bool genuine = sodium_memcmp(mac, bytes + HEAD_LEN, sizeof(mac)) == 0;
    room->v = get_big_endian(bytes);
    *seq = get_big_endian(bytes + 8);
    sodium_memzero(mac, sizeof(mac));
    return genuine;
}
