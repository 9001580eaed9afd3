/* What one server says another one reads, and nothing else is read as something. */
#include "bus/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define ROOM(n) ((room_id){(n)})
#define USER(n) ((user_id){(n)})

struct trip {
    struct arena arena;
    struct buf bytes;
    struct wire read;
};

static void make_trip(struct trip *trip, const struct wire *wire)
{
    *trip = (struct trip){.arena = ARENA_INIT, .bytes = BUF_INIT};
    wire_write(wire, &trip->bytes);
    assert_true(wire_read(buf_str(&trip->bytes), &trip->arena, &trip->read));
    assert_int_equal(trip->read.kind, wire->kind);
}

static void end_trip(struct trip *trip)
{
    arena_deinit(&trip->arena);
    buf_deinit(&trip->bytes);
}

static void news_of_many_rooms_arrive_as_they_were_said(void **state)
{
    (void)state;
    struct bus_news news[] = {{ROOM(UINT64_MAX), 1, 4, true}, {ROOM(7), 9, 9, false}};
    struct trip trip;
    make_trip(&trip, &(struct wire){.kind = WIRE_NEWS, .news = news, .news_count = 2});
    assert_int_equal(trip.read.news_count, 2);
    assert_int_equal(trip.read.news[0].room.v, UINT64_MAX);
    assert_int_equal(trip.read.news[0].last, 4);
    assert_true(trip.read.news[0].moves_people);
    assert_int_equal(trip.read.news[1].first, 9);
    assert_false(trip.read.news[1].moves_people);
    end_trip(&trip);
}

static void a_signal_arrives_with_whom_it_is_for(void **state)
{
    (void)state;
    struct wire wire = {.kind = WIRE_SIGNAL,
                        .publication = {.kind = PUBLISH_READ,
                                        .room = ROOM(3),
                                        .except = USER(4),
                                        .reader = USER(5),
                                        .receipts = RECEIPTS_HIDDEN},
                        .text = STR("{\"type\":\"room.read\"}")};
    struct trip trip;
    make_trip(&trip, &wire);
    const struct publication *read = &trip.read.publication;
    assert_int_equal(read->kind, PUBLISH_READ);
    assert_int_equal(read->room.v, 3);
    assert_int_equal(read->except.v, 4);
    assert_int_equal(read->reader.v, 5);
    assert_int_equal(read->receipts, RECEIPTS_HIDDEN);
    assert_true(str_eq(trip.read.text, wire.text));
    end_trip(&trip);
}

static void presence_arrives_with_whom_it_reaches(void **state)
{
    (void)state;
    room_id rooms[] = {ROOM(1), ROOM(2), ROOM(3)};
    user_id hidden[] = {USER(8)};
    struct reach reach = {rooms, 3, hidden, 1};
    struct wire wire = {.kind = WIRE_SIGNAL,
                        .publication = {.kind = PUBLISH_REACH, .except = USER(9), .reach = &reach},
                        .text = STR("{}")};
    struct trip trip;
    make_trip(&trip, &wire);
    assert_int_equal(trip.read.reach.room_count, 3);
    assert_int_equal(trip.read.reach.rooms[2].v, 3);
    assert_int_equal(trip.read.reach.hidden_count, 1);
    assert_int_equal(trip.read.reach.hidden[0].v, 8);
    end_trip(&trip);
}

static void a_session_s_end_a_block_and_a_tally_arrive(void **state)
{
    (void)state;
    struct trip trip;
    make_trip(&trip,
              &(struct wire){.kind = WIRE_SIGNAL,
                             .publication = {
                                 .kind = PUBLISH_SESSION_ENDED, .only = USER(1), .session = {77}}});
    assert_int_equal(trip.read.publication.session.v, 77);
    end_trip(&trip);
    make_trip(&trip, &(struct wire){.kind = WIRE_SIGNAL,
                                    .publication = {.kind = PUBLISH_EMOJI},
                                    .text = STR("{}")});
    assert_int_equal(trip.read.publication.kind, PUBLISH_EMOJI);
    end_trip(&trip);
    make_trip(&trip, &(struct wire){.kind = WIRE_BLOCKS, .room = ROOM(5)});
    assert_int_equal(trip.read.room.v, 5);
    end_trip(&trip);
    make_trip(&trip, &(struct wire){.kind = WIRE_TALLY, .tally = {3, UINT64_MAX - 1}});
    assert_int_equal(trip.read.tally.act, 3);
    assert_int_equal(trip.read.tally.key, UINT64_MAX - 1);
    end_trip(&trip);
}

static void who_is_there_arrives_with_what_was_told_of_them(void **state)
{
    (void)state;
    struct bus_present items[] = {{USER(7), true, true, STATE_BUSY}, {USER(8), false, false, 0}};
    struct wire wire = {
        .kind = WIRE_PRESENTS,
        .presents = {.server = 9, .seq = 4, .part = 63, .last = true, .items = items, .count = 2}};
    struct trip trip;
    make_trip(&trip, &wire);
    const struct bus_presents *read = &trip.read.presents;
    assert_int_equal(read->server, 9);
    assert_int_equal(read->seq, 4);
    assert_int_equal(read->part, 63);
    assert_true(read->last && !read->first);
    assert_int_equal(read->count, 2);
    assert_true(read->items[0].there && read->items[0].active && !read->items[1].there);
    assert_int_equal(read->items[0].told, STATE_BUSY);
    assert_int_equal(read->items[1].user.v, 8);
    trip.bytes.ptr[trip.bytes.len - 1] = 2; /* at it, but not there */
    assert_false(wire_read(buf_str(&trip.bytes), &trip.arena, &trip.read));
    end_trip(&trip);
    make_trip(&trip, &(struct wire){.kind = WIRE_PRESENTS_ASKED, .presents.server = 9});
    assert_int_equal(trip.read.presents.server, 9);
    end_trip(&trip);
}

static void a_bundle_gives_back_what_was_put_into_it_and_is_refused_damaged(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf bundle = BUF_INIT;
    wire_bundle_put(&bundle, STR("one"));
    wire_bundle_put(&bundle, STR("another"));
    struct trip trip;
    make_trip(&trip, &(struct wire){.kind = WIRE_BUNDLE, .text = buf_str(&bundle)});
    struct str rest = trip.read.text, bytes;
    assert_true(wire_bundle_next(&rest, &bytes) && str_eq(bytes, STR("one")));
    assert_true(wire_bundle_next(&rest, &bytes) && str_eq(bytes, STR("another")));
    assert_false(wire_bundle_next(&rest, &bytes));
    for (size_t cut = 1; cut < trip.bytes.len; cut++) {
        bool is_one = cut == strlen("another") + 4; /* the first alone is a bundle too */
        struct str less = str_of(trip.bytes.ptr, trip.bytes.len - cut);
        assert_int_equal(wire_read(less, &trip.arena, &trip.read), is_one);
    }
    end_trip(&trip);
}

static void what_is_handed_over_arrives_whole(void **state)
{
    (void)state;
    const user_id users[] = {USER(4), USER(5)};
    const struct deed deeds[] = {
        {.kind = DEED_SEND,
         .self = USER(1),
         .seq = 7,
         .thread = 6,
         .nonce = STR("n"),
         .payload = STR("{}"),
         .mentions = {users, 2, true, false},
         .poll = {.options = 3, .multiple = true, .closes_at = 99}},
        {.kind = DEED_UNREACT, .self = USER(2), .seq = 9, .nonce = STR("m"), .emoji = STR("x")},
        {.kind = DEED_VOTE, .self = USER(3), .seq = 8, .nonce = STR("o"), .ballot = {5, 4, true}}};
    struct trip trip;
    make_trip(&trip, &(struct wire){.kind = WIRE_HANDOVER,
                                    .handover = {11, 12, 13, 14, 15, 16, ROOM(17), deeds, 3}});
    const struct handover *read = &trip.read.handover;
    assert_int_equal(read->from, 11);
    assert_int_equal(read->to, 12);
    assert_int_equal(read->home, 13);
    assert_int_equal(read->number, 14);
    assert_int_equal(read->clock_ms, 15);
    assert_int_equal(read->life_ms, 16);
    assert_int_equal(read->room.v, 17);
    assert_int_equal(read->count, 3);
    const struct deed *said = &read->deeds[0];
    assert_int_equal(said->thread, 6);
    assert_int_equal(said->mentions.count, 2);
    assert_int_equal(said->mentions.users[1].v, 5);
    assert_true(said->mentions.everyone && !said->mentions.here);
    assert_true(said->poll.multiple && !said->poll.anonymous);
    assert_int_equal(said->poll.closes_at, 99);
    assert_true(str_eq(said->payload, STR("{}")));
    assert_int_equal(read->deeds[1].kind, DEED_UNREACT);
    assert_true(str_eq(read->deeds[1].emoji, STR("x")));
    assert_int_equal(read->deeds[2].ballot.choices, 5);
    assert_int_equal(read->deeds[2].ballot.base, 4);
    assert_true(read->deeds[2].ballot.has_base && !read->deeds[1].ballot.has_base);
    trip.bytes.ptr[2 + 7 * 8] = DEED_KINDS; /* of a later version */
    assert_false(wire_read(buf_str(&trip.bytes), &trip.arena, &trip.read));
    end_trip(&trip);
}

static void what_became_of_it_arrives_in_words(void **state)
{
    (void)state;
    const struct outcome outcomes[] = {{.kind = OUTCOME_STANDS, .seq = 8},
                                       {.kind = OUTCOME_STOOD, .seq = 3},
                                       {.kind = OUTCOME_REFUSED,
                                        .problem = {.err = ERR_ROOM_SLOW_MODE,
                                                    .field = STR("f"),
                                                    .detail = STR("d"),
                                                    .reason = STR("r"),
                                                    .retry_after_s = 4,
                                                    .until = 5}}};
    struct trip trip;
    make_trip(&trip, &(struct wire){.kind = WIRE_HANDBACK,
                                    .handback = {.from = 1,
                                                 .to = 2,
                                                 .home = 3,
                                                 .number = 4,
                                                 .room = ROOM(5),
                                                 .clock_ms = 6,
                                                 .taken = true,
                                                 .contended = true,
                                                 .outcomes = outcomes,
                                                 .count = 3}});
    const struct handback *read = &trip.read.handback;
    assert_int_equal(read->number, 4);
    assert_int_equal(read->room.v, 5);
    assert_true(read->taken && read->contended);
    assert_int_equal(read->count, 3);
    assert_int_equal(read->outcomes[0].seq, 8);
    assert_int_equal(read->outcomes[1].kind, OUTCOME_STOOD);
    const struct problem *problem = &read->outcomes[2].problem;
    assert_int_equal(problem->err, ERR_ROOM_SLOW_MODE);
    assert_true(str_eq(problem->detail, STR("d")) && str_eq(problem->reason, STR("r")));
    assert_int_equal(problem->retry_after_s, 4);
    assert_int_equal(problem->until, 5);
    end_trip(&trip);
}

static void what_is_cut_off_anywhere_is_refused(void **state)
{
    (void)state;
    struct bus_news news = {ROOM(1), 1, 4, true};
    room_id rooms[] = {ROOM(1)};
    struct reach reach = {.rooms = rooms, .room_count = 1};
    const struct deed deed = {.kind = DEED_PIN, .self = USER(1), .seq = 2, .nonce = STR("n")};
    const struct outcome stands = {.kind = OUTCOME_STANDS, .seq = 1};
    const struct wire wires[] = {
        {.kind = WIRE_NEWS, .news = &news, .news_count = 1},
        {.kind = WIRE_BLOCKS, .room = ROOM(5)},
        {.kind = WIRE_GAP},
        {.kind = WIRE_TALLY, .tally = {1, 2}},
        {.kind = WIRE_SIGNAL,
         .publication = {.kind = PUBLISH_REACH, .reach = &reach},
         .text = STR("t")},
        {.kind = WIRE_ALIVE, .alive = {1, HANDOVER_VERSION, true, 9}},
        {.kind = WIRE_HANDOVER, .handover = {1, 2, 3, 4, 5, 6, ROOM(7), &deed, 1}},
        {.kind = WIRE_HANDBACK,
         .handback = {.from = 1, .to = 2, .taken = true, .outcomes = &stands, .count = 1}},
    };
    for (size_t i = 0; i < ARRAY_LEN(wires); i++) {
        struct trip trip;
        make_trip(&trip, &wires[i]);
        for (size_t len = 0; len < trip.bytes.len; len++)
            assert_false(wire_read(str_of(trip.bytes.ptr, len), &trip.arena, &trip.read));
        trip.bytes.ptr[0]++; /* of another version */
        assert_false(wire_read(buf_str(&trip.bytes), &trip.arena, &trip.read));
        end_trip(&trip);
    }
}

static void counts_beyond_the_bytes_are_refused(void **state)
{
    (void)state;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct reach reach = {0};
    struct wire wire = {.kind = WIRE_SIGNAL,
                        .publication = {.kind = PUBLISH_REACH, .reach = &reach},
                        .text = STR("t")};
    OWN(buf_deinit) struct buf bytes = BUF_INIT;
    wire_write(&wire, &bytes);
    size_t room_count = bytes.len - 1 - 16;
    memset(bytes.ptr + room_count, 0xff, 8);
    assert_false(wire_read(buf_str(&bytes), &arena, &wire));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(news_of_many_rooms_arrive_as_they_were_said),
        cmocka_unit_test(a_signal_arrives_with_whom_it_is_for),
        cmocka_unit_test(presence_arrives_with_whom_it_reaches),
        cmocka_unit_test(a_session_s_end_a_block_and_a_tally_arrive),
        cmocka_unit_test(who_is_there_arrives_with_what_was_told_of_them),
        cmocka_unit_test(a_bundle_gives_back_what_was_put_into_it_and_is_refused_damaged),
        cmocka_unit_test(what_is_handed_over_arrives_whole),
        cmocka_unit_test(what_became_of_it_arrives_in_words),
        cmocka_unit_test(what_is_cut_off_anywhere_is_refused),
        cmocka_unit_test(counts_beyond_the_bytes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
