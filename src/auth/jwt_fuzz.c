/* Tokens from outside: as they come, and as claims that we signed ourselves (the parser behind the
 * signature must not rely on nobody getting that far). */
#include "auth/jwt.h"

#include "auth/keys.h"
#include "auth/refresh_token.h"
#include "core/base64url.h"

enum { NOW = 1795331880, LIFE = 900 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct jwt_issuer *issuer_get(void)
{
    static const uint8_t seed[KEYS_SEED_LEN] = {1}, mac[KEYS_MAC_LEN] = {2};
    static struct jwt_issuer issuer;
    if (!issuer.count)
        jwt_issuer_init(&issuer, keys_from(seed, mac), LIFE);
    return &issuer;
}

static void try_token(const struct jwt_issuer *issuer, struct str token)
{
    struct jwt_claims claims;
    if (!jwt_verify(issuer, token, NOW, &claims))
        return;
    REQUIRE(claims.user.v != 0 && claims.session.v != 0);
    REQUIRE(claims.expires_at > NOW && claims.issued_at <= NOW + JWT_LEEWAY_S);
}

static void try_signed(const struct jwt_issuer *issuer, struct str claims)
{
    if (claims.len > JWT_MAX)
        return;
    char encoded[BASE64URL_SIZE(JWT_MAX)], signature_text[BASE64URL_SIZE(KEYS_SIGNATURE_LEN)];
    uint8_t signature[KEYS_SIGNATURE_LEN];
    OWN(buf_deinit) struct buf token = BUF_INIT;
    buf_put(&token, issuer->keys[0].head, issuer->keys[0].head_len);
    buf_put_char(&token, '.');
    buf_put_str(&token, base64url_print(claims.ptr, claims.len, encoded));
    keys_sign(issuer->keys[0].keys, buf_str(&token), signature);
    buf_put_char(&token, '.');
    buf_put_str(&token, base64url_print(signature, sizeof(signature), signature_text));
    try_token(issuer, buf_str(&token));
}

/* What is a refresh token is the one text of what it says. */
static void try_refresh(const struct jwt_issuer *issuer, struct str text)
{
    struct refresh_token token;
    if (!refresh_token_parse(text, &token))
        return;
    struct session session = {.id = token.session};
    char again[REFRESH_TOKEN_SIZE];
    if (refresh_token_is_genuine(issuer->keys[0].keys, &session, &token))
        REQUIRE(str_eq(
            text, refresh_token_print(issuer->keys[0].keys, &session, token.generation, again)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = str_of((const char *)data, size);
    try_token(issuer_get(), text);
    try_signed(issuer_get(), text);
    try_refresh(issuer_get(), text);
    return 0;
}
