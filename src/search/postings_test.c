/* What is found in blocks of postings is what was put there and not taken away, however one asks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <errno.h>
#include <sqlite3.h>
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
    for (unsigned asked = 0; asked < 2; asked++) {
        seq = 0;
        assert_int_equal(postings_seek(source, HALL, &postings, most, &seq), -ENOENT);
        assert_int_equal(seq, 0);
    }
}

static void walk_all_ways(struct rig *rig)
{
    struct postings_source source = {.conn = rig->index, .arena = &rig->arena};
    for (unsigned i = 0; i < WALKS; i++)
        walk_back(rig, &source, (uint64_t[]){1, 3, 40, 400}[i % 4]);
    assert_in_range(source.kept_bytes, 1, 1 << 20);
}

static void each_is_found_whether_one_goes_step_by_step_or_leaps(void **state)
{
    walk_all_ways(*state);
}

/* In the middle of blocks, at their beginnings and past their ends. */
static void what_comes_and_goes_in_any_order_is_found_as_it_is(void **state)
{
    struct rig *rig = *state;
    for (unsigned round = 0; round < 4; round++) {
        assert_int_equal(index_begin(rig->index), 0);
        for (unsigned i = 0; i < MESSAGES; i++) {
            uint64_t seq = 1 + below(rig, MESSAGES);
            rig->has[seq] = below(rig, 4) <= round;
            if (rig->has[seq])
                put(rig, HALL, seq);
            else
                assert_int_equal(index_remove(rig->index, HALL, seq), 0);
        }
        assert_int_equal(index_commit(rig->index), 0);
        walk_all_ways(rig);
    }
}

/* Many at once, between blocks and within them. */
static void what_comes_between_others_is_found(void **state)
{
    struct rig *rig = *state;
    assert_int_equal(index_begin(rig->index), 0);
    for (uint64_t seq = 1; seq <= MESSAGES; seq++)
        if (!rig->has[seq]) {
            rig->has[seq] = true;
            put(rig, HALL, seq);
        }
    assert_int_equal(index_commit(rig->index), 0);
    walk_all_ways(rig);
}

static void what_was_undone_is_not_found_later(void **state)
{
    struct rig *rig = *state;
    struct block block;
    struct str undone[] = {STR("undone")}, words[] = {STR("another"), STR("word")};
    const struct terms before = {undone, ARRAY_LEN(undone)}, behind = {words, ARRAY_LEN(words)};
    assert_int_equal(index_begin(rig->index), 0);
    assert_int_equal(index_put(rig->index, HALL, MESSAGES + 1, 1, &before), 0);
    index_end(rig->index);
    assert_int_equal(index_begin(rig->index), 0);
    assert_int_equal(index_put(rig->index, HALL, MESSAGES + 1, 1, &behind), 0);
    assert_int_equal(index_commit(rig->index), 0);
    assert_int_equal(index_block(rig->index, HALL, STR("undone"), INT64_MAX, &block), -ENOENT);
    assert_int_equal(index_block(rig->index, HALL, STR("another"), INT64_MAX, &block), 0);
}

/* More than wait to be written at once, of several terms, with steps of one byte to six. */
static void of_many_words_of_many_messages_each_is_found(void **state)
{
    enum { MANY = 3000, WORDS = 5 };
    struct rig *rig = *state;
    struct str words[WORDS] = {STR("a"), STR("b"), STR("c"), STR("d"), STR("e")};
    const uint64_t start = MESSAGES + 1, step = (uint64_t)1 << 30;
    assert_int_equal(index_begin(rig->index), 0);
    for (uint64_t i = 0; i < MANY; i++) {
        const struct terms terms = {words, 1 + i % WORDS};
        assert_int_equal(
            index_put(rig->index, HALL, start + i + i / 100 * step, (int64_t)i, &terms), 0);
    }
    assert_int_equal(index_commit(rig->index), 0);
    struct postings_source source = {.conn = rig->index, .arena = &rig->arena};
    for (size_t word = 0; word < WORDS; word++) {
        struct postings postings = {.term = words[word]};
        uint64_t most = INT64_MAX, seq;
        for (uint64_t i = MANY; i-- > 0;) {
            if (word > i % WORDS)
                continue;
            assert_int_equal(postings_seek(&source, HALL, &postings, most, &seq), 0);
            assert_int_equal(seq, start + i + i / 100 * step);
            most = seq - 1;
        }
        assert_int_equal(postings_seek(&source, HALL, &postings, most, &seq), -ENOENT);
    }
}

static void of_what_is_pruned_and_forgotten_nothing_is_left(void **state)
{
    struct rig *rig = *state;
    size_t count;
    assert_int_equal(index_begin(rig->index), 0);
    assert_int_equal(index_prune(rig->index, HALL, 1000, MESSAGES, &count), 0);
    assert_in_range(count, 500, 700);
    memset(rig->has, 0, 1000 * sizeof(rig->has[0]));
    walk_all_ways(rig);
    struct block block;
    assert_int_equal(index_block(rig->index, HALL, STR("word"), 999, &block), -ENOENT);
    assert_int_equal(index_forget_room(rig->index, HALL), 0);
    assert_int_equal(index_block(rig->index, HALL, STR("word"), MESSAGES, &block), -ENOENT);
    assert_int_equal(index_block(rig->index, YARD, STR("word"), MESSAGES, &block), 0);
    assert_int_equal(index_commit(rig->index), 0);
}

static void an_index_of_another_version_is_none(void **state)
{
    struct rig *rig = *state;
    sqlite3 *db = NULL;
    struct index_conn *index = NULL;
    assert_int_equal(sqlite3_open(rig->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA user_version = 1", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    assert_int_equal(index_open(&index, rig->path, true, 1024), -EUCLEAN);
}

static void blocks_that_are_kept_have_a_bound(void **state)
{
    struct rig *rig = *state;
    struct postings_source source = {
        .conn = rig->index, .arena = &rig->arena, .kept_bytes = 1 << 20};
    walk_back(rig, &source, 3);
    assert_int_equal(source.kept_bytes, 1 << 20);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(each_is_found_whether_one_goes_step_by_step_or_leaps),
        T(what_comes_and_goes_in_any_order_is_found_as_it_is),
        T(what_comes_between_others_is_found),
        T(what_was_undone_is_not_found_later),
        T(of_many_words_of_many_messages_each_is_found),
        T(of_what_is_pruned_and_forgotten_nothing_is_left),
        T(an_index_of_another_version_is_none),
        T(blocks_that_are_kept_have_a_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
