#include "auth/refresh_token.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "auth/keys.h"

static const struct session phone = {
    .id = {0x0123456789abcdef}, .salt = {1, 2, 3}, .generation = 1};

static struct keys *some_keys(uint8_t first)
{
    uint8_t seed[KEYS_SEED_LEN] = {1}, mac[KEYS_MAC_LEN] = {first};
    return keys_from(seed, mac);
}

static void a_token_names_its_session_and_generation(void **state)
{
    (void)state;
    OWN(keys_free) struct keys *keys = some_keys(1);
    char text[REFRESH_TOKEN_SIZE];
    struct refresh_token token;
    struct str printed = refresh_token_print(keys, &phone, 7, text);
    assert_int_equal(printed.len, REFRESH_TOKEN_LEN);
    assert_true(refresh_token_parse(printed, &token));
    assert_int_equal(token.session.v, phone.id.v);
    assert_int_equal(token.generation, 7);
    assert_true(refresh_token_is_genuine(keys, &phone, &token));
}

static void a_generation_has_always_the_same_token_and_no_two_share_one(void **state)
{
    (void)state;
    OWN(keys_free) struct keys *keys = some_keys(1);
    char first[REFRESH_TOKEN_SIZE], again[REFRESH_TOKEN_SIZE], next[REFRESH_TOKEN_SIZE];
    refresh_token_print(keys, &phone, 7, first);
    refresh_token_print(keys, &phone, 7, again);
    refresh_token_print(keys, &phone, 8, next);
    assert_string_equal(first, again);
    assert_string_not_equal(first, next);
}

static void what_the_database_holds_makes_no_token(void **state)
{
    (void)state;
    OWN(keys_free) struct keys *keys = some_keys(1);
    OWN(keys_free) struct keys *others = some_keys(2);
    char text[REFRESH_TOKEN_SIZE];
    struct refresh_token token;
    assert_true(refresh_token_parse(refresh_token_print(others, &phone, 1, text), &token));
    assert_false(refresh_token_is_genuine(keys, &phone, &token));
}

static void another_salt_session_or_generation_is_not_genuine(void **state)
{
    (void)state;
    OWN(keys_free) struct keys *keys = some_keys(1);
    char text[REFRESH_TOKEN_SIZE];
    struct refresh_token token;
    assert_true(refresh_token_parse(refresh_token_print(keys, &phone, 1, text), &token));

    struct session other = phone;
    other.salt[15] ^= 1;
    assert_false(refresh_token_is_genuine(keys, &other, &token));
    other = phone;
    other.id.v++;
    assert_false(refresh_token_is_genuine(keys, &other, &token));
    token.generation++;
    assert_false(refresh_token_is_genuine(keys, &phone, &token));
}

static void no_other_spelling_is_taken(void **state)
{
    (void)state;
    OWN(keys_free) struct keys *keys = some_keys(1);
    char text[REFRESH_TOKEN_SIZE], longer[REFRESH_TOKEN_SIZE + 1];
    struct str printed = refresh_token_print(keys, &phone, 1, text);
    struct refresh_token token;
    for (size_t i = 0; i < printed.len; i++) {
        char changed[REFRESH_TOKEN_SIZE];
        memcpy(changed, text, sizeof(changed));
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        bool parsed = refresh_token_parse(str_of(changed, printed.len), &token);
        assert_false(parsed && refresh_token_is_genuine(keys, &phone, &token));
        assert_false(refresh_token_parse(str_of(text, i), &token));
        for (int byte = 0x80; byte <= 0xff; byte++) {
            changed[i] = (char)byte;
            assert_false(refresh_token_parse(str_of(changed, printed.len), &token));
        }
    }
    memcpy(longer, text, printed.len);
    longer[printed.len] = 'A';
    assert_false(refresh_token_parse(str_of(longer, printed.len + 1), &token));
    longer[printed.len] = '=';
    assert_false(refresh_token_parse(str_of(longer, printed.len + 1), &token));
    assert_false(refresh_token_parse(STR_NONE, &token));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_names_its_session_and_generation),
        cmocka_unit_test(a_generation_has_always_the_same_token_and_no_two_share_one),
        cmocka_unit_test(what_the_database_holds_makes_no_token),
        cmocka_unit_test(another_salt_session_or_generation_is_not_genuine),
        cmocka_unit_test(no_other_spelling_is_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
