#include "core/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/clock.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

enum { MOST = 256 << 20, PIECE = 1 << 16, PIECES = MOST / PIECE };

/* In a process of its own, since a limit of address space cannot be taken back. */
static int within_limit(int (*run)(void))
{
    if (SANITIZED)
        skip();
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct rlimit limit = {MOST, MOST};
        if (setrlimit(RLIMIT_AS, &limit) != 0)
            _exit(100);
        memory_watch(MOST);
        _exit(run());
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void look_again(void)
{
    uint64_t until = clock_monotonic_ms() + 10;
    while (clock_monotonic_ms() < until)
        ;
    memory_look();
}

static void *pieces[PIECES];

/* Takes memory until it is said to be tight; how many pieces that were. */
static size_t take_until_tight(bool looking)
{
    size_t taken = 0;
    while (taken < PIECES && !memory_is_tight()) {
        pieces[taken++] = xmalloc(PIECE);
        if (looking && taken % 64 == 0)
            look_again();
    }
    return taken;
}

static int tight_before_the_end(void)
{
    if (memory_is_tight())
        return 1;
    size_t taken = take_until_tight(true);
    if (!memory_is_tight())
        return 2;
    /* And there is still something: what is under way has what it needs. */
    for (int i = 0; i < 64; i++)
        pieces[taken++] = xmalloc(PIECE);
    return taken > PIECES / 2 ? 0 : 3;
}

static int the_reserve_helps_out(void)
{
    size_t taken = take_until_tight(false); /* malloc() itself failed, nobody had looked */
    if (!memory_is_tight())
        return 1;
    for (int i = 0; i < 64; i++)
        pieces[taken++] = xmalloc(PIECE);
    look_again();
    return memory_is_tight() ? 0 : 2;
}

static int at_ease_again(void)
{
    size_t taken = take_until_tight(false);
    while (taken > 0)
        xfree(pieces[--taken]);
    look_again();
    if (memory_is_tight())
        return 1;
    return take_until_tight(false) > 100 && memory_is_tight() ? 0
                                                              : 2; /* there is a reserve again */
}

static void it_is_tight_before_there_is_nothing(void **state)
{
    (void)state;
    assert_int_equal(within_limit(tight_before_the_end), 0);
}

static void when_malloc_fails_the_reserve_helps_out(void **state)
{
    (void)state;
    assert_int_equal(within_limit(the_reserve_helps_out), 0);
}

static void when_enough_is_free_it_is_at_ease_again(void **state)
{
    (void)state;
    assert_int_equal(within_limit(at_ease_again), 0);
}

static void without_a_limit_it_is_never_tight(void **state)
{
    (void)state;
    assert_false(memory_is_watched());
    memory_look();
    assert_false(memory_is_tight());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_limit_it_is_never_tight),
        cmocka_unit_test(it_is_tight_before_there_is_nothing),
        cmocka_unit_test(when_malloc_fails_the_reserve_helps_out),
        cmocka_unit_test(when_enough_is_free_it_is_at_ease_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
