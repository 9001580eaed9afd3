/* What is read ahead is what one would have read one by one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <errno.h>
#include <unistd.h>

#include "search/postings.h"

enum { MESSAGES = 2000, WALKS = 200 };
static const room_id HALL = {7}, YARD = {8};

struct rig {
    char dir[64];
    char path[INDEX_PATH_SIZE];
    struct index_conn *index;
    struct arena arena;
    bool has[MESSAGES + 1]; /* the message in the hall has the word */
    uint64_t chance;
};

static void put(struct rig *rig, room_id room, uint64_t seq)
{
    struct str words[] = {STR("word")};
    const struct terms terms = {words, ARRAY_LEN(words)};
    assert_int_equal(index_put(rig->index, room, seq, (int64_t)seq, &terms), 0);
}

/* In the hall the word comes in runs, with few between; in the yard every message has it. */
static void fill(struct rig *rig)
{
    assert_int_equal(index_begin(rig->index), 0);
    for (uint64_t seq = 1; seq <= MESSAGES; seq++) {
        rig->has[seq] = seq % 500 < 300 || seq % 50 == 0;
        if (rig->has[seq])
            put(rig, HALL, seq);
        put(rig, YARD, seq);
    }
    assert_int_equal(index_commit(rig->index), 0);
    index_end(rig->index);
}

static int setup(void **state)
{
    struct rig *rig = NEW(struct rig);
    snprintf(rig->dir, sizeof(rig->dir), "/tmp/natternet-postings-XXXXXX");
    assert_non_null(mkdtemp(rig->dir));
    snprintf(rig->path, sizeof(rig->path), "%s/%s", rig->dir, INDEX_FILE);
    assert_int_equal(index_open(&rig->index, rig->path, true, 1024), 0);
    rig->arena = ARENA_INIT;
    fill(rig);
    *state = rig;
    return 0;
}

static int teardown(void **state)
{
    struct rig *rig = *state;
    index_close(rig->index);
    index_delete(rig->path);
    rmdir(rig->dir);
    arena_deinit(&rig->arena);
    xfree(rig);
    return 0;
}

static uint64_t plain_seek(const struct rig *rig, uint64_t most)
{
    while (most > 0 && !rig->has[most])
        most--;
    return most;
}

static uint64_t below(struct rig *rig, uint64_t bound)
{
    rig->chance = rig->chance * 6364136223846793005u + 1442695040888963407u;
    return (rig->chance >> 33) % bound;
}

/* Goes back from the newest, by as much as `leap` says at most; 1: to the next one each time. */
static void walk_back(struct rig *rig, struct postings_source *source, uint64_t leap)
{
    struct postings postings = {.term = STR("word")};
    uint64_t most = MESSAGES, seq = 0;
    while (plain_seek(rig, most) > 0) {
        assert_int_equal(postings_seek(source, HALL, &postings, most, &seq), 0);
        assert_int_equal(seq, plain_seek(rig, most));
        uint64_t by = 1 + below(rig, leap);
        if (below(rig, 4) == 0)
            by = 0; /* asked once more */
        most = seq - (by < seq ? by : seq);
    }
    assert_int_equal(postings_seek(source, HALL, &postings, most, &seq), -ENOENT);
}

static void what_is_read_ahead_is_what_one_by_one_gives(void **state)
{
    struct rig *rig = *state;
    struct postings_source source = {.conn = rig->index, .arena = &rig->arena};
    for (unsigned i = 0; i < WALKS; i++)
        walk_back(rig, &source, (uint64_t[]){1, 3, 40, 400}[i % 4]);
    assert_in_range(source.ahead_bytes, 1, 1 << 20);
}

/* In the yard every message has the word: after a leap all that was read but one was for nothing. */
static void who_leaps_reads_few_ahead_however_often_they_ask(void **state)
{
    struct rig *rig = *state;
    struct postings_source source = {.conn = rig->index, .arena = &rig->arena};
    struct postings postings = {.term = STR("word")};
    for (uint64_t most = MESSAGES, seq; most > 0; most -= 100)
        for (unsigned asked = 0; asked < 5; asked++) {
            assert_int_equal(postings_seek(&source, YARD, &postings, most, &seq), 0);
            assert_int_equal(seq, most);
            assert_in_range(postings.most, 0, 4);
        }
}

static void what_is_read_ahead_has_a_bound(void **state)
{
    struct rig *rig = *state;
    struct postings_source source = {
        .conn = rig->index, .arena = &rig->arena, .ahead_bytes = 1 << 20};
    walk_back(rig, &source, 3);
    assert_int_equal(source.ahead_bytes, 1 << 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_read_ahead_is_what_one_by_one_gives, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(who_leaps_reads_few_ahead_however_often_they_ask, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(what_is_read_ahead_has_a_bound, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
