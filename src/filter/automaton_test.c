#include "filter/automaton.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/memory.h"

static bool found_in(const struct automaton *automaton, struct str text)
{
    uint32_t state = AUTOMATON_START;
    for (size_t i = 0; i < text.len; i++) {
        state = automaton_step(automaton, state, (unsigned char)text.ptr[i]);
        if (automaton_has_found(automaton, state))
            return true;
    }
    return false;
}

static void patterns_are_found_wherever_they_stand(void **state)
{
    (void)state;
    struct str patterns[] = {STR("she"), STR("he"), STR("hers"), STR("his"), STR("he"), STR("")};
    struct automaton *automaton = automaton_new(patterns, ARRAY_LEN(patterns));
    assert_true(found_in(automaton, STR("ushers")));
    assert_true(found_in(automaton, STR("xxhe")));
    assert_true(found_in(automaton, STR("hhis")));
    assert_false(found_in(automaton, STR("hi s h e")));
    assert_false(found_in(automaton, STR("")));
    automaton_free(automaton);
}

static void no_patterns_are_in_no_text(void **state)
{
    (void)state;
    struct automaton *automaton = automaton_new(NULL, 0);
    assert_false(found_in(automaton, STR("anything")));
    automaton_free(automaton);
    automaton_free(NULL);
}

/* The same in each run (Knuth, MMIX). */
static size_t chance(size_t below)
{
    static uint64_t state = 7;
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (size_t)(state >> 33) % below;
}

/* Of few letters, so that many begin and end alike. */
static size_t random_text(char *out, size_t most)
{
    size_t len = chance(most);
    for (size_t i = 0; i < len; i++)
        out[i] = (char)('a' + chance(3));
    return len;
}

static bool is_anywhere(const struct str *patterns, size_t count, struct str text)
{
    for (size_t i = 0; i < count; i++)
        if (patterns[i].len && text.len &&
            memmem(text.ptr, text.len, patterns[i].ptr, patterns[i].len))
            return true;
    return false;
}

static void it_finds_what_looking_for_each_alone_finds(void **state)
{
    (void)state;
    enum { PATTERNS = 12, PATTERN = 7, TEXT = 30 };
    for (int round = 0; round < 3000; round++) {
        char bytes[PATTERNS][PATTERN], text[TEXT];
        struct str patterns[PATTERNS];
        size_t count = chance(PATTERNS);
        for (size_t i = 0; i < count; i++)
            patterns[i] = str_of(bytes[i], random_text(bytes[i], PATTERN));
        struct automaton *automaton = automaton_new(patterns, count);
        for (int i = 0; i < 5; i++) {
            struct str in = str_of(text, random_text(text, TEXT));
            assert_int_equal(found_in(automaton, in), is_anywhere(patterns, count, in));
        }
        automaton_free(automaton);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_are_found_wherever_they_stand),
        cmocka_unit_test(no_patterns_are_in_no_text),
        cmocka_unit_test(it_finds_what_looking_for_each_alone_finds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
