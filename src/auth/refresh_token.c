#include "auth/refresh_token.h"

#include <sodium.h>

#include "auth/keys.h"
#include "core/base64url.h"

enum { HEAD_LEN = 8 + 4, TOKEN_BYTES = HEAD_LEN + REFRESH_TOKEN_MAC_LEN };

_Static_assert(BASE64URL_SIZE(TOKEN_BYTES) == REFRESH_TOKEN_SIZE, "44 bytes are 59 characters");
_Static_assert((int)KEYS_MAC_LEN == (int)REFRESH_TOKEN_MAC_LEN, "the whole MAC is in the token");

static void put_big_endian(uint8_t *out, uint64_t value, size_t len)
{
    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)(value >> (8 * (len - 1 - i)));
}

static uint64_t get_big_endian(const uint8_t *in, size_t len)
{
    uint64_t value = 0;
    for (size_t i = 0; i < len; i++)
        value = value << 8 | in[i];
    return value;
}

/* The label in front keeps this MAC apart from any other use of the key. */
static void make_mac(const struct keys *keys, const uint8_t head[HEAD_LEN],
                     const uint8_t salt[SESSION_SALT_LEN], uint8_t *out)
{
    static const char label[16] = "refresh token 1";
    uint8_t message[sizeof(label) + HEAD_LEN + SESSION_SALT_LEN];
    memcpy(message, label, sizeof(label));
    memcpy(message + sizeof(label), head, HEAD_LEN);
    memcpy(message + sizeof(label) + HEAD_LEN, salt, SESSION_SALT_LEN);
    keys_mac(keys, message, sizeof(message), out);
}

static void put_head(uint8_t *out, session_id session, uint32_t generation)
{
    put_big_endian(out, session.v, 8);
    put_big_endian(out + 8, generation, 4);
}

struct str refresh_token_print(const struct keys *keys, const struct session *session,
                               uint32_t generation, char out[REFRESH_TOKEN_SIZE])
{
    uint8_t bytes[TOKEN_BYTES];
    put_head(bytes, session->id, generation);
    make_mac(keys, bytes, session->salt, bytes + HEAD_LEN);
    struct str text = base64url_print(bytes, sizeof(bytes), out);
    sodium_memzero(bytes, sizeof(bytes));
    return text;
}

bool refresh_token_parse(struct str text, struct refresh_token *out)
{
    uint8_t bytes[TOKEN_BYTES];
    size_t len;
    if (text.len != REFRESH_TOKEN_LEN || !base64url_parse(text, bytes, sizeof(bytes), &len) ||
        len != sizeof(bytes))
        return false;
    out->session.v = get_big_endian(bytes, 8);
    out->generation = (uint32_t)get_big_endian(bytes + 8, 4);
    memcpy(out->mac, bytes + HEAD_LEN, sizeof(out->mac));
    return out->session.v >= 1 && out->session.v <= INT64_MAX;
}

bool refresh_token_is_genuine(const struct keys *keys, const struct session *session,
                              const struct refresh_token *token)
{
    uint8_t head[HEAD_LEN], mac[REFRESH_TOKEN_MAC_LEN];
    put_head(head, session->id, token->generation);
    make_mac(keys, head, session->salt, mac);
    bool same =
        token->session.v == session->id.v && sodium_memcmp(mac, token->mac, sizeof(mac)) == 0;
    sodium_memzero(mac, sizeof(mac));
    return same;
}
