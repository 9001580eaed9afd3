/* What somebody missed, against a real store: each page by itself, and all of them together. */
#include "chat/query/sync_query.h"

#include "chat/test_world.h"

static struct query *sync_of(struct world *world, uint64_t self, size_t limit)
{
    struct query *query = new_query(world, self);
    query->sync.limit = limit;
    query->sync.newest = 20;
    return query;
}

static int compare_seen(const void *a, const void *b)
{
    uint64_t left = ((const struct sync_seen *)a)->room.v;
    uint64_t right = ((const struct sync_seen *)b)->room.v;
    return (left > right) - (left < right);
}

static void name_rooms(struct query *query, struct sync_seen *seen, size_t count)
{
    qsort(seen, count, sizeof(*seen), compare_seen);
    query->sync.seen = seen;
    query->sync.seen_count = count;
}

static const struct sync_room *room_in(const struct query *query, room_id room)
{
    for (size_t i = 0; i < query->answer.room_count; i++)
        if (room_id_eq(query->answer.rooms[i].view.room.id, room))
            return &query->answer.rooms[i];
    return NULL;
}

static void assert_events(const struct sync_room *room, uint64_t first, uint64_t last, bool more)
{
    assert_non_null(room);
    assert_int_equal(room->events.count, last - first + 1);
    for (size_t i = 0; i < room->events.count; i++)
        assert_int_equal(room->events.items[i]->seq, first + i);
    assert_int_equal(room->has_more, more);
}

/* What the reply takes, nearly. */
static size_t bytes_of(const struct query *query)
{
    size_t bytes = query->answer.me.count * 120 + query->answer.left_count * 14;
    for (size_t i = 0; i < query->answer.room_count; i++)
        for (size_t e = 0; e < query->answer.rooms[i].events.count; e++)
            bytes += query->answer.rooms[i].events.items[e]->payload.len + 300;
    return bytes;
}

/* Posts them all, so that they share few transactions. */
static void say(struct world *world, room_id room, uint64_t self, size_t count, size_t bytes)
{
    char *text = arena_take(&world->arena, bytes + 32);
    int len = snprintf(text, bytes + 32, "{\"type\":\"text\",\"text\":\"%0*d\"}", (int)bytes, 0);
    struct act **acts = arena_take_array(&world->arena, count, sizeof(*acts));
    for (size_t i = 0; i < count; i++) {
        struct str nonce = arena_printf(&world->arena, "s%zu", i);
        acts[i] = a_message(world, room, self, nonce.ptr);
        acts[i]->payload = str_of(text, (size_t)len);
        post(world, acts[i]);
    }
    settle(world);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(outcome(acts[i]), ERR_OK);
}

static room_id *many_groups(struct world *world, size_t count)
{
    room_id *rooms = arena_take_array(&world->arena, count, sizeof(*rooms));
    struct act **acts = arena_take_array(&world->arena, count, sizeof(*acts));
    for (size_t i = 0; i < count; i++)
        acts[i] = post(world, a_new_room(world, ROOM_GROUP,
                                         arena_printf(&world->arena, "g%zu", i).ptr, 1, 2, 0));
    settle(world);
    for (size_t i = 0; i < count; i++) {
        rooms[i] = acts[i]->room;
        assert_int_equal(outcome(acts[i]), ERR_OK);
    }
    return rooms;
}

/* ---- one page ------------------------------------------------------------------------------------------ */

static void of_a_room_that_was_not_named_the_newest_are_given(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n"), small = a_group(world, "s");
    say(world, room, 2, 30, 5);
    struct query *query = ask(world, sync_of(world, 1, 50), query_sync);
    assert_int_equal(query->answer.room_count, 2);
    assert_events(room_in(query, room), 15, 34, true);
    assert_events(room_in(query, small), 1, 4, false);
    assert_int_equal(query->answer.next.len, 0);
    assert_int_equal(room_in(query, room)->view.room.last_seq, 34);
    assert_int_equal(room_in(query, room)->view.room.last_count, 30);
    query_deinit(query);
}

/* The room of a sync that asks for so many of its newest events. */
static struct query *newest_of(struct world *world, size_t newest)
{
    struct query *query = sync_of(world, 1, 50);
    query->sync.newest = newest;
    return ask(world, query, query_sync);
}

static void what_was_said_last_is_told_also_behind_much_else(void **state)
{
    static const char *const emoji[] = {"👍", "🎉", "🌧"};
    struct world *world = *state;
    room_id room = a_group(world, "n");
    struct query *query = newest_of(world, 2);
    assert_events(room_in(query, room), 3, 4, true);
    assert_null(room_in(query, room)->last_message); /* nothing was said */
    query_deinit(query);

    say(world, room, 2, 2, 5);
    for (size_t i = 0; i < ARRAY_LEN(emoji); i++)
        assert_int_equal(outcome(carry_out_now(world, a_reaction(world, room, 6, emoji[i]))),
                         ERR_OK);
    query = newest_of(world, 3);
    assert_events(room_in(query, room), 7, 9, true);
    assert_non_null(room_in(query, room)->last_message);
    assert_int_equal(room_in(query, room)->last_message->seq, 6);
    query_deinit(query);
    query = newest_of(world, 4);
    assert_events(room_in(query, room), 6, 9, true);
    assert_null(room_in(query, room)->last_message); /* it is among the events */
    query_deinit(query);
    world->limits.sync_reply_bytes = 6144;
    query = newest_of(world, 4);
    assert_in_range(room_in(query, room)->events.count, 1, 3);
    assert_null(room_in(query, room)->last_message);
    struct str cursor = query->answer.next;
    query_deinit(query);
    query = sync_of(world, 1, 50);
    query->sync.newest = 4;
    query->sync.cursor = cursor;
    ask(world, query, query_sync);
    assert_int_equal(room_in(query, room)->last_message->seq, 6); /* the page before had it */
    query_deinit(query);
}

static void of_a_named_room_the_oldest_behind_what_was_seen_are_given(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n");
    say(world, room, 2, 30, 5);
    struct sync_seen seen[] = {{room, 10}};
    struct query *query = sync_of(world, 1, 5);
    name_rooms(query, seen, 1);
    ask(world, query, query_sync);
    assert_events(room_in(query, room), 11, 15, true);
    query_deinit(query);

    seen[0].seq = 29;
    query = sync_of(world, 1, 5);
    name_rooms(query, seen, 1);
    ask(world, query, query_sync);
    assert_events(room_in(query, room), 30, 34, false);
    query_deinit(query);
}

static void a_named_room_with_nothing_new_does_not_appear(void **state)
{
    struct world *world = *state;
    struct sync_seen seen[] = {{a_group(world, "n"), 4}, {a_group(world, "m"), 4000}};
    struct query *query = sync_of(world, 1, 50);
    name_rooms(query, seen, 2);
    ask(world, query, query_sync);
    assert_int_equal(query->answer.room_count, 0);
    assert_int_equal(query->answer.left_count, 0);
    query_deinit(query);
}

static void what_one_is_not_in_is_left(void **state)
{
    struct world *world = *state;
    room_id here = a_group(world, "n"), gone = a_group(world, "m");
    struct act *others = carry_out_now(world, a_new_room(world, ROOM_GROUP, "o", 4, 5, 0));
    room_id never = others->room;
    act_deinit(others);
    assert_int_equal(outcome(carry_out_now(world, a_removal(world, gone, 1, 2, "bye"))), ERR_OK);
    for (int only = 0; only < 2; only++) {
        struct sync_seen seen[] = {{here, 1}, {gone, 2}, {never, 0}, {{1}, 7}, {{INT64_MAX}, 7}};
        struct query *query = sync_of(world, 2, 50);
        name_rooms(query, seen, ARRAY_LEN(seen));
        query->sync.only = only;
        ask(world, query, query_sync);
        assert_int_equal(query->answer.room_count, 1);
        assert_events(room_in(query, here), 2, 4, false);
        assert_int_equal(query->answer.left_count, 4);
        query_deinit(query);
    }
}

static void only_the_named_ones_means_only_those(void **state)
{
    struct world *world = *state;
    room_id *rooms = many_groups(world, 5);
    struct sync_seen seen[] = {{rooms[2], 0}};
    struct query *query = sync_of(world, 1, 50);
    name_rooms(query, seen, 1);
    query->sync.only = true;
    ask(world, query, query_sync);
    assert_int_equal(query->answer.room_count, 1);
    assert_events(room_in(query, rooms[2]), 1, 3, false);
    query_deinit(query);
}

static void rooms_may_be_asked_for_range_by_range(void **state)
{
    struct world *world = *state;
    many_groups(world, 7);
    struct query *whole = ask(world, sync_of(world, 1, 50), query_sync);
    assert_int_equal(whole->answer.room_count, 7);
    room_id ids[7];
    for (size_t i = 0; i < 7; i++)
        ids[i] = whole->answer.rooms[i].view.room.id;
    const size_t ends[] = {2, 4, 6};
    for (size_t part = 0, from = 0; part < ARRAY_LEN(ends); from = ends[part++] + 1) {
        struct sync_seen seen[] = {{ids[from], 0}, {{ids[ends[part]].v - 1}, 3}, {{INT64_MAX}, 1}};
        struct query *query = sync_of(world, 1, 50);
        name_rooms(query, seen, 3);
        query->sync.after = (room_id){from ? ids[from - 1].v : 0};
        query->sync.through = ids[ends[part]];
        ask(world, query, query_sync);
        assert_int_equal(query->answer.room_count, ends[part] - from + 1);
        for (size_t i = from; i <= ends[part]; i++)
            assert_events(room_in(query, ids[i]), 1, 3, false);
        assert_int_equal(query->answer.left_count, 1);
        assert_int_equal(query->answer.next.len, 0);
        query_deinit(query);
    }
    query_deinit(whole);
}

static void a_cursor_of_our_own_making_is_needed(void **state)
{
    struct world *world = *state;
    static const char *const wrong[] = {
        "x",
        "0",
        "0.",
        ".1",
        "00000000001",
        "00000000001.-1",
        "0.0.00000000001-1-1",
        "0.0.00000000001-1-1-100000",
        "0.0.00000000001-1-100000-1",
        "0.0.00000000001-1-1-1.00000000001-1-1-1",
    };
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct query *query = sync_of(world, 1, 50);
        query->sync.cursor = str_from_c(wrong[i]);
        ask(world, query, query_sync);
        assert_int_equal(query->problem.err, ERR_FIELD_INVALID);
        assert_true(str_eq(query->problem.field, STR("cursor")));
    }
}

static void the_feed_tells_what_changed_since(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n"), other = a_group(world, "m");
    say(world, room, 2, 3, 5);
    act_deinit(carry_out_now(world, a_reading(world, room, 1, 6)));
    struct query *query = ask(world, sync_of(world, 1, 50), query_sync);
    assert_int_equal(query->answer.me.count, 1);
    uint64_t rev = query->answer.rev;
    assert_int_equal(room_in(query, room)->view.read_seq, 6);
    query_deinit(query);

    act_deinit(carry_out_now(world, a_reading(world, other, 1, 4)));
    query = sync_of(world, 1, 50);
    query->sync.rev = rev;
    ask(world, query, query_sync);
    assert_int_equal(query->answer.me.count, 1);
    assert_true(query->answer.rev > rev);
    query_deinit(query);
}

/* ---- all pages ------------------------------------------------------------------------------------------- */

struct visited { /* how often, by room or left id */
    struct map rooms, left;
    size_t pages, entries;
};

static void visit(struct map *map, uint64_t id)
{
    assert_null(map_get(map, id)); /* each once */
    map_put(map, id, map);
}

/* Calls again with the same fields and the cursor until there is none. */
static void follow(struct world *world, const struct query *first, struct visited *visited)
{
    struct str cursor = STR_NONE;
    do {
        struct query *query = new_query(world, first->self.v);
        query->sync = first->sync;
        query->sync.cursor = cursor;
        ask(world, query, query_sync);
        assert_int_equal(query->problem.err, ERR_OK);
        assert_true(bytes_of(query) <= world->limits.sync_reply_bytes);
        for (size_t i = 0; i < query->answer.room_count; i++)
            visit(&visited->rooms, query->answer.rooms[i].view.room.id.v);
        for (size_t i = 0; i < query->answer.left_count; i++)
            visit(&visited->left, query->answer.left[i].v);
        visited->entries += query->answer.me.count;
        visited->pages++;
        assert_true(visited->pages < 100);
        cursor = query->answer.next;
        query_deinit(query);
    } while (cursor.len);
}

static void visited_deinit(struct visited *visited)
{
    map_deinit(&visited->rooms);
    map_deinit(&visited->left);
}

static void many_rooms_come_in_pages_each_once(void **state)
{
    enum { ROOMS = 230 };
    struct world *world = *state;
    room_id *rooms = many_groups(world, ROOMS);
    for (size_t i = 0; i < 40; i++)
        say(world, rooms[i], 2, 25, 2000);
    struct visited visited = {0};
    follow(world, sync_of(world, 1, 50), &visited);
    assert_int_equal(visited.rooms.len, ROOMS);
    assert_int_equal(visited.left.len, 0);
    assert_true(visited.pages >= 40 * 20 * 2000 / world->limits.sync_reply_bytes);
    visited_deinit(&visited);
}

/* Of one room, over all pages: its events follow each other; the first page tells one of them at least. */
static void assert_told_in_pages(struct world *world, const struct query *first, room_id room,
                                 uint64_t from, uint64_t to, bool more, size_t pages)
{
    struct str cursor = STR_NONE;
    uint64_t next = from;
    bool has_more = false;
    size_t told = 0;
    do {
        struct query *query = new_query(world, first->self.v);
        query->sync = first->sync;
        query->sync.cursor = cursor;
        ask(world, query, query_sync);
        assert_int_equal(query->problem.err, ERR_OK);
        assert_in_range(cursor.len, 0, SYNC_CURSOR_MAX);
        const struct sync_room *entry = room_in(query, room);
        if (entry) {
            for (size_t i = 0; i < entry->events.count; i++)
                assert_int_equal(entry->events.items[i]->seq, next++);
            has_more = entry->has_more;
            told++;
        }
        cursor = query->answer.next;
        query_deinit(query);
    } while (cursor.len);
    assert_int_equal(next, to + 1);
    assert_int_equal(has_more, more);
    assert_in_range(told, pages, SIZE_MAX);
}

static void large_messages_come_in_pages_up_to_what_was_asked_for(void **state)
{
    struct world *world = *state;
    room_id before = a_group(world, "l"), room = a_group(world, "n"), behind = a_group(world, "o");
    say(world, before, 2, 3, 5000);
    say(world, room, 2, 40, 16384);
    say(world, behind, 2, 3, 5000);
    assert_told_in_pages(world, sync_of(world, 1, 50), room, 25, 44, true, 2);
    struct sync_seen seen[] = {{before, 4}, {room, 4}, {behind, 4}};
    static const struct {
        size_t limit;
        uint64_t to;
    } asked[] = {{200, 44}, {40, 44}, {39, 43}, {20, 24}};
    for (size_t i = 0; i < sizeof(asked) / sizeof(*asked); i++) {
        for (int only = 0; only < 2; only++) {
            struct query *query = sync_of(world, 1, asked[i].limit);
            query->sync.only = only;
            name_rooms(query, seen, 3);
            assert_told_in_pages(world, query, room, 5, asked[i].to, asked[i].to < 44, 2);
            assert_told_in_pages(world, query, before, 5, 7, false, 1);
            assert_told_in_pages(world, query, behind, 5, 7, false, 1);
        }
    }
}

static void of_a_room_told_in_parts_from_its_beginning_there_is_nothing_older(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n");
    say(world, room, 2, 16, 16384);
    assert_told_in_pages(world, sync_of(world, 1, 50), room, 1, 20, false, 2);
}

static void a_room_that_would_be_cut_at_the_end_of_a_page_begins_the_next(void **state)
{
    enum { ROOMS = 40 };
    struct world *world = *state;
    room_id *rooms = many_groups(world, ROOMS);
    for (size_t i = 0; i < ROOMS; i++)
        say(world, rooms[i], 2, 3, 9000);
    struct visited visited = {0};
    follow(world, sync_of(world, 1, 50), &visited);
    assert_int_equal(visited.rooms.len, ROOMS);
    visited_deinit(&visited);
    for (size_t i = 0; i < ROOMS; i++)
        assert_told_in_pages(world, sync_of(world, 1, 50), rooms[i], 1, 6, false, 1);
}

static void one_event_larger_than_a_page_comes_alone(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n");
    say(world, room, 2, 2, 16384);
    world->limits.sync_reply_bytes = 8192;
    struct sync_seen seen[] = {{room, 4}};
    struct query *query = sync_of(world, 1, 200);
    name_rooms(query, seen, 1);
    assert_told_in_pages(world, query, room, 5, 6, false, 2);
}

static void what_the_caller_fills_itself_is_left_free(void **state)
{
    enum { OWN_BYTES = 65536 };
    struct world *world = *state;
    room_id room = a_group(world, "n");
    say(world, room, 2, 20, 16000);
    struct query *query = sync_of(world, 1, 200);
    query->sync.reserved = OWN_BYTES;
    ask(world, query, query_sync);
    assert_non_null(room_in(query, room));
    assert_true(bytes_of(query) + OWN_BYTES <= world->limits.sync_reply_bytes);
    query_deinit(query);
}

static void however_many_were_left_each_is_told_once(void **state)
{
    enum { LEFT = 9000 };
    struct world *world = *state;
    room_id *rooms = many_groups(world, 3);
    world->limits.sync_reply_bytes = 65536;
    struct sync_seen *seen = arena_take_array(&world->arena, LEFT + 3, sizeof(*seen));
    for (size_t i = 0; i < LEFT; i++)
        seen[i] = (struct sync_seen){{(i + 1) * (INT64_MAX / LEFT)}, 1};
    for (size_t i = 0; i < 3; i++)
        seen[LEFT + i] = (struct sync_seen){rooms[i], 1};
    for (int only = 0; only < 2; only++) {
        struct visited visited = {0};
        struct query *query = sync_of(world, 1, 50);
        name_rooms(query, seen, LEFT + 3);
        query->sync.only = only;
        follow(world, query, &visited);
        assert_int_equal(visited.rooms.len, 3);
        assert_int_equal(visited.left.len, LEFT);
        visited_deinit(&visited);
    }
}

static void a_long_feed_comes_in_pages(void **state)
{
    enum { ROOMS = 700 };
    struct world *world = *state;
    room_id *rooms = many_groups(world, ROOMS);
    struct act *acts[ROOMS];
    for (size_t i = 0; i < ROOMS; i++)
        acts[i] = post(world, a_reading(world, rooms[i], 1, 3));
    settle(world);
    for (size_t i = 0; i < ROOMS; i++)
        assert_int_equal(outcome(acts[i]), ERR_OK);
    struct visited visited = {0};
    follow(world, sync_of(world, 1, 50), &visited);
    assert_int_equal(visited.entries, ROOMS);
    assert_int_equal(visited.rooms.len, ROOMS);
    visited_deinit(&visited);

    visited = (struct visited){0};
    struct query *query = sync_of(world, 1, 50);
    query->sync.only = true; /* and none named: the feed alone */
    follow(world, query, &visited);
    assert_int_equal(visited.entries, ROOMS);
    assert_int_equal(visited.rooms.len, 0);
    visited_deinit(&visited);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(of_a_room_that_was_not_named_the_newest_are_given),
        IN_A_WORLD(what_was_said_last_is_told_also_behind_much_else),
        IN_A_WORLD(of_a_named_room_the_oldest_behind_what_was_seen_are_given),
        IN_A_WORLD(a_named_room_with_nothing_new_does_not_appear),
        IN_A_WORLD(what_one_is_not_in_is_left),
        IN_A_WORLD(only_the_named_ones_means_only_those),
        IN_A_WORLD(rooms_may_be_asked_for_range_by_range),
        IN_A_WORLD(a_cursor_of_our_own_making_is_needed),
        IN_A_WORLD(the_feed_tells_what_changed_since),
        IN_A_WORLD(many_rooms_come_in_pages_each_once),
        IN_A_WORLD(large_messages_come_in_pages_up_to_what_was_asked_for),
        IN_A_WORLD(of_a_room_told_in_parts_from_its_beginning_there_is_nothing_older),
        IN_A_WORLD(a_room_that_would_be_cut_at_the_end_of_a_page_begins_the_next),
        IN_A_WORLD(one_event_larger_than_a_page_comes_alone),
        IN_A_WORLD(what_the_caller_fills_itself_is_left_free),
        IN_A_WORLD(however_many_were_left_each_is_told_once),
        IN_A_WORLD(a_long_feed_comes_in_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
