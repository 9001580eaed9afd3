#include "core/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

/* What the call wrote to stderr, in `text`. */
#define CAPTURE(text, call)                                                                        \
    do {                                                                                           \
        int pipe_fds[2], saved = dup(STDERR_FILENO);                                               \
        assert_int_equal(pipe(pipe_fds), 0);                                                       \
        dup2(pipe_fds[1], STDERR_FILENO);                                                          \
        call;                                                                                      \
        dup2(saved, STDERR_FILENO);                                                                \
        close(saved);                                                                              \
        close(pipe_fds[1]);                                                                        \
        ssize_t got = read(pipe_fds[0], (text), sizeof(text) - 1);                                 \
        (text)[got > 0 ? got : 0] = '\0';                                                          \
        close(pipe_fds[0]);                                                                        \
    } while (0)

enum { TIME_LEN = 24 };

static void text_is_a_line_of_keys_and_values(void **state)
{
    (void)state;
    char line[512];
    log_setup(LOG_FORMAT_TEXT, LOG_INFO);
    CAPTURE(line, LOG(LOG_INFO, "message.sent", KV_C("room", "a1"), KV_INT("bytes", -12),
                      KV_C("name", "two words"), KV_STR("empty", STR(""))));
    assert_string_equal(line + TIME_LEN,
                        " info  message.sent room=a1 bytes=-12 name=\"two words\" empty=\"\"\n");
}

static void json_is_an_object_a_line(void **state)
{
    (void)state;
    char line[512];
    log_setup(LOG_FORMAT_JSON, LOG_INFO);
    CAPTURE(line, LOG(LOG_ERROR, "x.y", KV_C("a", "q\"\\"), KV_INT("b", 3)));
    assert_memory_equal(line, "{\"time\":\"", 9);
    assert_string_equal(line + 9 + TIME_LEN,
                        "\",\"level\":\"error\",\"event\":\"x.y\",\"a\":\"q\\\"\\\\\",\"b\":3}\n");
}

static void no_value_can_forge_a_line_or_move_a_cursor(void **state)
{
    (void)state;
    char line[512];
    const struct str evil = STR("a\nlevel=error\x1b[2J\x7f\xff");
    const struct str c1 = STR("\xc2\x9b"
                              "2J \xc3\xa4");
    log_setup(LOG_FORMAT_TEXT, LOG_INFO);
    CAPTURE(line, LOG(LOG_INFO, "x", KV_STR("v", evil)));
    assert_string_equal(line + TIME_LEN,
                        " info  x v=\"a\\u000alevel=error\\u001b[2J\\u007f\\u00ff\"\n");
    CAPTURE(line, LOG(LOG_INFO, "x", KV_STR("v", c1)));
    assert_string_equal(line + TIME_LEN, " info  x v=\"\\u009b2J \xc3\xa4\"\n");
}

static void what_is_below_the_level_is_not_written(void **state)
{
    (void)state;
    char line[512];
    log_setup(LOG_FORMAT_TEXT, LOG_WARN);
    CAPTURE(line, LOG(LOG_INFO, "x"));
    assert_string_equal(line, "");
    CAPTURE(line, LOG(LOG_WARN, "x"));
    assert_string_equal(line + TIME_LEN, " warn  x\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_a_line_of_keys_and_values),
        cmocka_unit_test(json_is_an_object_a_line),
        cmocka_unit_test(no_value_can_forge_a_line_or_move_a_cursor),
        cmocka_unit_test(what_is_below_the_level_is_not_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
