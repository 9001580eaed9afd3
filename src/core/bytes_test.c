#include "core/bytes.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void a_copy_is_its_own(void **state)
{
    (void)state;
    char source[] = "frame";
    struct bytes *bytes = bytes_copy(str_of(source, 5));
    source[0] = 'x';
    assert_true(str_eq(bytes_str(bytes), STR("frame")));
    bytes_unref(bytes);
    bytes_unref(NULL);
}

static void empty_bytes_are_bytes(void **state)
{
    (void)state;
    struct bytes *bytes = bytes_copy(STR_NONE);
    assert_int_equal(bytes->len, 0);
    bytes_unref(bytes);
}

static void they_live_until_the_last_reference(void **state)
{
    (void)state;
    struct bytes *bytes = bytes_copy(STR("frame"));
    assert_ptr_equal(bytes_ref(bytes), bytes);
    bytes_unref(bytes);
    assert_true(str_eq(bytes_str(bytes), STR("frame"))); /* ASan would object */
    bytes_unref(bytes);
}

static void *ref_and_unref(void *arg)
{
    for (int i = 0; i < 20000; i++)
        bytes_unref(bytes_ref(arg));
    bytes_unref(arg);
    return NULL;
}

static void threads_may_count_at_once(void **state)
{
    (void)state;
    struct bytes *bytes = bytes_copy(STR("frame"));
    pthread_t threads[4];
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ref_and_unref, bytes_ref(bytes)), 0);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(atomic_load(&bytes->refs), 1);
    bytes_unref(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_copy_is_its_own),
        cmocka_unit_test(empty_bytes_are_bytes),
        cmocka_unit_test(they_live_until_the_last_reference),
        cmocka_unit_test(threads_may_count_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
