#include "auth/jwt.h"

#include <inttypes.h>
#include <stdio.h>

#include "auth/keys.h"
#include "core/base64url.h"
#include "json/reader.h"

#define ISSUER "natternet"

enum { SIGNATURE_TEXT_LEN = BASE64URL_SIZE(KEYS_SIGNATURE_LEN) - 1 };

void jwt_issuer_init(struct jwt_issuer *issuer, const struct keys *keys, uint64_t life_s)
{
    issuer->life_s = (int64_t)life_s;
    issuer->count = 0;
    jwt_issuer_add(issuer, keys, 0);
}

void jwt_issuer_add(struct jwt_issuer *issuer, const struct keys *keys, int64_t from_ms)
{
    REQUIRE(issuer->count < JWT_KEYS_MOST);
    struct jwt_key *key = &issuer->keys[issuer->count++];
    char head[96];
    int len = snprintf(head, sizeof(head), "{\"alg\":\"EdDSA\",\"typ\":\"JWT\",\"kid\":\"%.*s\"}",
                       STR_ARG(keys_kid(keys)));
    REQUIRE(len > 0 && (size_t)len < sizeof(head));
    REQUIRE(BASE64URL_SIZE((size_t)len) <= sizeof(key->head));
    key->keys = keys;
    key->from_ms = from_ms;
    key->head_len = base64url_print(head, (size_t)len, key->head).len;
}

static const struct jwt_key *signing_key(const struct jwt_issuer *issuer, int64_t now_s)
{
    size_t at = issuer->count - 1;
    while (at > 0 && issuer->keys[at].from_ms > now_s * 1000)
        at--;
    return &issuer->keys[at];
}

/* NULL: it is none that we write. */
static const struct jwt_key *key_of(const struct jwt_issuer *issuer, struct str head)
{
    for (size_t i = 0; i < issuer->count; i++)
        if (str_eq(head, str_of(issuer->keys[i].head, issuer->keys[i].head_len)))
            return &issuer->keys[i];
    return NULL;
}

static void put_base64url(struct buf *out, const void *data, size_t len)
{
    size_t size = BASE64URL_SIZE(len);
    out->len += base64url_print(data, len, buf_reserve(out, size)).len;
}

struct str jwt_sign(const struct jwt_issuer *issuer, user_id user, session_id session,
                    int64_t now_s, struct arena *arena)
{
    char sub[BASE62_LEN], sid[BASE62_LEN], body[192];
    base62_print(user.v, sub);
    base62_print(session.v, sid);
    int len = snprintf(body, sizeof(body),
                       "{\"iss\":\"" ISSUER "\",\"sub\":\"%.*s\",\"sid\":\"%.*s\","
                       "\"iat\":%" PRId64 ",\"exp\":%" PRId64 "}",
                       BASE62_LEN, sub, BASE62_LEN, sid, now_s, now_s + issuer->life_s);
    REQUIRE(len > 0 && (size_t)len < sizeof(body));

    OWN(buf_deinit) struct buf token = BUF_INIT;
    const struct jwt_key *key = signing_key(issuer, now_s);
    buf_put(&token, key->head, key->head_len);
    buf_put_char(&token, '.');
    put_base64url(&token, body, (size_t)len);
    uint8_t signature[KEYS_SIGNATURE_LEN];
    keys_sign(key->keys, buf_str(&token), signature);
    buf_put_char(&token, '.');
    put_base64url(&token, signature, sizeof(signature));
    return arena_copy(arena, buf_str(&token));
}

static bool get_id(const struct json *claims, struct str name, uint64_t *out)
{
    struct str text;
    return json_to_text(json_get(claims, name), &text) && base62_parse(text, out);
}

/* NumericDate (RFC 7519, section 2), whole seconds within the years that we can print. */
static bool get_time(const struct json *claims, struct str name, int64_t *out)
{
    enum { YEAR_9999_BITS = 38 };
    uint64_t value;
    if (!json_to_u64(json_get(claims, name), &value) || value >> YEAR_9999_BITS != 0)
        return false;
    *out = (int64_t)value;
    return true;
}

static bool has_issuer(const struct json *claims)
{
    struct str text;
    return json_to_text(json_get(claims, STR("iss")), &text) && str_eq(text, STR(ISSUER));
}

/* `nbf` is never written by us; where it is, it has to be a time before the token's end. */
static bool not_before_is_fine(const struct json *claims, int64_t issued_at)
{
    int64_t not_before;
    if (!json_get(claims, STR("nbf")))
        return true;
    return get_time(claims, STR("nbf"), &not_before) && not_before <= issued_at;
}

static bool claims_read(const struct json *claims, struct jwt_claims *out)
{
    return claims && has_issuer(claims) && get_id(claims, STR("sub"), &out->user.v) &&
           get_id(claims, STR("sid"), &out->session.v) &&
           get_time(claims, STR("iat"), &out->issued_at) &&
           get_time(claims, STR("exp"), &out->expires_at) &&
           not_before_is_fine(claims, out->issued_at);
}

/* The decoded body alone; nothing is proved or compared with a clock. */
static bool jwt_claims_parse(struct str json, struct jwt_claims *out)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct jwt_claims claims;
    struct str why;
    if (!claims_read(json_parse(&arena, json, &why), &claims))
        return false;
    *out = claims;
    return true;
}

bool jwt_is_current(const struct jwt_issuer *issuer, const struct jwt_claims *claims, int64_t now_s)
{
    return claims->issued_at <= now_s + JWT_LEEWAY_S && now_s < claims->expires_at &&
           now_s < claims->issued_at + issuer->life_s;
}

static bool is_signed(const struct jwt_key *key, struct str message, struct str signature)
{
    uint8_t bytes[KEYS_SIGNATURE_LEN];
    size_t len;
    return signature.len == SIGNATURE_TEXT_LEN &&
           base64url_parse(signature, bytes, sizeof(bytes), &len) && len == sizeof(bytes) &&
           keys_verify(key->keys, message, bytes);
}

bool jwt_verify(const struct jwt_issuer *issuer, struct str token, int64_t now_s,
                struct jwt_claims *out)
{
    if (token.len > JWT_MAX)
        return false;
    struct str rest = token;
    struct str head = str_cut(&rest, '.'), body = str_cut(&rest, '.'), signature = rest;
    const struct jwt_key *key = key_of(issuer, head);
    if (!key || !is_signed(key, str_of(token.ptr, head.len + 1 + body.len), signature))
        return false;

    char json[JWT_MAX];
    size_t len;
    struct jwt_claims claims;
    if (!base64url_parse(body, json, sizeof(json), &len) ||
        !jwt_claims_parse(str_of(json, len), &claims) || !jwt_is_current(issuer, &claims, now_s))
        return false;
    *out = claims;
    return true;
}
