/* The order in which the follower does what it is told: who waits for a change waits for no pruning; and how long it
 * waits for more before it follows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <errno.h>
#include <poll.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <unistd.h>

#include "search/index.h"
#include "search/search.h"
#include "store/engine.h"

enum { OLD = 1000 };
static const room_id HALL = {7}, YARD = {8};

/* In front of libc's: for how long the follower meant to sleep so far where it waited for urgent things alone. */
static atomic_int asked_ms;

int poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
    if (count == 1 && timeout_ms > 0)
        atomic_fetch_add(&asked_ms, timeout_ms);
    const struct timespec end = {timeout_ms / 1000, timeout_ms % 1000 * 1000000L};
    return ppoll(fds, count, timeout_ms < 0 ? NULL : &end, NULL);
}

/* ---- a store that says that there are no rooms, when the test lets it ----------------------------- */

struct rig {
    struct store store;
    struct inbox home;
    struct limits limits;
    struct search *search;
    char dir[64];
    struct store_job *asked;
    atomic_bool is_broken; /* answers at once, that nothing can be read */
    sem_t is_asked;
    struct change {
        struct search_change change;
        struct rig *rig;
        size_t nth; /* in which it was done; 0: not yet */
    } prune, edit;
    size_t done;
};

static void keep(struct store *store, struct store_job *job)
{
    struct rig *rig = CONTAINER_OF(store, struct rig, store);
    if (atomic_load(&rig->is_broken)) {
        job->rc = -EIO;
        store_job_finish(job);
        return;
    }
    rig->asked = job;
    sem_post(&rig->is_asked);
}

static const struct engine keeper = {.read = keep};

static void let_go(struct rig *rig)
{
    struct store_job *job = TAKE(rig->asked);
    job->rc = 0;
    store_job_finish(job);
}

/* ---- an index that has what was pruned -------------------------------------------------------------- */

static void open_index(struct rig *rig, struct index_conn **out)
{
    char path[INDEX_PATH_SIZE];
    snprintf(path, sizeof(path), "%s/%s", rig->dir, INDEX_FILE);
    assert_int_equal(index_open(out, path, true, 1024), 0);
}

static void fill(struct rig *rig)
{
    struct index_conn *index;
    struct str words[] = {STR("one"), STR("two")};
    const struct terms terms = {words, ARRAY_LEN(words)};
    open_index(rig, &index);
    assert_int_equal(index_begin(index), 0);
    for (uint64_t seq = 1; seq <= OLD; seq++)
        assert_int_equal(index_put(index, HALL, seq, (int64_t)seq, &terms), 0);
    assert_int_equal(index_commit(index), 0);
    index_end(index);
    index_close(index);
}

/* What is left of the room in it. */
static uint64_t last_of(struct rig *rig, uint64_t most)
{
    struct index_conn *index;
    uint64_t seq = 0;
    int64_t at;
    open_index(rig, &index);
    int rc = index_message(index, HALL, most, &seq, &at);
    index_close(index);
    return rc == 0 ? seq : 0;
}

static int setup(void **state)
{
    struct rig *rig = NEW(struct rig);
    char why[SEARCH_WHY_SIZE];
    limits_init(&rig->limits);
    snprintf(rig->dir, sizeof(rig->dir), "/tmp/natternet-search-XXXXXX");
    assert_non_null(mkdtemp(rig->dir));
    assert_int_equal(store_init(&rig->store, &keeper), 0);
    assert_int_equal(inbox_init(&rig->home), 0);
    sem_init(&rig->is_asked, 0, 0);
    fill(rig);
    const struct search_options options = {&rig->store, rig->dir, &rig->limits};
    assert_int_equal(search_open(&rig->search, &options, why), 0);
    sem_wait(&rig->is_asked); /* the follower stands still */
    *state = rig;
    return 0;
}

static int teardown(void **state)
{
    struct rig *rig = *state;
    char why[SEARCH_WHY_SIZE];
    atomic_store(&rig->is_broken, true);
    if (rig->asked)
        let_go(rig);
    search_close(rig->search);
    (void)search_delete(rig->dir, why);
    (void)rmdir(rig->dir);
    inbox_deinit(&rig->home);
    sem_destroy(&rig->is_asked);
    store_deinit(&rig->store);
    xfree(rig);
    return 0;
}

static void note(struct search_change *change)
{
    struct change *noted = CONTAINER_OF(change, struct change, change);
    noted->nth = ++noted->rig->done;
}

static void tell(struct rig *rig, struct change *change, room_id room, uint64_t first)
{
    *change = (struct change){
        .change = {.home = &rig->home, .done = note, .room = room, .first = first}, .rig = rig};
    search_change(rig->search, &change->change);
}

static void wait_for(struct rig *rig, const struct change *change)
{
    while (change->nth == 0)
        if (inbox_run(&rig->home, 1) == 0)
            inbox_wait(&rig->home, -1);
}

/* ---- tests -------------------------------------------------------------------------------------------- */

static void who_waits_for_a_change_does_not_wait_for_what_is_pruned(void **state)
{
    struct rig *rig = *state;
    tell(rig, &rig->prune, HALL, OLD);
    tell(rig, &rig->edit, YARD, 0);
    let_go(rig);
    wait_for(rig, &rig->prune);
    assert_int_equal(rig->edit.nth, 1);
    assert_int_equal(rig->edit.change.rc, 0);
    assert_int_equal(rig->prune.nth, 2);
    assert_int_equal(rig->prune.change.rc, 0);
    assert_int_equal(last_of(rig, OLD - 1), 0);
    assert_int_equal(last_of(rig, OLD), OLD);
    assert_true(search_is_idle(rig->search));
}

static void what_is_pruned_does_not_hold_up_the_end(void **state)
{
    struct rig *rig = *state;
    tell(rig, &rig->prune, HALL, OLD);
    search_pause(rig->search);
    let_go(rig);
    wait_for(rig, &rig->prune);
    assert_int_equal(rig->prune.change.rc, -ECANCELED);
    assert_int_equal(last_of(rig, OLD), OLD);
    assert_true(search_is_idle(rig->search));
}

static void what_is_new_waits_for_more_once_and_no_longer_than_the_limit_says(void **state)
{
    struct rig *rig = *state;
    let_go(rig);
    while (!search_is_level(rig->search))
        usleep(1000); /* nothing is left to do then: it rests */
    atomic_store(&asked_ms, 0);
    search_notice(rig->search, YARD);
    sem_wait(&rig->is_asked); /* for the log of the room */
    assert_int_equal(atomic_load(&asked_ms), rig->limits.search_gather_ms);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(who_waits_for_a_change_does_not_wait_for_what_is_pruned),
        T(what_is_pruned_does_not_hold_up_the_end),
        T(what_is_new_waits_for_more_once_and_no_longer_than_the_limit_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
