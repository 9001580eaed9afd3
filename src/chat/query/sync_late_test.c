/* Two servers with one log, of which a read may show less than people here were told, as after a failover: a room of
 * which that is so keeps nobody from the others, and nobody believes that they have seen it. */
#include "chat/query/sync_query.h"
#include "chat/test_peer.h"

enum { FOR_EVER = 100000 };

/* Of these rooms they have seen seq 4; `only`: just of these. */
static struct query *a_sync(struct world *world, const room_id *rooms, size_t count,
                            struct str cursor)
{
    struct query *query = new_query(world, 1);
    query->sync.limit = 100;
    query->sync.newest = 20;
    query->sync.cursor = cursor;
    query->sync.seen = arena_take_array(&world->arena, count, sizeof(*query->sync.seen));
    for (size_t i = 0; i < count; i++) {
        size_t at = query->sync.seen_count++;
        for (; at > 0 && query->sync.seen[at - 1].room.v > rooms[i].v; at--)
            query->sync.seen[at] = query->sync.seen[at - 1];
        query->sync.seen[at] = (struct sync_seen){.room = rooms[i], .seq = 4};
    }
    return query;
}

/* So many groups, in each of which something was said that people here were told. */
static room_id *told_groups(struct world *world, size_t count)
{
    room_id *rooms = arena_take_array(&world->arena, count, sizeof(*rooms));
    for (size_t i = 0; i < count; i++) {
        rooms[i] = another_followed_group(world, arena_printf(&world->arena, "g%zu", i).ptr);
        say_there(world, rooms[i], "a", 5);
        hint(world, rooms[i], 5, 5, false);
    }
    return rooms;
}

/* Of one room alone the read shows no more than was before. */
static void lag(struct world *world, room_id room, unsigned times)
{
    world->store.lagging = room;
    double_show(&world->store, 4, times);
}

static const struct sync_room *room_in(const struct query *query, room_id room)
{
    for (size_t i = 0; i < query->answer.room_count; i++)
        if (room_id_eq(query->answer.rooms[i].view.room.id, room))
            return &query->answer.rooms[i];
    return NULL;
}

static void assert_has(const struct query *query, room_id room)
{
    const struct sync_room *given = room_in(query, room);
    assert_non_null(given);
    assert_int_equal(given->view.room.last_seq, 5);
    assert_true(given->events.count > 0);
    assert_int_equal(given->events.items[given->events.count - 1]->seq, 5);
}

/* `seen`: how many of the rooms the device has; 0: none, it is new. */
static void assert_others_do_not_wait(struct world *world, const room_id *rooms, size_t seen,
                                      bool only, size_t late)
{
    lag(world, rooms[late], FOR_EVER);
    struct query *first = a_sync(world, rooms, seen, STR_NONE);
    first->sync.only = only;
    ask(world, first, query_sync);
    assert_int_equal(first->problem.err, ERR_OK);
    assert_int_equal(first->answer.room_count, 2);
    for (size_t i = 0; i < 3; i++)
        if (i != late)
            assert_has(first, rooms[i]);
    assert_true(first->answer.next.len > 0 && first->answer.next.len <= SYNC_CURSOR_MAX);

    struct query *still = a_sync(world, rooms, seen, first->answer.next);
    still->sync.only = only;
    ask(world, still, query_sync);
    assert_int_equal(still->problem.err, ERR_STORE_UNAVAILABLE);
    query_deinit(still);

    lag(world, rooms[late], 0);
    struct query *second = a_sync(world, rooms, seen, first->answer.next);
    second->sync.only = only;
    ask(world, second, query_sync);
    assert_int_equal(second->problem.err, ERR_OK);
    assert_int_equal(second->answer.room_count, 1);
    assert_has(second, rooms[late]);
    assert_int_equal(second->answer.next.len, 0);
    query_deinit(first);
    query_deinit(second);
}

static void a_room_that_is_shown_late_keeps_nobody_from_the_others(void **state)
{
    struct world *world = *state;
    const room_id *rooms = told_groups(world, 3);
    for (size_t late = 0; late < 3; late++) {
        assert_others_do_not_wait(world, rooms, 3, false, late);
        assert_others_do_not_wait(world, rooms, 0, false, late);
        assert_others_do_not_wait(world, rooms, 3, true, late);
    }
}

static void a_room_is_looked_at_twice_before_it_is_late(void **state)
{
    struct world *world = *state;
    const room_id *rooms = told_groups(world, 1);
    lag(world, rooms[0], 1);
    struct query *query = ask(world, a_sync(world, rooms, 1, STR_NONE), query_sync);
    assert_has(query, rooms[0]);
    assert_int_equal(query->answer.next.len, 0);
    query_deinit(query);
}

/* Whoever was sent away meanwhile has left it; who had never seen it is not told of it. */
static void a_room_that_was_late_and_was_left_since_is_left(void **state)
{
    struct world *world = *state;
    const room_id *rooms = told_groups(world, 1);
    lag(world, rooms[0], FOR_EVER);
    struct query *named = ask(world, a_sync(world, rooms, 1, STR_NONE), query_sync);
    struct query *fresh = ask(world, a_sync(world, rooms, 0, STR_NONE), query_sync);
    assert_true(named->answer.next.len > 0 && fresh->answer.next.len > 0);
    lag(world, rooms[0], 0);
    assert_int_equal(seq_of(there(a_removal(world, rooms[0], 1, 1, "bye"))), 6);

    struct query *left = ask(world, a_sync(world, rooms, 1, named->answer.next), query_sync);
    assert_int_equal(left->answer.room_count, 0);
    assert_int_equal(left->answer.left_count, 1);
    assert_true(room_id_eq(left->answer.left[0], rooms[0]));
    struct query *nothing = ask(world, a_sync(world, rooms, 0, fresh->answer.next), query_sync);
    assert_int_equal(nothing->answer.room_count + nothing->answer.left_count, 0);
    assert_int_equal(nothing->answer.next.len + left->answer.next.len, 0);
}

/* Page by page, as long as they are answered; returns how many rooms were given. */
static size_t sync_on(struct world *world, const room_id *rooms, size_t count, struct str *cursor,
                      enum err *err)
{
    size_t given = 0;
    do {
        struct query *query = ask(world, a_sync(world, rooms, count, *cursor), query_sync);
        *err = query->problem.err;
        given += query->answer.room_count;
        *cursor = query->answer.next;
        query_deinit(query);
    } while (*err == ERR_OK && cursor->len > 0);
    return given;
}

/* All of the store lags, after a failover: it is told to come again, and not page by page. */
static void where_too_many_are_late_it_ends(void **state)
{
    enum { ROOMS = SYNC_LATE_MOST + 4 };
    struct world *world = *state;
    const room_id *rooms = told_groups(world, ROOMS);
    struct str cursor = STR_NONE;
    enum err err = ERR_OK;
    size_t pages = 0;
    for (; err == ERR_OK; pages++) {
        assert_true(pages < ROOMS);
        lag(world, (room_id){0}, FOR_EVER);
        struct query *query = ask(world, a_sync(world, rooms, ROOMS, cursor), query_sync);
        err = query->problem.err;
        assert_int_equal(query->answer.room_count, 0);
        assert_true(err != ERR_OK || query->answer.next.len > 0);
        cursor = query->answer.next;
    }
    assert_int_equal(err, ERR_STORE_UNAVAILABLE);
    lag(world, (room_id){0}, 0);
    cursor = STR_NONE;
    assert_int_equal(sync_on(world, rooms, ROOMS, &cursor, &err), ROOMS);
    assert_int_equal(err, ERR_OK);
}

static int by_id(const void *a, const void *b)
{
    const room_id *x = a, *y = b;
    return (x->v > y->v) - (x->v < y->v);
}

/* The cursor names as many as it can; the next one is late for longer than these. */
static void rooms_that_are_whole_by_now_do_not_wait_for_one_more_that_is_late(void **state)
{
    enum { ROOMS = SYNC_LATE_MOST + 4 };
    struct world *world = *state;
    room_id *rooms = told_groups(world, ROOMS);
    qsort(rooms, ROOMS, sizeof(*rooms), by_id);
    lag(world, (room_id){0}, FOR_EVER);
    struct query *all_late = ask(world, a_sync(world, rooms, ROOMS, STR_NONE), query_sync);
    assert_int_equal(all_late->answer.room_count, 0);
    struct str cursor = all_late->answer.next;
    assert_true(cursor.len > 0);

    enum err err;
    lag(world, rooms[SYNC_LATE_MOST], FOR_EVER);
    assert_int_equal(sync_on(world, rooms, ROOMS, &cursor, &err), ROOMS - 1);
    assert_int_equal(err, ERR_STORE_UNAVAILABLE);
    query_deinit(all_late);
}

static void no_more_late_rooms_than_a_page_tells_of_are_asked_for(void **state)
{
    struct world *world = *state;
    struct str cursor = STR("0.0");
    for (size_t i = 0; i < SYNC_LATE_MOST; i++)
        cursor = arena_printf(&world->arena, "%.*s.00000000001", STR_ARG(cursor));
    struct query *query = ask(world, a_sync(world, NULL, 0, cursor), query_sync);
    assert_int_equal(query->problem.err, ERR_OK);
    assert_int_equal(query->answer.next.len, 0);
    cursor = arena_printf(&world->arena, "%.*s.00000000001", STR_ARG(cursor));
    query = ask(world, a_sync(world, NULL, 0, cursor), query_sync);
    assert_int_equal(query->problem.err, ERR_FIELD_INVALID);
    query = ask(world, a_sync(world, NULL, 0, STR("0.0.x")), query_sync);
    assert_int_equal(query->problem.err, ERR_FIELD_INVALID);
}

/* More was said in it than a page holds: the seqs of the first page, which it begins with, to `cursor`. */
static uint64_t told_in_part(struct world *world, room_id room, size_t seen, struct str *cursor)
{
    for (uint64_t seq = 5; seq <= 12; seq++)
        say_there(world, room, arena_printf(&world->arena, "m%llu", (unsigned long long)seq).ptr,
                  seq);
    hint(world, room, 5, 12, false);
    world->limits.sync_reply_bytes = 7000;
    struct query *query = ask(world, a_sync(world, &room, seen, STR_NONE), query_sync);
    const struct sync_room *given = room_in(query, room);
    assert_non_null(given);
    assert_true(given->has_more || !seen);
    uint64_t last = given->events.items[given->events.count - 1]->seq;
    assert_in_range(last, 1, 11);
    *cursor = arena_copy(&world->arena, query->answer.next);
    query_deinit(query);
    return last;
}

static void a_room_told_in_part_that_is_late_then_goes_on_where_it_was(void **state)
{
    struct world *world = *state;
    room_id room = another_followed_group(world, "g");
    struct str cursor;
    uint64_t last = told_in_part(world, room, 1, &cursor);
    say_there(world, room, "late", 13);
    hint(world, room, 13, 13, false);
    world->store.lagging = room;
    double_show(&world->store, 12, FOR_EVER);
    struct query *query = ask(world, a_sync(world, &room, 1, cursor), query_sync);
    assert_int_equal(query->problem.err, ERR_STORE_UNAVAILABLE);
    query_deinit(query);
    lag(world, room, 0);
    while (cursor.len > 0) {
        query = ask(world, a_sync(world, &room, 1, cursor), query_sync);
        assert_int_equal(query->problem.err, ERR_OK);
        const struct sync_room *given = room_in(query, room);
        assert_non_null(given);
        for (size_t i = 0; i < given->events.count; i++)
            assert_int_equal(given->events.items[i]->seq, ++last);
        cursor = arena_copy(&world->arena, query->answer.next);
        query_deinit(query);
    }
    assert_int_equal(last, 13);
}

static void a_room_told_in_part_and_left_then_is_left(void **state)
{
    struct world *world = *state;
    room_id room = another_followed_group(world, "g");
    struct str cursor;
    told_in_part(world, room, 0, &cursor);
    assert_int_equal(seq_of(there(a_removal(world, room, 1, 1, "bye"))), 13);
    struct query *query = ask(world, a_sync(world, NULL, 0, cursor), query_sync);
    assert_int_equal(query->answer.left_count, 1);
    assert_true(room_id_eq(query->answer.left[0], room));
    assert_int_equal(query->answer.next.len, 0);
    query_deinit(query);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_PEER(a_room_told_in_part_that_is_late_then_goes_on_where_it_was),
        WITH_PEER(a_room_told_in_part_and_left_then_is_left),
        WITH_PEER(a_room_that_is_shown_late_keeps_nobody_from_the_others),
        WITH_PEER(a_room_is_looked_at_twice_before_it_is_late),
        WITH_PEER(a_room_that_was_late_and_was_left_since_is_left),
        WITH_PEER(where_too_many_are_late_it_ends),
        WITH_PEER(rooms_that_are_whole_by_now_do_not_wait_for_one_more_that_is_late),
        WITH_PEER(no_more_late_rooms_than_a_page_tells_of_are_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
