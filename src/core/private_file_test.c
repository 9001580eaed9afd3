#include "core/private_file.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64], path[128], why[PRIVATE_FILE_WHY_SIZE];

static int make(void **state)
{
    (void)state;
    snprintf(folder, sizeof(folder), "/tmp/natternet-private-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof(path), "%s/secret", folder);
    return 0;
}

static int clean(void **state)
{
    (void)state;
    (void)unlink(path);
    return rmdir(folder); /* fails if anything else was left there */
}

static void assert_holds(const char *text)
{
    OWN(buf_deinit) struct buf got = BUF_INIT;
    assert_int_equal(private_file_read(path, 100, &got, why), 0);
    assert_int_equal(got.len, strlen(text));
    assert_memory_equal(got.ptr, text, got.len);
}

static void what_was_written_is_read_by_the_owner_alone(void **state)
{
    (void)state;
    assert_int_equal(private_file_write(path, STR("one"), false, why), 0);
    assert_holds("one");
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
}

static void one_that_is_there_is_replaced_only_when_asked(void **state)
{
    (void)state;
    assert_int_equal(private_file_write(path, STR("one"), true, why), 0);
    assert_int_equal(private_file_write(path, STR("two"), false, why), -EEXIST);
    assert_holds("one");
    assert_int_equal(private_file_write(path, STR("three"), true, why), 0);
    assert_holds("three");
}

static void what_is_not_private_is_not_read(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf got = BUF_INIT;
    assert_int_equal(private_file_read(path, 100, &got, why), -ENOENT);
    assert_int_equal(private_file_write(path, STR("one"), true, why), 0);
    assert_int_equal(private_file_read(path, 2, &got, why), -EFBIG);
    assert_int_equal(chmod(path, 0640), 0);
    assert_int_equal(private_file_read(path, 100, &got, why), -EPERM);
    assert_non_null(strstr(why, path));
    assert_int_equal(got.len, 0);
}

static void a_folder_that_is_not_there_is_named(void **state)
{
    (void)state;
    assert_int_equal(private_file_write("/nowhere/at/all", STR("x"), true, why), -ENOENT);
    assert_non_null(strstr(why, "/nowhere/at/all"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, clean)
    const struct CMUnitTest tests[] = {
        TEST(what_was_written_is_read_by_the_owner_alone),
        TEST(one_that_is_there_is_replaced_only_when_asked),
        TEST(what_is_not_private_is_not_read),
        TEST(a_folder_that_is_not_there_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
