/* What is handed over on a way that loses, doubles, delays and reorders: each act stands once, and each person's in
 * their order. */
#include "chat/two_chats.h"

enum { ROUNDS = 60, SPEAKERS = 3 };

/* ---- what goes wrong --------------------------------------------------------------------------------- */

static void without_an_answer_it_is_judged_here_in_order(void **state)
{
    struct world *world = *state;
    room_id room = a_contended_group(world);
    mails.is_lost = true;
    struct act *acts[] = {post(world, a_message(world, room, 2, "a")),
                          post(world, a_message(world, room, 2, "b"))};
    settle(world);
    struct act *behind = post(world, a_message(world, room, 2, "c"));
    settle(world);
    assert_false(is_done(acts[0]));
    assert_false(is_done(behind));
    give_up_waiting(world);
    for (size_t i = 0; i < ARRAY_LEN(acts); i++)
        assert_int_equal(seq_of(acts[i]), 7 + i);
    assert_int_equal(seq_of(behind), 9);
    assert_int_equal(handed_over(world->chat), 2); /* who does not answer is not asked */
    assert_int_equal(fallen_back(world->chat), 2);
    assert_all_told(world, room, 1);
}

static void who_did_not_answer_is_asked_again_when_it_was_heard(void **state)
{
    struct world *world = *state;
    room_id room = a_contended_group(world);
    uint64_t now = clock_monotonic_ms();
    struct leader leader;
    leaders_shun(world->chat->leaders, bus_server(peer.bus), now, now + 10);
    assert_false(leaders_of(world->chat->leaders, room, now + 5, &leader));
    assert_false(leaders_of(world->chat->leaders, room, now + 15, &leader));
    struct bus_alive alive = {bus_server(peer.bus), HANDOVER_VERSION, true, now + 12};
    leaders_hear(world->chat->leaders, &alive, now + 12);
    assert_true(leaders_of(world->chat->leaders, room, now + 15, &leader));
    assert_false(leaders_of(world->chat->leaders, room, now + 12 + LEADER_SILENT_MS, &leader));
    alive.version++;
    alive.clock_ms++;
    leaders_hear(world->chat->leaders, &alive, now + 15);
    assert_false(leaders_of(world->chat->leaders, room, now + 15, &leader));
}

static void what_the_leader_did_and_could_not_say_is_found(void **state)
{
    struct world *world = *state;
    room_id room = a_contended_group(world);
    struct act *acts[] = {post(world, a_message(world, room, 2, "a")),
                          post(world, a_message(world, room, 3, "b"))};
    assert_true(deliver_up_to_one(world));
    mails.is_lost = true;
    arrive(world, 0, false);
    assert_false(is_done(acts[0]));
    give_up_waiting(world);
    for (size_t i = 0; i < ARRAY_LEN(acts); i++)
        assert_int_equal(seq_of(acts[i]), 7 + i);
    assert_int_equal(length_of(world, room), 8);
    assert_all_told(world, room, 1);
}

static void what_comes_late_or_twice_changes_nothing(void **state)
{
    struct world *world = *state;
    room_id room = a_contended_group(world);
    struct act *act = post(world, a_message(world, room, 2, "a"));
    assert_true(deliver_up_to_one(world));
    give_up_waiting(world);
    assert_int_equal(seq_of(act), 7);
    while (mails.count)
        arrive(world, 0, true);
    assert_int_equal(length_of(world, room), 7);
    assert_all_told(world, room, 1);
}

static void two_of_which_the_later_comes_first_are_both_there_in_order(void **state)
{
    struct world *world = *state;
    room_id rooms[] = {a_contended_group(world), a_contended_group(world)};
    struct act *acts[2];
    for (size_t i = 0; i < 2; i++)
        acts[i] = post(world, a_message(world, rooms[i], 2, "a"));
    settle(world);
    assert_int_equal(mails.count, 2);
    arrive(world, 1, false);
    arrive(world, 0, false);
    deliver(world);
    assert_int_equal(seq_of(acts[1]), 7);
    assert_false(is_done(acts[0])); /* the leader refuses what comes behind what came later */
    give_up_waiting(world);
    assert_int_equal(seq_of(acts[0]), 7);
}

/* As the other server would say it, for a time that is over by the leader's own clock. */
static void what_is_too_old_is_not_done(void **state)
{
    struct world *world = *state;
    room_id room = a_contended_group(world);
    const struct deed deed = {.kind = DEED_SEND,
                              .self = USER(2),
                              .nonce = STR("old"),
                              .payload = STR("{\"type\":\"text\",\"text\":\"old\"}")};
    struct handover handover = {.from = bus_server(world->bus),
                                .to = bus_server(peer.bus),
                                .home = 77,
                                .number = 1,
                                .clock_ms = clock_monotonic_ms() - 5000,
                                .life_ms = 4000,
                                .room = room,
                                .deeds = &deed,
                                .count = 1};
    bus_hand_over(world->bus, &handover);
    deliver(world);
    assert_int_equal(length_of(world, room), 6);
    handover.number = 2;
    handover.life_ms = 9000;
    bus_hand_over(world->bus, &handover);
    deliver(world);
    assert_int_equal(length_of(world, room), 7);
    bus_hand_over(world->bus, &handover); /* its number has been there */
    deliver(world);
    assert_int_equal(atomic_load(&chat_figures(peer.chat, 0)->led), handed_before + 1);
}

static void what_lapses_in_the_leader_s_queue_is_not_judged(void **state)
{
    struct world *world = *state;
    room_id room = a_contended_group(world);
    world->store.holds = true;
    struct act *own = post_there(a_message(world, room, 1, "own"));
    settle(world);
    struct act *act = post(world, a_message(world, room, 2, "a"));
    assert_true(deliver_up_to_one(world));
    arrive(world, 0, false); /* it waits behind what is under way to the store */
    struct live_room *live = map_get(&peer.chat->homes[0].rooms, room.v);
    assert_int_equal(live->queued, 1);
    CONTAINER_OF(live->queue.next, struct act, link)->lapses_ms = 1;
    world->store.holds = false;
    double_let_go(&world->store);
    deliver(world);
    assert_int_equal(seq_of(own), 7);
    assert_int_equal(length_of(world, room), 7);
    assert_false(is_done(act)); /* it is judged by nobody yet, and so refused by nobody */
    give_up_waiting(world);
    deliver(world);
    assert_int_equal(seq_of(act), 8);
}

static void what_finds_no_place_at_the_leader_is_judged_here(void **state)
{
    struct world *world = *state;
    room_id room = a_contended_group(world);
    world->store.holds = true;
    struct act *own = post_there(a_message(world, room, 1, "own"));
    settle(world);
    struct act *waits = post_there(a_message(world, room, 1, "waits"));
    settle(world);
    world->limits.room_queue = 1;
    struct act *act = post(world, a_message(world, room, 2, "a"));
    assert_true(deliver_up_to_one(world));
    arrive(world, 0, false);
    world->store.holds = false;
    double_let_go(&world->store);
    deliver(world);
    assert_int_equal(seq_of(own), 7);
    assert_int_equal(outcome(waits), ERR_OK);
    assert_int_equal(outcome(act), ERR_OK);
    assert_int_equal(length_of(world, room), 9);
    assert_int_equal(fallen_back(world->chat), 1);
}

/* Nothing of it stands, and its origin has a store of its own. */
static void what_the_leader_s_store_fails_to_do_is_judged_here(void **state)
{
    struct world *world = *state;
    room_id room = a_contended_group(world);
    world->store.fail = -EBUSY;
    struct act *act = post(world, a_message(world, room, 2, "a"));
    deliver(world);
    assert_false(act->duplicate);
    assert_int_equal(seq_of(act), 7);
    assert_int_equal(fallen_back(world->chat), 1);
    struct act *next = post(world, a_message(world, room, 2, "b"));
    deliver(world);
    assert_int_equal(seq_of(next), 8);
    assert_int_equal(handed_over(world->chat), 1); /* it is not asked again at once */
    assert_all_told(world, room, 1);
}

/* The first of two stands, though the leader does not know. */
static void what_stands_where_the_leader_s_store_failed_is_found_and_the_rest_done(void **state)
{
    struct world *world = *state;
    room_id room = a_contended_group(world);
    world->store.halves = true;
    struct act *acts[] = {post(world, a_message(world, room, 2, "a")),
                          post(world, a_message(world, room, 2, "b"))};
    deliver(world);
    for (size_t i = 0; i < ARRAY_LEN(acts); i++) {
        assert_false(acts[i]->duplicate);
        assert_int_equal(seq_of(acts[i]), 7 + i);
    }
    assert_int_equal(length_of(world, room), 8);
    assert_all_told(world, room, 1);
}

/* It meets its own nonce when it is judged here: it was never there before, for who asked. */
static void what_the_leader_appends_late_is_no_duplicate(void **state)
{
    struct world *world = *state;
    room_id room = a_contended_group(world);
    world->store.holds = true;
    struct act *act = post(world, a_message(world, room, 2, "a"));
    assert_true(deliver_up_to_one(world));
    arrive(world, 0, false);
    mails.is_lost = true;
    give_up_waiting(world);
    assert_int_equal(world->store.held_count, 2); /* the leader's, and ours */
    world->store.holds = false;
    double_let_go(&world->store);
    settle(world);
    assert_false(act->duplicate);
    assert_int_equal(seq_of(act), 7);
    assert_int_equal(length_of(world, room), 7);
    struct act *again = carry_out_now(world, a_message(world, room, 2, "a"));
    assert_true(again->duplicate);
    assert_int_equal(seq_of(again), 7);
}

enum {
    LARGE = 262000,
    LARGE_MOST = 64
}; /* so many of this size are less than 16 MiB, and one more is not */

static void ask_for_large(struct world *world, room_id room, uint64_t number)
{
    static char large[LARGE];
    memset(large, 'a', sizeof(large));
    const struct deed deed = {.kind = DEED_SEND,
                              .self = USER(2),
                              .nonce = arena_printf(&world->arena, "%d", (int)number),
                              .payload = str_of(large, sizeof(large))};
    struct handover handover = {.from = bus_server(world->bus),
                                .to = bus_server(peer.bus),
                                .home = 77,
                                .number = number,
                                .clock_ms = clock_monotonic_ms(),
                                .life_ms = 10000,
                                .room = room,
                                .deeds = &deed,
                                .count = 1};
    bus_hand_over(world->bus, &handover);
    settle(world);
    arrive(world, 0, false);
}

static void a_leader_has_no_more_under_way_than_16_mib(void **state)
{
    struct world *world = *state;
    room_id room = a_contended_group(world);
    const _Atomic uint64_t *led = &chat_figures(peer.chat, 0)->led;
    const uint64_t led_before = atomic_load(led);
    world->store.holds = true;
    for (uint64_t number = 1; number <= LARGE_MOST; number++) {
        ask_for_large(world, room, number);
        assert_int_equal(mails.count, 0);
    }
    ask_for_large(world, room, LARGE_MOST + 1);
    assert_int_equal(mails.count, 1); /* it is handed back at once */
    assert_int_equal(atomic_load(led), led_before + LARGE_MOST);
    world->store.holds = false;
    double_let_go(&world->store);
    deliver(world);
    ask_for_large(world, room, LARGE_MOST + 2); /* what is done is no burden any more */
    assert_int_equal(atomic_load(led), led_before + LARGE_MOST + 1);
    deliver(world);
}

static void a_refusal_of_what_was_handed_over_in_vain_is_not_final(void **state)
{
    struct world *world = *state;
    room_id room = a_contended_group(world);
    struct act *act = post(world, a_message(world, room, 3, "a"));
    assert_true(deliver_up_to_one(world));
    mails.is_lost = true;
    struct act *removal = post_there(a_removal(world, room, 1, 3, "out"));
    settle(world);
    assert_int_equal(seq_of(removal), 7);
    give_up_waiting(world);
    assert_int_equal(outcome(act), ERR_STORE_UNAVAILABLE);
    struct act *again = carry_out_now(world, a_message(world, room, 3, "a"));
    assert_int_equal(outcome(again), ERR_ROOM_NOT_FOUND);
}

static void who_stops_hands_back_at_once_and_is_not_asked_again(void **state)
{
    struct world *world = *state;
    room_id room = a_contended_group(world);
    struct act *act = post(world, a_message(world, room, 2, "a"));
    settle(world);
    chat_stop_leading(peer.chat);
    deliver(world);
    assert_int_equal(seq_of(act), 7);
    assert_int_equal(fallen_back(world->chat), 1);
    struct act *next = post(world, a_message(world, room, 2, "b"));
    deliver(world);
    assert_int_equal(seq_of(next), 8);
    assert_int_equal(handed_over(world->chat), 1);
}

static void who_stops_judges_itself_what_it_has_handed_over(void **state)
{
    struct world *world = *state;
    room_id room = a_contended_group(world);
    struct act *act = post(world, a_message(world, room, 2, "a"));
    settle(world);
    mails.is_lost = true;
    chat_stop_leading(world->chat);
    chat_take_back(world->chat, 0);
    settle(world);
    assert_int_equal(seq_of(act), 7);
}

/* It was taken before the stop, and is answered behind it. */
static void who_stops_is_not_heard_to_lead_by_what_it_still_answers(void **state)
{
    struct world *world = *state;
    room_id room = a_contended_group(world);
    struct act *act = post(world, a_message(world, room, 2, "a"));
    settle(world);
    chat_stop_leading(peer.chat);
    deliver(world);
    assert_int_equal(seq_of(act), 7);
    const uint64_t soon_ms = clock_monotonic_ms() + 1500;
    bus_hand_back(peer.bus, &(struct handback){.from = bus_server(peer.bus),
                                               .to = bus_server(world->bus),
                                               .home = 1,
                                               .number = 99999,
                                               .room = room,
                                               .clock_ms = soon_ms});
    deliver(world);
    struct leader leader;
    assert_false(leaders_of(world->chat->leaders, room, soon_ms, &leader));
}

/* ---- all of it at once --------------------------------------------------------------------------------- */

enum { BURST = 3 };

struct speaker { /* says a few things at once, without waiting */
    struct act *acts[BURST];
    size_t under_way;
    uint64_t said, stood;
    bool is_there; /* at the other server */
};

static void speak(struct world *world, room_id room, struct speaker *speaker, uint64_t user)
{
    for (size_t i = 0; i < BURST; i++) {
        struct str nonce = arena_printf(&world->arena, "%d", (int)++speaker->said);
        speaker->acts[i] = a_message(world, room, user, nonce.ptr);
        if (speaker->is_there)
            post_there(speaker->acts[i]);
        else
            post(world, speaker->acts[i]);
    }
    speaker->under_way = BURST;
}

static void hear_answers(struct speaker *speaker)
{
    for (size_t i = 0; i < BURST; i++) {
        struct act *act = speaker->acts[i];
        if (!act || !is_done(act))
            continue;
        if (act->problem.err != ERR_OK)
            assert_int_equal(act->problem.err, ERR_STORE_UNAVAILABLE);
        speaker->stood += act->problem.err == ERR_OK;
        speaker->under_way--;
        act_deinit(act);
        speaker->acts[i] = NULL;
    }
}

/* Of each person's the nonces grow. Returns how many there are. */
static size_t check_order(const struct event_list *log, uint64_t user)
{
    uint64_t last = 0;
    size_t count = 0;
    for (size_t i = 6; i < log->count; i++) {
        const struct event *event = log->items[i];
        if (!user_id_eq(event->sender, USER(user)))
            continue;
        uint64_t number;
        assert_true(str_to_u64(event->nonce, &number));
        assert_true(number > last);
        last = number;
        count++;
    }
    return count;
}

static uint64_t chance;

static size_t any(size_t below)
{
    return (size_t)(map_hash(++chance) % below);
}

static void shake(struct world *world)
{
    size_t at = mails.count ? any(mails.count) : 0;
    switch (any(8)) {
    case 0:
        give_up_waiting(world);
        home_look_at_hands(&peer.chat->homes[0], clock_monotonic_ms() + LATER_MS);
        break;
    case 1:
        if (mails.count)
            drop(take_mail(at));
        break;
    case 2:
        if (mails.count)
            arrive(world, at, true);
        break;
    case 3:
        say_who_lives(world);
        break;
    default:
        if (mails.count)
            arrive(world, any(2) ? 0 : at, false);
    }
    settle(world);
}

/* As if it had been heard since. */
static void forgive(struct world *world)
{
    uint64_t now = clock_monotonic_ms();
    struct bus_alive alive = {bus_server(peer.bus), HANDOVER_VERSION, true, now};
    leaders_shun(world->chat->leaders, bus_server(peer.bus), 0, 0);
    leaders_hear(world->chat->leaders, &alive, now);
}

static void end_of_shaking(struct world *world, struct speaker *speakers)
{
    for (int i = 0; i < 3; i++) {
        lose_all();
        give_up_waiting(world);
        home_look_at_hands(&peer.chat->homes[0], clock_monotonic_ms() + LATER_MS);
        settle(world);
    }
    for (size_t i = 0; i < SPEAKERS; i++) {
        hear_answers(&speakers[i]);
        assert_int_equal(speakers[i].under_way, 0);
    }
    say_who_lives(world);
}

static void whatever_the_way_does_each_act_stands_once_and_in_order(void **state)
{
    struct world *world = *state;
    const char *given = getenv("NATTERNET_TEST_SEED");
    if (!given || !str_to_u64(str_from_c(given), &chance))
        chance = random_id();
    print_message("seed: NATTERNET_TEST_SEED=%llu\n", (unsigned long long)chance);
    room_id room = a_contended_group(world);
    struct speaker speakers[SPEAKERS] = {[0].is_there = true};
    for (int i = 0; i < ROUNDS * SPEAKERS; i++) {
        struct speaker *speaker = &speakers[i % SPEAKERS];
        hear_answers(speaker);
        if (speaker->under_way == 0)
            speak(world, room, speaker, 1 + (uint64_t)(i % SPEAKERS));
        forgive(world);
        shake(world);
    }
    end_of_shaking(world, speakers);
    assert_true(handed_over(world->chat) > 0);
    assert_true(fallen_back(world->chat) > 0);
    struct event_list log = log_of(world, room, 1);
    for (size_t i = 0; i < SPEAKERS; i++)
        assert_true(check_order(&log, 1 + i) >= speakers[i].stood);
    event_list_deinit(&log);
    assert_all_told(world, room, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BETWEEN_TWO(without_an_answer_it_is_judged_here_in_order),
        BETWEEN_TWO(who_did_not_answer_is_asked_again_when_it_was_heard),
        BETWEEN_TWO(what_the_leader_did_and_could_not_say_is_found),
        BETWEEN_TWO(what_comes_late_or_twice_changes_nothing),
        BETWEEN_TWO(two_of_which_the_later_comes_first_are_both_there_in_order),
        BETWEEN_TWO(what_is_too_old_is_not_done),
        BETWEEN_TWO(what_lapses_in_the_leader_s_queue_is_not_judged),
        BETWEEN_TWO(what_finds_no_place_at_the_leader_is_judged_here),
        BETWEEN_TWO(what_the_leader_s_store_fails_to_do_is_judged_here),
        BETWEEN_TWO(what_stands_where_the_leader_s_store_failed_is_found_and_the_rest_done),
        BETWEEN_TWO(what_the_leader_appends_late_is_no_duplicate),
        BETWEEN_TWO(a_leader_has_no_more_under_way_than_16_mib),
        BETWEEN_TWO(a_refusal_of_what_was_handed_over_in_vain_is_not_final),
        BETWEEN_TWO(who_stops_hands_back_at_once_and_is_not_asked_again),
        BETWEEN_TWO(who_stops_judges_itself_what_it_has_handed_over),
        BETWEEN_TWO(who_stops_is_not_heard_to_lead_by_what_it_still_answers),
        BETWEEN_TWO(whatever_the_way_does_each_act_stands_once_and_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
