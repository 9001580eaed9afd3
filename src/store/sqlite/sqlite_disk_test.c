/* The embedded engine when the disk fails: what is answered, what stands, and that it recovers. */
#include "store/sqlite/sqlite_rows.h"
#include "store/store_fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "core/clock.h"

static const user_id ANNA = {11};
static const room_id HALL = {77}, YARD = {78};

/* ---- a disk that fails when it is told to ---------------------------------------------------- */

static atomic_int syncs_to_fail, opens_to_fail;
static sqlite3_vfs flaky, *real;
static sqlite3_io_methods log_methods; /* those of the real one, but for xSync */
static const sqlite3_io_methods *real_methods;

static bool takes_one(atomic_int *left)
{
    int n = atomic_load(left);
    while (n > 0 && !atomic_compare_exchange_weak(left, &n, n - 1))
        ;
    return n > 0;
}

static int flaky_sync(sqlite3_file *file, int flags)
{
    if (!takes_one(&syncs_to_fail))
        return real_methods->xSync(file, flags);
    errno = EIO;
    return SQLITE_IOERR_FSYNC;
}

static int flaky_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags,
                      int *out_flags)
{
    (void)vfs;
    if ((flags & SQLITE_OPEN_MAIN_DB) && takes_one(&opens_to_fail))
        return SQLITE_CANTOPEN;
    int code = real->xOpen(real, name, file, flags, out_flags);
    if (code != SQLITE_OK || !(flags & SQLITE_OPEN_WAL))
        return code;
    if (!real_methods) { /* the first is opened before there are threads */
        log_methods = *file->pMethods;
        log_methods.xSync = flaky_sync;
        real_methods = file->pMethods;
    }
    file->pMethods = &log_methods;
    return code;
}

static int install_flaky_disk(void **state)
{
    (void)state;
    real = sqlite3_vfs_find(NULL);
    flaky = *real;
    flaky.zName = "flaky";
    flaky.xOpen = flaky_open;
    return sqlite3_vfs_register(&flaky, 1) == SQLITE_OK ? 0 : -1;
}

/* ---- helpers --------------------------------------------------------------------------------- */

static void make_hall(void)
{
    make_room(HALL, ROOM_GROUP, "Hall", (user_id[]){ANNA}, 1); /* seq 1, 2 */
}

static int say_one(uint64_t seq)
{
    char nonce[32];
    snprintf(nonce, sizeof(nonce), "n-%llu", (unsigned long long)seq);
    return append_one(make_message(HALL, seq, seq - 2, ANNA, nonce), NULL, 0);
}

static void assert_last_seq(room_id id, uint64_t seq)
{
    READING (conn) {
        struct room room;
        assert_int_equal(store_room_get(conn, id, &arena, &room), 0);
        assert_int_equal(room.last_seq, seq);
    }
}

/* An append of many pages. */
static int say_much(uint64_t seq, size_t count)
{
    static char text[16000];
    memset(text, 'x', sizeof(text));
    struct event **events = xcalloc(count, sizeof(struct event *));
    for (size_t i = 0; i < count; i++) {
        char nonce[32];
        snprintf(nonce, sizeof(nonce), "much-%llu", (unsigned long long)(seq + i));
        events[i] = event_new(&(struct event){.type = EVENT_MESSAGE_CREATED,
                                              .room = HALL,
                                              .seq = seq + i,
                                              .count = seq + i - 2,
                                              .sender = ANNA,
                                              .nonce = str_from_c(nonce),
                                              .payload = str_of(text, sizeof(text))});
    }
    size_t stored = 9;
    int rc = append_all(events, count, NULL, 0, &stored);
    assert_int_equal(stored, rc == 0 ? count : 0);
    for (size_t i = 0; i < count; i++)
        event_unref(events[i]);
    xfree(events);
    return rc;
}

static void wait_until_ready(void)
{
    uint64_t deadline = clock_monotonic_ms() + 10000;
    while (!store_is_ready(store) && clock_monotonic_ms() < deadline)
        usleep(10000);
    assert_true(store_is_ready(store));
}

/* ---- full, failing, locked, damaged ---------------------------------------------------------- */

static void a_full_disk_refuses_writes_lets_read_and_recovers(void **state)
{
    (void)state;
    make_hall();
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit before, tight;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    tight = before;
    tight.rlim_cur = 400 * 1024;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
    assert_int_equal(say_much(3, 100), -ENOSPC);
    assert_false(store_is_ready(store));
    assert_last_seq(HALL, 2);
    struct store_conn *conn = visit_begin(store_write);
    static char big[1 << 20];
    int put = store_meta_put(conn, STR("big"), str_of(big, sizeof(big)));
    assert_int_equal(visit_leave(put), -ENOSPC);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    wait_until_ready(); /* by itself: nobody writes */
    assert_int_equal(say_much(3, 100), 0);
    reopen_store();
    assert_last_seq(HALL, 102);
}

static void a_commit_that_could_not_be_synced_leaves_nothing(void **state)
{
    (void)state;
    make_hall();
    assert_int_equal(say_one(3), 0);
    atomic_store(&syncs_to_fail, 1);
    assert_int_equal(say_one(4), -EIO);
    assert_last_seq(HALL, 3);
    assert_int_equal(say_one(4), 0); /* at once, on a new connection */
    assert_true(store_is_ready(store));
    reopen_store();
    assert_last_seq(HALL, 4);
}

static void nobody_knows_while_the_file_cannot_be_opened_again(void **state)
{
    (void)state;
    make_hall();
    atomic_store(&opens_to_fail, 2);
    atomic_store(&syncs_to_fail, 1);
    assert_int_equal(say_one(3), -EAGAIN);
    assert_false(store_is_ready(store));
    assert_true(say_one(3) < 0);
    assert_int_equal(say_one(3), 0);
    assert_true(store_is_ready(store));
    assert_last_seq(HALL, 3);
}

static void what_stands_after_a_failed_commit_is_told_by_the_nonce(void **state)
{
    (void)state;
    make_hall();
    assert_int_equal(say_one(3), 0);
    struct event *events[] = {make_message(HALL, 3, 1, ANNA, "n-3")};
    struct append append = {.room = HALL, .events = events, .count = 1, .stored = 1};
    READING (conn)
        assert_int_equal(sqlite_append_stands(conn, &append), 1);
    event_unref(events[0]);
    events[0] = make_message(HALL, 4, 2, ANNA, "n-4");
    READING (conn)
        assert_int_equal(sqlite_append_stands(conn, &append), 0);
    event_unref(events[0]);
}

static void another_s_lock_is_waited_for_and_then_told(void **state)
{
    (void)state;
    make_hall();
    sqlite3 *other;
    assert_int_equal(sqlite3_open(file_in_dir("natternet.db"), &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(say_one(3), -EBUSY);
    assert_false(store_is_ready(store));
    assert_last_seq(HALL, 2);
    sqlite3_close(other);
    assert_int_equal(say_one(3), 0);
    assert_true(store_is_ready(store));
}

/* Overwrites the page that holds the text. */
static void damage_page_with(const char *text)
{
    enum { PAGE = 4096 };
    int fd = open(file_in_dir("natternet.db"), O_RDWR);
    char page[PAGE];
    int hits = 0;
    for (off_t at = PAGE; pread(fd, page, PAGE, at) == PAGE; at += PAGE) {
        if (!memmem(page, PAGE, text, strlen(text)))
            continue;
        memset(page, 0x5a, PAGE);
        assert_int_equal(pwrite(fd, page, PAGE, at), PAGE);
        hits++;
    }
    close(fd);
    assert_true(hits > 0);
}

static void count_done(struct store_job *job)
{
    (void)job;
}

static void damage_in_one_room_stops_that_room_alone(void **state)
{
    (void)state;
    make_hall();
    make_room(YARD, ROOM_GROUP, "Yard", (user_id[]){ANNA}, 1);
    assert_int_equal(say_much(3, 20), 0); /* so much that the two share no page */
    struct event *marked = event_new(&(struct event){.type = EVENT_MESSAGE_CREATED,
                                                     .room = HALL,
                                                     .seq = 23,
                                                     .count = 21,
                                                     .sender = ANNA,
                                                     .nonce = STR("marked"),
                                                     .payload = STR("\"here it breaks\"")});
    assert_int_equal(append_all(&marked, 1, NULL, 0, NULL), 0);
    event_unref(marked);
    say(YARD, 3, 1, 500, ANNA);
    store_close(TAKE(store));
    damage_page_with("here it breaks");
    open_store();

    /* Both in one group: the writer is held while they arrive. */
    struct event *in_hall[] = {make_message(HALL, 24, 22, ANNA, "a")};
    struct event *in_yard[] = {make_message(YARD, 503, 501, ANNA, "b")};
    struct append hall = {
        .job = {.home = &home, .done = count_done}, .room = HALL, .events = in_hall, .count = 1};
    struct append yard = {
        .job = {.home = &home, .done = count_done}, .room = YARD, .events = in_yard, .count = 1};
    (void)visit_begin(store_write);
    store_append(store, &hall);
    store_append(store, &yard);
    assert_int_equal(visit_leave(0), 0);
    for (size_t done = 0; done < 2; done += inbox_run(&home, 2))
        inbox_wait(&home, -1);
    assert_int_equal(hall.job.rc, -EUCLEAN);
    assert_int_equal(hall.stored, 0);
    assert_int_equal(yard.job.rc, 0);
    assert_int_equal(yard.stored, 1);
    event_unref(in_hall[0]);
    event_unref(in_yard[0]);
    assert_last_seq(YARD, 503);
}

static void the_write_ahead_log_does_not_grow_without_bound(void **state)
{
    (void)state;
    make_hall();
    for (uint64_t i = 0; i < 60; i++)
        assert_int_equal(say_much(3 + i * 100, 100), 0); /* 1.6 MB each: 99 MB */
    struct stat info;
    assert_int_equal(stat(file_in_dir("natternet.db-wal"), &info), 0);
    assert_in_range(info.st_size, 0,
                    64 << 20); /* what one is cut to that had to wait for a slow disk */
}

#define T(name) cmocka_unit_test_setup_teardown(name, start_store, finish_store)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_full_disk_refuses_writes_lets_read_and_recovers),
        T(a_commit_that_could_not_be_synced_leaves_nothing),
        T(nobody_knows_while_the_file_cannot_be_opened_again),
        T(what_stands_after_a_failed_commit_is_told_by_the_nonce),
        T(another_s_lock_is_waited_for_and_then_told),
        T(damage_in_one_room_stops_that_room_alone),
        T(the_write_ahead_log_does_not_grow_without_bound),
    };
    return cmocka_run_group_tests(tests, install_flaky_disk, NULL);
}
