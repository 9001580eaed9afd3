#include "core/inbox.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

struct note {
    struct inbox_item item;
    unsigned producer, number;
};

static unsigned ran;

static void count_run(struct inbox_item *item)
{
    (void)item;
    ran++;
}

static void items_come_out_in_the_order_posted(void **state)
{
    (void)state;
    struct inbox inbox;
    assert_int_equal(inbox_init(&inbox), 0);
    assert_null(inbox_take(&inbox));
    struct note notes[5] = {{.number = 0}};
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < 5; i++)
            inbox_post(&inbox, &notes[i].item);
        for (size_t i = 0; i < 5; i++)
            assert_ptr_equal(inbox_take(&inbox), &notes[i].item);
        assert_null(inbox_take(&inbox));
    }
    inbox_deinit(&inbox);
}

static void a_run_is_bounded(void **state)
{
    (void)state;
    struct inbox inbox;
    assert_int_equal(inbox_init(&inbox), 0);
    struct note notes[5] = {{.number = 0}};
    ran = 0;
    for (size_t i = 0; i < 5; i++) {
        notes[i].item.run = count_run;
        inbox_post(&inbox, &notes[i].item);
    }
    assert_int_equal(inbox_run(&inbox, 3), 3);
    assert_false(inbox_may_sleep(&inbox));
    assert_int_equal(inbox_run(&inbox, 100), 2);
    assert_int_equal(ran, 5);
    assert_true(inbox_may_sleep(&inbox));
    inbox_deinit(&inbox);
}

static uint64_t writes_since(struct inbox *inbox)
{
    uint64_t count = 0;
    return read(inbox->fd, &count, sizeof(count)) == sizeof(count) ? count : 0;
}

static void the_eventfd_is_written_only_for_a_sleeper_and_once(void **state)
{
    (void)state;
    struct inbox inbox;
    assert_int_equal(inbox_init(&inbox), 0);
    struct note notes[4] = {{.number = 0}};
    inbox_post(&inbox, &notes[0].item);
    assert_int_equal(writes_since(&inbox), 0); /* awake */
    assert_non_null(inbox_take(&inbox));

    assert_true(inbox_may_sleep(&inbox));
    inbox_post(&inbox, &notes[1].item);
    inbox_post(&inbox, &notes[2].item);
    assert_int_equal(writes_since(&inbox), 1);
    inbox_woke(&inbox);
    inbox_post(&inbox, &notes[3].item);
    assert_int_equal(writes_since(&inbox), 0);

    while (inbox_take(&inbox))
        ;
    inbox_wake(&inbox);
    inbox_wait(&inbox, -1); /* comes back with nothing inside */
    assert_null(inbox_take(&inbox));
    inbox_wait(&inbox, 1);
    inbox_deinit(&inbox);
}

enum { PRODUCERS = 4, NOTES = 20000 };

struct producer {
    struct inbox *inbox;
    struct note *notes;
};

static void *produce(void *arg)
{
    struct producer *producer = arg;
    for (unsigned i = 0; i < NOTES; i++)
        inbox_post(producer->inbox, &producer->notes[i].item);
    return NULL;
}

static void many_producers_lose_nothing_and_keep_their_order(void **state)
{
    (void)state;
    struct inbox inbox;
    assert_int_equal(inbox_init(&inbox), 0);
    struct producer producers[PRODUCERS];
    pthread_t threads[PRODUCERS];
    for (unsigned p = 0; p < PRODUCERS; p++) {
        producers[p] = (struct producer){&inbox, xcalloc(NOTES, sizeof(struct note))};
        for (unsigned i = 0; i < NOTES; i++) {
            producers[p].notes[i].producer = p;
            producers[p].notes[i].number = i;
        }
        assert_int_equal(pthread_create(&threads[p], NULL, produce, &producers[p]), 0);
    }
    unsigned next[PRODUCERS] = {0}, total = 0;
    while (total < PRODUCERS * NOTES) {
        inbox_wait(&inbox, -1); /* would hang here if a wake were lost */
        struct inbox_item *item;
        while ((item = inbox_take(&inbox))) {
            struct note *note = CONTAINER_OF(item, struct note, item);
            assert_int_equal(note->number, next[note->producer]);
            next[note->producer]++;
            total++;
        }
    }
    for (unsigned p = 0; p < PRODUCERS; p++) {
        pthread_join(threads[p], NULL);
        xfree(producers[p].notes);
    }
    inbox_deinit(&inbox);
}

/* One item to and fro: every single post meets a sleeper, or one about to sleep. */
struct player {
    struct inbox inbox;
    struct player *other;
    struct inbox_item ball;
    unsigned hits;
};

enum { RALLY = 20000 };

static void *play(void *arg)
{
    struct player *player = arg;
    while (player->hits < RALLY) {
        inbox_wait(&player->inbox, -1);
        struct inbox_item *ball = inbox_take(&player->inbox);
        if (!ball)
            continue;
        player->hits++;
        inbox_post(&player->other->inbox, ball);
    }
    return NULL;
}

static void no_wake_is_lost_on_the_edge_of_sleep(void **state)
{
    (void)state;
    static struct player a, b;
    assert_int_equal(inbox_init(&a.inbox), 0);
    assert_int_equal(inbox_init(&b.inbox), 0);
    a.other = &b;
    b.other = &a;
    pthread_t threads[2];
    assert_int_equal(pthread_create(&threads[0], NULL, play, &a), 0);
    assert_int_equal(pthread_create(&threads[1], NULL, play, &b), 0);
    inbox_post(&a.inbox, &a.ball);
    pthread_join(threads[0], NULL);
    pthread_join(threads[1], NULL);
    assert_int_equal(a.hits, RALLY);
    assert_int_equal(b.hits, RALLY);
    inbox_deinit(&a.inbox);
    inbox_deinit(&b.inbox);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_come_out_in_the_order_posted),
        cmocka_unit_test(a_run_is_bounded),
        cmocka_unit_test(the_eventfd_is_written_only_for_a_sleeper_and_once),
        cmocka_unit_test(many_producers_lose_nothing_and_keep_their_order),
        cmocka_unit_test(no_wake_is_lost_on_the_edge_of_sleep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
