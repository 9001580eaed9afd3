#include "auth/jwt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "auth/keys.h"
#include "core/base64url.h"

enum { NOW = 1795331880, LIFE = 900 };

static const user_id ann = {4711};
static const session_id phone = {815};

struct fixture {
    struct keys *keys;
    struct jwt_issuer issuer;
    struct arena arena;
};

static int set_up(void **state)
{
    static const uint8_t seed[KEYS_SEED_LEN] = {1}, mac[KEYS_MAC_LEN] = {2};
    struct fixture *fixture = NEW(struct fixture);
    fixture->keys = keys_from(seed, mac);
    jwt_issuer_init(&fixture->issuer, fixture->keys, LIFE);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    keys_free(fixture->keys);
    arena_deinit(&fixture->arena);
    xfree(fixture);
    return 0;
}

/* Signs any header and claims with the right key. */
static struct str forge(struct fixture *fixture, const char *head, const char *claims)
{
    struct arena *arena = &fixture->arena;
    char *encoded_head = arena_take(arena, BASE64URL_SIZE(strlen(head)));
    char *encoded_claims = arena_take(arena, BASE64URL_SIZE(strlen(claims)));
    base64url_print(head, strlen(head), encoded_head);
    base64url_print(claims, strlen(claims), encoded_claims);
    struct str message = arena_printf(arena, "%s.%s", encoded_head, encoded_claims);
    uint8_t signature[KEYS_SIGNATURE_LEN];
    char encoded[BASE64URL_SIZE(KEYS_SIGNATURE_LEN)];
    keys_sign(fixture->keys, message, signature);
    base64url_print(signature, sizeof(signature), encoded);
    return arena_printf(arena, "%.*s.%s", STR_ARG(message), encoded);
}

static const char *own_head(struct fixture *fixture)
{
    return arena_printf(&fixture->arena, "{\"alg\":\"EdDSA\",\"typ\":\"JWT\",\"kid\":\"%.*s\"}",
                        STR_ARG(keys_kid(fixture->keys)))
        .ptr;
}

static bool verifies(struct fixture *fixture, struct str token, int64_t now_s)
{
    struct jwt_claims claims;
    return jwt_verify(&fixture->issuer, token, now_s, &claims);
}

static void a_token_tells_whose_it_is_and_until_when(void **state)
{
    struct fixture *fixture = *state;
    struct str token = jwt_sign(&fixture->issuer, ann, phone, NOW, &fixture->arena);
    struct jwt_claims claims;
    assert_true(jwt_verify(&fixture->issuer, token, NOW, &claims));
    assert_int_equal(claims.user.v, ann.v);
    assert_int_equal(claims.session.v, phone.v);
    assert_int_equal(claims.issued_at, NOW);
    assert_int_equal(claims.expires_at, NOW + LIFE);
    assert_true(token.len < JWT_MAX);
}

static void a_token_is_good_until_its_last_second(void **state)
{
    struct fixture *fixture = *state;
    struct str token = jwt_sign(&fixture->issuer, ann, phone, NOW, &fixture->arena);
    assert_true(verifies(fixture, token, NOW + LIFE - 1));
    assert_false(verifies(fixture, token, NOW + LIFE));
    assert_true(verifies(fixture, token, NOW - JWT_LEEWAY_S));
    assert_false(verifies(fixture, token, NOW - JWT_LEEWAY_S - 1));
}

static void a_shorter_life_counts_for_tokens_that_are_out(void **state)
{
    struct fixture *fixture = *state;
    struct str token = jwt_sign(&fixture->issuer, ann, phone, NOW, &fixture->arena);
    jwt_issuer_init(&fixture->issuer, fixture->keys, 60);
    assert_true(verifies(fixture, token, NOW + 59));
    assert_false(verifies(fixture, token, NOW + 60));
}

static void no_changed_character_goes_unseen(void **state)
{
    struct fixture *fixture = *state;
    struct str token = jwt_sign(&fixture->issuer, ann, phone, NOW, &fixture->arena);
    for (size_t i = 0; i < token.len; i++) {
        char *changed = (char *)(uintptr_t)arena_copy(&fixture->arena, token).ptr;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        assert_false(verifies(fixture, str_of(changed, token.len), NOW));
        assert_false(verifies(fixture, str_of(token.ptr, i), NOW));
    }
    assert_false(verifies(fixture, arena_printf(&fixture->arena, "%s.", token.ptr), NOW));
    assert_false(verifies(fixture, arena_printf(&fixture->arena, "%s=", token.ptr), NOW));
    assert_false(verifies(fixture, arena_printf(&fixture->arena, " %s", token.ptr), NOW));
}

static void the_last_character_has_one_spelling(void **state)
{
    struct fixture *fixture = *state;
    struct str token = jwt_sign(&fixture->issuer, ann, phone, NOW, &fixture->arena);
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    char *other = (char *)(uintptr_t)arena_copy(&fixture->arena, token).ptr;
    size_t good = 0;
    for (const char *digit = digits; *digit; digit++) {
        other[token.len - 1] = *digit;
        good += verifies(fixture, str_of(other, token.len), NOW);
    }
    assert_int_equal(good, 1);
}

static void other_keys_and_algorithms_have_no_way_in(void **state)
{
    struct fixture *fixture = *state;
    const char *claims = "{\"iss\":\"natternet\",\"sub\":\"00000000001\",\"sid\":\"00000000002\","
                         "\"iat\":1795331880,\"exp\":1795332780}";
    assert_true(verifies(fixture, forge(fixture, own_head(fixture), claims), NOW));
    static const char *const heads[] = {
        "{\"alg\":\"none\"}",
        "{\"alg\":\"HS256\",\"typ\":\"JWT\"}",
        "{\"alg\":\"EdDSA\",\"typ\":\"JWT\"}",
        "{\"alg\":\"EdDSA\",\"typ\":\"JWT\",\"kid\":\"another\"}",
        "{\"alg\":\"EdDSA\",\"typ\":\"JWT\",\"crit\":[\"exp\"]}",
        "",
    };
    for (size_t i = 0; i < ARRAY_LEN(heads); i++)
        assert_false(verifies(fixture, forge(fixture, heads[i], claims), NOW));

    static const uint8_t other_seed[KEYS_SEED_LEN] = {9}, mac[KEYS_MAC_LEN] = {2};
    OWN(keys_free) struct keys *others = keys_from(other_seed, mac);
    struct jwt_issuer other;
    jwt_issuer_init(&other, others, LIFE);
    assert_false(verifies(fixture, jwt_sign(&other, ann, phone, NOW, &fixture->arena), NOW));
}

static void claims_that_are_not_as_we_make_them_are_refused(void **state)
{
    struct fixture *fixture = *state;
    static const char *const bad[] = {
        "",
        "{}",
        "[]",
        "null",
        "{\"iss\":\"other\",\"sub\":\"00000000001\",\"sid\":\"00000000002\",\"iat\":1795331880,"
        "\"exp\":1795332780}",
        "{\"sub\":\"00000000001\",\"sid\":\"00000000002\",\"iat\":1795331880,\"exp\":1795332780}",
        "{\"iss\":\"natternet\",\"sub\":1,\"sid\":\"00000000002\",\"iat\":1795331880,"
        "\"exp\":1795332780}",
        "{\"iss\":\"natternet\",\"sub\":\"00000000000\",\"sid\":\"00000000002\",\"iat\":1795331880,"
        "\"exp\":1795332780}",
        "{\"iss\":\"natternet\",\"sub\":\"00000000001\",\"iat\":1795331880,\"exp\":1795332780}",
        "{\"iss\":\"natternet\",\"sub\":\"00000000001\",\"sid\":\"00000000002\",\"iat\":-1,"
        "\"exp\":1795332780}",
        "{\"iss\":\"natternet\",\"sub\":\"00000000001\",\"sid\":\"00000000002\",\"iat\":"
        "1795331880}",
        "{\"iss\":\"natternet\",\"sub\":\"00000000001\",\"sid\":\"00000000002\",\"iat\":1795331880,"
        "\"exp\":9223372036854775807}",
        "{\"iss\":\"natternet\",\"sub\":\"00000000001\",\"sid\":\"00000000002\",\"iat\":1795331880,"
        "\"exp\":1795332780,\"nbf\":1795332000}",
        "{\"iss\":\"natternet\",\"sub\":\"00000000001\",\"sid\":\"00000000002\",\"iat\":1795331880,"
        "\"exp\":1795332780,\"nbf\":\"x\"}",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(verifies(fixture, forge(fixture, own_head(fixture), bad[i]), NOW));
}

static void an_endless_token_is_not_looked_at(void **state)
{
    struct fixture *fixture = *state;
    char text[JWT_MAX + 1];
    memset(text, 'A', sizeof(text));
    assert_false(verifies(fixture, str_of(text, sizeof(text)), NOW));
    assert_false(verifies(fixture, STR_NONE, NOW));
    assert_false(verifies(fixture, STR("...."), NOW));
}

static void what_an_older_key_signed_is_good_while_the_next_one_signs(void **state)
{
    struct fixture *fixture = *state;
    uint8_t seed[KEYS_SEED_LEN] = {5}, mac[KEYS_MAC_LEN] = {6};
    OWN(keys_free) struct keys *next = keys_from(seed, mac);
    struct str old = jwt_sign(&fixture->issuer, ann, phone, NOW, &fixture->arena);
    jwt_issuer_add(&fixture->issuer, next, (int64_t)(NOW + 1) * 1000);
    struct str before = jwt_sign(&fixture->issuer, ann, phone, NOW, &fixture->arena);
    struct str behind = jwt_sign(&fixture->issuer, ann, phone, NOW + 1, &fixture->arena);
    assert_true(str_eq(old, before));
    struct str head = str_cut(&behind, '.'), old_head = str_cut(&before, '.');
    assert_false(str_eq(head, old_head));
    struct str again = jwt_sign(&fixture->issuer, ann, phone, NOW + 1, &fixture->arena);
    assert_true(verifies(fixture, old, NOW + 1));
    assert_true(verifies(fixture, again, NOW + 1));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_token_tells_whose_it_is_and_until_when),
        TEST(a_token_is_good_until_its_last_second),
        TEST(a_shorter_life_counts_for_tokens_that_are_out),
        TEST(no_changed_character_goes_unseen),
        TEST(the_last_character_has_one_spelling),
        TEST(other_keys_and_algorithms_have_no_way_in),
        TEST(claims_that_are_not_as_we_make_them_are_refused),
        TEST(an_endless_token_is_not_looked_at),
        TEST(what_an_older_key_signed_is_good_while_the_next_one_signs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
