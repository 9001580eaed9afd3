#include "chat/room/batch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static struct live_room *a_room(uint64_t last_seq, uint64_t last_count, int64_t last_at)
{
    struct live_room *live = live_room_new(NULL, (room_id){7});
    live_room_load(live,
                   &(struct room){.id = {7},
                                  .kind = ROOM_GROUP,
                                  .last_seq = last_seq,
                                  .last_count = last_count,
                                  .last_at = last_at},
                   &(struct member_list){0});
    return live;
}

static const struct event *add(struct batch *batch, enum event_type type)
{
    return batch_add(
        batch, &(struct event){
                   .type = (uint8_t)type, .sender = {1}, .nonce = STR("n"), .payload = STR("{}")});
}

static void events_are_numbered_behind_the_rooms_last(void **state)
{
    (void)state;
    struct live_room *live = a_room(41, 30, 1000);
    struct batch *batch = batch_new(live, 2000);
    struct act act = {0};
    batch_begin(batch, &act);
    assert_int_equal(add(batch, EVENT_MESSAGE_CREATED)->seq, 42);
    assert_int_equal(add(batch, EVENT_MESSAGE_CREATED)->seq, 43);
    assert_int_equal(batch->append.events[0]->room.v, 7);
    assert_int_equal(batch->last_seq, 43);
    batch_free(batch);
    live_room_free(live);
}

static void only_messages_count_as_unread(void **state)
{
    (void)state;
    struct live_room *live = a_room(41, 30, 1000);
    struct batch *batch = batch_new(live, 2000);
    struct act act = {0};
    batch_begin(batch, &act);
    assert_int_equal(add(batch, EVENT_USER_JOINED)->count, 30);
    assert_int_equal(add(batch, EVENT_MESSAGE_CREATED)->count, 31);
    assert_int_equal(add(batch, EVENT_ROOM_UPDATED)->count, 31);
    assert_int_equal(add(batch, EVENT_MESSAGE_CREATED)->count, 32);
    batch_free(batch);
    live_room_free(live);
}

static void time_does_not_run_backwards_though_the_clock_does(void **state)
{
    (void)state;
    struct live_room *live = a_room(41, 30, 5000);
    struct batch *late = batch_new(live, 4000), *right = batch_new(live, 6000);
    struct act act = {0};
    batch_begin(late, &act);
    batch_begin(right, &act);
    assert_int_equal(add(late, EVENT_MESSAGE_CREATED)->created_at, 5000);
    assert_int_equal(add(right, EVENT_MESSAGE_CREATED)->created_at, 6000);
    batch_free(late);
    batch_free(right);
    live_room_free(live);
}

static void each_act_knows_its_events(void **state)
{
    (void)state;
    struct live_room *live = a_room(1, 0, 0);
    struct batch *batch = batch_new(live, 1);
    struct act acts[20];
    for (size_t i = 0; i < ARRAY_LEN(acts); i++) {
        batch_begin(batch, &acts[i]);
        for (size_t n = 0; n <= i % 3; n++)
            add(batch, EVENT_MESSAGE_CREATED);
    }
    size_t first = 0;
    assert_int_equal(batch->entry_count, ARRAY_LEN(acts));
    for (size_t i = 0; i < ARRAY_LEN(acts); i++) {
        assert_ptr_equal(batch->entries[i].act, &acts[i]);
        assert_int_equal(batch->entries[i].first, first);
        assert_int_equal(batch->entries[i].count, i % 3 + 1);
        first += i % 3 + 1;
    }
    batch_free(batch);
    live_room_free(live);
}

static void texts_are_the_events_own(void **state)
{
    (void)state;
    struct live_room *live = a_room(1, 0, 0);
    struct batch *batch = batch_new(live, 1);
    struct act act = {0};
    char nonce[] = "abc";
    batch_begin(batch, &act);
    batch_add(batch, &(struct event){.type = EVENT_MESSAGE_CREATED, .nonce = str_from_c(nonce)});
    memset(nonce, 'x', 3);
    assert_true(str_eq(batch->append.events[0]->nonce, STR("abc")));
    batch_free(batch);
    live_room_free(live);
}

static void it_is_full_at_so_many_events_or_with_a_change_of_the_room(void **state)
{
    (void)state;
    struct live_room *live = a_room(1, 0, 0);
    struct batch *many = batch_new(live, 1), *change = batch_new(live, 1);
    struct act act = {0};
    batch_begin(many, &act);
    for (size_t i = 0; i < BATCH_EVENTS; i++) {
        assert_false(batch_is_full(many));
        add(many, EVENT_MESSAGE_CREATED);
    }
    assert_true(batch_is_full(many));

    batch_begin(change, &act);
    add(change, EVENT_USER_LEFT);
    assert_false(batch_is_full(change));
    batch_project(change, &(struct projection){.kind = PROJECT_MEMBER_GONE});
    assert_true(batch_is_full(change));
    batch_free(many);
    batch_free(change);
    live_room_free(live);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_are_numbered_behind_the_rooms_last),
        cmocka_unit_test(only_messages_count_as_unread),
        cmocka_unit_test(time_does_not_run_backwards_though_the_clock_does),
        cmocka_unit_test(each_act_knows_its_events),
        cmocka_unit_test(texts_are_the_events_own),
        cmocka_unit_test(it_is_full_at_so_many_events_or_with_a_change_of_the_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
