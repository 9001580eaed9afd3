/* two_chats.h - two servers with one log, of which one hands over to the other what is done in a contended room, on a
 * way that loses, doubles, delays and reorders as a test says. For tests of chat only. */
#pragma once

#include "chat/test_peer.h"

#include "bus/remote.h"
#include "core/random.h"

enum { MAILS_MOST = 256, LATER_MS = 2000 };

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
};

static struct mails mails;

struct end { /* a server's end of the way */
    struct bus_remote remote;
    struct bus *other;
};

static struct end end_here, end_there;

static UNUSED void carry(struct bus_remote *remote, struct str bytes, bool is_for_one)
{
    struct end *end = CONTAINER_OF(remote, struct end, remote);
    if (mails.is_lost)
        return;
    REQUIRE(mails.count < MAILS_MOST);
    char *copy = xmalloc(bytes.len + 1);
    memcpy(copy, bytes.ptr, bytes.len);
    mails.items[mails.count++] = (struct mail){end->other, str_of(copy, bytes.len), is_for_one};
}

static UNUSED void send_slot(struct bus_remote *remote, int slot, struct str bytes)
{
    (void)slot;
    carry(remote, bytes, false);
}

static UNUSED void send_one(struct bus_remote *remote, uint64_t server, struct str bytes)
{
    assert_int_equal(server, bus_server(CONTAINER_OF(remote, struct end, remote)->other));
    carry(remote, bytes, true);
}

static UNUSED void look(struct bus_remote *remote, unsigned slot)
{
    (void)remote;
    (void)slot;
}

static UNUSED bool is_ready(struct bus_remote *remote)
{
    (void)remote;
    return true;
}

static UNUSED void close_nothing(struct bus_remote *remote)
{
    (void)remote;
}

static UNUSED struct mail take_mail(size_t at)
{
    struct mail mail = mails.items[at];
    memmove(&mails.items[at], &mails.items[at + 1], (--mails.count - at) * sizeof(mail));
    return mail;
}

static UNUSED void drop(struct mail mail)
{
    xfree((char *)mail.bytes.ptr);
}

static UNUSED void arrive(struct world *world, size_t at, bool twice)
{
    struct mail mail = take_mail(at);
    bus_arrive(mail.to, mail.bytes);
    if (twice)
        bus_arrive(mail.to, mail.bytes);
    drop(mail);
    settle(world);
}

/* All that is under way arrives, and what is said to it. */
static UNUSED void deliver(struct world *world)
{
    settle(world);
    while (mails.count)
        arrive(world, 0, false);
}

/* Up to the first that is for one server; false: there is none. */
static UNUSED bool deliver_up_to_one(struct world *world)
{
    settle(world);
    while (mails.count && !mails.items[0].is_for_one)
        arrive(world, 0, false);
    return mails.count > 0;
}

static UNUSED void lose_all(void)
{
    while (mails.count)
        drop(take_mail(0));
}

/* ---- beginning and end ----------------------------------------------------------------------------- */

static UNUSED void connect_end(struct bus *bus, struct bus *other, struct end *end)
{
    end->other = other;
    end->remote = (struct bus_remote){.send = send_slot,
                                      .send_to = send_one,
                                      .look = look,
                                      .is_ready = is_ready,
                                      .close = close_nothing};
    bus_connect(bus, &end->remote);
}

static UNUSED void say_who_lives(struct world *world)
{
    chat_sweep(world->chat, 0);
    chat_sweep(peer.chat, 0);
    deliver(world);
}

static UNUSED int start_two(void **state)
{
    int rc = start_with_peer(state);
    struct world *world = *state;
    mails = (struct mails){0};
    connect_end(world->bus, peer.bus, &end_here);
    connect_end(peer.bus, world->bus, &end_there);
    say_who_lives(world);
    return rc;
}

static UNUSED int finish_two(void **state)
{
    lose_all();
    mails.is_lost = true;
    settle(*state);
    return finish_with_peer(state);
}

/* ---- who leads -------------------------------------------------------------------------------------- */

/* Until its room was ready: what contended goes to the leader, too. */
static uint64_t handed_before;

static UNUSED uint64_t figure_of_handed(const struct chat *chat)
{
    return atomic_load(&chat_figures(chat, 0)->handed_over);
}

static UNUSED uint64_t handed_over(const struct chat *chat)
{
    return figure_of_handed(chat) - handed_before;
}

static UNUSED uint64_t fallen_back(const struct chat *chat)
{
    return atomic_load(&chat_figures(chat, 0)->fallen_back);
}

static UNUSED struct act *post_there(struct act *act)
{
    act_post(peer.chat, act);
    return act;
}

/* A group of which the other server is the leader, and somebody is here: seq 1 to 4. */
static UNUSED room_id a_led_group(struct world *world)
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
static UNUSED room_id a_contended_group(struct world *world)
{
    room_id room = a_led_group(world);
    struct act *there = post_there(a_message(world, room, 1, "contends"));
    settle(world);
    struct act *here = post(world, a_message(world, room, 2, "contends"));
    deliver(world);
    assert_int_equal(seq_of(there), 5);
    assert_int_equal(seq_of(here), 6);
    struct act *marker = post(world, a_reading(world, room, 2, 6)); /* so the room is in memory */
    deliver(world);
    assert_int_equal(outcome(marker), ERR_OK);
    handed_before = figure_of_handed(world->chat);
    assert_int_equal(figure_of_handed(peer.chat), 0);
    return room;
}

static UNUSED size_t length_of(struct world *world, room_id room)
{
    struct event_list log = log_of(world, room, 1);
    size_t count = log.count;
    event_list_deinit(&log);
    return count;
}

/* So far ahead that no answer is waited for any more. */
static UNUSED void give_up_waiting(struct world *world)
{
    home_look_at_hands(&world->chat->homes[0], clock_monotonic_ms() + LATER_MS);
    settle(world);
}

#define BETWEEN_TWO(test) cmocka_unit_test_setup_teardown(test, start_two, finish_two)
