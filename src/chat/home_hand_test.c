/* Two servers with one log, of which one hands over to the other what is done in a contended room, on a way
 * that loses, doubles, delays and reorders: each act stands once, and each person's in their order. */
#include "chat/test_world.h"

#include "bus/remote.h"
#include "core/random.h"

enum { MAILS_MOST = 256, ROUNDS = 60, SPEAKERS = 3, LATER_MS = 2000 };

/* What one has said and the other has not heard. */
struct mail {
    struct bus *to;
    struct str bytes;
    bool is_for_one; /* handed over, or back */
};

struct mails {
    struct mail items[MAILS_MOST];
    size_t count;
    bool is_lost; /* all that is said from now on */
} mails;

struct end { /* a server's end of the way */
    struct bus_remote remote;
    struct bus *other;
};

struct peer { /* the other server, whose people nobody asks */
    struct bus *bus;
    struct bus_subscriber subscriber;
    struct chat *chat;
    struct end end, here;
};

static struct peer peer;

static void carry(struct bus_remote *remote, struct str bytes, bool is_for_one)
{
    struct end *end = CONTAINER_OF(remote, struct end, remote);
    if (mails.is_lost)
        return;
    REQUIRE(mails.count < MAILS_MOST);
    char *copy = xmalloc(bytes.len + 1);
    memcpy(copy, bytes.ptr, bytes.len);
    mails.items[mails.count++] = (struct mail){end->other, str_of(copy, bytes.len), is_for_one};
}

static void send_slot(struct bus_remote *remote, int slot, struct str bytes)
{
    (void)slot;
    carry(remote, bytes, false);
}

static void send_one(struct bus_remote *remote, uint64_t server, struct str bytes)
{
    assert_int_equal(server, bus_server(CONTAINER_OF(remote, struct end, remote)->other));
    carry(remote, bytes, true);
}

static void look(struct bus_remote *remote, unsigned slot)
{
    (void)remote;
    (void)slot;
}

static bool is_ready(struct bus_remote *remote)
{
    (void)remote;
    return true;
}

static void close_nothing(struct bus_remote *remote)
{
    (void)remote;
}

static struct mail take_mail(size_t at)
{
    struct mail mail = mails.items[at];
    memmove(&mails.items[at], &mails.items[at + 1], (--mails.count - at) * sizeof(mail));
    return mail;
}

static void drop(struct mail mail)
{
    xfree((char *)mail.bytes.ptr);
}

static void arrive(struct world *world, size_t at, bool twice)
{
    struct mail mail = take_mail(at);
    bus_arrive(mail.to, mail.bytes);
    if (twice)
        bus_arrive(mail.to, mail.bytes);
    drop(mail);
    settle(world);
}

/* All that is under way arrives, and what is said to it. */
static void deliver(struct world *world)
{
    settle(world);
    while (mails.count)
        arrive(world, 0, false);
}

/* Up to the first that is for one server; false: there is none. */
static bool deliver_up_to_one(struct world *world)
{
    settle(world);
    while (mails.count && !mails.items[0].is_for_one)
        arrive(world, 0, false);
    return mails.count > 0;
}

static void lose_all(void)
{
    while (mails.count)
        drop(take_mail(0));
}

/* ---- beginning and end ----------------------------------------------------------------------------- */

static void hear_nothing(struct bus_subscriber *subscriber, const struct publication *publication)
{
    (void)subscriber;
    (void)publication;
}

static void connect_end(struct bus *bus, struct bus *other, struct end *end)
{
    end->other = other;
    end->remote = (struct bus_remote){.send = send_slot,
                                      .send_to = send_one,
                                      .look = look,
                                      .is_ready = is_ready,
                                      .close = close_nothing};
    bus_connect(bus, &end->remote);
}

static void say_who_lives(struct world *world)
{
    chat_sweep(world->chat, 0);
    chat_sweep(peer.chat, 0);
    deliver(world);
}

static int start_two(void **state)
{
    int rc = start_world(state);
    struct world *world = *state;
    mails = (struct mails){0};
    world->has_peers = true;
    reopen_chat(world);
    peer = (struct peer){.bus = bus_local_new(1)};
    peer.subscriber.on_publication = hear_nothing;
    bus_attach(peer.bus, 0, &world->inbox, &peer.subscriber);
    struct chat_options options = {.store = &world->store.store,
                                   .bus = peer.bus,
                                   .limits = &world->limits,
                                   .workers = 1,
                                   .has_peers = true};
    assert_int_equal(chat_new(&peer.chat, &options), 0);
    chat_attach(peer.chat, 0, &world->inbox);
    connect_end(world->bus, peer.bus, &peer.here);
    connect_end(peer.bus, world->bus, &peer.end);
    say_who_lives(world);
    return rc;
}

static int finish_two(void **state)
{
    lose_all();
    mails.is_lost = true;
    settle(*state);
    chat_free(peer.chat);
    bus_free(peer.bus);
    return finish_world(state);
}

/* ---- who leads -------------------------------------------------------------------------------------- */

/* Until its room was ready: what contended goes to the leader, too. */
static uint64_t handed_before;

static uint64_t figure_of_handed(const struct chat *chat)
{
    return atomic_load(&chat_figures(chat, 0)->handed_over);
}

static uint64_t handed_over(const struct chat *chat)
{
    return figure_of_handed(chat) - handed_before;
}

static uint64_t fallen_back(const struct chat *chat)
{
    return atomic_load(&chat_figures(chat, 0)->fallen_back);
}

static struct act *post_there(struct act *act)
{
    act_post(peer.chat, act);
    return act;
}

/* A group of which the other server is the leader, and somebody is here: seq 1 to 4. */
static room_id a_led_group(struct world *world)
{
    static int made_so_far;
    handed_before = 0;
    for (;;) {
        struct str nonce = arena_printf(&world->arena, "group %d", made_so_far++);
        struct act *made = post(world, a_new_room(world, ROOM_GROUP, nonce.ptr, 1, 2, 3, 0));
        deliver(world);
        room_id room = made->room;
        assert_int_equal(seq_of(made), 1);
        struct leader leader;
        if (leaders_of(world->chat->leaders, room, clock_monotonic_ms(), &leader))
            return room;
    }
}

/* Both write to it in one moment, so that this one loses a place: seq 5 and 6. */
static room_id a_contended_group(struct world *world)
{
    room_id room = a_led_group(world);
    struct act *there = post_there(a_message(world, room, 1, "contends"));
    settle(world);
    struct act *here = post(world, a_message(world, room, 2, "contends"));
    deliver(world);
    assert_int_equal(seq_of(there), 5);
    assert_int_equal(seq_of(here), 6);
    struct act *mark = post(world, a_reading(world, room, 2, 6)); /* so the room is in memory */
    deliver(world);
    assert_int_equal(outcome(mark), ERR_OK);
    handed_before = figure_of_handed(world->chat);
    assert_int_equal(figure_of_handed(peer.chat), 0);
    return room;
}

static size_t length_of(struct world *world, room_id room)
{
    struct event_list log = log_of(world, room, 1);
    size_t count = log.count;
    event_list_deinit(&log);
    return count;
}

/* So far ahead that no answer is waited for any more. */
static void give_up_waiting(struct world *world)
{
    home_look_at_hands(&world->chat->homes[0], clock_monotonic_ms() + LATER_MS);
    settle(world);
}

static void what_is_not_contended_is_judged_here(void **state)
{
    struct world *world = *state;
    room_id room = a_led_group(world);
    assert_int_equal(seq_of(carry_out_now(world, a_message(world, room, 2, "a"))), 5);
    assert_int_equal(handed_over(world->chat), 0);
}

static void what_is_contended_goes_to_the_leader_and_is_told_here_once(void **state)
{
    struct world *world = *state;
    room_id room = a_contended_group(world);
    struct act *acts[] = {post(world, a_message(world, room, 1, "a")),
                          post(world, a_message(world, room, 2, "b")),
                          post(world, a_message(world, room, 2, "c"))};
    deliver(world);
    for (size_t i = 0; i < ARRAY_LEN(acts); i++) {
        assert_false(acts[i]->duplicate);
        assert_int_equal(seq_of(acts[i]), 7 + i);
    }
    assert_int_equal(handed_over(world->chat), 3);
    assert_int_equal(atomic_load(&chat_figures(peer.chat, 0)->led), handed_before + 3);
    assert_int_equal(fallen_back(world->chat), 0);
    assert_all_told(world, room, 1);
}

static void the_leader_hands_nothing_over(void **state)
{
    struct world *world = *state;
    room_id room = a_contended_group(world);
    struct act *act = post_there(a_message(world, room, 1, "a"));
    deliver(world);
    assert_int_equal(seq_of(act), 7);
    assert_int_equal(figure_of_handed(peer.chat), 0);
}

static struct act *a_reaction(struct world *world, room_id room, uint64_t seq, const char *emoji)
{
    struct act *act = new_act(world, ACT_REACT, 2, room, emoji);
    act->seq = seq;
    act->emoji = str_from_c(emoji);
    act->payload = arena_printf(&world->arena, "\"%s\"", emoji);
    return act;
}

static void all_that_travels_arrives_whole(void **state)
{
    struct world *world = *state;
    room_id room = a_contended_group(world);
    const user_id users[] = {USER(1)};
    struct act *said = a_message(world, room, 2, "whole");
    said->mentions = (struct mentions){users, 1, false, false};
    said->thread = said->seq = 5;
    struct act *asked = a_message(world, room, 2, "poll");
    asked->poll = (struct poll){.options = 3, .anonymous = true};
    struct act *pinned = new_act(world, ACT_PIN, 1, room, "pin");
    pinned->seq = 5;
    struct act *acts[] = {post(world, said), post(world, asked),
                          post(world, a_reaction(world, room, 5, "x")), post(world, pinned)};
    deliver(world);
    assert_int_equal(said->event->thread, 5);
    assert_int_equal(said->event->reply_to, 5);
    assert_int_equal(asked->event->kind, MESSAGE_POLL);
    assert_true(str_eq(acts[2]->event->payload, STR("\"x\"")));
    assert_int_equal(acts[2]->event->reactions, 1);
    for (size_t i = 0; i < ARRAY_LEN(acts); i++)
        assert_int_equal(seq_of(acts[i]), 7 + i);
    assert_int_equal(handed_over(world->chat), ARRAY_LEN(acts));
}

static void a_refusal_is_answered_in_the_leader_s_words(void **state)
{
    struct world *world = *state;
    room_id room = a_contended_group(world);
    const user_id strangers[] = {USER(7)};
    struct act *mention = a_message(world, room, 2, "mention");
    mention->mentions = (struct mentions){strangers, 1, false, false};
    post(world, mention);
    struct act *stranger = post(world, a_message(world, room, 8, "stranger"));
    struct act *last = post(world, a_message(world, room, 2, "last"));
    deliver(world);
    assert_int_equal(mention->problem.err, ERR_FIELD_INVALID);
    assert_true(str_eq(mention->problem.field, STR("content.mentions")));
    assert_true(str_starts(mention->problem.detail, STR("Only members")));
    assert_int_equal(outcome(stranger), ERR_ROOM_NOT_FOUND);
    assert_int_equal(seq_of(last), 7);
    assert_int_equal(handed_over(world->chat), 3);
}

static void what_stood_before_is_a_duplicate_there_too(void **state)
{
    struct world *world = *state;
    room_id room = a_contended_group(world);
    struct act *again = post(world, a_message(world, room, 2, "contends"));
    struct act *next = post(world, a_message(world, room, 2, "next"));
    deliver(world);
    assert_true(again->duplicate);
    assert_int_equal(seq_of(again), 6);
    assert_int_equal(seq_of(next), 7);
    assert_int_equal(handed_over(world->chat), 2);
}

static void markers_wait_and_go_on(void **state)
{
    struct world *world = *state;
    room_id room = a_contended_group(world);
    struct act *first = post(world, a_message(world, room, 2, "a"));
    struct act *mark = post(world, a_reading(world, room, 2, 6));
    struct act *second = post(world, a_message(world, room, 2, "b"));
    deliver(world);
    assert_int_equal(seq_of(first), 7);
    assert_int_equal(seq_of(second), 8);
    assert_int_equal(outcome(mark), ERR_OK);
    assert_int_equal(handed_over(world->chat), 2);
}

static void what_does_not_travel_is_judged_here_in_its_turn(void **state)
{
    struct world *world = *state;
    room_id room = a_contended_group(world);
    struct act *acts[] = {post(world, a_message(world, room, 1, "a")),
                          post(world, an_addition(world, room, 1, 4, "b")), NULL};
    settle(world); /* that there is such a person is read before it comes to the home */
    acts[2] = post(world, a_message(world, room, 4, "c"));
    deliver(world);
    for (size_t i = 0; i < ARRAY_LEN(acts); i++)
        assert_int_equal(seq_of(acts[i]), 7 + i);
    assert_int_equal(handed_over(world->chat), 2);
    assert_all_told(world, room, 1);
}

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
    act_deinit(act);
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

#define BETWEEN_TWO(test) cmocka_unit_test_setup_teardown(test, start_two, finish_two)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BETWEEN_TWO(what_is_not_contended_is_judged_here),
        BETWEEN_TWO(what_is_contended_goes_to_the_leader_and_is_told_here_once),
        BETWEEN_TWO(the_leader_hands_nothing_over),
        BETWEEN_TWO(all_that_travels_arrives_whole),
        BETWEEN_TWO(a_refusal_is_answered_in_the_leader_s_words),
        BETWEEN_TWO(what_stood_before_is_a_duplicate_there_too),
        BETWEEN_TWO(markers_wait_and_go_on),
        BETWEEN_TWO(what_does_not_travel_is_judged_here_in_its_turn),
        BETWEEN_TWO(without_an_answer_it_is_judged_here_in_order),
        BETWEEN_TWO(who_did_not_answer_is_asked_again_when_it_was_heard),
        BETWEEN_TWO(what_the_leader_did_and_could_not_say_is_found),
        BETWEEN_TWO(what_comes_late_or_twice_changes_nothing),
        BETWEEN_TWO(two_of_which_the_later_comes_first_are_both_there_in_order),
        BETWEEN_TWO(what_is_too_old_is_not_done),
        BETWEEN_TWO(what_lapses_in_the_leader_s_queue_is_not_judged),
        BETWEEN_TWO(a_refusal_of_what_was_handed_over_in_vain_is_not_final),
        BETWEEN_TWO(who_stops_hands_back_at_once_and_is_not_asked_again),
        BETWEEN_TWO(who_stops_judges_itself_what_it_has_handed_over),
        BETWEEN_TWO(whatever_the_way_does_each_act_stands_once_and_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
