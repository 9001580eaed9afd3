/* People come, go, join and leave at random, while their rooms are being read and while what was
 * published is still on its way; a naive model says who must hear what, and who must not.
 *
 * The connections are our own: this file defines what ws_session.c would. */
#include "api/fanout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "api/ws_session.h"

static struct bus_bundle none; /* there are no other servers */

enum { WORKERS = 2, USERS = 6, ROOMS = 5, SESSIONS = 12, EVENTS = 6000, BITS = EVENTS / 64 + 1 };

#define ROOM(n) ((room_id){(n) + 1})
#define USER(n) ((user_id){(n) + 1})

struct listener { /* a connection */
    struct ws_session session;
    struct hall *hall;
    unsigned worker, user;
    bool open, reading;
    uint16_t closed;        /* with which code */
    bool ended;             /* was told that its session has ended */
    struct inbox_item read; /* the rooms, on their way back from the store */
    room_id rooms[ROOMS];
    size_t room_count;
    size_t from; /* records before this were durable when its rooms were read: sync finds them */
    uint64_t last[ROOMS]; /* seq that it got last */
    uint64_t due[BITS], got[BITS];
    size_t frames;
};

struct record { /* an event of the log */
    unsigned room;
    uint64_t seq;
    unsigned hearers; /* bit u: user u was in the room, joined or left by it */
};

struct hall {
    struct bus *bus;
    struct inbox inboxes[WORKERS];
    struct fanout *fanouts[WORKERS];
    struct listener *listeners[SESSIONS];
    unsigned members[ROOMS]; /* bit u: by the log */
    uint64_t seqs[ROOMS];
    struct event *waiting[ROOMS]; /* durable, not published */
    struct record records[EVENTS];
    size_t record_count;
    uint64_t seed;
};

static bool bit(const uint64_t *bits, size_t at)
{
    return bits[at / 64] >> at % 64 & 1;
}

static void set_bit(uint64_t *bits, size_t at)
{
    bits[at / 64] |= (uint64_t)1 << at % 64;
}

/* ---- in place of ws_session.c ----------------------------------------------------------------------- */

static struct listener *listener_of(struct ws_session *session)
{
    return CONTAINER_OF(session, struct listener, session);
}

/* Events carry their place in the records as nonce: "e17". */
static bool record_in(const struct bytes *frame, size_t *out)
{
    static const char mark[] = "\"nonce\":\"e";
    const char *at = memmem(frame->data, frame->len, mark, sizeof(mark) - 1);
    if (!at)
        return false;
    const char *begin = at + sizeof(mark) - 1;
    struct str rest = str_of(begin, (size_t)((const char *)frame->data + frame->len - begin));
    uint64_t number;
    bool is_number = str_to_u64(str_cut(&rest, '"'), &number);
    *out = is_number ? number : 0;
    return is_number;
}

void ws_session_give(struct ws_session *session, const struct ws_text *text)
{
    struct listener *listener = listener_of(session);
    size_t at;
    assert_true(listener->open);
    if (!session->live)
        return;
    listener->frames++;
    if (!record_in(text->plain, &at))
        return;
    const struct record *record = &listener->hall->records[at];
    assert_true(record->hearers >> listener->user & 1); /* nothing for strangers */
    assert_false(bit(listener->got, at));               /* nothing twice */
    assert_true(record->seq > listener->last[record->room]);
    listener->last[record->room] = record->seq;
    set_bit(listener->got, at);
}

/* Who is fetched will be given something: they are among the living. */
void ws_session_fetch(const struct ws_session *session)
{
    assert_true(CONTAINER_OF(session, struct listener, session)->open);
}

void ws_session_end(struct ws_session *session, session_id ended)
{
    listener_of(session)->ended |= session->session.v == ended.v;
}

void ws_session_close(struct ws_session *session, uint16_t code, struct str reason)
{
    assert_true(reason.len > 0);
    listener_of(session)->closed = code;
}

/* ---- the hall ------------------------------------------------------------------------------------------ */

static struct hall *hall_new(uint64_t seed)
{
    struct hall *hall = NEW(struct hall);
    hall->seed = seed;
    hall->bus = bus_local_new(WORKERS, 0);
    for (unsigned w = 0; w < WORKERS; w++) {
        assert_int_equal(inbox_init(&hall->inboxes[w]), 0);
        hall->fanouts[w] = fanout_new(hall->bus, w);
        bus_attach(hall->bus, w, &hall->inboxes[w], fanout_subscriber(hall->fanouts[w]));
    }
    return hall;
}

static void hang_up(struct listener *listener)
{
    struct hall *hall = listener->hall;
    fanout_leave(hall->fanouts[listener->worker], listener->session.person,
                 &listener->session.link);
    listener->open = false;
    listener->session.live = false;
    if (!listener->reading)
        xfree(listener);
}

static void settle(struct hall *hall)
{
    for (unsigned w = 0; w < WORKERS; w++)
        inbox_run(&hall->inboxes[w], SIZE_MAX);
}

static void hall_free(struct hall *hall)
{
    settle(hall);
    for (size_t s = 0; s < SESSIONS; s++)
        if (hall->listeners[s])
            hang_up(hall->listeners[s]);
    for (size_t r = 0; r < ROOMS; r++)
        event_unref(hall->waiting[r]);
    for (unsigned w = 0; w < WORKERS; w++) {
        fanout_free(hall->fanouts[w]); /* it requires that nobody and nothing is left */
        inbox_deinit(&hall->inboxes[w]);
    }
    bus_free(hall->bus);
    xfree(hall);
}

static struct listener *connect_to(struct hall *hall, unsigned worker, unsigned user)
{
    struct listener *listener = NEW(struct listener);
    listener->hall = hall;
    listener->worker = worker;
    listener->user = user;
    listener->open = true;
    listener->session.session.v = 100 + user;
    list_init(&listener->session.link);
    listener->session.person =
        fanout_enter(hall->fanouts[worker], USER(user), &listener->session.link);
    return listener;
}

static void rooms_are_back(struct inbox_item *item)
{
    struct listener *listener = CONTAINER_OF(item, struct listener, read);
    listener->reading = false;
    if (!listener->open) {
        xfree(listener);
        return;
    }
    fanout_subscribe_all(listener->hall->fanouts[listener->worker], listener->session.person,
                         listener->rooms, listener->room_count);
    listener->session.live = true;
}

/* The store reads what is durable now; the answer is on its way. */
static void read_rooms(struct listener *listener)
{
    const struct hall *hall = listener->hall;
    listener->reading = true;
    listener->from = hall->record_count;
    for (unsigned r = 0; r < ROOMS; r++)
        if (hall->members[r] >> listener->user & 1)
            listener->rooms[listener->room_count++] = ROOM(r);
    listener->read.run = rooms_are_back;
    inbox_post(&listener->hall->inboxes[listener->worker], &listener->read);
}

/* Something becomes durable; it is published later. One of a room is under way at a time. */
static void append(struct hall *hall, unsigned room, enum event_type type, unsigned target)
{
    char nonce[16];
    size_t at = hall->record_count++;
    unsigned before = hall->members[room];
    if (type == EVENT_USER_JOINED)
        hall->members[room] |= 1u << target;
    else if (type == EVENT_USER_LEFT)
        hall->members[room] &= ~(1u << target);
    hall->records[at] = (struct record){room, ++hall->seqs[room], before | hall->members[room]};
    int len = snprintf(nonce, sizeof(nonce), "e%zu", at);
    bool message = type == EVENT_MESSAGE_CREATED;
    hall->waiting[room] = event_new(&(struct event){.type = (uint8_t)type,
                                                    .room = ROOM(room),
                                                    .seq = hall->seqs[room],
                                                    .sender = USER(0),
                                                    .target = message ? 0 : USER(target).v,
                                                    .nonce = str_of(nonce, (size_t)len),
                                                    .payload = message ? STR("{}") : STR("")});
}

static void publish(struct hall *hall, unsigned room)
{
    struct event *event = hall->waiting[room];
    if (!event)
        return;
    uint64_t at;
    assert_true(str_to_u64(str_of(event->nonce.ptr + 1, event->nonce.len - 1), &at));
    for (size_t s = 0; s < SESSIONS; s++) {
        struct listener *listener = hall->listeners[s];
        if (listener && listener->session.live && at >= listener->from &&
            hall->records[at].hearers >> listener->user & 1)
            set_bit(listener->due, at);
    }
    bus_publish_events(hall->bus, &event, 1);
    event_unref(event);
    hall->waiting[room] = NULL;
}

static void say(struct hall *hall, unsigned room, enum event_type type, unsigned target)
{
    append(hall, room, type, target);
    publish(hall, room);
}

static void assert_nothing_is_due(const struct hall *hall)
{
    for (size_t s = 0; s < SESSIONS; s++)
        for (size_t b = 0; hall->listeners[s] && b < BITS; b++)
            assert_true((hall->listeners[s]->due[b] & ~hall->listeners[s]->got[b]) == 0);
}

/* ---- at random ------------------------------------------------------------------------------------------ */

static unsigned dice(struct hall *hall, unsigned sides)
{
    hall->seed += 0x9e3779b97f4a7c15u;
    return (unsigned)(map_hash(hall->seed) % sides);
}

static void someone_connects_or_goes(struct hall *hall)
{
    struct listener **place = &hall->listeners[dice(hall, SESSIONS)];
    if (!*place) {
        *place = connect_to(hall, dice(hall, WORKERS), dice(hall, USERS));
    } else if (!(*place)->reading && !(*place)->session.live) {
        read_rooms(*place);
    } else if (dice(hall, 3) == 0) {
        hang_up(*place);
        *place = NULL;
    }
}

static void something_happens_in_a_room(struct hall *hall)
{
    unsigned room = dice(hall, ROOMS), user = dice(hall, USERS);
    if (hall->waiting[room])
        publish(hall, room);
    else if (dice(hall, 2))
        append(hall, room, EVENT_MESSAGE_CREATED, 0);
    else if (hall->members[room] >> user & 1)
        append(hall, room, EVENT_USER_LEFT, user);
    else
        append(hall, room, EVENT_USER_JOINED, user);
}

static void whatever_happens_everybody_hears_what_is_theirs_and_nothing_else(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 8; seed++) {
        struct hall *hall = hall_new(seed);
        while (hall->record_count < EVENTS) {
            unsigned what = dice(hall, 10);
            if (what < 2)
                someone_connects_or_goes(hall);
            else if (what < 6)
                something_happens_in_a_room(hall);
            else if (what < 9)
                inbox_run(&hall->inboxes[dice(hall, WORKERS)], 1 + dice(hall, 3));
            else if (dice(hall, 10) == 0) {
                settle(hall);
                assert_nothing_is_due(hall);
            }
        }
        settle(hall);
        assert_nothing_is_due(hall);
        hall_free(hall);
    }
}

/* ---- by hand ---------------------------------------------------------------------------------------------- */

static int start(void **state)
{
    *state = hall_new(1);
    return 0;
}

static int finish(void **state)
{
    hall_free(*state);
    return 0;
}

static struct listener *somebody(struct hall *hall, size_t place, unsigned worker, unsigned user)
{
    struct listener *listener = connect_to(hall, worker, user);
    hall->listeners[place] = listener;
    read_rooms(listener);
    settle(hall);
    return listener;
}

static void who_leaves_while_their_rooms_are_read_hears_nothing_more(void **state)
{
    struct hall *hall = *state;
    say(hall, 0, EVENT_USER_JOINED, 1);
    settle(hall);
    struct listener *listener = hall->listeners[0] = connect_to(hall, 0, 1);
    listener->reading = true;
    listener->rooms[listener->room_count++] = ROOM(0); /* the store had it so */
    listener->read.run = rooms_are_back;
    say(hall, 0, EVENT_USER_LEFT, 1);
    inbox_post(&hall->inboxes[0], &listener->read);
    settle(hall);
    assert_true(listener->session.live);
    say(hall, 0, EVENT_MESSAGE_CREATED, 0);
    settle(hall);
    assert_int_equal(listener->frames, 0);
}

static void who_joins_while_their_rooms_are_read_hears_everything_once(void **state)
{
    struct hall *hall = *state;
    struct listener *listener = hall->listeners[0] = connect_to(hall, 0, 1);
    say(hall, 0, EVENT_USER_JOINED, 1);
    read_rooms(listener); /* it is in the list too */
    settle(hall);
    say(hall, 0, EVENT_MESSAGE_CREATED, 0);
    settle(hall);
    assert_int_equal(listener->frames, 1);
}

static void who_leaves_and_comes_back_while_their_rooms_are_read_is_in(void **state)
{
    struct hall *hall = *state;
    say(hall, 0, EVENT_USER_JOINED, 1);
    struct listener *listener = hall->listeners[0] = connect_to(hall, 0, 1);
    say(hall, 0, EVENT_USER_LEFT, 1);
    settle(hall);
    say(hall, 0, EVENT_USER_JOINED, 1);
    read_rooms(listener);
    settle(hall);
    say(hall, 0, EVENT_MESSAGE_CREATED, 0);
    settle(hall);
    assert_int_equal(listener->frames, 1);
}

static void all_connections_of_a_person_hear_it(void **state)
{
    struct hall *hall = *state;
    say(hall, 0, EVENT_USER_JOINED, 1);
    struct listener *phone = somebody(hall, 0, 0, 1), *desk = somebody(hall, 1, 0, 1);
    struct listener *other = somebody(hall, 2, 1, 1), *stranger = somebody(hall, 3, 0, 2);
    say(hall, 0, EVENT_MESSAGE_CREATED, 0);
    settle(hall);
    hang_up(phone);
    hall->listeners[0] = NULL;
    say(hall, 0, EVENT_MESSAGE_CREATED, 0);
    settle(hall);
    assert_int_equal(desk->frames, 2);
    assert_int_equal(other->frames, 2);
    assert_int_equal(stranger->frames, 0);
}

static void a_connection_hears_nothing_before_it_is_live(void **state)
{
    struct hall *hall = *state;
    say(hall, 0, EVENT_USER_JOINED, 1);
    struct listener *first = somebody(hall, 0, 0, 1);
    struct listener *second = hall->listeners[1] = connect_to(hall, 0, 1);
    say(hall, 0, EVENT_MESSAGE_CREATED, 0);
    settle(hall);
    assert_int_equal(first->frames, 1);
    assert_int_equal(second->frames, 0);
}

static void typing_goes_to_the_others_and_private_markers_to_oneself(void **state)
{
    struct hall *hall = *state;
    say(hall, 0, EVENT_USER_JOINED, 1);
    say(hall, 0, EVENT_USER_JOINED, 2);
    struct listener *one = somebody(hall, 0, 0, 1), *two = somebody(hall, 1, 1, 2);
    bus_publish_typing(hall->bus, ROOM(0), USER(1), 0, &none);
    settle(hall);
    assert_int_equal(one->frames, 0);
    assert_int_equal(two->frames, 1);
    bus_publish_read(hall->bus, ROOM(0), USER(1), 2, 0, true, &none);
    settle(hall);
    assert_int_equal(one->frames, 1);
    assert_int_equal(two->frames, 1);
    bus_publish_read(hall->bus, ROOM(0), USER(1), 2, 0, false, &none);
    settle(hall);
    assert_int_equal(one->frames, 2);
    assert_int_equal(two->frames, 2);
}

static void what_is_delivered_goes_to_the_others_who_take_receipts(void **state)
{
    struct hall *hall = *state;
    for (uint64_t user = 1; user <= 3; user++)
        say(hall, 0, EVENT_USER_JOINED, user);
    struct listener *one = somebody(hall, 0, 0, 1), *two = somebody(hall, 1, 1, 2),
                    *three = somebody(hall, 2, 1, 3);
    fanout_hide_receipts(three->session.person, true);
    bus_publish_delivered(hall->bus, ROOM(0), USER(1), 4, &none);
    settle(hall);
    assert_int_equal(one->frames, 0);
    assert_int_equal(two->frames, 1);
    assert_int_equal(three->frames, 0);
}

static void only_the_session_that_ended_is_told(void **state)
{
    struct hall *hall = *state;
    struct listener *one = somebody(hall, 0, 0, 1), *other = somebody(hall, 1, 0, 1);
    other->session.session.v = 7;
    bus_publish_session_ended(hall->bus, USER(1), (session_id){7});
    settle(hall);
    assert_false(one->ended);
    assert_true(other->ended);
}

static void who_is_in_a_room_that_they_were_not_told_of_is_found(void **state)
{
    struct hall *hall = *state;
    say(hall, 0, EVENT_USER_JOINED, 1);
    struct listener *one = somebody(hall, 0, 0, 1), *other = somebody(hall, 1, 0, 2);
    room_id known[] = {ROOM(0)}, more[] = {ROOM(0), ROOM(1)};
    room_id *missing;
    assert_int_equal(fanout_missing(hall->fanouts[0], USER(1), known, 1, &missing), 0);
    assert_null(missing);
    assert_int_equal(fanout_missing(hall->fanouts[0], USER(2), NULL, 0, &missing), 0);
    assert_int_equal(fanout_missing(hall->fanouts[0], USER(3), more, 2, &missing), 0);
    assert_null(missing); /* who is not there */
    assert_int_equal(fanout_missing(hall->fanouts[0], USER(1), more, 2, &missing), 1);
    assert_int_equal(missing[0].v, ROOM(1).v);
    xfree(missing);
    fanout_close(hall->fanouts[0], USER(1), 1012, STR("come again"));
    assert_int_equal(one->closed, 1012);
    assert_int_equal(other->closed, 0);
}

#define IN_A_HALL(test) cmocka_unit_test_setup_teardown(test, start, finish)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_HALL(who_leaves_while_their_rooms_are_read_hears_nothing_more),
        IN_A_HALL(who_joins_while_their_rooms_are_read_hears_everything_once),
        IN_A_HALL(who_leaves_and_comes_back_while_their_rooms_are_read_is_in),
        IN_A_HALL(all_connections_of_a_person_hear_it),
        IN_A_HALL(a_connection_hears_nothing_before_it_is_live),
        IN_A_HALL(typing_goes_to_the_others_and_private_markers_to_oneself),
        IN_A_HALL(what_is_delivered_goes_to_the_others_who_take_receipts),
        IN_A_HALL(only_the_session_that_ended_is_told),
        IN_A_HALL(who_is_in_a_room_that_they_were_not_told_of_is_found),
        cmocka_unit_test(whatever_happens_everybody_hears_what_is_theirs_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
