/* The protocol of a room's home with the store: what it asks, what it says of the answers, and what
 * others hear of it. */
#include "chat/home/home.h"

#include "chat/room/batch.h"
#include "chat/test_world.h"
#include "core/clock.h"

/* ---- making rooms ------------------------------------------------------------------------------------ */

static void making_a_room_twice_makes_one(void **state)
{
    struct world *world = *state;
    struct act *first = carry_out_now(world, a_new_room(world, ROOM_GROUP, "n", 1, 2, 0));
    struct act *again = carry_out_now(world, a_new_room(world, ROOM_GROUP, "n", 1, 3, 0));
    struct act *other = carry_out_now(world, a_new_room(world, ROOM_GROUP, "m", 1, 2, 0));
    struct act *others = carry_out_now(world, a_new_room(world, ROOM_GROUP, "n", 2, 1, 0));
    assert_false(first->duplicate);
    assert_true(again->duplicate);
    assert_int_equal(again->problem.err, ERR_OK);
    assert_true(room_id_eq(first->room, again->room));
    assert_false(room_id_eq(first->room, other->room));
    assert_false(room_id_eq(first->room, others->room));
    assert_all_told(world, first->room, 1);
    act_deinit(first);
    act_deinit(other);
    act_deinit(others);
}

static void a_room_made_from_two_sides_at_once_is_one(void **state)
{
    struct world *world = *state;
    struct act *mine = post(world, a_new_room(world, ROOM_DIRECT, "a", 1, 2, 0));
    struct act *yours = post(world, a_new_room(world, ROOM_DIRECT, "b", 2, 1, 0));
    settle(world);
    assert_true(room_id_eq(mine->room, yours->room));
    assert_int_equal(mine->duplicate + yours->duplicate, 1);
    assert_all_told(world, mine->room, 1);
    act_deinit(mine);
    act_deinit(yours);
}

static void first_members_are_subscribed_before_the_room_is_told(void **state)
{
    struct world *world = *state;
    a_group(world, "n");
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(world->told[i].kind, PUBLISH_SUBSCRIBE);
        assert_int_equal(world->told[i].only.v, i + 1);
    }
    assert_int_equal(world->told[3].type, EVENT_ROOM_CREATED);
    assert_int_equal(world->told_count, 7);
}

static void a_direct_room_is_of_two(void **state)
{
    struct world *world = *state;
    assert_int_equal(outcome(carry_out_now(world, a_new_room(world, ROOM_DIRECT, "n", 1, 0))),
                     ERR_FIELD_INVALID);
    assert_int_equal(outcome(carry_out_now(world, a_new_room(world, ROOM_DIRECT, "n", 1, 1, 0))),
                     ERR_FIELD_INVALID);
    assert_int_equal(outcome(carry_out_now(world, a_new_room(world, ROOM_DIRECT, "n", 1, 2, 3, 0))),
                     ERR_FIELD_INVALID);
}

static void who_is_named_must_exist(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n");
    assert_int_equal(
        outcome(carry_out_now(world, a_new_room(world, ROOM_GROUP, "m", 1, NOBODY, 0))),
        ERR_FIELD_INVALID);
    assert_int_equal(outcome(carry_out_now(world, an_addition(world, room, 1, NOBODY, "a"))),
                     ERR_FIELD_INVALID);
    /* To an outsider the room is what does not exist. */
    assert_int_equal(outcome(carry_out_now(world, an_addition(world, room, 9, NOBODY, "a"))),
                     ERR_ROOM_NOT_FOUND);
}

static void a_retry_is_answered_though_the_person_has_gone_since(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n");
    struct act *made = carry_out_now(world, a_new_room(world, ROOM_DIRECT, "d", 1, 5, 0));
    uint64_t seq = seq_of(carry_out_now(world, an_addition(world, room, 1, 5, "add")));
    delete_person(world, USER(5));
    struct act *again = carry_out_now(world, a_new_room(world, ROOM_DIRECT, "d", 1, 5, 0));
    assert_int_equal(again->problem.err, ERR_OK);
    assert_true(again->duplicate && room_id_eq(again->room, made->room));
    struct act *added = carry_out_now(world, an_addition(world, room, 1, 5, "add"));
    assert_true(added->duplicate);
    assert_int_equal(seq_of(added), seq);
    act_deinit(made);
}

/* ---- one batch at a time -------------------------------------------------------------------------------- */

static void nothing_is_answered_or_told_before_it_is_durable(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n");
    size_t told = world->told_count;
    world->store.holds = true;
    struct act *act = post(world, a_message(world, room, 2, "m"));
    settle(world);
    assert_int_equal(world->store.held_count, 1);
    assert_false(is_done(act));
    assert_int_equal(world->told_count, told);
    double_let_go(&world->store);
    settle(world);
    assert_int_equal(seq_of(act), 5);
    assert_int_equal(world->told_count, told + 1);
}

static void one_batch_of_a_room_is_under_way_at_a_time(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n"), other = a_group(world, "o");
    world->store.holds = true;
    struct act *first = post(world, a_message(world, room, 2, "m1"));
    settle(world);
    struct act *second = post(world, a_message(world, room, 2, "m2"));
    struct act *third = post(world, a_message(world, room, 3, "m3"));
    settle(world);
    assert_int_equal(world->store.held_count, 1);
    struct act *elsewhere = post(world, a_message(world, other, 2, "m1"));
    settle(world);
    assert_int_equal(world->store.held_count, 2); /* rooms do not wait for each other */
    double_let_go(&world->store);
    settle(world);
    assert_int_equal(seq_of(first), 5);
    assert_int_equal(seq_of(elsewhere), 5);
    assert_int_equal(world->store.held_count, 1);
    assert_int_equal(world->store.held[0]->count, 2); /* what came meanwhile goes together */
    double_let_go(&world->store);
    settle(world);
    assert_int_equal(seq_of(second), 6);
    assert_int_equal(seq_of(third), 7);
    assert_all_told(world, room, 1);
}

static void what_arrives_together_is_one_batch_from_the_first_on(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n");
    size_t appends = world->store.appends;
    struct act *acts[10];
    for (size_t i = 0; i < ARRAY_LEN(acts); i++) {
        struct str nonce = arena_printf(&world->arena, "m%zu", i);
        acts[i] = post(world, a_message(world, room, 1 + i % 3, nonce.ptr));
    }
    settle(world);
    for (size_t i = 0; i < ARRAY_LEN(acts); i++)
        assert_int_equal(seq_of(acts[i]), 5 + i);
    assert_int_equal(world->store.appends, appends + 1);
}

static void what_is_sent_in_an_order_is_numbered_in_it(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n");
    struct act *acts[2000];
    for (size_t i = 0; i < ARRAY_LEN(acts); i++) {
        struct str nonce = arena_printf(&world->arena, "m%zu", i);
        acts[i] = post(world, a_message(world, room, 1 + i % 3, nonce.ptr));
    }
    settle(world);
    for (size_t i = 0; i < ARRAY_LEN(acts); i++)
        assert_int_equal(seq_of(acts[i]), 5 + i);
    assert_true(world->store.appends <= 2 + ARRAY_LEN(acts) / BATCH_EVENTS + 1);
    assert_all_told(world, room, 1);
}

static void a_room_has_room_for_so_many_acts(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n");
    world->limits.room_queue = 2;
    world->store.holds = true;
    struct act *under_way = post(world, a_message(world, room, 2, "m0"));
    settle(world);
    struct act *one = post(world, a_message(world, room, 2, "m1"));
    struct act *two = post(world, a_message(world, room, 2, "m2"));
    struct act *many = post(world, a_message(world, room, 2, "m3"));
    settle(world);
    assert_int_equal(outcome(many), ERR_SERVER_BUSY);
    world->store.holds = false;
    double_let_go(&world->store);
    settle(world);
    assert_int_equal(seq_of(under_way), 5);
    assert_int_equal(seq_of(one), 6);
    assert_int_equal(seq_of(two), 7);
}

/* ---- a store that fails ------------------------------------------------------------------------------------- */

static void after_an_error_the_room_is_read_again_and_goes_on(void **state)
{
    struct world *world = *state;
    static const int errors[] = {-ENOSPC, -EIO, -EROFS};
    room_id room = a_group(world, "n");
    for (size_t i = 0; i < ARRAY_LEN(errors); i++) {
        world->store.holds = true;
        struct str nonce = arena_printf(&world->arena, "m%zu", i);
        struct str next = arena_printf(&world->arena, "k%zu", i);
        struct act *lost = post(world, a_message(world, room, 2, nonce.ptr));
        settle(world);
        struct act *behind = post(world, a_message(world, room, 3, next.ptr));
        world->store.holds = false;
        world->store.fail = errors[i];
        double_let_go(&world->store);
        settle(world);
        assert_int_equal(outcome(lost), ERR_STORE_UNAVAILABLE);
        assert_int_equal(seq_of(behind), 5 + 2 * i);
        struct act *again = carry_out_now(world, a_message(world, room, 2, nonce.ptr));
        assert_false(again->duplicate);
        assert_int_equal(seq_of(again), 6 + 2 * i);
    }
    assert_all_told(world, room, 1);
}

static void a_room_that_cannot_be_read_says_try_later(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n");
    reopen_chat(world);
    world->store.fail_reads = -EIO;
    assert_int_equal(outcome(carry_out_now(world, a_message(world, room, 2, "m"))),
                     ERR_STORE_UNAVAILABLE);
    world->store.fail_reads = 0;
    assert_int_equal(seq_of(carry_out_now(world, a_message(world, room, 2, "m"))), 5);
}

static void what_stands_though_nobody_knew_is_told_when_it_is_known(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n");
    world->store.doubtful = true;
    assert_int_equal(outcome(carry_out_now(world, a_message(world, room, 2, "x"))),
                     ERR_STORE_UNAVAILABLE);
    assert_int_equal(world->told[world->told_count - 1].seq, 4);
    assert_int_equal(seq_of(carry_out_now(world, a_message(world, room, 3, "y"))), 6);
    struct act *again = carry_out_now(world, a_message(world, room, 2, "x"));
    assert_true(again->duplicate);
    assert_int_equal(seq_of(again), 5);
    assert_all_told(world, room, 1);
}

static void has_landed(struct store_job *job)
{
    CONTAINER_OF(job, struct append, job)->count = 0;
}

/* An event is in the log though the home knows nothing of it. */
static void lands(struct world *world, room_id room, uint64_t sender, uint64_t seq,
                  const char *nonce)
{
    struct event *event = event_new(&(struct event){.room = room,
                                                    .seq = seq,
                                                    .type = EVENT_MESSAGE_CREATED,
                                                    .sender = USER(sender),
                                                    .created_at = clock_now_ms(),
                                                    .count = 1,
                                                    .nonce = str_from_c(nonce),
                                                    .payload = STR("{}")});
    struct append append = {.job = {.home = &world->inbox, .done = has_landed},
                            .room = room,
                            .events = &event,
                            .count = 1};
    store_append(world->store.real, &append);
    while (append.count > 0 && inbox_run(&world->inbox, SIZE_MAX) == 0)
        inbox_wait(&world->inbox, 10);
    assert_int_equal(append.job.rc, 0);
    event_unref(event);
}

static void what_came_to_stand_late_is_told_with_its_retry(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n");
    seq_of(carry_out_now(world, a_message(world, room, 1, "first")));
    world->store.fail = -EAGAIN;
    assert_int_equal(outcome(carry_out_now(world, a_message(world, room, 2, "late"))),
                     ERR_STORE_UNAVAILABLE);
    seq_of(carry_out_now(world, a_message(world, room, 1, "second")));
    lands(world, room, 2, 7, "late");
    world->store.fail = -EEXIST;
    struct act *again = carry_out_now(world, a_message(world, room, 2, "late"));
    assert_true(again->duplicate);
    assert_int_equal(seq_of(again), 7);
    assert_all_told(world, room, 1);
}

static void behind_what_another_server_wrote_it_is_judged_again(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n");
    seq_of(carry_out_now(world, a_message(world, room, 1, "first")));
    lands(world, room, 3, 6, "elsewhere");
    struct act *mine = post(world, a_message(world, room, 1, "mine"));
    struct act *yours = post(world, a_message(world, room, 2, "yours"));
    settle(world);
    assert_int_equal(seq_of(mine), 7);
    assert_int_equal(seq_of(yours), 8);
    assert_all_told(world, room, 1);
}

static void two_servers_that_never_agree_are_told_to_come_again(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n");
    world->store.fail = -ESTALE;
    world->store.fails_on = true;
    assert_int_equal(outcome(carry_out_now(world, a_message(world, room, 1, "m"))),
                     ERR_STORE_UNAVAILABLE);
    world->store.fails_on = false;
    world->store.fail = 0;
    assert_int_equal(seq_of(carry_out_now(world, a_message(world, room, 1, "m"))), 5);
    assert_all_told(world, room, 1);
}

static void a_doubtful_removal_is_told_before_anything_behind_it(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n");
    world->store.doubtful = true;
    assert_int_equal(outcome(carry_out_now(world, a_removal(world, room, 1, 2, "bye"))),
                     ERR_STORE_UNAVAILABLE);
    world->store.fail_reads = -EIO; /* nor can it be read at once */
    assert_int_equal(outcome(carry_out_now(world, a_message(world, room, 3, "y"))),
                     ERR_STORE_UNAVAILABLE);
    world->store.fail_reads = 0;
    assert_int_equal(seq_of(carry_out_now(world, a_message(world, room, 3, "y"))), 6);
    assert_all_told(world, room, 1);
    assert_int_equal(outcome(carry_out_now(world, a_message(world, room, 2, "z"))),
                     ERR_ROOM_NOT_FOUND);
}

static void a_doubtful_room_begins_for_its_members_when_it_is_known(void **state)
{
    struct world *world = *state;
    world->store.doubtful = true;
    struct act *made = carry_out_now(world, a_new_room(world, ROOM_GROUP, "n", 1, 2, 3, 0));
    assert_int_equal(outcome(made), ERR_STORE_UNAVAILABLE);
    assert_int_equal(world->told_count, 0);
    struct act *again = carry_out_now(world, a_new_room(world, ROOM_GROUP, "n", 1, 2, 3, 0));
    assert_int_equal(again->problem.err, ERR_OK);
    assert_true(again->duplicate);
    assert_int_equal(world->told[0].kind, PUBLISH_SUBSCRIBE);
    assert_int_equal(world->told_count, 7);
    assert_all_told(world, again->room, 1);
}

/* ---- time, markers, memory ---------------------------------------------------------------------------------- */

static void time_in_a_room_stands_still_while_the_clock_is_behind(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n");
    int64_t ahead = clock_now_ms() + 3600000;
    struct live_room *live = map_get(&world->chat->homes[0].rooms, room.v);
    live->room.last_at = ahead; /* as if the clock had been wrong until now */
    assert_int_equal(seq_of(carry_out_now(world, a_message(world, room, 2, "m"))), 5);
    reopen_chat(world);
    assert_int_equal(seq_of(carry_out_now(world, a_message(world, room, 2, "k"))), 6);
    struct event_list log = log_of(world, room, 1);
    assert_int_equal(log.items[4]->created_at, ahead);
    assert_int_equal(log.items[5]->created_at, ahead);
    event_list_deinit(&log);
}

static void a_marker_only_grows_and_everybody_hears_of_it(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n");
    for (int i = 0; i < 4; i++) {
        struct str nonce = arena_printf(&world->arena, "m%d", i);
        act_deinit(carry_out_now(world, a_message(world, room, 1, nonce.ptr)));
    }
    size_t told = world->told_count;
    struct act *act = carry_out_now(world, a_reading(world, room, 2, 6));
    assert_int_equal(act->read_seq, 6);
    assert_int_equal(act->unread, 2);
    assert_int_equal(world->told_count, told + 1);
    assert_int_equal(world->told[told].kind, PUBLISH_READ);
    assert_int_equal(world->told[told].only.v, 0);

    act = carry_out_now(world, a_reading(world, room, 2, 5));
    assert_int_equal(act->read_seq, 6);
    assert_int_equal(world->told_count, told + 1);

    reopen_chat(world);
    act = carry_out_now(world, a_reading(world, room, 2, 5));
    assert_int_equal(act->read_seq, 6);
    assert_int_equal(act->unread, 2);
    act = carry_out_now(world, a_reading(world, room, 2, 1000));
    assert_int_equal(act->read_seq, 8);
    assert_int_equal(act->unread, 0);
}

static void who_writes_has_read(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n");
    act_deinit(carry_out_now(world, a_message(world, room, 1, "a")));
    act_deinit(carry_out_now(world, a_message(world, room, 2, "b")));
    for (int twice = 0; twice < 2; twice++) {
        struct act *mine = carry_out_now(world, a_reading(world, room, 2, 0));
        assert_int_equal(mine->read_seq, 6);
        assert_int_equal(mine->unread, 0);
        struct act *theirs = carry_out_now(world, a_reading(world, room, 1, 0));
        assert_int_equal(theirs->unread, 1);
        reopen_chat(world);
    }
}

static void in_a_large_room_a_marker_is_for_oneself(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n");
    act_deinit(carry_out_now(world, a_message(world, room, 1, "a")));
    world->limits.presence_push_members = 2;
    act_deinit(carry_out_now(world, a_reading(world, room, 2, 5)));
    assert_int_equal(world->told[world->told_count - 1].only.v, 2);
}

static void what_is_delivered_is_told_to_the_others_once(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n");
    act_deinit(carry_out_now(world, a_message(world, room, 1, "a")));
    act_deinit(carry_out_now(world, a_delivery(world, room, 2, 5)));
    size_t told = world->told_count;
    assert_int_equal(world->told[told - 1].kind, PUBLISH_READ);
    assert_int_equal(world->told[told - 1].only.v, 0);
    act_deinit(carry_out_now(world, a_delivery(world, room, 2, 5)));
    act_deinit(carry_out_now(world, a_delivery(world, room, 2, 4)));
    act_deinit(carry_out_now(world, a_delivery(world, room, 1, 5))); /* who wrote it has it */
    assert_int_equal(world->told_count, told);
    reopen_chat(world);
    act_deinit(carry_out_now(world, a_delivery(world, room, 2, 5)));
    assert_int_equal(world->told_count, told);
}

static void of_a_large_room_nobody_keeps_what_is_delivered(void **state)
{
    struct world *world = *state;
    room_id room = a_group(world, "n");
    act_deinit(carry_out_now(world, a_message(world, room, 1, "a")));
    world->limits.delivered_members = 2;
    size_t told = world->told_count;
    assert_int_equal(outcome(carry_out_now(world, a_delivery(world, room, 2, 5))), ERR_OK);
    assert_int_equal(world->told_count, told);
    world->limits.delivered_members = 20;
    act_deinit(carry_out_now(world, a_delivery(world, room, 2, 5)));
    assert_int_equal(world->told_count, told + 1);
}

static void only_so_many_rooms_stay_in_memory(void **state)
{
    struct world *world = *state;
    room_id rooms[6];
    world->limits.rooms_in_memory = 2;
    for (size_t i = 0; i < ARRAY_LEN(rooms); i++)
        rooms[i] = a_group(world, arena_printf(&world->arena, "n%zu", i).ptr);
    assert_int_equal(world->chat->homes[0].rooms.len, 2);
    for (size_t i = 0; i < ARRAY_LEN(rooms); i++)
        assert_int_equal(seq_of(carry_out_now(world, a_message(world, rooms[i], 2, "m"))), 5);
    assert_int_equal(atomic_load(&world->chat->homes[0].figures.rooms), 2);
}

static void a_room_that_is_not_there_is_forgotten_at_once(void **state)
{
    struct world *world = *state;
    for (uint64_t i = 1; i < 20; i++)
        assert_int_equal(outcome(carry_out_now(world, a_message(world, (room_id){i}, 2, "m"))),
                         ERR_ROOM_NOT_FOUND);
    assert_int_equal(world->chat->homes[0].rooms.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(making_a_room_twice_makes_one),
        IN_A_WORLD(a_room_made_from_two_sides_at_once_is_one),
        IN_A_WORLD(first_members_are_subscribed_before_the_room_is_told),
        IN_A_WORLD(a_direct_room_is_of_two),
        IN_A_WORLD(who_is_named_must_exist),
        IN_A_WORLD(a_retry_is_answered_though_the_person_has_gone_since),
        IN_A_WORLD(nothing_is_answered_or_told_before_it_is_durable),
        IN_A_WORLD(one_batch_of_a_room_is_under_way_at_a_time),
        IN_A_WORLD(what_arrives_together_is_one_batch_from_the_first_on),
        IN_A_WORLD(what_is_sent_in_an_order_is_numbered_in_it),
        IN_A_WORLD(a_room_has_room_for_so_many_acts),
        IN_A_WORLD(after_an_error_the_room_is_read_again_and_goes_on),
        IN_A_WORLD(a_room_that_cannot_be_read_says_try_later),
        IN_A_WORLD(what_stands_though_nobody_knew_is_told_when_it_is_known),
        IN_A_WORLD(what_came_to_stand_late_is_told_with_its_retry),
        IN_A_WORLD(behind_what_another_server_wrote_it_is_judged_again),
        IN_A_WORLD(two_servers_that_never_agree_are_told_to_come_again),
        IN_A_WORLD(a_doubtful_removal_is_told_before_anything_behind_it),
        IN_A_WORLD(a_doubtful_room_begins_for_its_members_when_it_is_known),
        IN_A_WORLD(time_in_a_room_stands_still_while_the_clock_is_behind),
        IN_A_WORLD(a_marker_only_grows_and_everybody_hears_of_it),
        IN_A_WORLD(who_writes_has_read),
        IN_A_WORLD(in_a_large_room_a_marker_is_for_oneself),
        IN_A_WORLD(what_is_delivered_is_told_to_the_others_once),
        IN_A_WORLD(of_a_large_room_nobody_keeps_what_is_delivered),
        IN_A_WORLD(only_so_many_rooms_stay_in_memory),
        IN_A_WORLD(a_room_that_is_not_there_is_forgotten_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
