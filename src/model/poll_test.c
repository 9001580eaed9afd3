#include "model/poll.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void a_first_vote_is_one_more_voter(void **state)
{
    (void)state;
    struct tally tally = {0};
    tally_move(&tally, 0, 0x5);
    assert_int_equal(tally.voters, 1);
    assert_int_equal(tally.counts[0], 1);
    assert_int_equal(tally.counts[1], 0);
    assert_int_equal(tally.counts[2], 1);
}

static void a_changed_vote_moves_and_one_taken_back_leaves(void **state)
{
    (void)state;
    struct tally tally = {0};
    tally_move(&tally, 0, 0x1);
    tally_move(&tally, 0, 0x1);
    tally_move(&tally, 0x1, 0x2);
    assert_int_equal(tally.voters, 2);
    assert_int_equal(tally.counts[0], 1);
    assert_int_equal(tally.counts[1], 1);
    tally_move(&tally, 0x2, 0);
    assert_int_equal(tally.voters, 1);
    assert_int_equal(tally.counts[1], 0);
}

static void a_poll_is_closed_by_an_event_or_by_its_time(void **state)
{
    (void)state;
    struct poll_state poll = {.poll = {.options = 2}};
    assert_false(poll_is_closed(&poll, INT64_MAX));
    poll.poll.closes_at = 1000;
    assert_false(poll_is_closed(&poll, 999));
    assert_true(poll_is_closed(&poll, 1000));
    poll.closed_seq = 7;
    assert_true(poll_is_closed(&poll, 0));
}

static void a_ballot_changes_only_what_it_changes_of_its_base(void **state)
{
    (void)state;
    const struct {
        bool multiple;
        uint64_t base, choices, own, chosen;
    } cases[] = {
        {true, 0x0, 0x1, 0x2, 0x3},  /* both of two that voted from the same base */
        {true, 0x2, 0x3, 0x6, 0x7},  /* one more */
        {true, 0x2, 0x0, 0x6, 0x4},  /* one less */
        {true, 0x2, 0x3, 0x0, 0x1},  /* what was taken back stays so */
        {true, 0x2, 0x2, 0x4, 0x4},  /* nothing was changed */
        {false, 0x2, 0x1, 0x4, 0x1}, /* takes the place */
        {false, 0x2, 0x0, 0x4, 0x4}, /* takes back what is not chosen any more */
        {false, 0x2, 0x0, 0x2, 0x0},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct poll_state poll = {.poll = {.options = 3, .multiple = cases[i].multiple},
                                  .own = cases[i].own};
        struct ballot ballot = {cases[i].choices, cases[i].base, true};
        assert_int_equal(ballot_on(&ballot, &poll), cases[i].chosen);
        ballot.has_base = false;
        assert_int_equal(ballot_on(&ballot, &poll), cases[i].choices);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_first_vote_is_one_more_voter),
        cmocka_unit_test(a_changed_vote_moves_and_one_taken_back_leaves),
        cmocka_unit_test(a_poll_is_closed_by_an_event_or_by_its_time),
        cmocka_unit_test(a_ballot_changes_only_what_it_changes_of_its_base),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
