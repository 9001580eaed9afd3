#include "auth/account_rules.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct fixture {
    struct limits limits;
    struct arena arena;
};

static int set_up(void **state)
{
    struct fixture *fixture = NEW(struct fixture);
    limits_init(&fixture->limits);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    arena_deinit(&fixture->arena);
    xfree(fixture);
    return 0;
}

typedef struct problem check_fn(const struct limits *limits, struct str text, struct arena *arena);

static void expect_good(struct fixture *fixture, check_fn *check, const char *const *texts)
{
    for (; *texts; texts++)
        if (check(&fixture->limits, str_from_c(*texts), &fixture->arena).err != ERR_OK)
            fail_msg("refused: %s", *texts);
}

static void expect_bad(struct fixture *fixture, check_fn *check, const char *field,
                       const char *const *texts)
{
    for (; *texts; texts++) {
        struct problem problem = check(&fixture->limits, str_from_c(*texts), &fixture->arena);
        if (problem.err != ERR_FIELD_INVALID)
            fail_msg("taken: %s", *texts);
        assert_true(str_eq(problem.field, str_from_c(field)));
        assert_true(problem.detail.len > 0);
    }
}

static void usernames_are_letters_and_digits_of_any_script(void **state)
{
    static const char *const good[] = {"ann",      "Ann_B.C-9", "Émile", "Зоя7",
                                       "田中太郎", "4711",      "_ann",  NULL};
    static const char *const bad[] = {"",
                                      "ab",
                                      "white space",
                                      "a/b",
                                      "tab\there",
                                      "ann@here.org",
                                      "\xff\xfe\xfd",
                                      "_.-",
                                      "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
                                      NULL};
    expect_good(*state, account_check_username, good);
    expect_bad(*state, account_check_username, "username", bad);
}

static void a_display_name_shows_something(void **state)
{
    static const char *const good[] = {"Ann", "Ann the First", "🦊", NULL};
    static const char *const bad[] = {"",
                                      "   ",
                                      "two\nlines",
                                      "\xe2\x80\xae"
                                      "desrever",
                                      "\xff",
                                      NULL};
    expect_good(*state, account_check_display_name, good);
    expect_bad(*state, account_check_display_name, "display_name", bad);
    char text[200];
    memset(text, 'x', sizeof(text));
    struct fixture *fixture = *state;
    assert_int_equal(
        account_check_display_name(&fixture->limits, str_of(text, 129), &fixture->arena).err,
        ERR_FIELD_INVALID);
}

static void email_addresses_are_plausible(void **state)
{
    static const char *const good[] = {"ann@example.org",          "a@b",
                                       "a.b+c@mail.example.co.uk", "пример@почта.example",
                                       "o'neill@x-y.org",          NULL};
    static const char *const bad[] = {
        "",           "ann",        "@example.org", "ann@",        "a@b@c.org",
        "a b@c.org",  "ann@-x.org", "ann@x..org",   "ann@.org",    "ann@example.",
        ".ann@x.org", "a..b@x.org", "ann@x_y.org",  "ann@x.org\n", "<ann@x.org>",
        NULL};
    expect_good(*state, account_check_email, good);
    expect_bad(*state, account_check_email, "email", bad);
}

static void locales_have_the_form_of_language_tags(void **state)
{
    static const char *const good[] = {"en", "pt-BR", "zh-Hant-TW", "de-CH-1996", "sr-Latn", NULL};
    static const char *const bad[] = {"",       "e",   "en-",    "-en",       "en_GB",
                                      "en--GB", "1en", "en-GB ", "abcdefghi", "en-abcdefghi",
                                      NULL};
    expect_good(*state, account_check_locale, good);
    expect_bad(*state, account_check_locale, "locale", bad);
}

static void passwords_are_counted_in_bytes(void **state)
{
    struct fixture *fixture = *state;
    char text[300];
    memset(text, 'x', sizeof(text));
    static const struct {
        size_t len;
        enum err err;
    } cases[] = {{0, ERR_FIELD_INVALID},
                 {7, ERR_FIELD_INVALID},
                 {8, ERR_OK},
                 {256, ERR_OK},
                 {257, ERR_FIELD_INVALID}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct problem problem = account_check_password(
            &fixture->limits, STR("new_password"), str_of(text, cases[i].len), &fixture->arena);
        assert_int_equal(problem.err, cases[i].err);
        if (problem.err != ERR_OK)
            assert_true(str_eq(problem.field, STR("new_password")));
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(usernames_are_letters_and_digits_of_any_script),
        TEST(a_display_name_shows_something),
        TEST(email_addresses_are_plausible),
        TEST(locales_have_the_form_of_language_tags),
        TEST(passwords_are_counted_in_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
