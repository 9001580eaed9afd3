/* The contract of the store: polls, and who voted in them. */
#include "store/store_hall.h"

static const user_id NAMELESS = {909};

static struct event *make_poll(uint64_t seq, uint64_t count, bool anonymous)
{
    char nonce[32];
    snprintf(nonce, sizeof(nonce), "poll-%d", (int)seq);
    return event_new(&(struct event){
        .type = EVENT_MESSAGE_CREATED,
        .kind = MESSAGE_POLL,
        .room = HALL,
        .seq = seq,
        .count = count,
        .sender = ANNA,
        .created_at = 1000 + (int64_t)seq,
        .nonce = str_from_c(nonce),
        .poll = {.options = 3, .multiple = true, .anonymous = anonymous, .closes_at = 5000},
        .payload = STR("{\"type\":\"poll\"}")});
}

static struct event *about_poll(enum event_type type, uint64_t seq, uint64_t count, user_id sender)
{
    char nonce[32];
    snprintf(nonce, sizeof(nonce), "about-%d", (int)seq);
    struct event *event = make_event(type, HALL, seq, count, sender, nonce);
    event->target = 4;
    return event;
}

static struct event *make_vote(uint64_t seq, user_id voter, uint64_t choices, struct tally tally)
{
    struct vote vote = {.choices = choices, .options = 3, .tally = tally};
    struct event *plain = about_poll(EVENT_POLL_VOTED, seq, 1, voter);
    plain->vote = &vote;
    struct event *event = event_new(plain);
    plain->vote = NULL;
    event_unref(plain);
    return event;
}

static int get_poll(user_id self, user_id voter, struct poll_state *out)
{
    struct poll_question question = {.message = 4, .self = self, .voter = voter};
    READING (conn)
        assert_int_equal(store_polls(conn, HALL, &question, 1), 0);
    *out = question.state;
    return out->poll.options ? 0 : -ENOENT;
}

static void a_poll_begins_with_no_votes(void **state)
{
    (void)state;
    struct poll_state poll;
    make_hall();
    assert_int_equal(get_poll(ANNA, NAMELESS, &poll), -ENOENT);
    assert_int_equal(append_one(make_poll(4, 1, false), NULL, 0), 0);
    assert_int_equal(get_poll(ANNA, NAMELESS, &poll), 0);
    assert_int_equal(poll.poll.options, 3);
    assert_true(poll.poll.multiple);
    assert_false(poll.poll.anonymous);
    assert_int_equal(poll.poll.closes_at, 5000);
    assert_int_equal(poll.tally.voters, 0);
    assert_int_equal(poll.seq, 0);
    assert_int_equal(poll.own_seq, 0);
}

static void it_stands_as_the_last_vote_says(void **state)
{
    (void)state;
    struct poll_state poll;
    make_hall();
    assert_int_equal(append_one(make_poll(4, 1, false), NULL, 0), 0);
    struct event *votes[] = {make_vote(5, ANNA, 0x1, (struct tally){1, {1, 0, 0}}),
                             make_vote(6, BEN, 0x5, (struct tally){2, {2, 0, 1}})};
    assert_int_equal(append_all(votes, 2, NULL, 0, NULL), 0);
    event_unref(votes[0]), event_unref(votes[1]);
    assert_int_equal(append_one(make_vote(7, ANNA, 0x2, (struct tally){2, {1, 1, 1}}), NULL, 0), 0);
    assert_int_equal(get_poll(ANNA, NAMELESS, &poll), 0);
    assert_int_equal(poll.tally.voters, 2);
    assert_int_equal(poll.tally.counts[0], 1);
    assert_int_equal(poll.tally.counts[1], 1);
    assert_int_equal(poll.tally.counts[2], 1);
    assert_int_equal(poll.seq, 7);
    assert_int_equal(poll.own, 0x2);
    assert_int_equal(poll.own_seq, 7);
    assert_int_equal(get_poll(BEN, NAMELESS, &poll), 0);
    assert_int_equal(poll.own, 0x5);
    assert_int_equal(get_poll(CARL, NAMELESS, &poll), 0);
    assert_int_equal(poll.own_seq, 0);
}

static size_t voters(unsigned option, user_id after, size_t limit, user_id **out)
{
    size_t count = 0;
    READING (conn)
        assert_int_equal(store_voters(conn, HALL, 4, option, after, limit, &arena, out, &count), 0);
    return count;
}

static void who_chose_an_option_is_listed_by_id(void **state)
{
    (void)state;
    user_id *found;
    make_hall();
    assert_int_equal(append_one(make_poll(4, 1, false), NULL, 0), 0);
    assert_int_equal(append_one(make_vote(5, BEN, 0x3, (struct tally){1, {1, 1, 0}}), NULL, 0), 0);
    assert_int_equal(append_one(make_vote(6, ANNA, 0x1, (struct tally){2, {2, 1, 0}}), NULL, 0), 0);
    assert_int_equal(voters(0, USER(0), 10, &found), 2);
    assert_int_equal(found[0].v, ANNA.v);
    assert_int_equal(found[1].v, BEN.v);
    assert_int_equal(voters(0, USER(0), 1, &found), 1);
    assert_int_equal(voters(0, ANNA, 10, &found), 1);
    assert_int_equal(found[0].v, BEN.v);
    assert_int_equal(voters(1, USER(0), 10, &found), 1);
    assert_int_equal(voters(2, USER(0), 10, &found), 0);
    assert_int_equal(append_one(make_vote(7, BEN, 0, (struct tally){1, {1, 0, 0}}), NULL, 0), 0);
    assert_int_equal(voters(0, USER(0), 10, &found), 1);
}

static void in_an_anonymous_poll_one_is_known_by_another_name(void **state)
{
    (void)state;
    struct poll_state poll;
    make_hall();
    assert_int_equal(append_one(make_poll(4, 1, true), NULL, 0), 0);
    assert_int_equal(append_one(make_vote(5, NAMELESS, 0x4, (struct tally){1, {0, 0, 1}}), NULL, 0),
                     0);
    assert_int_equal(get_poll(BEN, NAMELESS, &poll), 0);
    assert_true(poll.poll.anonymous);
    assert_int_equal(poll.own, 0x4);
    assert_int_equal(get_poll(NAMELESS, BEN, &poll), 0);
    assert_int_equal(poll.own_seq, 0);
}

static void what_is_closed_says_when_and_by_whom(void **state)
{
    (void)state;
    struct poll_state poll;
    make_hall();
    assert_int_equal(append_one(make_poll(4, 1, false), NULL, 0), 0);
    assert_int_equal(append_one(about_poll(EVENT_POLL_CLOSED, 5, 1, BEN), NULL, 0), 0);
    assert_int_equal(get_poll(ANNA, NAMELESS, &poll), 0);
    assert_int_equal(poll.closed_seq, 5);
    assert_int_equal(poll.closed_at, 1005);
    assert_int_equal(poll.closed_by.v, BEN.v);
    assert_int_equal(poll.seq, 5);
}

static void of_what_is_deleted_nothing_is_left(void **state)
{
    (void)state;
    struct poll_state poll;
    user_id *found;
    make_hall();
    assert_int_equal(append_one(make_poll(4, 1, false), NULL, 0), 0);
    assert_int_equal(append_one(make_vote(5, BEN, 0x1, (struct tally){1, {1, 0, 0}}), NULL, 0), 0);
    assert_int_equal(append_one(about_poll(EVENT_MESSAGE_DELETED, 6, 1, ANNA), NULL, 0), 0);
    assert_int_equal(get_poll(ANNA, NAMELESS, &poll), -ENOENT);
    assert_int_equal(voters(0, USER(0), 10, &found), 0);
    /* One that was judged before, by a server that is behind. */
    assert_int_equal(append_one(make_vote(7, ANNA, 0x1, (struct tally){2, {2, 0, 0}}), NULL, 0), 0);
    assert_int_equal(get_poll(ANNA, NAMELESS, &poll), -ENOENT);
    assert_int_equal(voters(0, USER(0), 10, &found), 0);
}

static void append_events(struct event **events, size_t count)
{
    assert_int_equal(append_all(events, count, NULL, 0, NULL), 0);
    for (size_t i = 0; i < count; i++)
        event_unref(events[i]);
}

static size_t vote_bytes(size_t *votes)
{
    struct event_list list = {0};
    bool has_more = false;
    size_t bytes = 0;
    *votes = 0;
    READING (conn)
        assert_int_equal(store_events(conn, HALL, 0, 100, SIZE_MAX, &list, &has_more), 0);
    for (size_t i = 0; i < list.count; i++) {
        if (list.items[i]->type != EVENT_POLL_VOTED)
            continue;
        *votes += 1;
        bytes += list.items[i]->payload.len;
    }
    event_list_deinit(&list);
    return bytes;
}

static struct event *vote_of_poll(uint64_t seq, user_id voter, uint64_t poll)
{
    struct event *plain = make_vote(seq, voter, 0x1, (struct tally){1, {1, 0, 0}});
    struct event columns;
    memcpy(&columns, plain, sizeof(columns));
    columns.target = poll;
    columns.payload = STR("{\"choices\":[0],\"counts\":[1,0,0],\"voters\":1}");
    struct event *event = event_new(&columns);
    event_unref(plain);
    return event;
}

static void the_log_keeps_that_there_were_votes_in_what_is_deleted_and_not_which(void **state)
{
    (void)state;
    size_t votes;
    make_hall();
    assert_int_equal(append_one(make_poll(4, 1, false), NULL, 0), 0);
    assert_int_equal(append_one(make_poll(5, 2, false), NULL, 0), 0);
    assert_int_equal(append_one(vote_of_poll(6, BEN, 4), NULL, 0), 0);
    assert_int_equal(append_one(vote_of_poll(7, BEN, 5), NULL, 0), 0);
    assert_int_equal(append_one(vote_of_poll(8, BEN, 4), NULL, 0), 0); /* changed their mind */
    size_t all = vote_bytes(&votes);
    assert_int_equal(votes, 3);
    assert_int_equal(append_one(about_poll(EVENT_MESSAGE_DELETED, 9, 2, ANNA), NULL, 0), 0);
    assert_int_equal(vote_bytes(&votes), all / 3); /* in the other poll */
    assert_int_equal(votes, 3);
    struct event *together[] = {vote_of_poll(10, ANNA, 5),
                                about_poll(EVENT_MESSAGE_DELETED, 11, 2, ANNA)};
    together[1]->target = 5;
    append_events(together, ARRAY_LEN(together));
    assert_int_equal(vote_bytes(&votes), 0);
    assert_int_equal(votes, 4);
}

/* Votes of one append are carried out together, but those before the end of a poll before it. */
static void of_votes_that_come_together_with_the_end_none_is_lost_or_too_much(void **state)
{
    (void)state;
    struct poll_question asked[] = {{.message = 4, .self = BEN, .voter = NAMELESS},
                                    {.message = 5, .self = BEN, .voter = NAMELESS},
                                    {.message = 3, .self = BEN, .voter = NAMELESS},
                                    {.message = 5, .self = ANNA, .voter = NAMELESS}};
    user_id *found;
    make_hall();
    assert_int_equal(append_one(make_poll(4, 1, false), NULL, 0), 0);
    assert_int_equal(append_one(make_poll(5, 2, false), NULL, 0), 0);
    struct event *votes[] = {make_vote(6, BEN, 0x1, (struct tally){1, {1, 0, 0}}),
                             make_vote(7, BEN, 0x1, (struct tally){1, {1, 0, 0}}),
                             make_vote(8, BEN, 0x2, (struct tally){1, {0, 1, 0}}),
                             make_vote(9, ANNA, 0x2, (struct tally){2, {0, 2, 0}}),
                             about_poll(EVENT_POLL_CLOSED, 10, 2, ANNA),
                             about_poll(EVENT_MESSAGE_DELETED, 11, 1, ANNA)};
    votes[1]->target = votes[3]->target = votes[4]->target = 5;
    append_events(votes, ARRAY_LEN(votes));
    READING (conn)
        assert_int_equal(store_polls(conn, HALL, asked, ARRAY_LEN(asked)), 0);
    assert_int_equal(asked[0].state.poll.options, 0); /* deleted */
    assert_int_equal(asked[2].state.poll.options, 0); /* no poll */
    assert_int_equal(asked[1].state.tally.voters, 2);
    assert_int_equal(asked[1].state.tally.counts[1], 2);
    assert_int_equal(asked[1].state.closed_seq, 10);
    assert_int_equal(asked[1].state.own_seq, 7);
    assert_int_equal(asked[3].state.own, 0x2);
    assert_int_equal(voters(0, USER(0), 10, &found), 0);
    READING (conn)
        assert_int_equal(store_polls(conn, HALL, NULL, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_poll_begins_with_no_votes),
        T(it_stands_as_the_last_vote_says),
        T(the_log_keeps_that_there_were_votes_in_what_is_deleted_and_not_which),
        T(who_chose_an_option_is_listed_by_id),
        T(in_an_anonymous_poll_one_is_known_by_another_name),
        T(what_is_closed_says_when_and_by_whom),
        T(of_what_is_deleted_nothing_is_left),
        T(of_votes_that_come_together_with_the_end_none_is_lost_or_too_much),
    };
    RUN_ON_ENGINES(tests);
}
