#include "proto/emoji.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base.h"

static void emoji_of_every_kind_are_emoji(void **state)
{
    (void)state;
    static const char *const emoji[] = {
        "\U0001f44d",                                                 /* thumbs up */
        "\U0001f44d\U0001f3fd",                                       /* with a tone */
        "\u2764\ufe0f",                                               /* heart */
        "\u2764",                                                     /* without its style */
        "\U0001f1e6\U0001f1f9",                                       /* a flag */
        "1\ufe0f\u20e3",                                              /* keycap */
        "#\u20e3",                                                    /* without its style */
        "\U0001f469\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466", /* family */
        "\u2764\ufe0f\u200d\U0001f525",                               /* heart on fire */
        "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", /* Scotland */
        "\U0001f9d1\U0001f3fb\u200d\U0001f91d\u200d\U0001f9d1\U0001f3ff",         /* two tones */
        "\u00a9",
    };
    for (size_t i = 0; i < ARRAY_LEN(emoji); i++)
        if (!emoji_is_valid(str_from_c(emoji[i])))
            fail_msg("%s", emoji[i]);
}

static void words_halves_and_two_at_once_are_not(void **state)
{
    (void)state;
    static const char *const others[] = {
        "",
        "a",
        "1",
        "ok",
        ":)",
        " ",
        "\u200d",
        "\ufe0f",
        "\U0001f1e6",                     /* half a flag */
        "\U0001f44d\U0001f44d",           /* two */
        "\U0001f44d ",                    /* and a space */
        "\u2764\ufe0e",                   /* in black and white */
        "\U0001f469\u200d",               /* joined to nothing */
        "\u200d\U0001f469",               /* the same in front */
        "\U0001f3f4\U000e0067\U000e0062", /* tags without end */
        "\u20e3",                         /* no key */
        "12\u20e3",                       /* two keys */
        "\U0001f44d\U0001f3fd\U0001f3fd", /* two tones */
        "\U0001f3fd\U0001f3fd",           /* the same, tones alone */
        "\xf0\x9f\x91",                   /* cut off */
        "\u202e\U0001f44d",               /* turned round */
    };
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (emoji_is_valid(str_from_c(others[i])))
            fail_msg("%zu: %s", i, others[i]);
}

static void there_is_an_end_to_families(void **state)
{
    (void)state;
    char text[128];
    size_t len = 0;
    while (len + 7 < sizeof(text)) {
        memcpy(text + len, "\xf0\x9f\x91\xa9\xe2\x80\x8d", 7);
        len += 7;
    }
    assert_true(emoji_is_valid(str_of(text, 60))); /* ends with a person */
    assert_false(emoji_is_valid(str_of(text, 67)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(emoji_of_every_kind_are_emoji),
        cmocka_unit_test(words_halves_and_two_at_once_are_not),
        cmocka_unit_test(there_is_an_end_to_families),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
