#include "core/parcel.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static int ends[2];
static struct buf space;

static int make(void **state)
{
    (void)state;
    return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends);
}

static int clean(void **state)
{
    (void)state;
    close(ends[0]);
    close(ends[1]);
    buf_deinit(&space);
    return 0;
}

static void parcels_arrive_whole_and_in_order(void **state)
{
    (void)state;
    const struct parcel first = {.kind = 'a', .number = 0xfedcba98, .texts = {STR("x"), STR("")}};
    const struct parcel second = {.kind = 255, .texts = {[2] = STR("last")}};
    assert_int_equal(parcel_send(ends[0], &first), 0);
    assert_int_equal(parcel_send(ends[0], &second), 0);
    struct parcel got;
    assert_int_equal(parcel_receive(ends[1], &space, &got), 0);
    assert_int_equal(got.kind, 'a');
    assert_int_equal(got.number, 0xfedcba98);
    assert_true(str_eq(got.texts[0], STR("x")));
    assert_int_equal(got.texts[1].len, 0);
    assert_int_equal(parcel_receive(ends[1], &space, &got), 0);
    assert_int_equal(got.kind, 255);
    assert_true(str_eq(got.texts[2], STR("last")));
    assert_int_equal(parcel_receive(ends[1], &space, &got), -EAGAIN);
}

static void what_is_no_parcel_is_told_from_the_end(void **state)
{
    (void)state;
    struct parcel got;
    assert_int_equal(send(ends[0], "rubbish", 7, 0), 7);
    assert_int_equal(parcel_receive(ends[1], &space, &got), -EBADMSG);
    close(ends[0]);
    assert_int_equal(parcel_receive(ends[1], &space, &got), -EPIPE);
    assert_int_equal(parcel_send(ends[1], &(struct parcel){.kind = 1}), -EPIPE);
    ends[0] = -1;
}

static void a_parcel_that_is_too_large_is_not_sent(void **state)
{
    (void)state;
    static char large[PARCEL_BYTES_MAX];
    struct parcel got;
    struct parcel sent = {.texts = {str_of(large, sizeof(large))}};
    assert_int_equal(parcel_send(ends[0], &sent), -EMSGSIZE);
    sent.texts[0].len -= 17;
    assert_int_equal(parcel_send(ends[0], &sent), 0);
    assert_int_equal(parcel_receive(ends[1], &space, &got), 0);
    assert_int_equal(got.texts[0].len, sizeof(large) - 17);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, clean)
    const struct CMUnitTest tests[] = {
        TEST(parcels_arrive_whole_and_in_order),
        TEST(what_is_no_parcel_is_told_from_the_end),
        TEST(a_parcel_that_is_too_large_is_not_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
